"""What users do to songs, albums and artists: stars, ratings, plays and the play queue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from .albums import album, artist, by_album, by_artist, performers
from .call import Call, listed
from .errors import NotFoundError, SubsonicError
from .searching import ids_of
from .songs import Json
from .world import PlayQueue, stamp


def star(call: Call) -> Json:
    """Unknown ids are passed over in silence."""
    now = call.world.now()
    for item in known(call):
        call.world.annotate(call.user, item).starred_at = now
    return {}


def unstar(call: Call) -> Json:
    for item in known(call):
        call.world.annotate(call.user, item).starred_at = None
    return {}


def known(call: Call) -> Iterator[str]:
    given = [item for name in ("id", "albumId", "artistId") for item in call.params.every(name)]
    if not given:
        raise SubsonicError(10, "Required id parameter is missing")
    items = {item for song in call.songs() for item in ids_of(song)}
    return (item for item in given if item in items)


def set_rating(call: Call) -> Json:
    item = call.params.required("id")
    call.params.required("rating")
    if not any(item in ids_of(song) for song in call.songs()) and item not in call.world.playlists:
        raise NotFoundError
    own = call.world.annotate(call.user, item)
    own.rating, own.rated_at = call.params.number("rating", 0), call.world.now()
    return {}


def scrobble(call: Call) -> Json:
    """Counts a play of the song, its album and its artist; ``time`` is in milliseconds since 1970."""
    song_ids, times = call.params.every("id"), call.params.every("time")
    call.params.required("id")
    if times and len(times) != len(song_ids):
        raise SubsonicError(0, f"Wrong number of timestamps: {len(times)}, should be {len(song_ids)}")
    if call.params.flag("submission", True):
        played = [from_milliseconds(int(each)) for each in times] or [call.world.now()] * len(song_ids)
        for song_id, at in zip(song_ids, played, strict=True):
            count_play(call, song_id, at)
    return {}


def from_milliseconds(milliseconds: int) -> str:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC))


def count_play(call: Call, song_id: str, at: str) -> None:
    if (song := call.world.song(song_id, call.user)) is None:
        return
    for item in (song_id, song.row["albumId"], song.row["artistId"]):
        own = call.world.annotate(call.user, item)
        own.play_count += 1
        own.played_at = max(own.played_at or "", at)


def get_starred2(call: Call) -> Json:
    songs = list(call.songs())
    albums, artists = by_album(songs), by_artist(songs)
    starred = {
        item
        for (user, item), own in call.world.annotations.items()
        if user == call.user.id and own.starred_at
    }
    performing = performers(songs)
    found = {
        "artist": [artist(call, of, performing) for item, of in artists.items() if item in starred],
        "album": [album(call, of) for item, of in albums.items() if item in starred],
        "song": call.children(song for song in songs if song.id in starred),
    }
    return {"starred2": {name: items for name, items in found.items() if items}}


def save_play_queue(call: Call) -> Json:
    params = call.params
    call.world.play_queues[call.user.id] = PlayQueue(
        song_ids=params.every("id"),
        current=params.get("current"),
        position=params.number("position", 0),
        changed=call.world.now(),
        changed_by=call.client,
    )
    return {}


def get_play_queue(call: Call) -> Json:
    """No ``playQueue`` at all where there is none."""
    queue = call.world.play_queues.get(call.user.id)
    kept = [song_id for song_id in queue.song_ids if call.world.song(song_id, call.user)] if queue else []
    if queue is None or not kept:
        return {}
    described = {
        "current": queue.current if queue.current in kept else kept[0],
        "position": queue.position,
        "username": call.user.name,
        "changed": queue.changed,
        "changedBy": queue.changed_by,
    }
    entries = call.children(call.world.songs[song_id] for song_id in kept)
    return {"playQueue": listed("entry", entries) | described}


def create_share(call: Call) -> Json:
    """Of songs, or of a playlist, whose songs are not told; what was asked for is kept in the world."""
    wanted = call.params.every("id")
    if call.params.required("id") not in call.world.playlists:
        call.song(call.params.required("id"))
    description = call.params.get("description")
    call.world.shares.append((call.user.name, wanted, description))
    entries = call.children(song for each in wanted if (song := call.world.song(each, call.user)))
    share = {"id": call.world.new_id(), "description": description, "username": call.user.name}
    return {"shares": listed("share", [share | listed("entry", entries)])}


ENDPOINTS = {
    "createShare": create_share,
    "star": star,
    "unstar": unstar,
    "setRating": set_rating,
    "scrobble": scrobble,
    "getStarred2": get_starred2,
    "savePlayQueue": save_play_queue,
    "getPlayQueue": get_play_queue,
}
