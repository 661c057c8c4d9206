"""Vectors of a database that was made before they were kept at eight bits: moved, and not embedded anew.

100,000 tracks take the built-in embedder minutes and Ollama hours; to move them takes seconds.
"""

from __future__ import annotations

import contextlib
from typing import Any

import apsw
import numpy as np

from proxy.arrays import Floats
from proxy.library import embeddings
from proxy.library.embeddings import Embedding
from proxy.library.transactions import transaction

TABLE = "track_embeddings_halves"
ROWS = 1000  # that are moved in one transaction
WORTH_IT = 10  # a file of which less than this part is free is left as it is


def are_there(db: apsw.Connection) -> bool:
    """Whether there is anything to move, or a run that moved it was cut before its end."""
    return db.table_exists("main", TABLE)


def move(db: apsw.Connection) -> None:
    """Move every row, give the pages back and drop the table. It may be cut anywhere and begun again.

    The vectors' index is stale then, and stays in use until the next refresh makes it anew.
    """
    for model in embeddings.declared(db):
        while _moved(db, model):
            pass
    _shrink(db)
    db.execute(f"DROP TABLE {TABLE}")


def _moved(db: apsw.Connection, model: str) -> bool:
    """Of the rows of a model the first ones; False where there was none left."""
    with transaction(db):
        found: list[Any] = db.execute(
            f"""
            DELETE FROM {TABLE} WHERE rowid IN (SELECT rowid FROM {TABLE} WHERE model = ? LIMIT {ROWS})
            RETURNING track_id, document, names
            """,
            (model,),
        ).fetchall()
        embeddings.put(db, model, [Embedding(track, _floats(one), _floats(two)) for track, one, two in found])
    return bool(found)


def _shrink(db: apsw.Connection) -> None:
    free, pages = db.execute("PRAGMA freelist_count").get, db.execute("PRAGMA page_count").get
    if free * WORTH_IT > pages:
        with contextlib.suppress(apsw.Error):  # no room for a second copy: what is free is used again
            db.execute("VACUUM")


def _floats(halves: bytes) -> Floats:
    return np.frombuffer(halves, dtype=np.float16).astype(np.float32)
