"""getAlbumList2: every order in which Navidrome lists albums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .albums import album, by_album, created, year
from .call import Call, listed
from .errors import SubsonicError
from .songs import Json, Song

MOST = 500

AlbumsOf = list[list[Song]]
Order = Callable[[Call, AlbumsOf], AlbumsOf]


def get_album_list2(call: Call) -> Json:
    """At most 500 a page; the header ``x-total-count`` tells how many there are."""
    kind = call.params.required("type")
    if kind not in ALBUM_LISTS:
        raise SubsonicError(0, f"type '{kind}' not implemented")
    found = ALBUM_LISTS[kind](call, list(by_album(call.songs()).values()))
    call.headers["x-total-count"] = str(len(found))
    size, start = min(call.params.number("size", 10), MOST), call.params.number("offset", 0)
    return {"albumList2": listed("album", [album(call, songs) for songs in found[start : start + size]])}


def newest(call: Call, albums: AlbumsOf) -> AlbumsOf:
    return sorted(albums, key=created, reverse=True)


def by_name(call: Call, albums: AlbumsOf) -> AlbumsOf:
    return sorted(albums, key=lambda songs: str(songs[0].row["orderAlbumName"]))


def by_artist_name(call: Call, albums: AlbumsOf) -> AlbumsOf:
    return sorted(by_name(call, albums), key=lambda songs: str(songs[0].row["orderAlbumArtistName"]))


def shuffled(call: Call, albums: AlbumsOf) -> AlbumsOf:
    return call.world.random.sample(albums, len(albums))


def by_year(call: Call, albums: AlbumsOf) -> AlbumsOf:
    """Descending where ``fromYear`` is the later one."""
    first, last = call.params.number("fromYear", 0), call.params.number("toYear", 9999)
    found = [songs for songs in albums if min(first, last) <= year(songs) <= max(first, last)]
    return sorted(found, key=year, reverse=first > last)


def of_genre(call: Call, albums: AlbumsOf) -> AlbumsOf:
    genre = call.params.required("genre")
    return by_name(call, [songs for songs in albums if any(genre in song.genres for song in songs)])


def annotated(field: str) -> Order:
    """The albums on which the caller set this field, highest or latest first."""

    def ordered(call: Call, albums: AlbumsOf) -> AlbumsOf:
        def mark(songs: list[Song]) -> Any:
            own = call.world.annotation(call.user, songs[0].row["albumId"])
            return getattr(own, field) or 0

        marked = [songs for songs in albums if mark(songs)]
        return sorted(marked, key=mark, reverse=True)

    return ordered


ALBUM_LISTS: dict[str, Order] = {
    "newest": newest,
    "alphabeticalByName": by_name,
    "alphabeticalByArtist": by_artist_name,
    "random": shuffled,
    "byYear": by_year,
    "byGenre": of_genre,
    "starred": annotated("starred_at"),
    "highest": annotated("rating"),
    "frequent": annotated("play_count"),
    "recent": annotated("played_at"),
}

ENDPOINTS = {"getAlbumList2": get_album_list2}
