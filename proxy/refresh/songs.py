"""From a song, as one of upstream's two APIs writes it, to the row about it; pure.

Fields of the native API: Navidrome's `model/mediafile.go`; of the Subsonic Child:
https://opensubsonic.netlify.app/docs/responses/child/
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Any

import msgspec

from proxy.library import Track

Song = dict[str, Any]

# What belongs to the user who asked, in both APIs.
PER_USER = frozenset(
    {
        "averageRating",
        "bookmarkPosition",
        "playCount",
        "playDate",
        "played",
        "rating",
        "ratedAt",
        "starred",
        "starredAt",
        "userRating",
    }
)

# What has a column of its own, and what nobody reads; lyrics alone may be longer than all the rest.
NOT_KEPT = frozenset(
    {
        *("id", "title", "artist", "album", "artistId", "albumId", "albumArtist", "displayAlbumArtist"),
        *("libraryId", "libraryPath", "path", "suffix", "size", "duration", "year", "bpm"),
        *("genre", "genres", "moods", "isrc", "mbzRecordingID", "musicBrainzId"),
        *("replayGain", "rgTrackGain", "rgTrackPeak", "rgAlbumGain", "rgAlbumPeak"),
        *("lyrics", "birthTime", "folderId", "libraryName", "imageAbsent", "missing"),
        *("albumArtistId", "orderAlbumName", "orderArtistName", "orderAlbumArtistName"),
    }
)

# Goes up when `track_of` reads a song differently, so that rows are written anew though no song changed.
FORM = 1


def track_of(song: Song) -> Track:
    """The row about a song of `/api/song` or a Subsonic Child. Raises ValueError where it has no id.

    Whatever else is missing or of a wrong type is left empty: an odd song must not stop the others.
    """
    if not _text(song.get("id")):
        raise ValueError("a song without an id")
    shared = {name: value for name, value in song.items() if name not in PER_USER}
    fields = _of_child(song) if "isDir" in song else _of_native(song)
    return Track(
        track_id=_text(song["id"]),
        title=_text(song.get("title")),
        artist=_text(song.get("artist")),
        album=_text(song.get("album")),
        artist_id=_text(song.get("artistId")),
        album_id=_text(song.get("albumId")),
        year=_whole(song.get("year")) or None,
        bpm=_whole(song.get("bpm")) or None,
        duration=_number(song.get("duration")) or 0.0,
        size=_whole(song.get("size")) or 0,
        suffix=_text(song.get("suffix")),
        path=_text(song.get("path")),
        song={name: value for name, value in shared.items() if name not in NOT_KEPT},
        content_hash=content_hash(shared),
        **fields,
    )


def content_hash(song: Song) -> str:
    """SHA-256 of the song's canonical JSON.

    Navidrome gives contributors in random order (they come from a Go map), so their order does not count.
    """
    steady = dict(song)
    if contributors := _list(song.get("contributors")):
        steady["contributors"] = sorted(contributors, key=_canonical)
    if isinstance(participants := song.get("participants"), dict):
        steady["participants"] = {
            role: sorted(_list(who), key=_canonical) for role, who in participants.items()
        }
    return hashlib.sha256(b"%d\n%b" % (FORM, _canonical(steady))).hexdigest()


def _of_native(song: Song) -> dict[str, Any]:
    tags = song.get("tags")
    tags = tags if isinstance(tags, dict) else {}
    return {
        "library_id": _whole(song.get("libraryId")),
        "library_path": _text(song.get("libraryPath")),
        "album_artist": _text(song.get("albumArtist")),
        "genres": _names(song.get("genres")) or _texts(song.get("genre")),
        "moods": _texts(tags.get("mood")),
        "isrc": _texts(tags.get("isrc")),
        "musicbrainz_id": _text(song.get("mbzRecordingID")),
        "replaygain": _numbers(
            trackGain=song.get("rgTrackGain"),
            trackPeak=song.get("rgTrackPeak"),
            albumGain=song.get("rgAlbumGain"),
            albumPeak=song.get("rgAlbumPeak"),
        ),
    }


def _of_child(song: Song) -> dict[str, Any]:
    gain = song.get("replayGain")
    gain = gain if isinstance(gain, dict) else {}
    return {
        "album_artist": _text(song.get("displayAlbumArtist")) or ", ".join(_names(song.get("albumArtists"))),
        "genres": _names(song.get("genres")) or _texts(song.get("genre")),
        "moods": _texts(song.get("moods")),
        "isrc": _texts(song.get("isrc")),
        "musicbrainz_id": _text(song.get("musicBrainzId")),
        "replaygain": _numbers(
            **{name: gain.get(name) for name in ("trackGain", "trackPeak", "albumGain", "albumPeak")}
        ),
    }


def _canonical(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if isinstance(value, bool) or not isinstance(value, int | float) else str(value)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and not isinstance(value, bool) else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 2**63 else None


def _numbers(**values: Any) -> dict[str, float]:
    numbers = {name: _number(value) for name, value in values.items()}
    return {name: number for name, number in numbers.items() if number is not None}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(value: Any) -> tuple[str, ...]:
    return _each_once(_text(item.get("name")) for item in _list(value) if isinstance(item, dict))


def _texts(value: Any) -> tuple[str, ...]:
    return _each_once(_text(item) for item in (value if isinstance(value, list) else [value]))


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
