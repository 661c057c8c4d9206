"""In which order a list plays: seeds as they were given, then by relevance, an artist's songs kept apart."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence


def arrange(artists: Sequence[int], *, first: int = 0) -> list[int]:
    """An order of the places 0 … n-1 in which no artist comes twice in a row where that is possible.

    The first `first` places stay where they are. Of the others the earliest goes next whose artist differs
    from the last, unless one artist has so many songs left that they must go every other time.
    """
    order = list(range(first))
    left = list(range(first, len(artists)))
    count = Counter(artists[place] for place in left)
    while left:
        last = artists[order[-1]] if order else None
        place = _next(left, artists, count, last)
        left.remove(place)
        count[artists[place]] -= 1
        order.append(place)
    return order


def repeats(artists: Sequence[int]) -> int:
    """How often an artist comes twice in a row."""
    return sum(one == other for one, other in itertools.pairwise(artists))


def _next(left: Sequence[int], artists: Sequence[int], count: Counter[int], last: int | None) -> int:
    must = _crowding(left, artists, count, last)
    if must is not None:
        return must
    return next((place for place in left if artists[place] != last), left[0])


def _crowding(
    left: Sequence[int], artists: Sequence[int], count: Counter[int], last: int | None
) -> int | None:
    """The first song of an artist with more than half of what is left: every other song must be one."""
    artist, most = max(count.items(), key=lambda item: item[1])
    if most * 2 <= len(left) or artist == last:
        return None
    return next(place for place in left if artists[place] == artist)
