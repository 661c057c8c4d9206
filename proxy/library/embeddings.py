"""The rows of the tracks' vectors, per model; the search index in `vectors` is made from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import apsw
import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints
from proxy.library.quantised import Quantised, from_rows, quantised, to_rows
from proxy.library.transactions import transaction

BLOCK = 1000  # tracks that are read or dropped at a time


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


class Block(NamedTuple):
    """The vectors of some tracks; their place is that among all tracks of `blocks`."""

    place: slice
    rows: Ints
    documents: Quantised
    names: Quantised


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


def put(db: apsw.Connection, model: str, embeddings: Sequence[Embedding]) -> None:
    """Store them at eight bits a component; none may hold what is not finite."""
    if not embeddings:
        return
    documents = to_rows(quantised(np.array([e.document for e in embeddings])))
    names = to_rows(quantised(np.array([e.names for e in embeddings])))
    db.executemany(
        """
        INSERT INTO track_embeddings (track_id, model, document, names) VALUES (?, ?, ?, ?)
        ON CONFLICT (track_id, model) DO UPDATE SET document = excluded.document, names = excluded.names
        """,
        ((e.track_id, model, *both) for e, *both in zip(embeddings, documents, names, strict=True)),
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


def embedded(db: apsw.Connection) -> list[str]:
    """The models that there are vectors of present tracks of."""
    found: Any = db.execute("""
        SELECT model FROM embedding_models WHERE EXISTS (
          SELECT 1 FROM track_embeddings JOIN tracks USING (track_id)
          WHERE track_embeddings.model = embedding_models.model AND missing_since IS NULL
        ) ORDER BY model
    """)
    return [model for (model,) in found]


def forget(db: apsw.Connection, model: str) -> None:
    """Drop a model and its vectors, in transactions of which none is long. Raises LibraryError."""
    some = """
        DELETE FROM track_embeddings
        WHERE rowid IN (SELECT rowid FROM track_embeddings WHERE model = ? LIMIT ?)
    """
    while True:
        with transaction(db):
            db.execute(some, (model, BLOCK))
            if not db.changes():
                db.execute("DELETE FROM embedding_models WHERE model = ?", (model,))
                return


def digest(db: apsw.Connection, model: str) -> str:
    """What its server told of the model; "" where it did not."""
    row: Any = db.execute("SELECT digest FROM embedding_models WHERE model = ?", (model,)).fetchone()
    return str(row[0]) if row else ""


def dimension(db: apsw.Connection, model: str) -> int:
    row: Any = db.execute("SELECT dimension FROM embedding_models WHERE model = ?", (model,)).fetchone()
    return int(row[0]) if row else 0


def artists(db: apsw.Connection, model: str) -> list[str]:
    """Whom each track of `blocks` is by, casefolded, in their order."""
    found: Any = db.execute(
        """
        SELECT artist FROM tracks JOIN track_embeddings USING (track_id)
        WHERE model = ? AND missing_since IS NULL ORDER BY track_row
        """,
        (model,),
    )
    return [artist.casefold() for (artist,) in found]


def blocks(db: apsw.Connection, model: str) -> Iterator[Block]:
    """The vectors of all present tracks, by row number."""
    last, first, width = -1, 0, dimension(db, model)
    while found := db.execute(
        """
        SELECT track_row, document, names FROM tracks JOIN track_embeddings USING (track_id)
        WHERE model = ? AND missing_since IS NULL AND track_row > ? ORDER BY track_row LIMIT ?
        """,
        (model, last, BLOCK),
    ).fetchall():
        rows, documents, names = zip(*found, strict=True)
        last = rows[-1]
        yield Block(
            slice(first, first := first + len(rows)),
            np.array(rows, dtype=np.int64),
            from_rows(documents, width),
            from_rows(names, width),
        )
