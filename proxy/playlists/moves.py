"""Makes an order cheaper: exchanges anywhere, and every rearrangement of blocks within a window.

A window is a dozen places. Each way to swap two blocks, to reverse one or to exchange two songs in it is a
row of a table made once; what all of them cost is one gather and one sum, exact to the last neighbour. Ties
go to the first row, and nothing is taken that is not strictly cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np
from msgspec import Struct

from proxy.arrays import Ints, Mask
from proxy.playlists.objective import NEAR

WINDOW = 14
OVERLAP = 7


class Costs(Struct, frozen=True):
    """`place` has a row per song and a column per place; `pair[d - 1]` what two songs d places apart cost."""

    place: Ints
    pair: Ints

    @classmethod
    def of(cls, place: Ints, neighbours: Ints, near: Ints) -> Costs:
        apart = np.arange(1, NEAR + 1)[:, None, None]
        pair = near[None, :, :] // apart
        pair[0] += neighbours
        return cls(place, pair)

    def __len__(self) -> int:
        return len(self.place)

    def total(self, order: Ints) -> int:
        cost = int(self.place[order, np.arange(len(order))].sum())
        for apart, pair in enumerate(self.pair, start=1):
            cost += int(pair[order[:-apart], order[apart:]].sum())
        return cost


class Window(Struct, frozen=True):
    """Places `start` to `stop` may be rearranged; `low` to `high` is what they are neighbours of."""

    start: int
    stop: int
    low: int
    high: int


def windows(first: int, size: int) -> list[Window]:
    """Windows that overlap by half over all places from `first` on, in order."""
    last = max(size - WINDOW, first)
    starts = sorted({*range(first, last + 1, OVERLAP), last})
    return [window(start, size) for start in starts]


def window(start: int, size: int) -> Window:
    stop = min(start + WINDOW, size)
    return Window(start, stop, max(start - NEAR, 0), min(stop + NEAR, size))


def settle(costs: Costs, order: Ints, at: Window) -> bool:
    """Rearranges the window, in place, until no row of its table is cheaper; whether anything changed."""
    rows, where = _table(at.start - at.low, at.stop - at.start, at.high - at.stop)
    seen, changed = order[at.low : at.high], False
    place = costs.place[:, at.low : at.high]
    while True:
        parts = (place[seen], costs.pair[:, seen[:, None], seen[None, :]])
        cost = np.concatenate([part.ravel() for part in parts]).take(where, mode="clip").sum(axis=0)
        best = int(np.argmin(cost))
        if cost[best] >= cost[0]:
            return changed
        seen[:] = seen[rows[best]]
        changed = True


def exchange(costs: Costs, order: Ints, first: int) -> bool:
    """Exchanges pairs of songs anywhere from `first` on, in place: of those that pay, the best that do not
    touch each other; whether any did."""
    change = _exchanges(costs, order)
    change[:first] = change[:, :first] = 0
    pays = np.flatnonzero(np.triu(change, 1) < 0)
    free: Mask = np.ones(len(order) + 2 * NEAR, dtype=np.bool_)
    for cell in pays[np.argsort(change.flat[pays], kind="stable")].tolist():
        one, other = divmod(cell, len(order))
        if free[one + NEAR] and free[other + NEAR]:
            order[[one, other]] = order[[other, one]]
            free[one : one + 2 * NEAR + 1] = free[other : other + 2 * NEAR + 1] = False
    return len(pays) > 0


def _exchanges(costs: Costs, order: Ints) -> Ints:
    """What exchanging the songs at two places changes, for every two."""
    size = len(order)
    moved = costs.place[order]  # what the song at a place (row) costs at another (column), others staying
    between = np.zeros((size, size), dtype=np.int64)
    for apart, pair in enumerate(costs.pair[:, order[:, None], order[None, :]], start=1):
        moved[:, apart:] += pair[:, :-apart]
        moved[:, :-apart] += pair[:, apart:]
        along = np.arange(size - apart)
        between[along, along + apart] = between[along + apart, along] = pair[along, along + apart]
    gone = moved - np.diagonal(moved)[:, None]
    change: Ints = gone + gone.T + 2 * between  # which stay neighbours, the other way round
    return change


@lru_cache(maxsize=64)
def _table(before: int, size: int, after: int) -> tuple[Ints, Ints]:
    """All rearrangements of `size` places between fixed ones, the first of them none; and where each finds
    its costs: in the places' matrix, then in those of the pairs, all laid end to end."""
    rows = np.array(list(dict.fromkeys(_rearranged(size))), dtype=np.int64) + before
    count, whole = len(rows), before + size + after
    head, tail = np.arange(before), np.arange(before + size, whole)
    rows = np.hstack([np.tile(head, (count, 1)), rows, np.tile(tail, (count, 1))])
    pairs = [n * whole * whole + rows[:, :-n] * whole + rows[:, n:] for n in range(1, NEAR + 1)]
    where = np.hstack([rows * whole + np.arange(whole), *pairs])
    return rows, np.ascontiguousarray(where.T)


def _rearranged(size: int) -> Iterator[tuple[int, ...]]:
    same = tuple(range(size))
    yield same
    for i, j, k in combinations(range(size + 1), 3):
        yield same[:i] + same[j:k] + same[i:j] + same[k:]
    for i, j in combinations(range(size + 1), 2):
        yield same[:i] + same[i:j][::-1] + same[j:]
    for i, j in combinations(range(size), 2):
        yield (*same[:i], j, *same[i + 1 : j], i, *same[j + 1 :])
