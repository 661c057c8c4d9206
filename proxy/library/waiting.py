"""Which tracks wait for a stage that reads their files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
import msgspec

from proxy.library.syncs import DUE, Again

# What tells that a file is another than before; what only its tags upstream say of it does not.
# Navidrome's `updatedAt` is the file's own time of change.
FILE = "t.size || ' ' || t.duration || ' ' || COALESCE(t.song ->> '$.updatedAt', '')"


def to_listen(
    db: apsw.Connection,
    *,
    stage: str,
    table: str,
    of: str,
    now: str,
    again: Again = "",
    anywhere: bool = False,
) -> list[str]:
    """The tracks that are here and have no row in `table`, or one `of` another file, or are due `again`.

    With `anywhere` also those whose files are not here. First what stood in most lists lately, then what
    came last; see `syncs.DUE`.
    """
    rows: Any = db.execute(
        f"""
        SELECT t.track_id FROM tracks AS t
        LEFT JOIN navidrome_track_sync_status AS here
          ON here.track_id = t.track_id AND here.stage = 'locate' AND here.attempts = 0
        LEFT JOIN navidrome_track_sync_status AS own ON own.track_id = t.track_id AND own.stage = :stage
        LEFT JOIN navidrome_track_sync_status AS sync ON sync.track_id = t.track_id AND sync.stage = 'sync'
        LEFT JOIN {table} AS found ON found.track_id = t.track_id
        LEFT JOIN (SELECT track_id, COUNT(*) AS times FROM served GROUP BY track_id) AS lists
          ON lists.track_id = t.track_id
        WHERE missing_since IS NULL AND (:anywhere OR here.track_id IS NOT NULL)
          AND ({DUE} OR own.attempts = 0 AND (
          found.track_id IS NULL OR own.last_success < sync.last_success AND found.{of} <> {FILE}))
        ORDER BY COALESCE(times, 0) DESC,
          COALESCE(t.song ->> '$.created', t.song ->> '$.createdAt', first_seen) DESC, track_row
        """,
        {"stage": stage, "again": again, "now": now, "anywhere": anywhere},
    )
    return [track_id for (track_id,) in rows]


def most_played_first(db: apsw.Connection, waiting: Sequence[str], albums: Sequence[str]) -> list[str]:
    """The tracks of these albums, in the order of the albums, then the others as they were."""
    place = {album: n for n, album in enumerate(albums)}
    rows: Any = db.execute(
        "SELECT track_id, album_id FROM tracks WHERE album_id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(albums)).decode(),),
    )
    of_track = {track_id: place[album] for track_id, album in rows}
    return sorted(waiting, key=lambda track_id: of_track.get(track_id, len(place)))
