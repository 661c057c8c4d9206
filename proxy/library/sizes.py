"""How much there is of what, counted without reading it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
from msgspec import Struct


class ModelSize(Struct, frozen=True):
    """The present tracks that have vectors of a model, and the form of the texts they were made from."""

    model: str
    vectors: int
    text_form: str


def models(db: apsw.Connection) -> list[ModelSize]:
    """Of every model that there may be vectors of, by name."""
    rows: Any = db.execute("""
        SELECT model, COUNT(track_row), text_form
        FROM embedding_models LEFT JOIN track_embeddings USING (model)
        LEFT JOIN tracks ON tracks.track_id = track_embeddings.track_id AND missing_since IS NULL
        GROUP BY model ORDER BY model
    """)
    return [ModelSize(*row) for row in rows]


def prompt_playlists(db: apsw.Connection) -> int:
    """The lists made from a name that their owners have not deleted through us."""
    return int(db.execute("SELECT COUNT(*) FROM prompt_playlists WHERE deleted_at IS NULL").get)


def music_folders(db: apsw.Connection) -> list[str]:
    """The libraries' folders as upstream names them; none where it does not tell."""
    rows: Any = db.execute("SELECT DISTINCT library_path FROM tracks WHERE library_path <> '' ORDER BY 1")
    return [folder for (folder,) in rows]


def file(path: Path, suffix: str = "") -> int:
    """Bytes of the database's file, or of one beside it; 0 where there is none."""
    beside = path.with_name(path.name + suffix)
    return beside.stat().st_size if beside.exists() else 0
