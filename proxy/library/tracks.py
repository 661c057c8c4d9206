"""A row about one song, as Navidrome described it last; written by refresh only.

Instants are passed as `database.timestamp` writes them. What writes more than one row belongs into a
`database.transaction`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apsw
import msgspec
from msgspec import Struct, field


class Track(Struct, frozen=True, kw_only=True):
    """What the index knows of a song from its tags.

    `duration` is in seconds, `size` in bytes, `year` and `bpm` are None where upstream has none.
    `content_hash` is made of the upstream object less what belongs to one user (stars, ratings, plays) and
    decides whether the row changed; `song` is what of that has no field here, less what nobody reads.
    `library_id` is None where upstream has no libraries.
    """

    track_id: str
    title: str
    artist: str = ""
    album: str = ""
    album_artist: str = ""
    artist_id: str = ""
    album_id: str = ""
    library_id: int | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    year: int | None = None
    bpm: int | None = None
    duration: float = 0.0
    size: int = 0
    suffix: str = ""
    path: str = ""
    library_path: str = ""
    musicbrainz_id: str = ""
    isrc: tuple[str, ...] = ()
    replaygain: dict[str, float] = field(default_factory=dict)
    song: dict[str, Any] = field(default_factory=dict)
    content_hash: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """Genres, then moods, each once, in lower case."""
        return tuple(dict.fromkeys(tag.lower() for tag in (*self.genres, *self.moods)))


class Trace(Struct, frozen=True, kw_only=True):
    """As much of a track as decides whether a song upstream is new, changed, the same, gone or renamed."""

    content_hash: str
    path: str = ""
    size: int = 0
    duration: float = 0.0
    first_seen: str = ""
    last_seen: str = ""
    missing: bool = False


_COLUMNS = ", ".join(Track.__struct_fields__)
_VALUES = ", ".join(f":{name}" for name in Track.__struct_fields__)
_REPLACED = ", ".join(f"{name} = excluded.{name}" for name in Track.__struct_fields__ if name != "track_id")
_JSON = {
    "genres": tuple[str, ...],
    "moods": tuple[str, ...],
    "isrc": tuple[str, ...],
    "replaygain": dict[str, float],
    "song": dict[str, Any],
}


def trace(track: Track) -> Trace:
    return Trace(content_hash=track.content_hash, path=track.path, size=track.size, duration=track.duration)


def put(db: apsw.Connection, tracks: Iterable[Track], *, now: str) -> None:
    """Insert or replace by id; a row that was missing is present again. Row number and first_seen stay."""
    db.executemany(
        f"""
        INSERT INTO tracks ({_COLUMNS}, first_seen, last_seen) VALUES ({_VALUES}, :now, :now)
        ON CONFLICT (track_id) DO UPDATE SET {_REPLACED}, last_seen = excluded.last_seen, missing_since = NULL
        """,
        (_row(track) | {"now": now} for track in tracks),
    )


def mark_seen(db: apsw.Connection, ids: Iterable[str], *, now: str) -> None:
    db.executemany(
        "UPDATE tracks SET last_seen = ? WHERE track_id = ?", ((now, track_id) for track_id in ids)
    )


def mark_missing(db: apsw.Connection, ids: Iterable[str], *, now: str) -> int:
    """How many were not missing before; those that were keep the instant at which they went missing."""
    marked = db.executemany(
        "UPDATE tracks SET missing_since = ? WHERE track_id = ? AND missing_since IS NULL RETURNING track_id",
        ((now, track_id) for track_id in ids),
    )
    return len(list(marked))


def delete_missing(db: apsw.Connection, *, before: str) -> int:
    """Forget the tracks that went missing before that instant, with all that was found out about them."""
    db.execute("DELETE FROM tracks WHERE missing_since < ?", (before,))
    return db.changes()


def rename(db: apsw.Connection, old: str, new: str, *, now: str) -> None:
    """What is known of `old` is from now on known of `new`, which has been put already."""
    (track,) = get(db, [new]).values()
    db.execute("DELETE FROM tracks WHERE track_id = ?", (new,))
    db.execute("UPDATE tracks SET track_id = ? WHERE track_id = ?", (new, old))
    put(db, [track], now=now)


def get(db: apsw.Connection, ids: Sequence[str]) -> dict[str, Track]:
    """By id, in the order asked for; ids that are not in the index are left out."""
    found = db.execute(
        f"SELECT {_COLUMNS} FROM tracks WHERE track_id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(ids).decode(),),
    )
    by_id = {track.track_id: track for track in map(_track, found)}
    return {track_id: by_id[track_id] for track_id in ids if track_id in by_id}


def present(db: apsw.Connection) -> Iterator[Track]:
    """The tracks that are not missing, by row number."""
    return map(
        _track, db.execute(f"SELECT {_COLUMNS} FROM tracks WHERE missing_since IS NULL ORDER BY track_row")
    )


def count(db: apsw.Connection) -> tuple[int, int]:
    """How many tracks are present, and how many are missing."""
    row = db.execute("SELECT COUNT(*), COUNT(missing_since) FROM tracks").get
    return row[0] - row[1], row[1]


def traces(db: apsw.Connection) -> dict[str, Trace]:
    """Of every track, the missing ones too, by id."""
    rows = db.execute("""
        SELECT track_id, content_hash, path, size, duration, first_seen, last_seen, missing_since FROM tracks
    """)
    return {
        track_id: Trace(
            content_hash=content_hash,
            path=path,
            size=size,
            duration=duration,
            first_seen=first_seen,
            last_seen=last_seen,
            missing=missing_since is not None,
        )
        for track_id, content_hash, path, size, duration, first_seen, last_seen, missing_since in rows
    }


def _row(track: Track) -> dict[str, Any]:
    values = msgspec.structs.asdict(track)
    return values | {name: msgspec.json.encode(values[name]).decode() for name in _JSON}


def _track(row: tuple[Any, ...]) -> Track:
    values = dict(zip(Track.__struct_fields__, row, strict=True))
    return Track(
        **values | {name: msgspec.json.decode(values[name], type=type_) for name, type_ in _JSON.items()}
    )
