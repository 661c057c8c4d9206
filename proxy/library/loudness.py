"""How loud the tracks are, as measured."""

from __future__ import annotations

from typing import Any

import apsw
from msgspec import Struct

from proxy.library.syncs import Again
from proxy.library.waiting import FILE, to_listen


class Measured(Struct, frozen=True, kw_only=True):
    """A row of `track_loudness`: `lufs` is None for silence and for what is too short to be gated."""

    track_id: str
    lufs: float | None
    true_peak: float | None
    range: float | None
    rms: float | None
    source: str


def put(db: apsw.Connection, row: Measured, *, now: str) -> None:
    """In place of what was measured before; nothing where the track has gone."""
    db.execute(
        f"""
        INSERT OR REPLACE INTO track_loudness
          (track_id, lufs, true_peak, range, rms, source, measured_at, measured_of)
        SELECT t.track_id, ?, ?, ?, ?, ?, ?, {FILE} FROM tracks AS t WHERE t.track_id = ?
        """,
        (row.lufs, row.true_peak, row.range, row.rms, row.source, now, row.track_id),
    )


def to_measure(db: apsw.Connection, *, now: str, again: Again = "", anywhere: bool = False) -> list[str]:
    """As in `waiting.to_listen`."""
    return to_listen(
        db, stage="measure", table="track_loudness", of="measured_of", now=now, again=again, anywhere=anywhere
    )


def count(db: apsw.Connection) -> int:
    """How many present tracks were measured, silent ones too."""
    row: Any = db.execute(
        "SELECT COUNT(*) FROM track_loudness JOIN tracks USING (track_id) WHERE missing_since IS NULL"
    ).fetchone()
    return int(row[0])
