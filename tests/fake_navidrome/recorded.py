"""The world as it was when the exchanges in ``tests/data/navidrome`` were recorded."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from .songs import Json
from .world import PASSWORDS, Annotation, Playlist, PlayQueue, Scan, User, World

DATA = Path(__file__).parent.parent / "data" / "navidrome"

OWN_FIELDS = {"averageRating"}
STARRED_SONG = "6ZNiR1NmLK2O4Gjk4DQ6UK"
ITS_ALBUM = "5W6OkxE3YacegoEbVawwd7"
QUEUED_SONG = "6Cvn9wpWtkC0YVl3xyryX0"
SMART_LIST = "46mUqZGt0wpssCb9Xnorhj"
JAZZ_BY_TITLE: Json = {"all": [{"is": {"genre": "Jazz"}}], "sort": "title", "limit": 5}

SONGS_OF = {
    "0T9UJreZf8WYShv1G91gaP": [STARRED_SONG, "5WiZheNwc7APWMt8sycgpv", "6M2Frp7doxYDAFK9HLCxgi"],
    "03FNUAXniC1DV9Hwosyvdq": [QUEUED_SONG, STARRED_SONG],
    "1GSermstOdNnOOFKQMM6lG": [QUEUED_SONG, STARRED_SONG],
    "5bsOy2JLFLUzgMnY22k8Kt": [QUEUED_SONG, STARRED_SONG],
    "1c8aPDNGrulYXJQHCf8z5y": ["nosuch", QUEUED_SONG],
}


@cache
def data(name: str) -> Any:
    return json.loads((DATA / name).read_text("utf-8"))


def reply(case: str, form: str = "json") -> Any:
    body = data(f"replies/{case}.json")[form]["body"]
    return body["subsonic-response"] if form == "json" else body


def furnish(world: World) -> None:
    world.users = {name: recorded_user(name) for name in PASSWORDS}
    rows = {row["id"]: row for row in data("library_native.json")}
    for child in data("library_subsonic.json"):
        row = {name: value for name, value in rows[child["id"]].items() if name not in OWN_FIELDS}
        world.add_song(copy.deepcopy(row))
    world.libraries = [dict(library) for library in reply("api_library", "raw")]
    world.scan = Scan(folders=reply("getScanStatus")["scanStatus"]["folderCount"])
    world.transcodes[QUEUED_SONG, "mp3", 64] = data("replies/stream_transcoded.json")["raw"]["body_bytes"]
    furnish_playlists(world)
    furnish_annotations(world)


def recorded_user(name: str) -> User:
    """Only ana's id was recorded; the other two are made up."""
    ids = {
        "ana": reply("auth_login", "raw")["id"],
        "admin": "4sJ8Yk1qZc0WfUu3vXb7Ta",
        "ben": "2LpG5RmQ9tKx0HnVd6Ei3s",
    }
    libraries = (1, 2) if name == "admin" else (1,)
    return User(ids[name], name, PASSWORDS[name], admin=name == "admin", libraries=libraries)


def furnish_playlists(world: World) -> None:
    entries = reply("getPlaylists_admin")["playlists"]["playlist"]
    for entry in sorted(entries, key=lambda entry: entry["created"]):
        world.playlists[entry["id"]] = recorded_playlist(world, entry)
    smart = world.playlists[SMART_LIST]
    smart.rules, smart.cover_art = JAZZ_BY_TITLE, False
    smart.evaluated_at = smart.changed
    smart.song_ids = [song["id"] for song in reply("getPlaylist_smart")["playlist"]["entry"]]


def recorded_playlist(world: World, entry: Json) -> Playlist:
    return Playlist(
        id=entry["id"],
        name=entry["name"],
        owner=world.users[entry["owner"]],
        created=entry["created"],
        changed=entry["changed"],
        song_ids=list(SONGS_OF.get(entry["id"], ())),
        comment=entry.get("comment", ""),
        public=entry.get("public", False),
    )


def furnish_annotations(world: World) -> None:
    """Ana starred, rated and played one song; its album counts the plays as well."""
    ana = world.users["ana"]
    row = next(row for row in reply("api_song_by_ids", "raw") if row["id"] == STARRED_SONG)
    plays = {"play_count": row["playCount"], "played_at": row["playDate"]}
    song = Annotation(starred_at=row["starredAt"], rating=row["rating"], rated_at=row["ratedAt"], **plays)
    world.annotations[ana.id, STARRED_SONG] = song
    world.annotations[ana.id, ITS_ALBUM] = Annotation(**plays)
    queue = reply("getPlayQueue")["playQueue"]
    world.play_queues[ana.id] = PlayQueue(
        [QUEUED_SONG], QUEUED_SONG, 1000, queue["changed"], queue["changedBy"]
    )
