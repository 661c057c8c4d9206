"""What refresh did: a row a run, and a row per track and stage that has succeeded or failed.

Instants are passed as `database.timestamp` writes them, except where they are reckoned with.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal

import apsw
from msgspec import Struct, structs

from proxy.library.database import timestamp

FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(days=7)
OLD = timedelta(days=7)  # an index that was last read longer ago wants a refresh

Again = Literal["", "failed", "all"]

# Of `own`, a track's row of a stage, if any: whether the stage is to deal with the track at `:now`. Failures
# wait for their time; `:again` "failed" takes them at once, and "all" takes every track.
DUE = """(own.track_id IS NULL OR :again = 'all'
  OR own.attempts > 0 AND (:again = 'failed' OR own.next_try <= :now))"""


class SyncReport(Struct, frozen=True, kw_only=True):
    """A row of `navidrome_syncs`. `status` is running, ok, failed or stopped; `error` says why it failed.

    `kind` is native, search3 or albums, or unchanged where nothing was read. `gate` is a digest, empty unless
    the run was ok: while it stays the same, upstream has nothing new for us.
    """

    sync_id: int
    kind: str = ""
    started_at: str
    ended_at: str | None = None
    status: str = "running"
    seen: int = 0
    added: int = 0
    changed: int = 0
    renamed: int = 0
    missing: int = 0
    deleted: int = 0
    upstream_version: str = ""
    last_scan: str = ""
    gate: str = ""
    error: str = ""


class Failure(Struct, frozen=True, kw_only=True):
    track_id: str
    stage: str
    artist: str
    title: str
    attempts: int
    next_try: str
    error: str


_COLUMNS = ", ".join(SyncReport.__struct_fields__)
_WRITTEN = ", ".join(f"{name} = :{name}" for name in SyncReport.__struct_fields__ if name != "sync_id")


def start(db: apsw.Connection, *, now: str) -> SyncReport:
    """Open a run, after closing as stopped those that a dead process left open.

    Only the holder of the refresh lock may call it.
    """
    db.execute("UPDATE navidrome_syncs SET status = 'stopped', ended_at = ? WHERE status = 'running'", (now,))
    db.execute("INSERT INTO navidrome_syncs (kind, started_at, status) VALUES ('', ?, 'running')", (now,))
    return SyncReport(sync_id=db.last_insert_rowid(), started_at=now)


def finish(db: apsw.Connection, report: SyncReport) -> None:
    """Write what became of a run that `start` opened."""
    db.execute(
        f"UPDATE navidrome_syncs SET {_WRITTEN} WHERE sync_id = :sync_id",
        structs.asdict(report),
    )


def latest(db: apsw.Connection, count: int = 10) -> list[SyncReport]:
    """The last runs, the newest first."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM navidrome_syncs ORDER BY sync_id DESC LIMIT ?", (count,))
    return [SyncReport(**_named(SyncReport, row)) for row in rows]


def last_good(db: apsw.Connection) -> SyncReport | None:
    """The newest run that came to its end."""
    row = db.execute(
        f"SELECT {_COLUMNS} FROM navidrome_syncs WHERE status = 'ok' ORDER BY sync_id DESC LIMIT 1"
    ).fetchone()
    return SyncReport(**_named(SyncReport, row)) if row else None


def failing(db: apsw.Connection) -> dict[str, int]:
    """How many times each stage could not deal with a present track; embedding counts for all its models."""
    rows: Any = db.execute("""
        SELECT substr(stage, 1, instr(stage || ' ', ' ') - 1) AS word, COUNT(*)
        FROM navidrome_track_sync_status JOIN tracks USING (track_id)
        WHERE attempts > 0 AND missing_since IS NULL GROUP BY word
    """)
    return dict(rows)


def succeeded(db: apsw.Connection, ids: Iterable[str], stage: str, *, now: str) -> None:
    """The stage has dealt with those tracks; earlier failures are forgotten."""
    db.executemany(
        """
        INSERT INTO navidrome_track_sync_status (track_id, stage, last_success) VALUES (?, ?, ?)
        ON CONFLICT (track_id, stage) DO UPDATE SET
          last_success = excluded.last_success, attempts = 0, next_try = NULL, error = ''
        """,
        ((track_id, stage, now) for track_id in ids),
    )


def forget(db: apsw.Connection, stage: str) -> None:
    """There is no such stage any more."""
    db.execute("DELETE FROM navidrome_track_sync_status WHERE stage = ?", (stage,))


def failed(db: apsw.Connection, track_id: str, stage: str, error: str, *, now: datetime) -> None:
    """The stage could not deal with that track; it is tried again later, each time after a longer wait."""
    row = db.execute(
        "SELECT attempts FROM navidrome_track_sync_status WHERE track_id = ? AND stage = ?", (track_id, stage)
    ).fetchone()
    attempts = (row[0] if row else 0) + 1
    db.execute(
        """
        INSERT INTO navidrome_track_sync_status (track_id, stage, attempts, next_try, error)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (track_id, stage) DO UPDATE SET
          attempts = excluded.attempts, next_try = excluded.next_try, error = excluded.error
        """,
        (track_id, stage, attempts, timestamp(now + wait(attempts)), error),
    )


def wait(attempts: int) -> timedelta:
    """How long to leave a track alone after so many failures in a row: doubled each time, a week at most."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_WAIT)


def failures(db: apsw.Connection) -> list[Failure]:
    """The present tracks that a stage could not deal with the last time it tried, those tried most first."""
    rows = db.execute("""
        SELECT tracks.track_id, stage, artist, title, attempts, next_try, error
        FROM navidrome_track_sync_status JOIN tracks USING (track_id)
        WHERE attempts > 0 AND missing_since IS NULL
        ORDER BY attempts DESC, track_row, stage
    """)
    return [Failure(**_named(Failure, row)) for row in rows]


def _named(struct: type[Struct], row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(struct.__struct_fields__, row, strict=True))
