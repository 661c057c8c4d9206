"""The fields and operators of Navidrome's smart playlists, as far as they can be known here."""

from __future__ import annotations

from typing import Literal

from proxy.library import columns

Kind = Literal["text", "number", "date", "flag", "playlist"]

# What upstream tells a user of himself. Everything else is the library's.
OF_TASTE: dict[str, Kind] = {
    "loved": "flag",
    "dateloved": "date",
    "rating": "number",
    "playcount": "number",
    "lastplayed": "date",
}

FIELDS: dict[str, Kind] = {
    **dict.fromkeys((*columns.LISTS, *columns.TEXTS), "text"),
    **dict.fromkeys(columns.NUMBERS, "number"),
    **dict.fromkeys(columns.DATES, "date"),
    **dict.fromkeys(columns.FLAGS, "flag"),
    **OF_TASTE,
}
PLAYLIST_FIELDS: dict[str, Kind] = {"name": "playlist", "id": "playlist"}

ALIASES = {
    "recordingdate": "date",
    "replaygain_album_gain": "rgalbumgain",
    "replaygain_album_peak": "rgalbumpeak",
    "replaygain_track_gain": "rgtrackgain",
    "replaygain_track_peak": "rgtrackpeak",
}

# Navidrome keeps these and tells them to no client, or not to us: `model/criteria/fields.go`.
UNKNOWABLE = frozenset(
    {"albumcomment", "averagerating", "datemodified", "daterated", "lyrics", "missing", "random"}
    | {"sortalbum", "sortalbumartist", "sortartist"}
    | {
        f"{of}{what}"
        for of in ("album", "artist")
        for what in ("rating", "loved", "playcount", "lastplayed", "dateloved", "daterated")
    }
    | {"albumdateadded", "albumdatemodified", "albumduration", "albumsongcount", "albumsize"}
    | {"mbz_album_artist_id", "mbz_artist_id", "mbz_release_track_id", "mbz_release_group_id"}
)

_EVERYWHERE = ("isMissing", "isPresent")
OPERATORS: dict[Kind, tuple[str, ...]] = {
    "text": ("is", "isNot", "contains", "notContains", "startsWith", "endsWith", *_EVERYWHERE),
    "number": ("is", "isNot", "gt", "lt", "inTheRange", *_EVERYWHERE),
    "date": ("is", "isNot", "before", "after", "inTheRange", "inTheLast", "notInTheLast", *_EVERYWHERE),
    "flag": ("is", "isNot"),
    "playlist": ("inPlaylist", "notInPlaylist"),
}
ALL_OPERATORS = tuple(dict.fromkeys(name for names in OPERATORS.values() for name in names))

# What lets in all that the other keeps out.
OPPOSITES = {
    "isNot": "is",
    "notContains": "contains",
    "notInTheLast": "inTheLast",
    "isMissing": "isPresent",
    "notInPlaylist": "inPlaylist",
}


def name_of(written: str) -> str:
    """A field's name as it stands here, of any way to write it."""
    return ALIASES.get(written.lower(), written.lower())


def kind_of(operator: str, field: str) -> Kind:
    return "playlist" if operator in OPERATORS["playlist"] else FIELDS[field]
