"""What a list says of itself: one structure, and one line of it for the list's comment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

COMMENT_LENGTH = 500
CHANGE = "rename to change"
BARS = "▁▂▃▄▅▆▇█"

GRAMMAR = (
    "Name a list after what you want to hear: words, genres, artists, decades, a length. "
    "For example: ai: rainy sunday jazz 45 min · ai: 90s rock without ballads, 25 songs · "
    "ai: like Miles Davis, one song per artist, 1 h"
)
NOTHING_READ = (
    "the library has not been read yet: `playlistgen refresh` on the server does it, "
    "and this list fills when your playlists are listed again"
)


class EnergyTold(Struct, frozen=True, omit_defaults=True):
    """What was asked of a list's energy, and of how many songs it was measured or guessed from tags."""

    curve: str = ""
    level: float | None = None
    measured: int = 0
    estimated: int = 0

    @property
    def is_asked(self) -> bool:
        return bool(self.curve) or self.level is not None


class Explanation(Struct, frozen=True, omit_defaults=True):
    """`understood` is the wish in words, `minutes` the length asked for, `notes` what could not be met.

    `model` embedded the prompt; `reader` is the language model that helped to understand it.
    `relaxed` names the caps that gave way. Where `timed_out`, another run may find a better list.
    """

    understood: str
    seconds: int
    songs: int
    minutes: float | None = None
    energy: EnergyTold = EnergyTold()
    relaxed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    model: str = ""
    reader: str = ""
    timed_out: bool = False


def comment(explanation: Explanation) -> str:
    """At most 500 characters; where it would be longer, what was understood is cut first."""
    e = explanation
    length = f"{clock(e.seconds)}, {e.songs} song{'' if e.songs == 1 else 's'}"
    parts = [
        f"read with {e.reader}" if e.reader else "",
        length if e.minutes is None else f"{e.minutes:g} min asked → {length}",
        energy(e.energy, e.songs),
        "; ".join(e.notes),
        CHANGE,
    ]
    rest = [part for part in parts if part]
    room = COMMENT_LENGTH - len(" · ".join(["", *rest]))
    understood = e.understood if len(e.understood) <= room else e.understood[: max(room - 1, 0)] + "…"
    return " · ".join([understood, *rest] if understood else rest)[:COMMENT_LENGTH]


def energy(told: EnergyTold, songs: int) -> str:
    """ "energy build, 9 of 11 by their tags"; nothing where none was asked for."""
    if not told.is_asked:
        return ""
    level = "" if told.level is None else f"{told.level:.1f}"
    asked = " ".join(part for part in ("energy", told.curve, level) if part)
    if told.measured == songs:
        return asked
    unknown = songs - told.measured - told.estimated
    guessed = f"{told.estimated} of {songs} by their tags" if told.estimated else ""
    blind = f"of {unknown} nothing known" if unknown else ""
    return ", ".join(part for part in (asked, guessed, blind) if part)


def understood(fields: str, words: Sequence[str]) -> str:
    """The fields of a wish in words, and the words that are not among them: Jazz · rainy, sunday."""
    known = set(re.findall(r"[^\W_]+", fields.lower()))
    rest = [word for word in dict.fromkeys(words) if word not in known and not word[0].isdigit()]
    return " · ".join(part for part in (fields, ", ".join(rest)) if part)


def clock(seconds: float) -> str:
    """44:38, or 1:02:05 from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def plot(values: Sequence[float]) -> str:
    """A bar for each value in [0, 1], in playing order."""
    return "".join(BARS[min(int(value * len(BARS)), len(BARS) - 1)] for value in values)
