"""One round of feedback: what the first candidates have in common speaks for others like them.

At half the weight at which it helped most on editorial playlists: on prompts that name one narrow genre it
did harm at full weight, and the less of a prompt the library's tags say word for word, the more it is let do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from proxy.arrays import Floats, Ints
from proxy.playlists.evidence import Evidence, scaled

BY_TAGS, BY_NAMES = 0.2, 0.04
POOL = 300  # that are looked at; 1,000 or 3,000 gave the same lists
FIRST = 10  # by as many artists; 20 or 30 said less
RANK = 10  # the weight of rank r is 1/(RANK + r): the tenth says half as much as the first


class Model(NamedTuple):
    """The tracks that the others are held against, and their weights, which sum to 1."""

    positions: Ints
    weights: Floats


def first(positions: Ints, artist: Ints) -> Model:
    """The best by distinct artists; `positions` best first. One artist's tags must not speak for all."""
    ranks = np.sort(np.unique(artist[positions], return_index=True)[1])[:FIRST]
    weights = 1 / (RANK + np.arange(len(ranks), dtype=np.float32))
    return Model(positions[ranks], weights / weights.sum())


def by_tags(model: Model, positions: Ints, evidence: Evidence) -> Floats:
    """The likeness of tags, in [0, 1], times their coherence.

    The weighted mean of unit rows is the longer the more they agree: mixed or untagged firsts give little.
    """
    place, tag, weight = evidence.fingerprints(model.positions)
    if not len(tag):
        return np.zeros(len(positions), dtype=np.float32)
    mean = np.bincount(tag, weights=weight * model.weights[place], minlength=evidence.tags)
    place, tag, weight = evidence.fingerprints(positions)
    alike = np.bincount(place, weights=weight * mean[tag], minlength=len(positions)).astype(np.float32)
    return float(np.linalg.norm(mean)) * scaled(alike)
