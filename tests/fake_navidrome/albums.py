"""Albums, artists, genres and indexes: all of them are read off the songs that the caller may see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from .call import Call, listed
from .errors import NotFoundError
from .songs import Json, Song, cover_art, reference

IGNORED_ARTICLES = "The El La Los Las Le Les Os As O A"
VARIOUS_ARTISTS = {"Various Artists": "89ad4ac3-39f7-470e-963a-56509c546377"}
OPENSUBSONIC_ARTIST = frozenset({"musicBrainzId", "sortName", "roles"})

Albums = dict[str, list[Song]]


def by_album(songs: Iterable[Song]) -> Albums:
    albums: Albums = {}
    for song in songs:
        albums.setdefault(song.row["albumId"], []).append(song)
    return albums


def get_album(call: Call) -> Json:
    songs = by_album(call.songs()).get(call.params.get("id"))
    if not songs:
        raise NotFoundError("Album not found")
    ordered = sorted(songs, key=lambda song: (song.row["discNumber"], song.row["trackNumber"]))
    return {"album": album(call, songs) | listed("song", call.children(ordered))}


def get_artist(call: Call) -> Json:
    artist_id = call.params.get("id")
    if not (albums := by_artist(call.songs()).get(artist_id)):
        raise NotFoundError("Artist not found")
    in_order = sorted(albums.values(), key=lambda songs: (year(songs), songs[0].row["orderAlbumName"]))
    described = artist(call, albums, performers(call.songs()))
    return {"artist": described | listed("album", [album(call, each) for each in in_order])}


def get_artists(call: Call) -> Json:
    albums, performing = by_artist(call.songs()), performers(call.songs())
    indexed: list[Json] = [
        {"name": letter, "artist": [artist(call, albums[each], performing) for each in ids]}
        for letter, ids in index(call).items()
    ]
    return {"artists": listed("index", indexed) | as_of(call)}


def get_indexes(call: Call) -> Json:
    """Without an index where the last scan is not newer than ``ifModifiedSince``."""
    names = {song.row["albumArtistId"]: song.row["albumArtist"] for song in call.songs()}
    indexed: list[Json] = [
        {"name": letter, "artist": [{"id": each, "name": names[each]} for each in ids]}
        for letter, ids in index(call).items()
    ]
    modified = as_of(call)
    is_news = modified["lastModified"] > call.params.number("ifModifiedSince", 0)
    return {"indexes": listed("index", indexed if is_news else []) | modified}


def get_genres(call: Call) -> Json:
    songs, albums = Counter[str](), Counter[str]()
    for of_album in by_album(call.songs()).values():
        songs.update(genre for song in of_album for genre in song.genres)
        albums.update({genre for song in of_album for genre in song.genres})
    ordered = sorted(songs, key=lambda genre: (-songs[genre], genre))
    found = [{"value": name, "songCount": songs[name], "albumCount": albums[name]} for name in ordered]
    return {"genres": listed("genre", found)}


def album(call: Call, songs: list[Song]) -> Json:
    """An AlbumID3 out of the songs of one album."""
    row = songs[0].row
    genres = by_frequency(genre for song in songs for genre in song.genres)
    fields = {
        "id": row["albumId"],
        "name": row["album"],
        "artist": row["albumArtist"],
        "artistId": row["albumArtistId"],
        "coverArt": cover_art(row),
        "created": created(songs),
        "year": year(songs),
        "genre": genres[0] if genres else "",
    }
    classic = {name: value for name, value in fields.items() if value}
    counted = {"songCount": len(songs), "duration": int(sum(song.seconds for song in songs))}
    annotated = call.classic_annotations(row["albumId"])
    if call.is_legacy:
        annotated.pop("userRating", None)
        return classic | counted | annotated
    return classic | counted | opensubsonic_album(songs, genres) | annotated | call.played(row["albumId"])


def opensubsonic_album(songs: list[Song], genres: list[str]) -> Json:
    row = songs[0].row
    moods = by_frequency(mood for song in songs for mood in song.row.get("tags", {}).get("mood", ()))
    return {
        "userRating": 0,
        "genres": [{"name": genre} for genre in genres],
        "musicBrainzId": row.get("mbzAlbumID", ""),
        "isCompilation": row["compilation"],
        "sortName": row["orderAlbumName"],
        "discTitles": [],
        "originalReleaseDate": partial_date(row.get("originalDate", "")),
        "releaseDate": partial_date(row.get("releaseDate", "")),
        "releaseTypes": [],
        "recordLabels": [],
        "moods": moods,
        "artists": [reference(person) for person in row["participants"]["albumartist"]],
        "displayArtist": row["albumArtist"],
        "explicitStatus": "",
        "version": "",
    }


def created(songs: list[Song]) -> str:
    return min(str(song.row["birthTime"]) for song in songs)


def year(songs: list[Song]) -> int:
    return max(int(song.row["year"]) for song in songs)


def by_frequency(values: Iterable[str]) -> list[str]:
    counted = Counter(values)
    return sorted(counted, key=lambda value: (-counted[value], value))


def partial_date(text: str) -> Json:
    return dict(zip(("year", "month", "day"), map(int, re.findall(r"\d+", text)), strict=False))


def by_artist(songs: Iterable[Song]) -> dict[str, Albums]:
    """Albums by id of the artist they are filed under."""
    artists: dict[str, Albums] = {}
    for song in songs:
        artists.setdefault(song.row["albumArtistId"], {}).setdefault(song.row["albumId"], []).append(song)
    return artists


def performers(songs: Iterable[Song]) -> set[str]:
    return {str(person["id"]) for song in songs for person in song.row["participants"]["artist"]}


def artist(call: Call, albums: Albums, performing: set[str]) -> Json:
    """An ArtistID3; the order of ``roles`` means nothing."""
    row = next(iter(albums.values()))[0].row
    artist_id = row["albumArtistId"]
    fields = {
        "id": artist_id,
        "name": row["albumArtist"],
        "albumCount": len(albums),
        "musicBrainzId": VARIOUS_ARTISTS.get(row["albumArtist"], ""),
        "sortName": row["orderAlbumArtistName"],
        "roles": ["albumartist", *(["artist"] if artist_id in performing else []), "maincredit"],
    }
    silent = OPENSUBSONIC_ARTIST if call.is_legacy else ()
    shown = {name: value for name, value in fields.items() if name not in silent}
    return shown | call.classic_annotations(artist_id)


def index(call: Call) -> dict[str, list[str]]:
    """Ids of album artists under the letter of the name they are ordered by."""
    names = {song.row["albumArtistId"]: song.row["orderAlbumArtistName"] for song in call.songs()}
    letters: dict[str, list[str]] = {}
    for artist_id, name in sorted(names.items(), key=lambda item: str(item[1])):
        letters.setdefault(letter_of(str(name)), []).append(artist_id)
    return dict(sorted(letters.items()))


def letter_of(name: str) -> str:
    first = name[:1].upper()
    if first and first in "XYZ":
        return "X-Z"
    if first and first in "[(":
        return "[Unknown]"
    return first if "A" <= first <= "W" else "#"


def as_of(call: Call) -> Json:
    """When the last scan began, in milliseconds since 1970."""
    scan = call.world.scan
    ended = datetime.fromisoformat(scan.last_scan[:19]).replace(tzinfo=UTC)
    nanoseconds = int((scan.last_scan[20:-1] or "0").ljust(9, "0"))
    began = (int(ended.timestamp()) * 10**9 + nanoseconds - scan.elapsed) // 10**6
    return {"lastModified": began, "ignoredArticles": IGNORED_ARTICLES}


ENDPOINTS = {
    "getAlbum": get_album,
    "getArtist": get_artist,
    "getArtists": get_artists,
    "getIndexes": get_indexes,
    "getGenres": get_genres,
}
