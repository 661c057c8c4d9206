"""Finding songs: one by id, search, by genre, at random, similar, top."""

from __future__ import annotations

from collections.abc import Iterable

from .albums import album, artist, by_album, by_artist, performers
from .call import Call, listed
from .errors import NotFoundError
from .songs import Json, Song, folded, words

MOST = 500


def get_song(call: Call) -> Json:
    return {"song": call.child(call.song(call.params.get("id"), "Song not found"))}


def search3(call: Call) -> Json:
    """Everything in the order of the rows for an empty query; songs found by their title come first."""
    query = call.params.get("query").strip().strip('"').strip()
    if not query and not call.world.empty_query:
        return {"searchResult3": {}}
    wanted = words(query)
    if query and not wanted:
        return {"searchResult3": {}}
    return {
        "searchResult3": artists_found(call, wanted) | albums_found(call, wanted) | songs_found(call, wanted)
    }


def search2(call: Call) -> Json:
    """The same under its older name. Unlike Navidrome it shows artists and albums as search3 does."""
    return {"searchResult2": search3(call)["searchResult3"]}


def songs_found(call: Call, wanted: list[str]) -> Json:
    found = [song for song in call.songs() if said_in(wanted, searchable(song))]
    if wanted:
        found.sort(key=lambda song: not said_in(wanted, [song.row["title"]]))
    return listed("song", call.page(found, call.params.number("songCount", 20), offset="songOffset"))


def albums_found(call: Call, wanted: list[str]) -> Json:
    if not (count := call.params.number("albumCount", 20)):
        return {}
    start = call.params.number("albumOffset", 0)
    all_albums = by_album(call.songs()).values()
    found = [songs for songs in all_albums if said_in(wanted, names_of_album(songs[0]))]
    return listed("album", [album(call, songs) for songs in found[start : start + count]])


def artists_found(call: Call, wanted: list[str]) -> Json:
    if not (count := call.params.number("artistCount", 20)):
        return {}
    start = call.params.number("artistOffset", 0)
    all_artists = by_artist(call.songs()).values()
    found = [albums for albums in all_artists if said_in(wanted, [name_of_artist(albums)])]
    performing = performers(call.songs())
    return listed("artist", [artist(call, albums, performing) for albums in found[start : start + count]])


def searchable(song: Song) -> list[str]:
    return [song.row["title"], song.row["artist"], *names_of_album(song)]


def names_of_album(song: Song) -> list[str]:
    return [song.row["album"], song.row["albumArtist"]]


def name_of_artist(albums: dict[str, list[Song]]) -> str:
    return str(next(iter(albums.values()))[0].row["albumArtist"])


def said_in(wanted: list[str], texts: Iterable[str]) -> bool:
    """Whether every wanted word begins one of the words of the texts."""
    said = [word for text in texts for word in words(text)] if wanted else []
    return all(any(word.startswith(prefix) for word in said) for prefix in wanted)


def get_songs_by_genre(call: Call) -> Json:
    genre = call.params.required("genre")
    found = [song for song in call.songs() if genre in song.genres]
    return {"songsByGenre": listed("song", call.page(found, min(call.params.number("count", 10), MOST)))}


def get_random_songs(call: Call) -> Json:
    params = call.params
    genre, first = params.get("genre"), params.number("fromYear", 0)
    last = params.number("toYear", 9999)
    found = [song for song in call.songs() if first <= song.row["year"] <= last]
    found = [song for song in found if not genre or genre in song.genres]
    chosen = call.world.random.sample(found, min(len(found), params.number("size", 10), MOST))
    return {"randomSongs": listed("song", call.children(chosen))}


def get_similar_songs(call: Call) -> Json:
    return {"similarSongs": listed("song", similar(call))}


def get_similar_songs2(call: Call) -> Json:
    return {"similarSongs2": listed("song", similar(call))}


def similar(call: Call) -> list[Json]:
    """A shuffle of songs that share a genre with the seed: what Navidrome has without external services."""
    seed = call.params.required("id")
    about = [song for song in call.songs() if seed in ids_of(song)]
    if not about:
        raise NotFoundError
    genres = {genre for song in about for genre in song.genres}
    others = [song for song in call.songs() if song.id != seed and genres & set(song.genres)]
    count = max(0, min(call.params.number("count", 50), MOST))
    return call.children(call.world.random.sample(others, min(count, len(others))))


def ids_of(song: Song) -> set[str]:
    return {str(song.row[name]) for name in ("id", "albumId", "artistId", "albumArtistId")}


def get_top_songs(call: Call) -> Json:
    """The artist's songs that the caller starred or gave five stars: the rest would come from outside."""
    name = folded(call.params.get("artist"))
    own = [song for song in call.songs() if folded(song.row["artist"]) == name and is_loved(call, song)]
    return {"topSongs": listed("song", call.children(own[: call.params.number("count", 50)]))}


def is_loved(call: Call, song: Song) -> bool:
    own = call.world.annotation(call.user, song.id)
    return bool(own.starred_at) or own.rating == 5


ENDPOINTS = {
    "getSong": get_song,
    "search2": search2,
    "search3": search3,
    "getSongsByGenre": get_songs_by_genre,
    "getRandomSongs": get_random_songs,
    "getSimilarSongs": get_similar_songs,
    "getSimilarSongs2": get_similar_songs2,
    "getTopSongs": get_top_songs,
}
