"""How fast tracks are: what their tags say, put right where a tag counts in half or in double time; pure.

Nothing is measured: a beat tracker errs by just these factors, and more often than tags do.
"""

from __future__ import annotations

import numpy as np

from proxy.arrays import Floats

# People take a tempo near two beats a second for the pulse where several would do: McKinney and Moelants,
# "Ambiguity in tempo perception" (2006). Music that sounds faster than its library does is counted faster.
PULSE = 120.0
PACE = 1 / 3  # of an octave, for each standard deviation
PATIENCE = 0.5  # of an octave that another count must be nearer by: the tag comes first

COUNTS = np.array([1.0, 2.0, 0.5])


def resolved(bpm: Floats, pace: Floats) -> Floats:
    """Beats a minute as they are felt: `bpm`, or twice or half of it; NaN where `bpm` is none.

    `pace` tells by how many standard deviations a track sounds faster than its library, NaN where it was not
    heard: then the tag stands.
    """
    known = np.where(bpm > 0, bpm, np.nan)
    counts = known[:, None] * COUNTS
    off = np.abs(np.log2(counts / PULSE) - PACE * pace[:, None])
    off[:, 1:] += PATIENCE
    best = np.argmin(np.nan_to_num(off, nan=np.inf), axis=1)  # the first of equals
    found: Floats = counts[np.arange(len(counts)), best].astype(np.float32)
    return found
