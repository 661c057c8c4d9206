"""In which order a list plays: seeds as they were given, then what costs least by energy and by neighbours.

Two starts (by relevance, and from each song to the one that follows best) are rearranged until nothing is
cheaper; then the better one is shaken at one place after another and settled again, and has pieces exchanged
as wholes (the double bridge of Martin, Otto and Felten, 1991), which leads out of where shakes have settled.
The objective is in objective.py.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints
from proxy.playlists.choose import never, targets
from proxy.playlists.moves import WINDOW, Costs, exchange, settle, window, windows
from proxy.playlists.objective import (
    MILLION,
    TWICE_IN_A_ROW,
    Limits,
    Pool,
    places,
    spacing,
    transitions,
)

SHAKES = 8  # at least; for longer lists half as many as there are songs
# In place of half of the shakes: of a run 40 times as long the worst of 45 lists came from .929 to .976.
# Short lists need fewer, and of long ones a kick takes longer.
KICKS, KICKED = 16, 700
FEWEST = 8  # songs of which pieces are exchanged
SHAKEN = 7  # songs in a row that a shake puts in any order
MANY = 200  # songs from which one start has to do
ROUNDS = 60  # of exchanges and windows over the whole list


class Order(Struct, frozen=True):
    """`places` of the pool in playing order and the energy `wanted` at each, of length 0 where none is.

    What the order costs, in perfect songs: by energy, between neighbours, and by artists and albums too near.
    `steps` are the costs of one song after the other, an artist twice in a row not counted.
    """

    places: tuple[int, ...]
    wanted: Floats
    energy: float = 0.0
    transitions: float = 0.0
    spacing: float = 0.0
    timed_out: bool = False
    steps: tuple[float, ...] = ()


def arrange(pool: Pool, chosen: Sequence[int], limits: Limits, *, late: Callable[[], bool] = never) -> Order:
    """The cheapest order found of these places of a pool, whose seeds come first as they are.

    An artist comes twice in a row only where no order does without. `late` is asked between steps: from when
    it says so, the best order so far is returned and `timed_out`.
    """
    songs: Ints = np.array(chosen, dtype=np.int64)
    wanted = targets(pool, limits, len(songs))
    first = int((songs < pool.seeds).sum())
    by_place, near = places(pool.energy[songs], wanted), spacing(pool, songs)
    between_all = transitions(pool, songs)
    costs = Costs.of(by_place, between_all, near)
    order = cheapest(costs, pool.artist[songs].tolist(), first=first, late=late)
    alone = [Costs.of(by_place, 0 * near, 0 * near), Costs.of(0 * by_place, costs.pair[0] - near, 0 * near)]
    total, energy, between = (each.total(order) / MILLION for each in (costs, *alone))
    ordered = tuple(songs[order].tolist())
    steps = _steps(between_all, order)
    return Order(ordered, wanted, energy, between, total - energy - between, late(), steps)


def _steps(cost: Ints, order: Ints) -> tuple[float, ...]:
    found = cost[order[:-1], order[1:]] / MILLION
    steps = np.where(found >= TWICE_IN_A_ROW, found - TWICE_IN_A_ROW, found).round(3)
    return tuple(steps.tolist())


def cheapest(
    costs: Costs,
    artists: Sequence[int],
    *,
    first: int,
    shakes: float = 1.0,
    late: Callable[[], bool] = never,
) -> Ints:
    """An order of the places 0 … n-1, of which the first `first` stay; the same for the same arguments.

    `shakes` is a multiple of the usual number of them, and of kicks.
    """
    starts = [_onwards(costs, artists, first)]
    if len(artists) <= MANY:
        starts.insert(0, apart(artists, first=first))
    settled = [_settled(costs, np.array(start, dtype=np.int64), first, late) for start in starts]
    best = min(settled, key=costs.total)
    shaken = _shaken(costs, best, first, round(shakes * max(SHAKES, len(best) // 2)), late)
    return _kicked(costs, shaken, first, round(shakes * _kicks(len(best))), late)


def _kicks(songs: int) -> int:
    return min(KICKS, songs // 2 + 1, KICKED // max(songs, 1))


def apart(artists: Sequence[int], *, first: int = 0) -> list[int]:
    """An order of the places 0 … n-1 in which no artist comes twice in a row where that is possible.

    The first `first` places stay where they are. Of the others the earliest goes next whose artist differs
    from the last, unless one artist has so many songs left that they must go every other time.
    """
    return _built(artists, first, lambda order, open_: open_[0])


def repeats(artists: Sequence[int]) -> int:
    """How often an artist comes twice in a row."""
    return sum(one == other for one, other in itertools.pairwise(artists))


def _onwards(costs: Costs, artists: Sequence[int], first: int) -> list[int]:
    """From each song to the one that costs least after it and the two before."""

    def nearest(order: Sequence[int], open_: Sequence[int]) -> int:
        cost = costs.place[open_, len(order)].copy()
        for pair, before in zip(costs.pair, reversed(order), strict=False):
            cost += pair[before, open_]
        return open_[int(np.argmin(cost))]

    return _built(artists, first, nearest)


def _built(
    artists: Sequence[int], first: int, pick: Callable[[Sequence[int], Sequence[int]], int]
) -> list[int]:
    order = list(range(first))
    left = list(range(first, len(artists)))
    count = Counter(artists[place] for place in left)
    while left:
        last = artists[order[-1]] if order else None
        place = pick(order, _next(left, artists, count, last))
        left.remove(place)
        count[artists[place]] -= 1
        order.append(place)
    return order


def _next(
    left: Sequence[int], artists: Sequence[int], count: Counter[int], last: int | None
) -> Sequence[int]:
    """What may go next: an artist with more than half of what is left must, else all but the last artist."""
    artist, most = max(count.items(), key=lambda item: item[1])
    if most * 2 > len(left) and artist != last:
        return [place for place in left if artists[place] == artist]
    return [place for place in left if artists[place] != last] or left


def _settled(costs: Costs, order: Ints, first: int, late: Callable[[], bool]) -> Ints:
    """The order after exchanges and windows over all of it, until neither finds anything."""
    open_windows = windows(first, len(order)) if len(order) - first > 1 else []
    for _ in range(ROUNDS if open_windows else 0):
        before = order.copy()
        while len(open_windows) > 1 and not late() and exchange(costs, order, first):
            pass
        for at in open_windows:
            if late():
                return order
            settle(costs, order, at)
        if (order == before).all():
            break
    return order


def _shaken(costs: Costs, order: Ints, first: int, shakes: int, late: Callable[[], bool]) -> Ints:
    """The order after each shake, of a few songs in a row, that made it cheaper once settled there."""
    few = min(SHAKEN, len(order) - first)

    def shake(order: Ints, chance: random.Random) -> Ints:
        start = first + int(chance.random() * (len(order) - few + 1 - first))
        changed, block = order.copy(), slice(start, start + few)
        changed[block] = sorted(order[block].tolist(), key=lambda _: chance.random())
        around = min(start + few // 2, len(order) - WINDOW // 2) - WINDOW // 2
        settle(costs, changed, window(max(first, around), len(order)))
        return changed

    return _improved(costs, order, shakes if few > 1 else 0, shake, late)


def _kicked(costs: Costs, order: Ints, first: int, kicks: int, late: Callable[[], bool]) -> Ints:
    """The order after each exchange of two pieces beside each other that made it cheaper once settled."""
    size = len(order) - first

    def kick(order: Ints, chance: random.Random) -> Ints:
        one, two, three = sorted(first + 1 + int(chance.random() * (size - 1)) for _ in range(3))
        changed = np.concatenate([order[:one], order[two:three], order[one:two], order[three:]])
        return _settled(costs, changed, first, late)

    return _improved(costs, order, kicks if size >= FEWEST else 0, kick, late)


def _improved(
    costs: Costs,
    order: Ints,
    times: int,
    change: Callable[[Ints, random.Random], Ints],
    late: Callable[[], bool],
) -> Ints:
    """The order after each of so many changes that made it cheaper.

    Chance is seeded, and asked only for what Python promises to be the same in every version.
    """
    chance, least = random.Random(len(order)), costs.total(order)
    for _ in range(times):
        if late() or least == 0:
            break
        changed = change(order, chance)
        total = costs.total(changed)
        if total < least:
            order, least = changed, total
    return order
