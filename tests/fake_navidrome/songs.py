"""A song's row in the native API, and the Subsonic Child that Navidrome makes of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

CONTENT_TYPES = {
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/x-wav",
}
EXPLICIT = {"c": "clean", "e": "explicit"}
REPLAY_GAIN = {
    "trackGain": "rgTrackGain",
    "albumGain": "rgAlbumGain",
    "trackPeak": "rgTrackPeak",
    "albumPeak": "rgAlbumPeak",
}
ALWAYS = frozenset({"id", "isDir", "title"})
PRINCIPAL_ROLES = frozenset({"artist", "albumartist"})


@dataclass
class Song:
    """One file. ``row`` is as ``/api/song`` shows it, less what belongs to a user; edit it to retag."""

    row: Json

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def library(self) -> int:
        return int(self.row["libraryId"])

    @property
    def missing(self) -> bool:
        return bool(self.row["missing"])

    @property
    def genres(self) -> list[str]:
        return [str(genre["name"]) for genre in self.row.get("genres", ())]

    @property
    def seconds(self) -> float:
        return float(self.row["duration"])


def minimal_child(row: Mapping[str, Any]) -> Json:
    """What clients in ``Subsonic.MinimalClients`` get."""
    return {"id": row["id"], "isDir": False, "title": row["title"]}


def classic_child(row: Mapping[str, Any]) -> Json:
    """Subsonic's own fields: all that clients in ``Subsonic.LegacyClients`` get; zero values are left out."""
    fields = {
        **minimal_child(row),
        "parent": row["albumId"],
        "album": row["album"],
        "artist": row["artist"],
        "track": row["trackNumber"],
        "discNumber": row["discNumber"],
        "year": row["year"],
        "genre": row["genre"],
        "coverArt": cover_art(row),
        "size": row["size"],
        "contentType": CONTENT_TYPES.get(row["suffix"], "application/octet-stream"),
        "suffix": row["suffix"],
        "duration": int(row["duration"]),
        "bitRate": row["bitRate"],
        "path": made_up_path(row),
        "created": row["createdAt"],
        "albumId": row["albumId"],
        "artistId": row["artistId"],
        "type": "music",
    }
    return {name: value for name, value in fields.items() if value or name in ALWAYS}


def opensubsonic_child(row: Mapping[str, Any]) -> Json:
    """OpenSubsonic's fields: always there, whatever their value."""
    tags: Mapping[str, list[str]] = row.get("tags") or {}
    people: Mapping[str, list[Json]] = row["participants"]
    return {
        "bpm": row.get("bpm", 0),
        "comment": row.get("comment", ""),
        "sortName": row["orderTitle"],
        "mediaType": "song",
        "musicBrainzId": row.get("mbzRecordingID", ""),
        "isrc": tags.get("isrc", []),
        "genres": [{"name": genre["name"]} for genre in row.get("genres", ())],
        "replayGain": {name: row[key] for name, key in REPLAY_GAIN.items() if row[key] is not None},
        "channelCount": row["channels"],
        "samplingRate": row["sampleRate"],
        "bitDepth": row.get("bitDepth", 0),
        "moods": tags.get("mood", []),
        "artists": [reference(person) for person in people["artist"]],
        "displayArtist": row["artist"],
        "albumArtists": [reference(person) for person in people["albumartist"]],
        "displayAlbumArtist": row["albumArtist"],
        "contributors": contributors(people),
        "displayComposer": ", ".join(person["name"] for person in people.get("composer", ())),
        "explicitStatus": EXPLICIT.get(row["explicitStatus"], ""),
        "groupings": tags.get("grouping", []),
        "works": [],
        "movements": [],
    }


def reference(person: Mapping[str, Any]) -> Json:
    return {"id": person["id"], "name": person["name"]}


def contributors(people: Mapping[str, list[Json]]) -> list[Json]:
    return [
        {"role": role, "artist": reference(person)}
        for role, persons in people.items()
        if role not in PRINCIPAL_ROLES
        for person in persons
    ]


def cover_art(row: Mapping[str, Any]) -> str:
    return f"al-{row['albumId']}_{row['imageHash']}" if row.get("imageHash") else ""


def made_up_path(row: Mapping[str, Any]) -> str:
    """``AlbumArtist/Album/[DD-][TT - ]Title.suffix``: what Navidrome reports unless told otherwise."""
    disc = f"{row['discNumber']:02}-" if row["discNumber"] else ""
    track = f"{row['trackNumber']:02} - " if row["trackNumber"] else ""
    parts = (row["albumArtist"], row["album"], f"{disc}{track}{row['title']}.{row['suffix']}")
    return "/".join(part.replace("/", "_") for part in parts)


def folded(text: str) -> str:
    """Lower case without accents, as Navidrome orders and searches."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text))
