"""What callers send and are sent, with the limits that are checked and written into the description."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, structs

from proxy.playlists.explain import Explanation
from proxy.playlists.name import fold
from proxy.playlists.wish import CURVES, VERSIONS, Wish

# Not with "$", before which a line break may stand.
PLAIN = r"^(?![\s\S]*[\x00-\x1f\x7f-\x9f])"
NAMED = PLAIN + r"[\s\S]*\S"
A_CURVE = rf"^({'|'.join(CURVES)})?(?![\s\S])"
A_VERSION = rf"^({'|'.join(VERSIONS)})(?![\s\S])"
ANY_VERSION = A_VERSION.replace(")(", ")?(")
IN_WORDS = {
    PLAIN: "without control characters",
    A_CURVE: f"of these: {', '.join(CURVES)}",
    A_VERSION: f"of these: {', '.join(VERSIONS)}",
    ANY_VERSION: f"of these: {', '.join(VERSIONS)}",
}
"""What fits these expressions, for people."""

MOST_TYPED = 1000  # characters of a prompt
MOST_WORDS = MOST_TYPED // 5  # of a kind that a prompt may hold

Minutes = Annotated[float, Meta(gt=0, le=1440)]
Songs = Annotated[int, Meta(ge=1, le=500)]
Seconds = Annotated[float, Meta(ge=0, le=86_400, description="of one song")]
Year = Annotated[int, Meta(ge=1, le=9999)]
Tempo = Annotated[float, Meta(ge=0, le=999, description="beats a minute")]
Few = Annotated[int, Meta(ge=1, le=500)]
Word = Annotated[str, Meta(max_length=256, pattern=PLAIN)]
Words = Annotated[tuple[Word, ...], Meta(max_length=MOST_WORDS)]
Decades = Annotated[tuple[Year, ...], Meta(max_length=50, description="by their first years")]
Years = Annotated[tuple[Year, ...], Meta(max_length=200)]
Curve = Annotated[str, Meta(pattern=A_CURVE)]
Version = Annotated[str, Meta(pattern=A_VERSION)]
Name = Annotated[str, Meta(max_length=200, extra_json_schema={"pattern": NAMED})]


class AskedWish(Wish, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a list should be, as `generate` tells it of a prompt. What is left out does not matter.

    Genres and artists are written as in the library, `like` are artists, `like_playlists` the caller's own.
    A range of years is open at 1 or 9999, one of tempi at 0 or 999.
    """

    text: Annotated[str, Meta(max_length=2 * MOST_TYPED, pattern=PLAIN)] = ""
    minutes: Minutes | None = None
    songs: Songs | None = None
    longest: Seconds | None = None
    shortest: Seconds | None = None
    years: tuple[Year, Year] | None = None
    decades: Decades = ()
    genres: Words = ()
    artists: Words = ()
    like: Words = ()
    like_playlists: Words = ()
    moods: Words = ()
    bpm: tuple[Tempo, Tempo] | None = None
    energy: Annotated[float, Meta(gt=0, le=1)] | None = None
    curve: Curve = ""
    without_genres: Words = ()
    without_artists: Words = ()
    without_moods: Words = ()
    without_words: Words = ()
    without_decades: Decades = ()
    without_years: Years = ()
    per_artist: Few | None = None
    per_album: Few | None = None
    stars: Annotated[int, Meta(ge=1, le=5)] | None = None
    version: Annotated[str, Meta(pattern=ANY_VERSION)] = ""
    without_versions: tuple[Version, ...] = ()

    def plain(self) -> Wish:
        """Genres and moods are searched for too where there is no text, as in every prompt's wish.

        Years and tempi may be named from either end.
        """
        text = self.text or " ".join((*self.genres, *self.moods))
        years, bpm = (tuple(sorted(ends)) if ends else None for ends in (self.years, self.bpm))
        return Wish(**{**structs.asdict(self), "text": text, "years": years, "bpm": bpm})


class Asked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list to be made: of a `prompt`, with or without a prefix, or of a `wish`.

    `minutes` or `songs` win over what those say; `seeds` are ids of songs that the list is to hold.
    """

    prompt: Annotated[str, Meta(max_length=MOST_TYPED)] | None = None
    wish: AskedWish | None = None
    minutes: Minutes | None = None
    songs: Songs | None = None
    seeds: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()

    def __post_init__(self) -> None:
        if (self.prompt is None) == (self.wish is None):
            raise ValueError("give a `prompt` or a `wish`, one of them")


class AskedPlaylist(Asked, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, to be saved as a playlist; without a `name` it is called by its prompt."""

    name: Name | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.wish is not None and self.name is None:
            raise ValueError("a list of a `wish` needs a `name`")
        if self.name is not None and not (fold(self.name) and re.match(NAMED, self.name)):
            raise ValueError("a `name` is a line of text, without control characters")


_OF_A_PROMPT = {"prompt": {"type": "string"}, "wish": {"type": "null"}}
_OF_A_WISH = {"wish": {"type": "object"}, "prompt": {"type": "null"}, "name": {"type": "string"}}
EITHER = {
    "Asked": [
        {"required": ["prompt"], "properties": _OF_A_PROMPT},
        {"required": ["wish"], "properties": _OF_A_WISH},
    ],
    "AskedPlaylist": [
        {"required": ["prompt"], "properties": _OF_A_PROMPT},
        {"required": ["wish", "name"], "properties": _OF_A_WISH},
    ],
}
"""What `__post_init__` checks, as JSON Schema says it: one of these must fit."""


class Explained(Struct, frozen=True, kw_only=True):
    """A playlist that was made here, as it was made: songs that its owner changed since are not told.

    `frozen_at` is when its owner changed it: from then on it is left alone.
    """

    id: str
    name: str
    comment: str
    wish: Wish
    explanation: Explanation
    seeds: tuple[str, ...]
    songs: tuple[str, ...]
    made_at: datetime
    frozen_at: datetime | None
    recipe: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """A standing list of the caller's, or the one that waits to be renamed to a prompt.

    `id` is that of a playlist, also while there is none. `songs` are 0 where it is hidden, not made yet, or
    not to be filled well; `reason` says why, or why it was not made anew, `refresh` when it is made.
    """

    key: str
    id: str
    name: str
    about: str
    refresh: str
    hidden: bool
    songs: int = 0
    reason: str = ""
    valid_until: datetime | None = None


class Recipes(Struct, frozen=True):
    recipes: tuple[Standing, ...]


class Status(Struct, frozen=True, kw_only=True):
    """`tracks` can be chosen from; `models` have embedded them; the library was `read_at`."""

    version: str
    upstream: str
    upstream_version: str
    user: str
    tracks: int
    models: tuple[str, ...]
    read_at: str | None


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong, in a sentence (RFC 9457)."""

    title: str
    status: int
    detail: str
