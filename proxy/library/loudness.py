"""How loud the tracks are, as measured, and which of them wait for it."""

from __future__ import annotations

from typing import Any

import apsw
from msgspec import Struct

from proxy.library.syncs import DUE, Again

# What tells that a file is another than before; what only its tags upstream say of it does not.
# Navidrome's `updatedAt` is the file's own time of change.
_FILE = "t.size || ' ' || t.duration || ' ' || COALESCE(t.song ->> '$.updatedAt', '')"


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
        SELECT t.track_id, ?, ?, ?, ?, ?, ?, {_FILE} FROM tracks AS t WHERE t.track_id = ?
        """,
        (row.lufs, row.true_peak, row.range, row.rms, row.source, now, row.track_id),
    )


def to_measure(db: apsw.Connection, *, now: str, again: Again = "") -> list[str]:
    """The tracks that are here and were never measured, have another file now, or are due `again`.

    First what stood in most lists lately, then what came last; see `syncs.DUE`.
    """
    rows: Any = db.execute(
        f"""
        SELECT t.track_id FROM tracks AS t
        JOIN navidrome_track_sync_status AS here
          ON here.track_id = t.track_id AND here.stage = 'locate' AND here.attempts = 0
        LEFT JOIN navidrome_track_sync_status AS own ON own.track_id = t.track_id AND own.stage = 'measure'
        LEFT JOIN navidrome_track_sync_status AS sync ON sync.track_id = t.track_id AND sync.stage = 'sync'
        LEFT JOIN track_loudness AS loudness ON loudness.track_id = t.track_id
        LEFT JOIN (SELECT track_id, COUNT(*) AS times FROM served GROUP BY track_id) AS lists
          ON lists.track_id = t.track_id
        WHERE missing_since IS NULL AND ({DUE} OR own.attempts = 0 AND (
          loudness.track_id IS NULL OR own.last_success < sync.last_success AND measured_of <> {_FILE}))
        ORDER BY COALESCE(times, 0) DESC,
          COALESCE(t.song ->> '$.created', t.song ->> '$.createdAt', first_seen) DESC, track_row
        """,
        {"again": again, "now": now},
    )
    return [track_id for (track_id,) in rows]


def count(db: apsw.Connection) -> int:
    """How many present tracks were measured, silent ones too."""
    row: Any = db.execute(
        "SELECT COUNT(*) FROM track_loudness JOIN tracks USING (track_id) WHERE missing_since IS NULL"
    ).fetchone()
    return int(row[0])
