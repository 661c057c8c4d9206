"""How much alike two tracks are: a weighted mean of what each kind of evidence says, where it says anything.

Similarities are calibrated on a sample of the library: 1 is the same recording, 0.5 the median pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.library.vectors import Vectors
from proxy.playlists.evidence import evidence_of
from proxy.playlists.pool import tag_rows

SAMPLE = 300  # tracks whose 44,850 pairs tell what the median is
BLOCK = 512  # tracks whose vectors are unpacked at a time, so that they stay in the cache
# Who asks for what is similar wants what sounds so: where all is known, hearing says as much as all words.
BY_TAGS, BY_TEXT, BY_SOUND = 1.0, 1.0, 2.0
UNKNOWN = 0.5  # of a pair that nothing is known of: as likely alike as not


class Part(Protocol):
    """One kind of evidence. `known` masks the tracks that it knows anything of."""

    weight: float
    known: Mask

    def rows(self, positions: Ints) -> Floats:
        """A vector a track, of unit length; zeros where it is not known. Products are cosines."""

    def cosines(self, like: Ints) -> Floats:
        """Of every track in the library with the mean of the rows of `like`."""


class Scale(Struct, frozen=True):
    """From cosines to similarities, in two straight lines: least, median, 1 become 0, 0.5, 1."""

    least: float
    median: float

    @classmethod
    def of(cls, pairs: Floats) -> Scale:
        """`pairs` are the values of a sample; where there is none, 0 is taken for its median."""
        median = min(float(np.median(pairs)) if len(pairs) else 0.0, 1 - 1e-6)
        least = float(pairs.min()) if len(pairs) else -1.0
        return cls(min(least, median - 1e-6), median)

    def __call__(self, values: Floats) -> Floats:
        return np.interp(values, (self.least, self.median, 1), (0, 0.5, 1)).astype(np.float32)


class Tags:
    """tf-idf of genres and moods."""

    weight = BY_TAGS

    def __init__(self, index: Index) -> None:
        self.known: Mask = ~evidence_of(index).untagged
        self._index = index

    def rows(self, positions: Ints) -> Floats:
        return tag_rows(positions, self._index)

    def cosines(self, like: Ints) -> Floats:
        return evidence_of(self._index).likeness(like)


class Text:
    """The vectors of what a track's tags say in words: title, artist, album, genres, year."""

    weight = BY_TEXT

    def __init__(self, index: Index, vectors: Vectors) -> None:
        self._index = index
        self._vectors = vectors
        blocks = np.array_split(np.arange(len(index)), len(index) // BLOCK + 1)
        squares = [np.einsum("ij,ij->i", rows, rows) for rows in map(self._smoothed, blocks)]
        self._lengths: Floats = np.sqrt(np.concatenate(squares))
        self.known: Mask = self._lengths > 0

    def rows(self, positions: Ints) -> Floats:
        rows = self._smoothed(positions)
        rows /= np.maximum(self._lengths[positions], 1e-9)[:, None]
        return rows

    def cosines(self, like: Ints) -> Floats:
        mean = self.rows(like).mean(axis=0)
        mean /= max(float(np.linalg.norm(mean)), 1e-9)
        products = self._vectors.products(self._index.rows, mean)
        return (products / np.maximum(self._lengths, 1e-9)).astype(np.float32)

    def _smoothed(self, positions: Ints) -> Floats:
        return self._vectors.smoothed(self._index.rows[positions])


class Sound:
    """What was heard."""

    weight = BY_SOUND

    def __init__(self, index: Index) -> None:
        self.known: Mask = index.sonic.known
        self.rows = index.sonic.rows
        self.cosines = index.sonic.cosines


class Likeness:
    """Similarities in [0, 1] over one generation; to be shared by threads."""

    def __init__(self, parts: Sequence[Part], size: int) -> None:
        self._size = size
        self._parts = [(part, Scale.of(_pairs(part.rows(_sample(part.known))))) for part in parts]
        sample = _sample(np.ones(size, dtype=np.bool_))
        self._scale = Scale.of(_above_diagonal(self._between(sample)))

    def to(self, like: Ints) -> Floats:
        """Of every track to these, or to what they have in common."""
        said = []
        for part, scale in self._parts:
            if part.known[like].any():
                said.append((scale(part.cosines(like[part.known[like]])), part.weight * part.known))
        return self._scale(_mean(said, (self._size,)))

    def between(self, positions: Ints) -> Floats:
        """Of each of these to each, as a square."""
        square = self._scale(self._between(positions))
        np.fill_diagonal(square, 1)
        return square

    def _between(self, positions: Ints) -> Floats:
        said = []
        for part, scale in self._parts:
            rows, known = part.rows(positions), part.known[positions]
            said.append((scale(rows @ rows.T), part.weight * np.outer(known, known)))
        return _mean(said, (len(positions), len(positions)))


@lru_cache(maxsize=1)
def likeness_of(index: Index, model: str) -> Likeness:
    """By all that is known of this generation; `model` names the text vectors, "" for none."""
    parts: list[Part] = [Tags(index), Sound(index)]
    if model in index.vectors:
        parts.append(Text(index, index.vectors[model]))
    return Likeness(parts, len(index))


def _mean(said: Sequence[tuple[Floats, Floats]], shape: tuple[int, ...]) -> Floats:
    """The weighted mean of values; UNKNOWN where all weights are 0."""
    total, weights = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for values, weight in said:
        total += values * weight
        weights += weight
    mean: Floats = np.where(weights > 0, total / np.maximum(weights, 1e-9), UNKNOWN).astype(np.float32)
    return mean


def _sample(known: Mask) -> Ints:
    """As evenly spread as can be, and the same every time."""
    places = np.flatnonzero(known)
    return places[np.unique(np.linspace(0, len(places) - 1, min(SAMPLE, len(places))).astype(np.int64))]


def _pairs(rows: Floats) -> Floats:
    return _above_diagonal(rows @ rows.T)


def _above_diagonal(square: Floats) -> Floats:
    return square[np.triu_indices(len(square), 1)]
