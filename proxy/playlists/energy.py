"""How energetic a track is within its library, and which energy a list should have at each place.

Energy is a number in [0, 1]: 0 the calmest track of the library, 1 the wildest.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from proxy.arrays import Doubles, Floats, Ints, Mask

# What a measured energy is made of. Loudness and tempo mislead alone (a loud lullaby, a fast waltz), what a
# track sounds like seldom does; of what is not known the others take the part.
LOUDNESS, TEMPO, SONIC = 0.3, 0.2, 0.5

UNKNOWN = 0.5
SWING = 0.35  # how far a curve leaves its level, up and down
OUTER = 0.1  # of the candidates at either end are no measure of where a curve may go
SONGS_A_WAVE = 8
PEAK = 2 / 3  # of the list has gone by when it is highest


class Energy(Struct, frozen=True):
    """Per track: `values` in [0, 1]; `measured` by ear, `estimated` from its words; else 0.5 and neither."""

    values: Floats
    measured: Mask
    estimated: Mask


def energy_of(loudness: Floats, tempo: Floats, sonic: Floats, words: Floats) -> Energy:
    """The energy of every track of a library.

    `loudness` in LUFS, `tempo` in beats a minute and `sonic` on any rising scale are NaN where not analysed.
    `words` is what genres and moods say, from -1 (calm) to 1 (wild), 0 where they say nothing. Measured
    values are percentiles within this library; words are put on the same scale, its middle 0.5.
    """
    parts = ((LOUDNESS, loudness), (TEMPO, tempo), (SONIC, sonic))
    known = sum((weight * np.isfinite(part) for weight, part in parts), np.zeros(len(words)))
    total = sum((weight * np.nan_to_num(percentiles(part)) for weight, part in parts), np.zeros(len(words)))
    measured: Mask = known > 0
    heard = np.where(measured, total / np.maximum(known, 1e-9), np.nan).astype(np.float32)
    estimated: Mask = ~measured & (words != 0)
    guess = np.where(estimated, UNKNOWN + np.clip(words, -1, 1) / 2, UNKNOWN)
    values: Floats = np.where(measured, percentiles(heard), guess).astype(np.float32)
    return Energy(values, measured, estimated)


def percentiles(values: Floats) -> Floats:
    """The share of known values below each one, equals counted half; NaN stays NaN."""
    known = np.sort(values[np.isfinite(values)])
    below = np.searchsorted(known, values, side="left") + np.searchsorted(known, values, side="right")
    share: Floats = np.where(np.isfinite(values), below / 2 / max(len(known), 1), np.nan).astype(np.float32)
    return share


def wanted(curve: str, level: float | None, count: int, candidates: Floats) -> Floats:
    """The energy wanted at each of `count` places; of length 0 where neither a curve nor a level was asked.

    A curve moves `SWING` about its level: "build" rises evenly, "wind down" falls evenly, "peak" rises for
    two thirds and falls faster, "waves" starts low and comes and goes about every eight songs, at least
    twice; "steady", and a level alone, stay. Without a level a curve spans what the candidates have, less
    the tenth at either end, and "steady" is their median.
    """
    if not curve and level is None:
        return np.zeros(0, dtype=np.float32)
    shape = _shape(curve, (np.arange(count) + 0.5) / max(count, 1))
    if level is not None:
        return np.clip(level + SWING * shape, 0, 1).astype(np.float32)
    low, middle, high = _span(candidates)
    if curve == "steady":
        return np.full(count, middle, dtype=np.float32)
    return (low + (high - low) * (shape + 1) / 2).astype(np.float32)


def _span(candidates: Floats) -> tuple[float, float, float]:
    """Low, median and high: values that occur, so that no way of interpolating matters."""
    if not len(candidates):
        return UNKNOWN - SWING, UNKNOWN, UNKNOWN + SWING
    ordered, last = np.sort(candidates), len(candidates) - 1
    places: Ints = np.array([round(last * OUTER), last // 2, round(last * (1 - OUTER))])
    low, middle, high = ordered[places].tolist()
    return low, middle, high


def _shape(curve: str, passed: Doubles) -> Doubles:
    """From -1 to 1 at each share of the list that has gone by."""
    shapes: dict[str, Doubles] = {
        "build": 2 * passed - 1,
        "wind down": 1 - 2 * passed,
        "peak": np.where(passed < PEAK, 2 * passed / PEAK - 1, 1 - 2 * (passed - PEAK) / (1 - PEAK)),
        "waves": -np.cos(2 * np.pi * passed * max(2, round(len(passed) / SONGS_A_WAVE))),
    }
    return shapes.get(curve, np.zeros(len(passed)))
