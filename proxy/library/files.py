"""Where upstream says that the tracks' files are, and which of them were found here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec
from msgspec import Struct

from proxy.library.syncs import DUE, Again

_COLUMNS = "track_id, library_path, path, size, duration"


class File(Struct, frozen=True):
    """A track's file as upstream tells it: `size` in bytes and `duration` in seconds, 0 where unknown.

    `path` is below `library_path`; where that is "", it may be a whole path, or one that upstream made up.
    """

    track_id: str
    library_path: str
    path: str
    size: int = 0
    duration: float = 0.0


class Library(Struct, frozen=True):
    """The tracks of one folder upstream; `first` and `last` of their paths, as they sort."""

    path: str
    first: str
    last: str


class Found(Struct, frozen=True):
    """How many present tracks' files are here, and how many were looked for in vain."""

    located: int
    missing: int


def get(db: apsw.Connection, ids: Sequence[str]) -> list[File]:
    """In the order asked for; ids that are not in the index are left out."""
    rows: Any = db.execute(
        f"""
        SELECT {_COLUMNS} FROM (SELECT key, value FROM json_each(?)) JOIN tracks ON track_id = value
        ORDER BY key
        """,
        (msgspec.json.encode(ids).decode(),),
    )
    return [File(*row) for row in rows]


def libraries(db: apsw.Connection) -> list[Library]:
    rows: Any = db.execute("""
        SELECT library_path, MIN(path), MAX(path) FROM tracks
        WHERE path <> '' AND missing_since IS NULL GROUP BY library_path
    """)
    return [Library(*row) for row in rows]


def sample(db: apsw.Connection, library: str, count: int) -> list[File]:
    """Some files of that folder upstream, from all over it, always the same."""
    rows: Any = db.execute(
        f"""
        SELECT {_COLUMNS} FROM tracks WHERE library_path = ? AND path <> '' AND missing_since IS NULL
        ORDER BY track_row * 40503 % 65537, track_row LIMIT ?
        """,  # a prime more than the rows of most libraries, and a factor that strews them
        (library, count),
    )
    return [File(*row) for row in rows]


def to_locate(db: apsw.Connection, *, now: str, again: Again = "") -> list[str]:
    """The tracks that were never looked for, have changed since, or are due `again`; see `syncs.DUE`."""
    rows: Any = db.execute(
        f"""
        SELECT t.track_id FROM tracks AS t
        LEFT JOIN navidrome_track_sync_status AS own ON own.track_id = t.track_id AND own.stage = 'locate'
        LEFT JOIN navidrome_track_sync_status AS sync ON sync.track_id = t.track_id AND sync.stage = 'sync'
        WHERE missing_since IS NULL AND path <> ''
          AND ({DUE} OR own.attempts = 0 AND own.last_success < sync.last_success)
        """,
        {"again": again, "now": now},
    )
    return [track_id for (track_id,) in rows]


def found(db: apsw.Connection) -> Found:
    """As the last refresh that looked for them left it."""
    row: Any = db.execute("""
        SELECT COUNT(*) FILTER (WHERE attempts = 0), COUNT(*) FILTER (WHERE attempts > 0)
        FROM navidrome_track_sync_status JOIN tracks USING (track_id)
        WHERE stage = 'locate' AND missing_since IS NULL
    """).fetchone()
    return Found(*row)
