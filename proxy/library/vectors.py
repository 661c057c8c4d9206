"""The vectors of the tracks: their rows, and per model a sqlite-vec index that is made from them.

A track's vector for search is smoothed: 0.6 of its own and 0.4 of its artist's mean. The index holds the
signs of its components, 32 times smaller than the vectors and searched in a tenth of the time; what it finds
is scored again with the vectors themselves.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import apsw
import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints

OWN_SHARE = 0.6
SAMPLE = 1500  # tracks from which mean and deviation of a score are estimated
MOST_NEAR = 4096  # what sqlite-vec gives at most


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
    return [model for model in declared(db) if _exists(db, _table(model))]


def rebuild(db: apsw.Connection, model: str) -> int:
    """Make the search index of a model anew from the tracks that are not missing; their number."""
    rows, artists, own = _documents(db, model)
    _drop(db, model)
    if not len(rows):
        return 0
    smoothed = _smooth(own, artists)
    signs = np.packbits(smoothed > smoothed.mean(axis=0), axis=1, bitorder="little")
    table, dimension = _table(model), own.shape[1]
    db.execute(f"CREATE TABLE {table}_smoothed (track_row INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
    db.execute(f"CREATE VIRTUAL TABLE {table} USING vec0(signs bit[{dimension}])")
    db.executemany(
        f"INSERT INTO {table}_smoothed (track_row, vector) VALUES (?, ?)",
        ((int(row), _half(vector)) for row, vector in zip(rows, smoothed, strict=True)),
    )
    db.executemany(
        f"INSERT INTO {table} (rowid, signs) VALUES (?, vec_bit(?))",
        ((int(row), sign.tobytes()) for row, sign in zip(rows, signs, strict=True)),
    )
    return len(rows)


class Vectors:
    """The search index of one model, open for reading."""

    def __init__(self, db: apsw.Connection, model: str) -> None:
        self.model = model
        self.digest = _digest(db, model)
        self._table = _table(model)
        self._dimension = _dimension(db, model)
        rows = np.array(_integers(db, f"SELECT track_row FROM {self._table}_smoothed ORDER BY track_row"))
        every = max(len(rows) // SAMPLE, 1)
        self._sample = self.smoothed(db, rows[::every])
        self._names_sample = self.names(db, rows[::every])
        self._mean = self._sample.mean(axis=0)

    def nearest(self, db: apsw.Connection, vector: Floats, count: int) -> list[int]:
        """The row numbers of about the `count` nearest tracks; in no order that means anything."""
        if count > MOST_NEAR:
            return _integers(db, f"SELECT track_row FROM {self._table}_smoothed")
        signs = np.packbits(vector > self._mean, bitorder="little").tobytes()
        query = f"SELECT rowid FROM {self._table} WHERE signs MATCH vec_bit(?) AND k = ?"
        return _integers(db, query, signs, count)

    def smoothed(self, db: apsw.Connection, rows: Sequence[int] | Ints) -> Floats:
        """The smoothed vectors of these rows, in the order of `rows`; zeros where a row has none."""
        query = f"""
            SELECT track_row, vector FROM {self._table}_smoothed
            WHERE track_row IN (SELECT value FROM json_each(?))
        """
        return self._vectors(rows, db.execute(query, (_json(rows),)))

    def names(self, db: apsw.Connection, rows: Sequence[int] | Ints) -> Floats:
        """The vectors of these rows' names, likewise; they are not smoothed."""
        query = """
            SELECT track_row, names FROM tracks JOIN track_embeddings USING (track_id)
            WHERE model = ? AND track_row IN (SELECT value FROM json_each(?))
        """
        return self._vectors(rows, db.execute(query, (self.model, _json(rows))))

    def standard(self, scores: Floats, vector: Floats) -> Floats:
        """Products with `vector` as deviations from the mean of the whole index, estimated from a sample."""
        return _standard(scores, self._sample @ vector)

    def standard_names(self, scores: Floats, vector: Floats) -> Floats:
        """The same of products of names' vectors."""
        return _standard(scores, self._names_sample @ vector)

    def _vectors(self, rows: Sequence[int] | Ints, found: Any) -> Floats:
        vector_of, nothing = dict(found), bytes(2 * self._dimension)
        halves = b"".join(vector_of.get(row, nothing) for row in np.asarray(rows).tolist())
        return np.frombuffer(halves, dtype=np.float16).reshape(-1, self._dimension).astype(np.float32)


def _json(rows: Sequence[int] | Ints) -> str:
    return json.dumps(np.asarray(rows).tolist())


def _standard(scores: Floats, sample: Floats) -> Floats:
    standard: Floats = ((scores - sample.mean()) / max(float(sample.std()), 1e-9)).astype(np.float32)
    return standard


def _documents(db: apsw.Connection, model: str) -> tuple[Ints, list[str], Floats]:
    found: list[Any] = db.execute(
        """
        SELECT track_row, artist, document FROM tracks JOIN track_embeddings USING (track_id)
        WHERE model = ? AND missing_since IS NULL ORDER BY track_row
        """,
        (model,),
    ).fetchall()
    rows = np.array([row for row, _, _ in found], dtype=np.int64)
    own = np.frombuffer(b"".join(document for _, _, document in found), dtype=np.float16)
    width = _dimension(db, model)
    return rows, [artist.casefold() for _, artist, _ in found], own.reshape(-1, width).astype(np.float32)


def _smooth(own: Floats, artists: Sequence[str]) -> Floats:
    numbers: dict[str, int] = {}
    artist = np.array([numbers.setdefault(name, len(numbers)) for name in artists], dtype=np.int64)
    sums = np.zeros((len(numbers), own.shape[1]), dtype=np.float32)
    np.add.at(sums, artist, own)
    means = sums / np.bincount(artist, minlength=len(numbers))[:, None]
    smoothed: Floats = (OWN_SHARE * own + (1 - OWN_SHARE) * means[artist]).astype(np.float32)
    return smoothed


def _integers(db: apsw.Connection, query: str, *values: bytes | int) -> list[int]:
    found: Any = db.execute(query, values)
    return [row for (row,) in found]


def _digest(db: apsw.Connection, model: str) -> str:
    row: Any = db.execute("SELECT digest FROM embedding_models WHERE model = ?", (model,)).fetchone()
    return str(row[0]) if row else ""


def _dimension(db: apsw.Connection, model: str) -> int:
    row: Any = db.execute("SELECT dimension FROM embedding_models WHERE model = ?", (model,)).fetchone()
    return int(row[0]) if row else 0


def _drop(db: apsw.Connection, model: str) -> None:
    db.execute(f"DROP TABLE IF EXISTS {_table(model)}")
    db.execute(f"DROP TABLE IF EXISTS {_table(model)}_smoothed")


def _exists(db: apsw.Connection, table: str) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone())


def _table(model: str) -> str:
    """A model's name as a table's: letters, digits and underscores only, so that it can stand in SQL."""
    plain = re.sub(r"[^a-z0-9]+", "_", model.lower())
    return f"near_{plain}_{zlib.crc32(model.encode()):08x}"


def _half(vector: Floats) -> bytes:
    return vector.astype(np.float16).tobytes()
