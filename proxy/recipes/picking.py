"""The tracks that a list is made of: the decade or the genre of the week, or the first by an order."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
from msgspec import Struct

from proxy.arrays import Mask
from proxy.library.index import Index
from proxy.playlists.name import fold
from proxy.playlists.objective import PER_ALBUM, PER_ARTIST
from proxy.playlists.wish import Wish
from proxy.recipes.recipe import Pick

TIMES_OVER = 2.0  # so often the length of the list must be there
MOST_SHARE = 0.6  # of the library: a tag that most songs have says nothing
FEWEST_ARTISTS = 5

DECADE, GENRE = "The {}s", "A week of {}"
_FOLDED = {"decade": re.compile(r"the \d{3}0s"), "genre": re.compile(r"a week of .+")}


class Picked(Struct, frozen=True):
    """What the list is called, and the tracks that it is made of."""

    name: str
    within: Mask


def pick(what: Pick, index: Index, allowed: Mask, *, owner: str, turn: int, seconds: float) -> Picked | None:
    """The turn's, in an order that chance gives this owner; None where nothing is well filled.

    In as many turns as there are decades (or genres) each has one, while the library stays as it is.
    """
    found = sorted(_decades(index, allowed) if what == "decade" else _genres(index, allowed), key=_name)
    filled = [each for each in found if _is_well_filled(each.within, index, allowed, seconds)]
    if not filled:
        return None
    random.Random(f"{owner}\n{what}").shuffle(filled)
    return filled[turn % len(filled)]


def may_be_called(what: Pick, name: str) -> bool:
    """Whether what is picked of some library is called so."""
    return bool(what) and _FOLDED[what].fullmatch(fold(name)) is not None


def _name(picked: Picked) -> str:
    return picked.name


def _decades(index: Index, allowed: Mask) -> Iterator[Picked]:
    decade = index.year - index.year % 10
    for first in np.unique(decade[allowed & (index.year > 0)]).tolist():
        yield Picked(DECADE.format(first), allowed & (decade == first))


def _genres(index: Index, allowed: Mask) -> Iterator[Picked]:
    """By what tracks say of themselves: what they inherit makes them no part of a list of one genre."""
    tags = index.tags
    written = {genre.lower(): genre for genre in reversed(index.genres)}
    for number, name in enumerate(tags.names):
        if name in written:
            within = np.zeros(len(index), dtype=np.bool_)
            within[tags.track[(tags.tag == number) & ~tags.inherited]] = True
            yield Picked(GENRE.format(written[name]), within & allowed)


def _is_well_filled(within: Mask, index: Index, allowed: Mask, seconds: float) -> bool:
    if within.sum() > MOST_SHARE * allowed.sum():
        return False
    _, once = np.unique(index.song[within], return_index=True)
    length = float(index.duration[within][once].sum())
    return length >= TIMES_OVER * seconds and len(np.unique(index.artist[within])) >= FEWEST_ARTISTS


def first(
    ranked: Iterable[int], index: Index, wish: Wish, *, songs: int | None, seconds: float
) -> tuple[int, ...]:
    """Of tracks in their order the first that make so many songs, else come nearest to the seconds.

    One recording of each song. Where the usual caps leave too few, they are doubled until they suffice; the
    wish's own always hold.
    """
    found, length = list[int](), 0.0
    for track in _capped(ranked, index, wish):
        longer = length + float(index.duration[track])
        if len(found) == songs or (songs is None and abs(longer - seconds) > abs(length - seconds)):
            break
        found.append(track)
        length = longer
    return tuple(found)


def _capped(ranked: Iterable[int], index: Index, wish: Wish) -> Iterator[int]:
    taken, left, factor = Counter[tuple[str, int]](), list(ranked), 1
    while left:
        per_artist, per_album = wish.per_artist or factor * PER_ARTIST, wish.per_album or factor * PER_ALBUM
        over = []
        for track in left:
            if _takes(taken, track, index, per_artist, per_album):
                yield track
            else:
                over.append(track)
        left, factor = over if factor < len(over) else [], 2 * factor


def _takes(
    taken: Counter[tuple[str, int]], track: int, index: Index, per_artist: int, per_album: int
) -> bool:
    """Whether there is room for the track, which it then takes."""
    room = {
        ("song", int(index.song[track])): 1,
        ("artist", int(index.artist[track])): per_artist,
        ("album", int(index.album[track])): per_album,
    }
    if any(taken[each] >= most for each, most in room.items()):
        return False
    taken.update(room.keys())
    return True
