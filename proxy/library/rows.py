"""The tracks that are not missing, as an index is made of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import apsw


class Row(NamedTuple):
    """A track as `rows_of` reads it; lists are JSON."""

    row: int
    id: str
    library: int | None
    title: str
    artist: str
    artists: str | None
    album_id: str
    album: str
    year: int | None
    duration: float
    genres: str
    moods: str
    recording_id: str
    isrc: str
    path: str
    tempo: float | None
    loudness: float | None
    energy: float | None
    added: int | None


def rows_of(db: apsw.Connection) -> list[Row]:
    """What was measured counts before a ReplayGain tag: it was measured in one way for all tracks, and of the
    file that is there. Tags come from many programs and some are of another encoding; ReplayGain 2.0 turns a
    track to -18 LUFS, so that its gain tells the loudness. Measured silence has none, whatever its tag says.
    """
    found: Any = db.execute("""
        SELECT track_row, track_id, library_id, title, artist,
          COALESCE(song -> '$.artists', song -> '$.participants.artist'),
          album_id, album, year, duration, genres, moods, musicbrainz_id, isrc, path,
          COALESCE(tempo, NULLIF(bpm, 0)),
          IIF(measured_at IS NULL, -18 - (replaygain ->> '$.trackGain'), lufs), energy,
          unixepoch(COALESCE(song ->> '$.created', song ->> '$.createdAt', first_seen)) / 86400
        FROM tracks LEFT JOIN track_sound USING (track_id) LEFT JOIN track_loudness USING (track_id)
        WHERE missing_since IS NULL ORDER BY track_row
    """)
    return [Row(*row) for row in found]
