"""What a wish says of its owner's taste, decided over what he has starred, rated, played and listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
from msgspec import Struct

from proxy.arrays import Ints, Mask
from proxy.library.index import Index
from proxy.playlists.wish import Wish

LATELY = timedelta(days=28)  # what "not played lately" leaves out
MOST_LIKE = 200  # songs of a list that a likeness is taken from
UNASKED = "could not be asked"


class Taste(Struct, frozen=True, kw_only=True):
    """One owner's, by ids of songs; None where it was not asked, or could not be: `why` says it then.

    `ratings` are from 1 to 5. `played` has every song that was ever played and the last day of it, None where
    upstream does not tell that. `lists` are those that the wish names, by name.
    """

    starred: frozenset[str] | None = None
    ratings: Mapping[str, int] | None = None
    played: Mapping[str, date | None] | None = None
    lists: Mapping[str, tuple[str, ...]] | None = None
    why: str = UNASKED


class Own(Struct, frozen=True):
    """What it means for a list: which tracks may stand in it, which it should resemble, and what to say."""

    allowed: Mask
    like: Ints
    notes: list[str]


def own(wish: Wish, taste: Taste | None, index: Index, *, today: date) -> Own:
    """The same for the same arguments. What is not known holds nothing back, and a note says so.

    Songs of a list that the wish wants more of, in whatever version, are not allowed: he has them there.
    """
    taste = taste or Taste()
    allowed = np.ones(len(index), dtype=np.bool_)
    if wish.favourites and taste.starred is not None:
        allowed &= _those(taste.starred, index)
    if wish.stars is not None and taste.ratings is not None:
        allowed &= _those((song for song, n in taste.ratings.items() if n >= wish.stars), index)
    if taste.played is not None:
        allowed &= ~_those(_too_lately(wish, taste.played, today), index)
    listed = np.flatnonzero(_those(_of_lists(wish, taste), index))
    allowed &= ~np.isin(index.song, index.song[listed])
    return Own(allowed, _spread(listed), _unknown(wish, taste))


def asks(wish: Wish) -> bool:
    """Whether it takes a Taste to meet the wish."""
    return bool(wish.favourites or wish.stars is not None or asks_of_plays(wish) or wish.like_playlists)


def asks_of_plays(wish: Wish) -> bool:
    return wish.unplayed or wish.not_lately


def shortage(wish: Wish, taste: Taste | None, found: int) -> str:
    """Why a list became shorter than asked, by the narrowest of its bounds; "" where none is a taste."""
    taste = taste or Taste()
    if wish.favourites and taste.starred is not None:
        own = "of your favourites" if taste.starred else ""
        return _only(found, own) if own else "you have starred no song yet"
    if wish.stars is not None and taste.ratings is not None:
        return _only(found, f"of the songs you gave {_stars(wish.stars)}")
    if asks_of_plays(wish) and taste.played is not None:
        return _only(found, f"of the songs you have {_never(wish)}")
    return ""


def _only(found: int, of_what: str) -> str:
    return f"only {found} {of_what} fit" if found else f"none {of_what} fit"


def _stars(least: int) -> str:
    return "5 stars" if least == 5 else f"{least} stars and up" if least > 1 else "a star and up"


def _never(wish: Wish) -> str:
    return "never played" if wish.unplayed else f"not played for {LATELY.days} days"


def _too_lately(wish: Wish, played: Mapping[str, date | None], today: date) -> Iterable[str]:
    """All that was ever played where only the unplayed is wanted."""
    if wish.unplayed:
        return played
    if not wish.not_lately:
        return ()
    return (song for song, day in played.items() if day is not None and day > today - LATELY)


def _of_lists(wish: Wish, taste: Taste) -> Iterable[str]:
    lists = taste.lists or {}
    return (song for name in wish.like_playlists for song in lists.get(name, ()))


def _those(songs: Iterable[str], index: Index) -> Mask:
    """Which tracks have one of these ids; those that the index does not know are passed over."""
    mask = np.zeros(len(index), dtype=np.bool_)
    mask[[index.position[song] for song in songs if song in index.position]] = True
    return mask


def _spread(positions: Ints) -> Ints:
    """At most MOST_LIKE of them, as far apart as they come."""
    if len(positions) <= MOST_LIKE:
        return positions
    return positions[np.linspace(0, len(positions) - 1, MOST_LIKE).astype(np.int64)]


def _unknown(wish: Wish, taste: Taste) -> list[str]:
    """One note of all that the wish needs and nobody has told."""
    parts = (
        ("your favourites", wish.favourites, taste.starred),
        ("your ratings", wish.stars is not None, taste.ratings),
        ("what you have played", asks_of_plays(wish), taste.played),
        ("your lists", bool(wish.like_playlists), taste.lists),
    )
    missing = [said for said, wanted, known in parts if wanted and known is None]
    return [f"{' and '.join(missing)} {taste.why}: left out of account"] if missing else []
