"""Songs that are similar to others: the nearest of them, and which of those come today."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from math import log

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.playlists.likeness import Likeness

PER_ARTIST = 3
OWN_SHARE = 0.25  # of an artist's radio are by that artist; the rest is what it leads to
WIDER = 0.5  # as many more as are asked for take part in the day's draw, and at least LEAST_WIDER
LEAST_WIDER = 5
NEAREST_FIRST = 3.0  # the nearest is drawn before the farthest that takes part with odds of e^3 to 1


class Near(Struct, frozen=True):
    position: int
    similarity: float


class Seeds(Struct, frozen=True, eq=False):
    """What is asked for songs like it. Of an artist the songs are given as such: they may come themselves."""

    positions: Ints
    is_artist: bool = False


def similar(
    seeds: Seeds, likeness: Likeness, index: Index, *, count: int, allowed: Mask, owner: str, day: date
) -> list[Near]:
    """`count` songs, or as many as there are, the same all day for one owner: by falling similarity, but an
    artist's own are spread among the others.

    Neither a seed nor another recording of one, one recording of each song, three of an artist.
    """
    similarity = likeness.to(seeds.positions)
    order = nearest(seeds, similarity, index, allowed)
    wide = count + max(round(WIDER * count), LEAST_WIDER)
    if seeds.is_artist:
        near = _of_artist(order, seeds, index, count=count, wide=wide)
    else:
        near = capped(order, primary(index), most=wide)
    ids = ",".join(index.ids[position] for position in seeds.positions)
    today = drawn(near, count, random.Random(f"{owner}\n{day.isoformat()}\n{ids}"))
    return [Near(position, round(float(similarity[position]), 4)) for position in today]


def primary(index: Index) -> Ints:
    """Whom each track is by in the first place; -1 where nobody is named."""
    is_named = np.bincount(index.credits.track, minlength=len(index)) > 0
    return np.where(is_named, index.artist, -1)


def nearest(seeds: Seeds, similarity: Floats, index: Index, allowed: Mask) -> Ints:
    """One recording of each song by falling similarity; of equal ones the first in the library."""
    out = seeds.positions if not seeds.is_artist else seeds.positions[:0]
    left = np.flatnonzero(allowed & ~np.isin(index.song, index.song[out]))
    order = left[np.argsort(-similarity[left], kind="stable")]
    return order[np.sort(np.unique(index.song[order], return_index=True)[1])]


def capped(order: Iterable[int], artist: Ints, *, most: int) -> list[int]:
    """The first `most` of which no artist has more than three; songs by nobody are not counted."""
    counts: Counter[int] = Counter()
    kept: list[int] = []
    for position in map(int, order):
        by = int(artist[position])
        if len(kept) == most:
            break
        if by < 0 or counts[by] < PER_ARTIST:
            counts[by] += 1
            kept.append(position)
    return kept


def _of_artist(order: Ints, seeds: Seeds, index: Index, *, count: int, wide: int) -> list[int]:
    """Others' songs, among them a share of the artist's own; more of those where others do not suffice."""
    is_own = np.isin(order, seeds.positions)
    others = capped(order[~is_own], primary(index), most=wide)
    share = max(round(OWN_SHARE * count), count - len(others))
    own: list[int] = order[is_own][:share].tolist()
    evenly = [(n + 0.5) / len(songs) for songs in (own, others) for n in range(len(songs))]
    return [song for _, song in sorted(zip(evenly, [*own, *others], strict=True))]


def drawn(near: Sequence[int], count: int, chance: random.Random) -> list[int]:
    """`count` of them in their order, the first ones likelier: the greatest of ranks with Gumbel's noise."""
    keys = [
        -NEAREST_FIRST * rank / len(near) - log(-log(chance.uniform(1e-9, 1 - 1e-9)))
        for rank in range(len(near))
    ]
    winners = sorted(range(len(near)), key=keys.__getitem__, reverse=True)[: max(count, 0)]
    return [near[rank] for rank in sorted(winners)]
