"""A way from one song to another in steps that are as even as the library has them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.playlists.likeness import Likeness
from proxy.playlists.similar import Near, Seeds, capped, drawn, nearest, primary

LEAST_POOL, MOST_POOL = 400, 2000  # songs that the way may lead over
PER_STEP = 12  # of these for each step, as far as MOST_POOL goes
DRAWN = 0.7  # of the songs near the way that it may lead over on one day
SMOOTH = 1.5  # no step is to be longer than so many mean ones
STRIDES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)  # quantiles of the distances, tried as steps
MENDINGS, MOST_TRIED = 12, 40  # exchanges of places, and for either end of a step how many are tried
TWICE_IN_A_ROW = 100.0  # more than all steps of a way together


def path(
    start: int,
    end: int,
    likeness: Likeness,
    index: Index,
    *,
    count: int,
    allowed: Mask,
    owner: str,
    day: date,
) -> list[Near]:
    """`count` songs from `start` to `end`, or as many as there are; the same all day for one owner.

    No song comes twice, no artist twice in a row and none but the two ends' more than three times, where the
    library allows it. The similarities are to the start.
    """
    if start == end or count < 2:
        return [Near(start, 1.0)][:count]
    similarity = likeness.to(np.array([start]))
    towards = similarity + likeness.to(np.array([end]))
    between = nearest(Seeds(np.array([start, end])), towards, index, allowed)
    most = min(max(LEAST_POOL, PER_STEP * count), MOST_POOL)
    some = capped(between, primary(index), most=round(most / DRAWN))
    chance = random.Random(f"{owner}\n{day.isoformat()}\n{index.ids[start]},{index.ids[end]}")
    pool = drawn(some, max(round(DRAWN * len(some)), count - 2), chance)
    stations = np.array([start, *pool, end], dtype=np.int64)
    way = stations[even(1 - likeness.between(stations), primary(index)[stations], count=count)]
    return [
        Near(place, 1.0 if place == start else round(float(similarity[place]), 4)) for place in way.tolist()
    ]


def even(distance: Floats, artist: Ints, *, count: int) -> list[int]:
    """The most even way of `count` places from the first to the last; `distance` is a square of those places.

    Places between are put in order of how far along they are and cut into as many groups as there are to be
    steps; of each group one is taken, so that the sum of the steps' deviations from a stride is least. Of the
    ways for several strides the one with the least steps wins that is smooth, else the smoothest.
    """
    first, last = 0, len(distance) - 1
    along = distance[first] / np.maximum(distance[first] + distance[last], 1e-9)
    inner = 1 + np.argsort(along[1:-1], kind="stable")
    steps = min(max(count - 2, 0), len(inner))
    groups = [np.array([first]), *(np.array_split(inner, steps) if steps else []), np.array([last])]
    again = (artist[:, None] == artist) & (artist >= 0)
    strides = np.unique(np.quantile(distance, STRIDES))
    ways = [_way(groups, (distance - stride) ** 2 + TWICE_IN_A_ROW * again) for stride in strides]
    way = min(ways, key=lambda way: _roughness(way, distance, again))
    return _mended(way, distance, again)


def _way(groups: Sequence[Ints], cost: Floats) -> list[int]:
    """One place of each group, at the least cost of going from one to the next (Viterbi's algorithm)."""
    total = np.zeros(len(groups[0]))
    came_from: list[Ints] = []
    for before, group in pairwise(groups):
        totals = total[:, None] + cost[np.ix_(before, group)]
        came_from.append(totals.argmin(axis=0))
        total = totals.min(axis=0)
    place = int(total.argmin())
    way = [int(groups[-1][place])]
    for group, origin in zip(reversed(groups[:-1]), reversed(came_from), strict=True):
        place = int(origin[place])
        way.append(int(group[place]))
    return way[::-1]


def _mended(way: list[int], distance: Floats, again: Mask) -> list[int]:
    """Where songs are few, groups hold little to choose from: places are exchanged while that helps."""
    roughness = _roughness(way, distance, again)
    for _ in range(MENDINGS):
        if (roughness[0], roughness[1]) == (0, SMOOTH):
            break
        better = min(_exchanges(way, distance, again), key=lambda other: _roughness(other, distance, again))
        if (now := _roughness(better, distance, again)) >= roughness:
            break
        way, roughness = better, now
    return way


def _exchanges(way: list[int], distance: Floats, again: Mask) -> Iterator[list[int]]:
    """The ways that have another place, or one from elsewhere in its stead, at either end of the worst step.

    Only of those places whose two new steps would be nearest to the mean.
    """
    yield way
    at = {place: n for n, place in enumerate(way)}
    steps = distance[way[:-1], way[1:]]
    worst = int((steps + TWICE_IN_A_ROW * again[way[:-1], way[1:]]).argmax())
    for here in {worst, worst + 1} & set(range(1, len(way) - 1)):
        beside = [way[here - 1], way[here + 1]]
        cost = (np.abs(distance[beside] - steps.mean()) + TWICE_IN_A_ROW * again[beside]).sum(axis=0)
        for place in (1 + np.argsort(cost[1:-1])[:MOST_TRIED]).tolist():
            other = way.copy()
            if place in at:
                other[at[place]] = way[here]
            other[here] = place
            yield other


def _roughness(way: Sequence[int], distance: Floats, again: Mask) -> tuple[int, float, float]:
    """How often an artist follows himself; how much the longest step is more than smooth; the mean step."""
    steps = distance[way[:-1], way[1:]]
    mean = max(float(steps.mean()), 1e-9)
    return int(again[way[:-1], way[1:]].sum()), max(float(steps.max()) / mean, SMOOTH), mean
