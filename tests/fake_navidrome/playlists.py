"""Playlists over Subsonic, with Navidrome's rules of permission and its quirks (measured on 0.63)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from .call import Call
from .errors import NotAuthorizedError, NotFoundError, SubsonicError
from .songs import Json, Song, folded
from .world import Playlist, User, World

REFRESH_DELAY = timedelta(seconds=5)


def get_playlists(call: Call) -> Json:
    """Own and public ones, for an admin everybody's; ``username`` is not looked at."""
    seen = [playlist for playlist in call.world.playlists.values() if may_read(call.user, playlist)]
    by_name = sorted(seen, key=lambda playlist: playlist.name.lower())
    shown = [described(call, each, stored(call.world, each)) for each in by_name]
    return {"playlists": {"playlist": shown} if shown else {}}


def get_playlist(call: Call) -> Json:
    playlist = readable(call, call.params.required("id"), "playlist not found")
    refresh_if_due(call.world, playlist, call.user)
    return {"playlist": with_entries(call, playlist)}


def create_playlist(call: Call) -> Json:
    """Makes a list, or replaces the songs of one: then ``name`` is ignored, and no songs clear nothing."""
    name, playlist_id = call.params.get("name"), call.params.get("playlistId")
    song_ids = call.params.every("songId")
    if not name and not playlist_id:
        raise SubsonicError(0, "Internal Server Error: required parameter name is missing")
    if not playlist_id:
        made = call.world.add_playlist(call.user.name, name, song_ids)
        return {"playlist": with_entries(call, made)}
    playlist = writable(call, playlist_id, tracks=True)
    playlist.song_ids = song_ids or playlist.song_ids
    playlist.changed = call.world.now()
    return {"playlist": with_entries(call, playlist)}


def update_playlist(call: Call) -> Json:
    """Stored positions go before songs are added; an empty name is ignored, an empty comment is not."""
    params = call.params
    added, removed = params.every("songIdToAdd"), positions(params.every("songIndexToRemove"))
    playlist = writable(call, params.required("playlistId"), tracks=bool(added or removed))
    kept = [song for index, song in enumerate(playlist.song_ids) if index not in removed]
    playlist.song_ids = kept + added
    playlist.name = params.get("name") or playlist.name
    playlist.comment = params.get("comment", playlist.comment)
    playlist.public = params.flag("public", playlist.public)
    playlist.changed = call.world.now()
    return {}


def delete_playlist(call: Call) -> Json:
    playlist = writable(call, call.params.required("id"), tracks=False)
    del call.world.playlists[playlist.id]
    return {}


def positions(values: Iterable[str]) -> set[int]:
    """What is not a number is skipped."""
    return {int(value) for value in values if re.fullmatch(r"[+-]?\d+", value)}


def may_read(user: User, playlist: Playlist) -> bool:
    return playlist.public or owns(user, playlist)


def owns(user: User, playlist: Playlist) -> bool:
    return user.admin or playlist.owner.name == user.name


def readable(call: Call, playlist_id: str, complaint: str = "data not found") -> Playlist:
    playlist = call.world.playlists.get(playlist_id)
    if playlist is None or not may_read(call.user, playlist):
        raise NotFoundError(complaint)
    return playlist


def writable(call: Call, playlist_id: str, *, tracks: bool) -> Playlist:
    """Code 70 for what the caller cannot see, 50 for another's list and for the tracks of a smart one."""
    playlist = readable(call, playlist_id)
    if not owns(call.user, playlist) or (tracks and playlist.rules is not None):
        raise NotAuthorizedError
    return playlist


def stored(world: World, playlist: Playlist) -> list[Song]:
    """All songs there are, missing ones and other libraries' too: what the counters of a list count."""
    return [world.songs[song_id] for song_id in playlist.song_ids if song_id in world.songs]


def shown(world: World, playlist: Playlist, user: User) -> list[Song]:
    """The songs that this user gets to see."""
    return [song for song in stored(world, playlist) if song.library in user.libraries and not song.missing]


def with_entries(call: Call, playlist: Playlist) -> Json:
    found = shown(call.world, playlist, call.user)
    entries = {"entry": call.children(found)} if found else {}
    return described(call, playlist, found) | entries


def described(call: Call, playlist: Playlist, counted: list[Song]) -> Json:
    """The playlist object; how much of it depends on the client."""
    minimal = {
        "id": playlist.id,
        "name": playlist.name,
        "songCount": len(counted),
        "duration": int(sum(song.seconds for song in counted)),
        "created": playlist.created,
        "changed": playlist.changed if playlist.rules is None else playlist.evaluated_at or call.world.now(),
    }
    if call.is_minimal:
        return minimal
    classic = minimal | {"owner": playlist.owner.name} | optional(playlist)
    return classic if call.is_legacy else classic | opensubsonic(call, playlist)


def optional(playlist: Playlist) -> Json:
    fields = {"comment": playlist.comment, "public": playlist.public, "coverArt": cover_art(playlist)}
    return {name: value for name, value in fields.items() if value}


def cover_art(playlist: Playlist) -> str:
    drawn = playlist.artwork.get("imageHash")
    return f"pl-{playlist.id}" + (f"_{drawn}" if drawn else "") if playlist.cover_art else ""


def opensubsonic(call: Call, playlist: Playlist) -> Json:
    smart = playlist.rules is not None
    readonly = smart or playlist.owner.name != call.user.name
    valid = (
        {"validUntil": later(playlist.evaluated_at, REFRESH_DELAY)} if smart and playlist.evaluated_at else {}
    )
    return {"readonly": readonly, **valid}


def later(at: str, delay: timedelta) -> str:
    """A time stamp moved by whole seconds, its fraction kept to the nanosecond."""
    return (datetime.fromisoformat(at[:19]) + delay).isoformat() + at[19:]


def refresh_if_due(world: World, playlist: Playlist, reader: User) -> None:
    """Smart lists are evaluated when their owner reads them, at most every five seconds."""
    if playlist.rules is None or playlist.owner.name != reader.name:
        return
    now = world.now()
    if playlist.evaluated_at is None or later(playlist.evaluated_at, REFRESH_DELAY) < now:
        playlist.song_ids = [song.id for song in matching(world, playlist.rules, reader)]
        playlist.evaluated_at = now


def matching(world: World, rules: Json, reader: User) -> list[Song]:
    """A sliver of the criteria: every rule is ``is`` a genre, then one sort field and a limit."""
    genres = [rule["is"]["genre"] for rule in rules.get("all", ())]
    found = [song for song in world.visible(reader) if set(genres) <= set(song.genres)]
    if field := rules.get("sort"):
        found.sort(key=lambda song: folded(str(song.row[field])))
    return found[: rules.get("limit") or None]


ENDPOINTS = {
    "getPlaylists": get_playlists,
    "getPlaylist": get_playlist,
    "createPlaylist": create_playlist,
    "updatePlaylist": update_playlist,
    "deletePlaylist": delete_playlist,
}
