"""/api/playlist: the same lists as over Subsonic, as the web interface and Feishin read and write them."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from .envelope import json_reply
from .native import NoSuchError, RefusedError, annotated, counted, json_object, paged, query
from .playlists import may_read, owns, refresh_if_due, shown, stored
from .songs import Json, Song
from .world import Playlist, User, World

M3U = "audio/x-mpegurl"
WRITABLE = ("name", "comment", "public", "rules")


def list_playlists(world: World, user: User, request: Request) -> Response:
    """In the order of creation unless ``_sort`` says otherwise."""
    rows = [row(world, each) for each in world.playlists.values() if may_read(user, each)]
    return counted(request, *paged(rows, query(request)))


async def create_playlist(world: World, user: User, request: Request) -> Response:
    given = json_object(await request.body())
    made = world.add_playlist(user.name, str(given.get("name", "")))
    write(made, given)
    return json_reply(request, {"id": made.id})


def show_playlist(world: World, user: User, request: Request) -> Response:
    return json_reply(request, row(world, readable(world, user, request)))


async def update_playlist(world: World, user: User, request: Request) -> Response:
    playlist = writable(world, user, request)
    write(playlist, json_object(await request.body()))
    playlist.changed = world.now()
    return json_reply(request, row(world, playlist))


def delete_playlist(world: World, user: User, request: Request) -> Response:
    del world.playlists[writable(world, user, request).id]
    return json_reply(request, {})


def list_tracks(world: World, user: User, request: Request) -> Response:
    """Rows of songs under their position in the list, or an M3U file for who accepts nothing but that."""
    playlist = readable(world, user, request)
    refresh_if_due(world, playlist, user)
    songs = shown(world, playlist, user)
    if request.headers.get("accept", "").lower() == M3U:
        return exported(playlist, songs)
    rows = [
        track(world, user, playlist, position)
        for position, song_id in enumerate(playlist.song_ids, start=1)
        if any(song.id == song_id for song in songs)
    ]
    return counted(request, *paged(rows, query(request)))


async def add_tracks(world: World, user: User, request: Request) -> Response:
    playlist = writable(world, user, request, tracks=True)
    song_ids = json_object(await request.body()).get("ids", [])
    playlist.song_ids.extend(song_ids)
    playlist.changed = world.now()
    return json_reply(request, {"added": len(song_ids)})


def remove_tracks(world: World, user: User, request: Request) -> Response:
    """``id`` is a position in the list, counted from 1, and may be repeated."""
    playlist = writable(world, user, request, tracks=True)
    gone = query(request).every("id")
    kept = [song for index, song in enumerate(playlist.song_ids, start=1) if str(index) not in gone]
    playlist.song_ids, playlist.changed = kept, world.now()
    return json_reply(request, {"id": gone[0]} if len(gone) == 1 else {"ids": gone})


def readable(world: World, user: User, request: Request) -> Playlist:
    playlist = world.playlists.get(request.path_params["id"])
    if playlist is None or not may_read(user, playlist):
        raise NoSuchError(f"playlist(id:{request.path_params['id']}) not found")
    return playlist


def writable(world: World, user: User, request: Request, *, tracks: bool = False) -> Playlist:
    playlist = readable(world, user, request)
    if not owns(user, playlist) or (tracks and playlist.rules is not None):
        raise RefusedError(403, "Permission denied")
    return playlist


def write(playlist: Playlist, given: Json) -> None:
    for name in WRITABLE:
        if name in given:
            setattr(playlist, name, given[name])


def row(world: World, playlist: Playlist) -> Json:
    songs = stored(world, playlist)
    seconds = sum(song.seconds for song in songs)
    return {
        **playlist.artwork,
        "id": playlist.id,
        "name": playlist.name,
        "comment": playlist.comment,
        "duration": int(seconds) if seconds == int(seconds) else seconds,
        "size": sum(song.row["size"] for song in songs),
        "songCount": len(songs),
        "ownerName": playlist.owner.name,
        "ownerId": playlist.owner.id,
        "public": playlist.public,
        "path": "",
        "sync": False,
        "uploadedImage": "",
        "createdAt": playlist.created,
        "updatedAt": playlist.changed,
        "rules": playlist.rules,
        "evaluatedAt": playlist.evaluated_at,
    }


def track(world: World, user: User, playlist: Playlist, position: int) -> Json:
    song = world.songs[playlist.song_ids[position - 1]]
    own = {"id": str(position), "mediaFileId": song.id, "playlistId": playlist.id}
    return annotated(world, user, song.row) | own


def exported(playlist: Playlist, songs: list[Song]) -> Response:
    """With absolute paths as the server knows them."""
    lines = ["#EXTM3U", f"#PLAYLIST:{playlist.name}"]
    for song in songs:
        lines.append(f"#EXTINF:{song.seconds:.0f},{song.row['artist']} - {song.row['title']}")
        lines.append(f"{song.row['libraryPath']}/{song.row['path']}")
    name = re.sub(r'["\\]', "_", playlist.name).encode().decode("latin-1")
    headers = {"content-type": M3U, "content-disposition": f'attachment; filename="{name}.m3u"'}
    return Response("\n".join(lines) + "\n", headers=headers)
