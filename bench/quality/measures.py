"""What a ranking is worth, and how sure that is.

Precision at k: the share of the first k places with something relevant; places that are left empty count as
misses. nDCG at k: the sum of 1/log2(place + 1) over the places with something relevant, by what the best
ranking would have. Capped: of an artist only the first three count as ranked, as in the lists we give.
Intervals are the percentiles 2.5 and 97.5 of means over tasks drawn with replacement, 2,000 times, seeded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from proxy.arrays import Floats, Ints

PER_ARTIST = 3
DRAWS = 2000
SEED = 1


class Scores(Struct, frozen=True):
    """One value a task of each measure."""

    p10: Floats
    p25: Floats
    ndcg25: Floats


class Interval(Struct, frozen=True):
    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def precision(ranked: Sequence[int], relevant: frozenset[int], k: int) -> float:
    return sum(position in relevant for position in ranked[:k]) / k


def ndcg(ranked: Sequence[int], relevant: frozenset[int], k: int) -> float:
    gains = [1 / np.log2(place + 2) for place, position in enumerate(ranked[:k]) if position in relevant]
    best = [1 / np.log2(place + 2) for place in range(min(k, len(relevant)))]
    return float(sum(gains) / sum(best)) if best else 0.0


def capped(ranked: Sequence[int], artist: Ints, *, most: int = PER_ARTIST) -> list[int]:
    """The ranking less what comes after an artist's `most` first places."""
    counts: dict[int, int] = {}
    kept = []
    for position in ranked:
        counts[artist[position]] = counts.get(artist[position], 0) + 1
        if counts[artist[position]] <= most:
            kept.append(position)
    return kept


def scores(rankings: Sequence[Sequence[int]], relevant: Sequence[frozenset[int]]) -> Scores:
    pairs = list(zip(rankings, relevant, strict=True))
    return Scores(
        np.array([precision(*pair, 10) for pair in pairs], dtype=np.float32),
        np.array([precision(*pair, 25) for pair in pairs], dtype=np.float32),
        np.array([ndcg(*pair, 25) for pair in pairs], dtype=np.float32),
    )


def bootstrap(values: Floats) -> Interval:
    """The mean of one value a task, or of differences of two systems on the same tasks."""
    chance = np.random.default_rng(SEED)
    drawn: npt.NDArray[np.float64] = values[chance.integers(0, len(values), (DRAWS, len(values)))].mean(
        axis=1
    )
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
