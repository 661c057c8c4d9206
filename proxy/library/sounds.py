"""What the tracks sound like, as heard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import apsw
import numpy as np
from msgspec import Struct

from proxy.arrays import Floats
from proxy.library.syncs import Again
from proxy.library.waiting import FILE, to_listen

STYLES = 100  # logits, of which both networks have half


class Sound(Struct, frozen=True):
    """A row of `track_sound`: embeddings of 200 by both networks and 100 logits; None where it is silent."""

    track_id: str
    embedding: Floats | None = None
    embedding_mtt: Floats | None = None
    styles: Floats | None = None


def put(db: apsw.Connection, row: Sound, *, now: str) -> None:
    """In place of what was heard before; nothing where the track has gone."""
    db.execute(
        f"""
        INSERT OR REPLACE INTO track_sound
          (track_id, embedding, embedding_mtt, styles, heard_at, heard_of)
        SELECT t.track_id, ?, ?, ?, ?, {FILE} FROM tracks AS t WHERE t.track_id = ?
        """,
        (_half(row.embedding), _half(row.embedding_mtt), _half(row.styles), now, row.track_id),
    )


def to_hear(db: apsw.Connection, *, now: str, again: Again = "", anywhere: bool = False) -> list[str]:
    """As in `waiting.to_listen`."""
    return to_listen(
        db, stage="hear", table="track_sound", of="heard_of", now=now, again=again, anywhere=anywhere
    )


def styles(db: apsw.Connection) -> tuple[list[str], Floats]:
    """The present tracks that were heard and are not silent, and a row of logits for each."""
    rows: Any = db.execute(
        """
        SELECT track_id, styles FROM track_sound JOIN tracks USING (track_id)
        WHERE missing_since IS NULL AND styles IS NOT NULL ORDER BY track_row
        """
    ).fetchall()
    logits = np.frombuffer(b"".join(blob for _, blob in rows), dtype=np.float16).astype(np.float32)
    return [track_id for track_id, _ in rows], logits.reshape(-1, STYLES)


def tempo_tags(db: apsw.Connection) -> list[float | None]:
    """Beats a minute as the tags of the tracks of `styles` tell them, in the same order."""
    rows: Any = db.execute("""
        SELECT NULLIF(bpm, 0) FROM track_sound JOIN tracks USING (track_id)
        WHERE missing_since IS NULL AND styles IS NOT NULL ORDER BY track_row
    """)
    return [bpm for (bpm,) in rows]


def rate(db: apsw.Connection, rated: Iterable[tuple[str, float, float]]) -> None:
    """Write each track's energy and its tempo, NaN where it has none."""
    db.executemany("UPDATE track_sound SET energy = ?2, tempo = ?3 WHERE track_id = ?1", rated)


def count(db: apsw.Connection) -> int:
    """How many present tracks were heard, silent ones too."""
    row: Any = db.execute(
        "SELECT COUNT(*) FROM track_sound JOIN tracks USING (track_id) WHERE missing_since IS NULL"
    ).fetchone()
    return int(row[0])


def _half(values: Floats | None) -> bytes | None:
    return None if values is None else values.astype("<f2").tobytes()
