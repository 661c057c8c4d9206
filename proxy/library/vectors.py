"""The vectors of the tracks: their rows, and per model a sqlite-vec index that is made from them.

A track's vector for search is smoothed: 0.6 of its own and 0.4 of its artist's mean. The index holds the
signs of its components, 32 times smaller than the vectors and searched in a tenth of the time; what it finds
is scored again with the vectors, which are held in memory for that at eight bits a component.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import apsw
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask
from proxy.library.quantised import Quantised, from_bytes, joined, quantised, to_bytes
from proxy.library.spread import Spread

OWN_SHARE = 0.6
SAMPLE = 1500  # tracks from which mean and deviation of a score are estimated
BLOCK = 1000  # tracks whose vectors are stored as one
CHUNK = (
    256  # tracks that sqlite-vec goes through at a time; of 1,024 a search of 9,000 takes half as long again
)
MARGIN = 2  # times as many tracks are looked for as asked for, since the sample is only one
MOST_NEAR = 4096  # what sqlite-vec gives at most


Bits = npt.NDArray[np.uint8]


class Embedding(Struct, frozen=True):
    """The two vectors of a track, both of unit length."""

    track_id: str
    document: Floats
    names: Floats


class Model(Struct, frozen=True):
    """What all vectors of a model share; a change of any of it makes them worthless."""

    name: str
    dimension: int
    digest: str
    text_form: str


def declare(db: apsw.Connection, model: Model, *, now: str) -> bool:
    """Note the model; True where vectors of another form of it had to go."""
    known = db.execute(
        "SELECT dimension, digest, text_form FROM embedding_models WHERE model = ?", (model.name,)
    ).fetchone()
    if known == (model.dimension, model.digest, model.text_form):
        return False
    db.execute("DELETE FROM track_embeddings WHERE model = ?", (model.name,))
    db.execute(
        """
        INSERT INTO embedding_models (model, dimension, digest, text_form, embedded_at)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (model) DO UPDATE SET dimension = excluded.dimension, digest = excluded.digest,
          text_form = excluded.text_form, embedded_at = excluded.embedded_at
        """,
        (model.name, model.dimension, model.digest, model.text_form, now),
    )
    return known is not None


def put(db: apsw.Connection, model: str, embeddings: Iterable[Embedding]) -> None:
    db.executemany(
        """
        INSERT INTO track_embeddings (track_id, model, document, names) VALUES (?, ?, ?, ?)
        ON CONFLICT (track_id, model) DO UPDATE SET document = excluded.document, names = excluded.names
        """,
        ((e.track_id, model, _half(e.document), _half(e.names)) for e in embeddings),
    )


def waiting(db: apsw.Connection, model: str) -> list[str]:
    """The present tracks that have no vectors of a model, by row number."""
    found: Any = db.execute(
        """
        SELECT track_id FROM tracks WHERE missing_since IS NULL AND NOT EXISTS (
          SELECT 1 FROM track_embeddings WHERE track_embeddings.track_id = tracks.track_id AND model = ?
        ) ORDER BY track_row
        """,
        (model,),
    )
    return [track_id for (track_id,) in found]


def declared(db: apsw.Connection) -> list[str]:
    """The models that there may be vectors of."""
    return [str(name) for (name,) in db.execute("SELECT model FROM embedding_models ORDER BY model")]


def searchable(db: apsw.Connection) -> list[str]:
    """The models whose index was made."""
    return [model for model in declared(db) if _is_whole(db, _table(model))]


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
    for block in _blocks(db, model):
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
        self.digest = _digest(db, model)
        self._table = _table(model)
        self._dimension = _dimension(db, model)
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


class _Block(NamedTuple):
    """The vectors of some tracks, and who they are by."""

    rows: Ints
    artists: list[str]
    documents: Floats
    names: Floats


def _blocks(db: apsw.Connection, model: str) -> Iterator[_Block]:
    last, width = -1, _dimension(db, model)
    while found := db.execute(
        """
        SELECT track_row, artist, document, names FROM tracks JOIN track_embeddings USING (track_id)
        WHERE model = ? AND missing_since IS NULL AND track_row > ? ORDER BY track_row LIMIT ?
        """,
        (model, last, BLOCK),
    ).fetchall():
        rows, artists, documents, names = zip(*found, strict=True)
        last = rows[-1]
        yield _Block(
            np.array(rows, dtype=np.int64),
            [artist.casefold() for artist in artists],
            _floats(documents, width),
            _floats(names, width),
        )


def _means(db: apsw.Connection, model: str) -> tuple[int, Floats, dict[str, Floats]]:
    """How many tracks there are, the mean of their vectors, and each artist's."""
    sums: dict[str, Floats] = {}
    counts: Counter[str] = Counter()
    for block in _blocks(db, model):
        counts.update(block.artists)
        for artist, document in zip(block.artists, block.documents, strict=True):
            sums[artist] = sums[artist] + document if artist in sums else document.copy()
    total: Floats = np.sum(list(sums.values()), axis=0, dtype=np.float32)
    size = sum(counts.values())
    for artist, vector in sums.items():
        vector /= counts[artist]
    return size, (total / max(size, 1)).astype(np.float32), sums


def _floats(halves: Sequence[bytes], width: int) -> Floats:
    return np.frombuffer(b"".join(halves), dtype=np.float16).reshape(-1, width).astype(np.float32)


def _digest(db: apsw.Connection, model: str) -> str:
    row: Any = db.execute("SELECT digest FROM embedding_models WHERE model = ?", (model,)).fetchone()
    return str(row[0]) if row else ""


def _dimension(db: apsw.Connection, model: str) -> int:
    row: Any = db.execute("SELECT dimension FROM embedding_models WHERE model = ?", (model,)).fetchone()
    return int(row[0]) if row else 0


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


def _half(vector: Floats) -> bytes:
    return vector.astype(np.float16).tobytes()
