"""What a list says of itself: one line for its comment, and for every song why it was chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from proxy.library.index import Index
from proxy.playlists.candidates import Candidates
from proxy.playlists.lexicon import Lexicon, tag_weights
from proxy.playlists.query import Query
from proxy.playlists.wish import Wish

COMMENT_LENGTH = 500
CHANGE = "rename to change"

GRAMMAR = (
    "Name a list after what you want to hear: words, genres, artists, decades, a length. "
    "For example: ai: rainy sunday jazz 45 min · ai: 90s rock without ballads, 25 songs · "
    "ai: like Miles Davis, one song per artist, 1 h"
)
NOTHING_READ = (
    "the library has not been read yet: `playlistgen refresh` on the server does it, "
    "and this list fills when your playlists are listed again"
)
NO_WORD_HIT = "no title, name or tag has these words: chosen by their meaning alone"
CAPS = {
    "per_album": "more than 2 songs of an album, to reach the length",
    "per_artist": "more than 3 songs by an artist, to reach the length",
}


class Explanation(Struct, frozen=True, omit_defaults=True):
    """`understood` is the wish in words, `minutes` the length asked for, `notes` what could not be met."""

    understood: str
    seconds: int
    songs: int
    minutes: float | None = None
    notes: tuple[str, ...] = ()
    model: str = ""


def comment(explanation: Explanation) -> str:
    """At most 500 characters; where it would be longer, what was understood is cut first."""
    e = explanation
    length = f"{clock(e.seconds)}, {e.songs} song{'' if e.songs == 1 else 's'}"
    rest = [length if e.minutes is None else f"{e.minutes:g} min asked → {length}", *e.notes, CHANGE]
    room = COMMENT_LENGTH - len(" · ".join(["", *rest]))
    understood = e.understood if len(e.understood) <= room else e.understood[: max(room - 1, 0)] + "…"
    return " · ".join([understood, *rest] if understood else rest)[:COMMENT_LENGTH]


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


class Reasons:
    """Why each candidate is one."""

    def __init__(self, wish: Wish, query: Query, index: Index, lexicon: Lexicon, found: Candidates) -> None:
        self._wish = wish
        self._index = index
        self._found = found
        self._terms = [(word, index.words.terms(word)) for word in query.words]
        self._meant = [
            (hit, _meant(index, lexicon, row) - {hit})
            for row, hit in zip(query.rows, query.hits, strict=True)
        ]

    def of(self, place: int) -> tuple[str, ...]:
        """What spoke for the candidate at this place, names and words first."""
        position = int(self._found.positions[place])
        reasons = ["asked for by name"] if self._found.parts.named[position] else []
        reasons += [*self._words(position), *self._lexicon(position), *self._decade(position)]
        if self._found.parts.likeness[position] > 0.5:
            reasons.append("tags like what you named")
        deviation = float(self._found.meaning[place])
        if deviation >= 1:
            reasons.append(f"near in meaning ({deviation:.1f} σ)")
        return tuple(reasons or ["fits the rest"])

    def _words(self, position: int) -> list[str]:
        where = self._index.words.where
        reasons = []
        for word, terms in self._terms:
            columns = {column for term in terms for column in where(term, position)}
            reasons += [f"{name} {word}" for column, name in _COLUMNS if column in columns]
        return reasons

    def _lexicon(self, position: int) -> list[str]:
        tags = self._index.tags.of(position)
        found = [(hit, [tag for tag in tags if tag in meant]) for hit, meant in self._meant]
        return [f"{hit}: {', '.join(meant)}" for hit, meant in found if meant]

    def _decade(self, position: int) -> list[str]:
        year = int(self._index.year[position])
        return [str(year)] if any(decade <= year < decade + 10 for decade in self._wish.decades) else []


def _meant(index: Index, lexicon: Lexicon, row: int) -> set[str]:
    """The library's tags that a row of the lexicon stands for."""
    weights = tag_weights(index.tags.names, lexicon.rows[row].tags, part=0.7)
    return {tag for tag, weight in zip(index.tags.names, weights, strict=True) if weight}


_COLUMNS = (("tags", "tag"), ("artist", "artist"), ("title", "title"), ("album", "album"))
