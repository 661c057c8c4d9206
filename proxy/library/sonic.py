"""What the tracks of one generation sound like: embeddings that tell neighbours, and logits that tell styles.

Embeddings are centred by the library's mean and of unit length, so that cosines spread over the library:
with the mean left in, two tracks of it had .91 at the median. Over 152 tracks of game music the five nearest
were of the query's own package in .524 of cases by the MSD network when centred, .500 when not (at random
.104), and in .570 by both networks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import apsw
import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Halves, Ints, Mask
from proxy.library.quantised import Quantised, quantised, zeros

DIMENSION, STYLES = 200, 100  # of one network's embeddings; of both networks' tags
BOTH = 2 * DIMENSION
BLOCK = 1024  # tracks that are read at a time


class Sonic(Struct, frozen=True, eq=False):
    """Of the tracks at `heard` (positions, rising) a row each of `vectors` and, as columns, of `logits`.

    A vector is that of both networks, so that a cosine is the mean of theirs. What only the MSD network
    heard (versions until then had no other) has the library's mean for the rest: two such tracks are
    compared by it alone, one with another by it times .7, about what the other network says on average.
    In memory 600 bytes a track: 8 bits a component of a vector, 16 a logit.
    """

    known: Mask
    heard: Ints
    vectors: Quantised
    logits: Halves

    def rows(self, positions: Ints) -> Floats:
        """Unit vectors of these tracks; zeros of those that were not heard, of width 0 where none was."""
        rows = np.zeros((len(positions), BOTH if len(self.heard) else 0), dtype=np.float32)
        some = self.known[positions]
        if some.any():
            rows[some] = self.vectors.at(np.searchsorted(self.heard, positions[some]))
        return rows

    def cosines(self, like: Ints) -> Floats:
        """Of every track with the mean of those of `like` that were heard; 0 of tracks that were not."""
        cosines = np.zeros(len(self.known), dtype=np.float32)
        if self.known[like].any():
            mean = self.rows(like).sum(axis=0)
            mean /= max(float(np.linalg.norm(mean)), 1e-9)
            cosines[self.heard] = self.vectors.products(np.arange(len(self.heard)), mean)
        return cosines


def load(db: apsw.Connection, rows: Ints) -> Sonic:
    """Of the tracks with these row numbers; 50 ms for 9,000 and 0.7 s for 100,000.

    All is read twice, so that no more than the result is in memory.
    """
    size, msd, mtt = _means(_blocks(db))
    heard, logits = np.zeros(size, dtype=np.int64), np.zeros((STYLES, size), dtype=np.float16)
    vectors, first = zeros(size, BOTH), 0
    for block in _blocks(db):
        part = slice(first, first := first + len(block.rows))
        vectors.put(part, quantised(_both(block, msd, mtt)))
        heard[part], logits[:, part] = np.searchsorted(rows, block.rows), block.logits.T
    known = np.zeros(len(rows), dtype=np.bool_)
    known[heard] = True
    return Sonic(known, heard, vectors, logits)


class _Block(NamedTuple):
    """Of some tracks a row each, and which of them the MTT network heard; of others its row is zeros."""

    rows: Ints
    msd: Halves
    mtt: Halves
    by_mtt: Mask
    logits: Halves


def _means(blocks: Iterable[_Block]) -> tuple[int, Floats, Floats]:
    """How many tracks there are, and the mean of what each network heard."""
    msd, mtt, size, by_mtt = np.zeros(DIMENSION), np.zeros(DIMENSION), 0, 0
    for block in blocks:
        msd += block.msd.astype(np.float32).sum(axis=0)
        mtt += block.mtt.astype(np.float32).sum(axis=0)
        size, by_mtt = size + len(block.rows), by_mtt + int(block.by_mtt.sum())
    return size, (msd / max(size, 1)).astype(np.float32), (mtt / max(by_mtt, 1)).astype(np.float32)


def _both(block: _Block, msd: Floats, mtt: Floats) -> Floats:
    both = np.empty((len(block.rows), BOTH), dtype=np.float32)
    both[:, :DIMENSION] = _unit(block.msd - msd)
    both[:, DIMENSION:] = _unit(block.mtt - mtt) * block.by_mtt[:, None]
    return _unit(both)


def _unit(rows: Floats) -> Floats:
    """The rows themselves, made of unit length."""
    rows /= np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), 1e-9)[:, None]
    return rows


def _blocks(db: apsw.Connection) -> Iterator[_Block]:
    """Silence has none."""
    found: Any = db.execute(
        """
        SELECT track_row, embedding, IIF(length(embedding_mtt) = ?1, embedding_mtt, zeroblob(?1)),
          length(embedding_mtt) IS ?1, styles
        FROM tracks JOIN track_sound USING (track_id)
        WHERE missing_since IS NULL AND length(embedding) = ?1 AND length(styles) = ?2 ORDER BY track_row
        """,
        (2 * DIMENSION, 2 * STYLES),
    )
    while block := list(islice(found, BLOCK)):
        rows, msd, mtt, by_mtt, styles = zip(*block, strict=True)
        yield _Block(
            np.array(rows, dtype=np.int64),
            _halves(msd, DIMENSION),
            _halves(mtt, DIMENSION),
            np.array(by_mtt, dtype=np.bool_),
            _halves(styles, STYLES),
        )


def _halves(blobs: tuple[bytes, ...], width: int) -> Halves:
    return np.frombuffer(b"".join(blobs), dtype="<f2").reshape(-1, width)
