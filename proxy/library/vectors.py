"""The vectors of the tracks as they are searched: per model a sqlite-vec index, made from `embeddings`.

A track's vector for search is smoothed: 0.6 of its own and 0.4 of its artist's mean. The index holds the
signs of its components, 32 times smaller than the vectors and searched in a tenth of the time; what it finds
is scored again with the vectors, which are held in memory for that at eight bits a component.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import apsw
import numpy as np
import numpy.typing as npt

from proxy.arrays import Floats, Ints, Mask
from proxy.library import embeddings
from proxy.library.quantised import Quantised, from_bytes, joined, quantised, to_bytes
from proxy.library.spread import Spread

OWN_SHARE = 0.6
SAMPLE = 1500  # tracks from which mean and deviation of a score are estimated
CHUNK = (
    256  # tracks that sqlite-vec goes through at a time; of 1,024 a search of 9,000 takes half as long again
)
MARGIN = 2  # times as many tracks are looked for as asked for, since the sample is only one
MOST_NEAR = 4096  # what sqlite-vec gives at most


Bits = npt.NDArray[np.uint8]


def searchable(db: apsw.Connection) -> list[str]:
    """The models whose index was made."""
    return [model for model in embeddings.declared(db) if _is_whole(db, _table(model))]


def rebuild(db: apsw.Connection, model: str) -> int:
    """Make the search index of a model anew from the tracks that are not missing; their number.

    In blocks, so that it needs the memory of the artists' means and little more.
    """
    _drop(db, model)
    size, mean, of_artist = _means(db, model)
    if not size:
        return 0
    table = _table(model)
    db.execute(
        f"CREATE TABLE {table}_blocks (block INTEGER PRIMARY KEY, rows BLOB NOT NULL, vectors BLOB NOT NULL, "
        "names BLOB NOT NULL)"
    )
    db.execute(f"CREATE VIRTUAL TABLE {table} USING vec0(signs bit[{len(mean)}], chunk_size={CHUNK})")
    for block in embeddings.blocks(db, model):
        means = np.array([of_artist[artist] for artist in block.artists])
        smoothed = (OWN_SHARE * block.documents + (1 - OWN_SHARE) * means).astype(np.float32)
        signs = np.packbits(smoothed > mean, axis=1, bitorder="little")
        db.execute(
            f"INSERT INTO {table}_blocks (rows, vectors, names) VALUES (?, ?, ?)",
            (block.rows.tobytes(), to_bytes(quantised(smoothed)), to_bytes(quantised(block.names))),
        )
        db.executemany(
            f"INSERT INTO {table} (rowid, signs) VALUES (?, vec_bit(?))",
            ((int(row), sign.tobytes()) for row, sign in zip(block.rows, signs, strict=True)),
        )
    return size


class Vectors:
    """The search index of one model, open for reading; a kilobyte a track in memory."""

    def __init__(self, db: apsw.Connection, model: str) -> None:
        self.model = model
        self.digest = embeddings.digest(db, model)
        self._table = _table(model)
        self._dimension = embeddings.dimension(db, model)
        self._rows, self._smoothed, self._names = self._read(db)
        places = np.arange(0, len(self._rows), max(len(self._rows) // SAMPLE, 1))
        sample = self._smoothed.at(places)
        self._spread, self._names_spread = Spread.of(sample), Spread.of(self._names.at(places))
        self._sample_signs = np.packbits(sample > self._spread.mean, axis=1, bitorder="little")

    def nearest(self, db: apsw.Connection, vector: Floats, count: int) -> Ints:
        """The row numbers of at least the `count` nearest tracks by signs; in no order that means anything.

        How far to look is told by a sample: sqlite-vec takes as many passes over its chunks as tracks are to
        be found in them, so that without a bound 400 of 100,000 would take fifty times as long.
        """
        if count > MOST_NEAR:
            return self._rows
        signs = np.packbits(vector > 0, bitorder="little")  # its product with the mean is the same for all
        found = self._within(db, signs, self._bound(signs, min(MARGIN * count, MOST_NEAR)))
        return (
            found if len(found) >= min(count, len(self._rows)) else self._within(db, signs, self._dimension)
        )

    def _bound(self, signs: Bits, count: int) -> int:
        """The distance in bits within which about that many tracks lie."""
        distances = np.sort(np.bitwise_count(self._sample_signs ^ signs).sum(axis=1))
        place = count * len(distances) // max(len(self._rows), 1)
        return int(distances[min(place, len(distances) - 1)])

    def _within(self, db: apsw.Connection, signs: Bits, bound: int) -> Ints:
        query = f"SELECT rowid FROM {self._table} WHERE signs MATCH vec_bit(?) AND k = ? AND distance <= ?"
        found: Any = db.execute(query, (signs.tobytes(), MOST_NEAR, bound))
        return np.array([row for (row,) in found], dtype=np.int64)

    def smoothed(self, rows: Sequence[int] | Ints) -> Floats:
        """The smoothed vectors of these rows, in the order of `rows`; zeros where a row has none."""
        return self._at(self._smoothed, rows)

    def products(self, rows: Sequence[int] | Ints, vector: Floats) -> Floats:
        """What `smoothed(rows) @ vector` gives."""
        places, is_found = self._places(rows)
        return np.where(is_found, self._smoothed.products(places, vector), 0).astype(np.float32)

    def names(self, rows: Sequence[int] | Ints) -> Floats:
        """The vectors of these rows' names, likewise; they are not smoothed."""
        return self._at(self._names, rows)

    def standard(self, rows: Sequence[int] | Ints, vector: Floats) -> Floats:
        """Products with `vector` as deviations from the mean of the whole index, estimated from a sample."""
        return self._spread.standard(self.products(rows, vector), vector)

    def standard_names(self, rows: Sequence[int] | Ints, vector: Floats) -> Floats:
        """The same of names' vectors."""
        places, is_found = self._places(rows)
        products = np.where(is_found, self._names.products(places, vector), 0)
        return self._names_spread.standard(products, vector)

    def _at(self, vectors: Quantised, rows: Sequence[int] | Ints) -> Floats:
        places, is_found = self._places(rows)
        found = vectors.at(places)
        found[~is_found] = 0
        return found

    def _places(self, rows: Sequence[int] | Ints) -> tuple[Ints, Mask]:
        """Where these rows stand, and whether they do."""
        wanted = np.asarray(rows, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._rows, wanted), max(len(self._rows) - 1, 0))
        return places, self._rows[places] == wanted

    def _read(self, db: apsw.Connection) -> tuple[Ints, Quantised, Quantised]:
        found: list[Any] = db.execute(
            f"SELECT rows, vectors, names FROM {self._table}_blocks ORDER BY block"
        ).fetchall()
        rows = np.frombuffer(b"".join(rows for rows, _, _ in found), dtype=np.int64)
        smoothed = joined([from_bytes(each, self._dimension) for _, each, _ in found], self._dimension)
        names = joined([from_bytes(each, self._dimension) for _, _, each in found], self._dimension)
        return rows, smoothed, names


def _means(db: apsw.Connection, model: str) -> tuple[int, Floats, dict[str, Floats]]:
    """How many tracks there are, the mean of their vectors, and each artist's."""
    sums: dict[str, Floats] = {}
    counts: Counter[str] = Counter()
    for block in embeddings.blocks(db, model):
        counts.update(block.artists)
        for artist, document in zip(block.artists, block.documents, strict=True):
            sums[artist] = sums[artist] + document if artist in sums else document.copy()
    total: Floats = np.sum(list(sums.values()), axis=0, dtype=np.float32)
    size = sum(counts.values())
    for artist, vector in sums.items():
        vector /= counts[artist]
    return size, (total / max(size, 1)).astype(np.float32), sums


def _drop(db: apsw.Connection, model: str) -> None:
    db.execute(f"DROP TABLE IF EXISTS {_table(model)}")
    db.execute(f"DROP TABLE IF EXISTS {_table(model)}_blocks")


def _is_whole(db: apsw.Connection, table: str) -> bool:
    """Not where a version made it that kept vectors in another way."""
    parts = (table, f"{table}_blocks")
    return db.execute("SELECT count(*) FROM sqlite_master WHERE name IN (?, ?)", parts).fetchone() == (2,)


def _table(model: str) -> str:
    """A model's name as a table's: letters, digits and underscores only, so that it can stand in SQL."""
    plain = re.sub(r"[^a-z0-9]+", "_", model.lower())
    return f"near_{plain}_{zlib.crc32(model.encode()):08x}"
