"""Which decade a track without a year is of, learnt from tracks with one: what its artist and tags say."""

from __future__ import annotations

import numpy as np

from proxy.arrays import Floats, Ints, Mask
from proxy.library.tags import Tags

PRIOR = 3.0  # tracks of the whole library that a tag's own are joined by, so that a rare tag says little


def in_decade(decade: int, year: Ints, artist: Ints, tags: Tags) -> Floats:
    """Of every track how likely its year lies in the decade, by tracks with a year; the most likely has 1.

    Of an artist with n dated tracks their share counts n/(n+1), and the mean of what the tags say the rest;
    a tag says (n of the decade + 3 · share of the decade) / (n + 3). Zeros where no track has a year.
    """
    dated = year > 0
    if not dated.any():
        return np.zeros(len(year), dtype=np.float32)
    inside = dated & (year >= decade) & (year < decade + 10)
    by_tags = _by_tags(inside, dated, tags, prior=float(inside.sum() / dated.sum()))
    known = np.bincount(artist, weights=dated)
    share = np.bincount(artist, weights=inside) / np.maximum(known, 1)
    trust = (known / (known + 1))[artist]
    guess: Floats = (trust * share[artist] + (1 - trust) * by_tags).astype(np.float32)
    return guess / max(float(guess.max()), 1e-9)


def _by_tags(inside: Mask, dated: Mask, tags: Tags, *, prior: float) -> Floats:
    """Per track the mean of its tags' shares; the prior where it has none."""
    size = len(tags.names)
    known = np.bincount(tags.tag, weights=dated[tags.track], minlength=size)
    hits = np.bincount(tags.tag, weights=inside[tags.track], minlength=size)
    shares = ((hits + PRIOR * prior) / (known + PRIOR)).astype(np.float32)
    counts = np.bincount(tags.track, minlength=len(dated))
    means = tags.sums(shares, len(dated)) / np.maximum(counts, 1)
    return np.where(counts > 0, means, prior).astype(np.float32)
