"""Single fields of the tracks by the names that Navidrome's smart playlists have for them.

A song was read from one of upstream's two APIs, which write most fields differently. Names of fields:
Navidrome's `model/criteria/fields.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import apsw
import msgspec

from proxy.arrays import Ints

_TAGS = (
    "catalognumber",
    "grouping",
    "isrc",
    "key",
    "language",
    "media",
    "recordlabel",
    "releasetype",
    "subtitle",
)
_ROLES = (
    *("arranger", "composer", "conductor", "director", "djmixer", "engineer"),
    *("lyricist", "mixer", "performer", "producer", "remixer"),
)


def _of_song(*names: str) -> str:
    """The first of the song's properties that there is."""
    found = [f"song ->> '$.{name}'" for name in names]
    return found[0] if len(found) == 1 else f"COALESCE({', '.join(found)})"


def _role(name: str) -> str:
    """JSON: the names of all who have that part in it."""
    native = (
        f"SELECT json_group_array(value ->> '$.name') FROM json_each(song, '$.participants.{name}') "
        "WHERE type = 'object'"
    )
    child = (
        "SELECT json_group_array(value ->> '$.artist.name') FROM json_each(song, '$.contributors') "
        f"WHERE type = 'object' AND value ->> '$.role' = '{name}'"
    )
    return f"IIF(song -> '$.participants' IS NULL, ({child}), ({native}))"


_ARTISTS = """(
  SELECT json_group_array(name) FROM (
    SELECT artist AS name UNION ALL
    SELECT value ->> '$.name'
    FROM json_each(COALESCE(song -> '$.artists', song -> '$.participants.artist', '[]'))
    WHERE type = 'object'
  )
)"""

LISTS = {  # JSON lists of strings
    "artist": _ARTISTS,
    "genre": "genres",
    "mood": "moods",
    **{name: f"COALESCE(song -> '$.tags.{name}', '[]')" for name in _TAGS},
    "grouping": "COALESCE(song -> '$.tags.grouping', song -> '$.groupings', '[]')",
    "isrc": "isrc",
    **{name: _role(name) for name in _ROLES},
}
TEXTS = {
    "title": "title",
    "album": "album",
    "albumartist": "album_artist",
    "comment": _of_song("comment"),
    "codec": _of_song("codec"),
    "discsubtitle": _of_song("discSubtitle"),
    "explicitstatus": _of_song("explicitStatus"),
    "filepath": "path",
    "filetype": "suffix",
    "mbz_album_id": _of_song("mbzAlbumID"),
    "mbz_recording_id": "musicbrainz_id",
    "sorttitle": _of_song("sortTitle", "sortName", "orderTitle"),
}
NUMBERS = {
    "bitdepth": _of_song("bitDepth"),
    "bitrate": _of_song("bitRate"),
    "bpm": "bpm",
    "channels": _of_song("channels", "channelCount"),
    "discnumber": _of_song("discNumber"),
    "duration": "duration",
    "library_id": "library_id",
    "originalyear": f"NULLIF({_of_song('originalYear')}, 0)",
    "releaseyear": f"NULLIF({_of_song('releaseYear')}, 0)",
    "rgalbumgain": "replaygain ->> '$.albumGain'",
    "rgalbumpeak": "replaygain ->> '$.albumPeak'",
    "rgtrackgain": "replaygain ->> '$.trackGain'",
    "rgtrackpeak": "replaygain ->> '$.trackPeak'",
    "samplerate": _of_song("sampleRate", "samplingRate"),
    "size": "size",
    "tracknumber": _of_song("trackNumber", "track"),
    "year": "year",
}
DATES = {
    "dateadded": f"COALESCE({_of_song('created', 'createdAt')}, first_seen)",
    "date": _of_song("date"),
    "originaldate": _of_song("originalDate"),
    "releasedate": _of_song("releaseDate"),
}
FLAGS = {
    "compilation": f"COALESCE({_of_song('compilation')}, 0)",
    "hascoverart": "COALESCE(song ->> '$.hasCoverArt', song ->> '$.coverArt' IS NOT NULL)",
}

_SQL = LISTS | TEXTS | NUMBERS | DATES | FLAGS


def column(db: apsw.Connection, name: str, rows: Ints) -> list[Any]:
    """The field of each of these rows, None where unknown: strings of a list as a list, instants as text.

    A value of a wrong type is unknown: an odd song must not stop the others.
    """
    found: dict[int, Any] = dict(db.execute(f"SELECT track_row, {_SQL[name]} FROM tracks"))
    known = _KINDS[name]
    return [known(found.get(row)) for row in rows.tolist()]


def cover_art(db: apsw.Connection, track_id: str) -> str:
    """The id by which upstream gives the song's picture, "" where that is not known."""
    query = "SELECT song ->> '$.coverArt' FROM tracks WHERE track_id = ?"
    found: Any = db.execute(query, (track_id,)).fetchone()
    return str(found[0] or "") if found else ""


def _strings(listed: Any) -> Sequence[str]:
    try:
        values = msgspec.json.decode(listed or "[]")
    except msgspec.DecodeError:
        return []
    return [text for text in values if isinstance(text, str)] if isinstance(values, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


_KINDS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(LISTS, _strings),
    **dict.fromkeys((*TEXTS, *DATES), _text),
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(FLAGS, bool),
}
