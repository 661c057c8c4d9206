"""A prompt understood: what a list should be, and the words that are left for retrieval."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, structs

# How energy goes through a list: the level stays, rises, falls, rises and falls, or comes and goes.
CURVES = ("steady", "build", "wind down", "peak", "waves")

VERSIONS = ("live", "acoustic", "remix")

# The ends of a range of years that is open on one side.
EARLIEST = 1
LATEST = 9999
# The fast end of a range of tempi that is open there; the slow one is 0.
FASTEST = 999.0


class Wish(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every field but `text` is empty where the prompt said nothing of it.

    `text` is what retrieval reads: the prompt less the numbers, caps and exclusions that became fields.
    Years are inclusive; an open end is EARLIEST or LATEST. Names of genres and artists are written as the
    library writes them; where it spells one name in several ways, all of them stand here.
    """

    text: str = ""
    minutes: float | None = None
    songs: int | None = None
    longest: float | None = None  # seconds of one song
    shortest: float | None = None
    years: tuple[int, int] | None = None
    decades: tuple[int, ...] = ()  # 1990 for the nineties
    genres: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()  # asked for by name
    like: tuple[str, ...] = ()  # artists that the list should resemble
    like_playlists: tuple[str, ...] = ()  # the caller's own, that the list should resemble
    moods: tuple[str, ...] = ()  # and activities: words of the lexicon, which stay in text too
    bpm: tuple[float, float] | None = None  # beats a minute, both ends included; open at 0 and FASTEST
    energy: float | None = None  # a level in (0, 1]
    curve: str = ""  # one of CURVES
    without_genres: tuple[str, ...] = ()
    without_artists: tuple[str, ...] = ()
    without_moods: tuple[str, ...] = ()
    without_words: tuple[str, ...] = ()  # in title, album or tags; lower case, one or two words each
    without_decades: tuple[int, ...] = ()  # "no 80s" must not ask for the eighties
    without_years: tuple[int, ...] = ()  # each of them: "80s except 1984"
    per_artist: int | None = None
    per_album: int | None = None
    fresh: bool = False  # avoid what was served lately
    favourites: bool = False  # only what the caller has starred
    stars: int | None = None  # at least so many, from 1 to 5, given by the caller
    unplayed: bool = False  # only what the caller has never played
    not_lately: bool = False  # nothing that the caller has played these weeks
    added_since: date | None = None  # in the library since then
    version: str = ""  # of VERSIONS: that one of a song rather than its studio recording
    without_versions: tuple[str, ...] = ()  # of VERSIONS
    instrumental: bool = False

    def __or__(self, other: Wish) -> Wish:
        """What either says: lists joined without repeats; of all else the left one's where it is set."""
        added = {name: value for name in self.__struct_fields__ if (value := getattr(other, name))}
        for name, value in added.items():
            own = getattr(self, name)
            added[name] = tuple(dict.fromkeys(own + value)) if name in LISTS else own or value
        return structs.replace(self, **added) if added else self


LISTS = frozenset(
    name
    for name, default in zip(Wish.__struct_fields__, Wish.__struct_defaults__, strict=True)
    if default == ()
)
