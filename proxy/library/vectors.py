"""The vectors of the tracks as they are searched: per model a sqlite-vec index, made from `embeddings`.

A track's vector for search is smoothed: 0.6 of its own and 0.4 of its artist's mean. The index holds the
signs of its components, 32 times smaller than the vectors and searched in a tenth of the time; what it finds
is scored again with the vectors, which are held in memory for that at eight bits a component.

A vec0 table cannot be renamed, so each model has two in turn: `library_generation.side` says which is in
force, and the other is built meanwhile.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import apsw
import numpy as np
import numpy.typing as npt

from proxy.arrays import Floats, Ints, Mask
from proxy.library import embeddings
from proxy.library.credits import numbers
from proxy.library.quantised import Quantised, quantised, zeros
from proxy.library.spread import Spread
from proxy.library.transactions import transaction

OWN_SHARE = 0.6
SAMPLE = 1500  # tracks from which mean and deviation of a score are estimated
CHUNK = (
    256  # tracks that sqlite-vec goes through at a time; of 1,024 a search of 9,000 takes half as long again
)
MARGIN = 2  # times as many tracks are looked for as asked for, since the sample is only one
MOST_NEAR = 4096  # what sqlite-vec gives at most
SIDES = ("", "_other")  # how the names of the two tables end


Bits = npt.NDArray[np.uint8]


def searchable(db: apsw.Connection) -> list[str]:
    """The models whose index was made, and of whose vectors there are any."""
    side = _side(db)
    return [model for model in embeddings.embedded(db) if _fits(db, model, _table(model, side))]


def build(db: apsw.Connection, model: str) -> None:
    """Make the search index of a model from the tracks that are not missing, for `put_in_force`.

    In blocks, so that it needs the memory of the artists' means and little more.
    """
    table = _table(model, 1 - _side(db))
    documents = ((block.place, block.documents.every()) for block in embeddings.blocks(db, model))
    means = _means(embeddings.artists(db, model), documents, embeddings.dimension(db, model))
    mean = means.of_all
    with transaction(db):
        db.execute(f"DROP TABLE IF EXISTS {table}")
        if len(means.artist):
            db.execute(f"CREATE VIRTUAL TABLE {table} USING vec0(signs bit[{len(mean)}], chunk_size={CHUNK})")
    for block in embeddings.blocks(db, model):
        smoothed = means.smoothed(block.documents, block.place)
        signs = np.packbits(smoothed > mean, axis=1, bitorder="little")
        with transaction(db):
            db.executemany(
                f"INSERT INTO {table} (rowid, signs) VALUES (?, vec_bit(?))",
                ((int(row), sign.tobytes()) for row, sign in zip(block.rows, signs, strict=True)),
            )


def put_in_force(db: apsw.Connection) -> None:
    """What was built of all models."""
    db.execute("UPDATE library_generation SET side = 1 - side")


def sweep(db: apsw.Connection) -> None:
    """Drop what is no longer in force, and what a run that was cut or an earlier version left."""
    side = _side(db)
    in_force = {_table(model, side) for model in embeddings.declared(db)}
    found: Any = db.execute(r"""
        SELECT name FROM sqlite_master WHERE name LIKE 'near\_%' ESCAPE '\'
          AND (sql LIKE 'CREATE VIRTUAL TABLE%' OR name LIKE '%\_blocks' ESCAPE '\')
    """)
    for (table,) in found.fetchall():
        if table not in in_force:
            with transaction(db):
                db.execute(f"DROP TABLE {table}")


class Vectors:
    """The search index of one model, open for reading; a kilobyte a track in memory."""

    def __init__(self, db: apsw.Connection, model: str) -> None:
        self.model = model
        self.digest = embeddings.digest(db, model)
        self._dimension = embeddings.dimension(db, model)
        self._rows, self._smoothed, self._names = _read(db, model, self._dimension)
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
        with db:  # in one view, or the table that is in force might be dropped before it is read
            table = _table(self.model, _side(db))
            found: list[Any] = db.execute(
                f"SELECT rowid FROM {table} WHERE signs MATCH vec_bit(?) AND k = ? AND distance <= ?",
                (signs.tobytes(), MOST_NEAR, bound),
            ).fetchall()
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


class _Means(NamedTuple):
    """The mean of all tracks' vectors, that of each artist, and whose each track is."""

    of_all: Floats
    of_artist: Floats
    artist: Ints

    def smoothed(self, documents: Quantised, place: slice) -> Floats:
        """The vectors of the tracks at these places, their artists' among them."""
        of_artist = self.of_artist[self.artist[place]]
        return (OWN_SHARE * documents.every() + (1 - OWN_SHARE) * of_artist).astype(np.float32)


def _means(artists: Sequence[str], documents: Iterable[tuple[slice, Floats]], dimension: int) -> _Means:
    """Of documents, some at a time, each lot with its place among the artists."""
    artist, number = numbers(artists)
    sums = np.zeros((len(number), dimension), dtype=np.float32)
    for place, some in documents:
        np.add.at(sums, artist[place], some)
    mean = (sums.sum(axis=0) / max(len(artist), 1)).astype(np.float32)
    sums /= np.bincount(artist).astype(np.float32)[:, None]
    return _Means(mean, sums, artist)


def _read(db: apsw.Connection, model: str, dimension: int) -> tuple[Ints, Quantised, Quantised]:
    """The rows that have vectors, these smoothed, and those of their names.

    The database is read once, and what is read is smoothed in its place.
    """
    artists = embeddings.artists(db, model)
    size = len(artists)
    rows, vectors, names = np.zeros(size, dtype=np.int64), zeros(size, dimension), zeros(size, dimension)
    places: list[slice] = []
    for block in embeddings.blocks(db, model):
        rows[block.place] = block.rows
        vectors.put(block.place, block.documents)
        names.put(block.place, block.names)
        places.append(block.place)
    means = _means(artists, ((place, vectors.of(place).every()) for place in places), dimension)
    for place in places:
        vectors.put(place, quantised(means.smoothed(vectors.of(place), place)))
    return rows, vectors, names


def _fits(db: apsw.Connection, model: str, table: str) -> bool:
    """Not where the model had vectors of another dimension when it was made."""
    column = f"signs bit[{embeddings.dimension(db, model)}]"
    is_there: Any = db.execute(
        "SELECT 1 FROM sqlite_master WHERE name = ? AND instr(sql, ?)", (table, column)
    )
    return is_there.fetchone() is not None


def _side(db: apsw.Connection) -> int:
    return int(db.execute("SELECT side FROM library_generation").get)


def _table(model: str, side: int) -> str:
    """A model's name as a table's: letters, digits and underscores only, so that it can stand in SQL."""
    plain = re.sub(r"[^a-z0-9]+", "_", model.lower())
    return f"near_{plain}_{zlib.crc32(model.encode()):08x}{SIDES[side]}"
