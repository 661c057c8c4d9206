"""The fake Navidrome's playlists over both APIs: its rules and quirks beyond the recorded cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.live import Stage, serve

BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"
EMBER = "5WiZheNwc7APWMt8sycgpv"
ANAS_PUBLIC_LIST = "0T9UJreZf8WYShv1G91gaP"
ANAS_PRIVATE_LIST = "03FNUAXniC1DV9Hwosyvdq"
SMART_LIST = "46mUqZGt0wpssCb9Xnorhj"


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def client(stage: Stage) -> Iterator[httpx.Client]:
    with serve(stage) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def world(stage: Stage) -> World:
    world = World.recorded()
    stage.app = create_app(world)
    return world


@pytest.fixture
def made(client: httpx.Client, world: World) -> str:
    """A list of ana's with three songs and one that does not exist."""
    songs = [BRIGHT, "nosuch", SLOW, EMBER]
    return str(ask(client, "createPlaylist", name="Mixed", songId=songs)["playlist"]["id"])


def ask(client: httpx.Client, endpoint: str, user: str = "ana", **params: Any) -> dict[str, Any]:
    """The content of ``subsonic-response``."""
    own = {"u": user, "p": PASSWORDS[user], "v": "1.16.1", "c": "test", "f": "json"}
    reply = client.post(f"/rest/{endpoint}", data=own | params)
    return dict(reply.json()["subsonic-response"])


def token(client: httpx.Client, user: str = "ana") -> dict[str, str]:
    reply = client.post("/auth/login", json={"username": user, "password": PASSWORDS[user]})
    return {"x-nd-authorization": f"Bearer {reply.json()['token']}"}


def entries(client: httpx.Client, playlist: str, user: str = "ana") -> list[str]:
    shown = ask(client, "getPlaylist", user, id=playlist)["playlist"]
    return [song["id"] for song in shown.get("entry", ())]


def test_an_unknown_song_is_hidden_but_keeps_its_position(client: httpx.Client, made: str) -> None:
    assert entries(client, made) == [BRIGHT, SLOW, EMBER]
    ask(client, "updatePlaylist", playlistId=made, songIndexToRemove=2)
    assert entries(client, made) == [BRIGHT, EMBER]


def test_positions_are_removed_before_songs_are_added(client: httpx.Client, made: str) -> None:
    added, removed = [BRIGHT, BRIGHT], ["0", "4", "99", "first"]
    ask(client, "updatePlaylist", playlistId=made, songIdToAdd=added, songIndexToRemove=removed)
    assert entries(client, made) == [SLOW, EMBER, BRIGHT, BRIGHT]


def test_an_empty_name_is_ignored_and_an_empty_comment_is_not(client: httpx.Client, world: World) -> None:
    ask(client, "updatePlaylist", playlistId=ANAS_PUBLIC_LIST, name="", comment="", public="off")
    playlist = world.playlists[ANAS_PUBLIC_LIST]
    assert (playlist.name, playlist.comment, playlist.public) == ("ai: calm 30 min", "", False)


def test_a_missing_song_counts_in_the_overview_and_not_in_the_list(
    client: httpx.Client, world: World, made: str
) -> None:
    world.songs[SLOW].row["missing"] = True
    overview = ask(client, "getPlaylists")["playlists"]["playlist"]
    assert [each["songCount"] for each in overview if each["id"] == made] == [3]
    assert ask(client, "getPlaylist", id=made)["playlist"]["songCount"] == 2


def test_a_public_list_shows_each_reader_the_songs_of_their_libraries(
    client: httpx.Client, world: World
) -> None:
    second = next(song.id for song in world.songs.values() if song.library == 2)
    world.playlists[ANAS_PUBLIC_LIST].song_ids = [second, BRIGHT]
    assert entries(client, ANAS_PUBLIC_LIST, "ben") == [BRIGHT]
    assert entries(client, ANAS_PUBLIC_LIST, "admin") == [second, BRIGHT]


@pytest.mark.parametrize(
    ("user", "playlist", "code"),
    [
        ("ben", ANAS_PUBLIC_LIST, 50),
        ("ben", ANAS_PRIVATE_LIST, 70),
        ("ana", SMART_LIST, 70),
        ("admin", SMART_LIST, 50),
        ("ana", "nosuch", 70),
    ],
)
def test_a_list_that_one_may_not_fill(
    client: httpx.Client, world: World, user: str, playlist: str, code: int
) -> None:
    for endpoint, song in (("createPlaylist", "songId"), ("updatePlaylist", "songIdToAdd")):
        refusal = ask(client, endpoint, user, playlistId=playlist, **{song: BRIGHT})
        assert refusal["error"]["code"] == code
    assert world.playlists == World.recorded().playlists


def test_an_admin_fills_a_users_list_and_its_owner_stays(client: httpx.Client, world: World) -> None:
    reply = ask(client, "createPlaylist", "admin", playlistId=ANAS_PRIVATE_LIST, songId=EMBER)
    assert reply["playlist"]["owner"] == "ana"
    assert entries(client, ANAS_PRIVATE_LIST) == [EMBER]


def test_a_smart_list_follows_its_rules_when_its_owner_opens_it(client: httpx.Client, world: World) -> None:
    evaluated = datetime(2026, 11, 24, tzinfo=UTC)
    world.clock = lambda: evaluated
    world.songs[BRIGHT].row["genres"] = []
    assert BRIGHT not in entries(client, SMART_LIST, "admin")
    world.songs[EMBER].row["genres"] = []
    assert EMBER in entries(client, SMART_LIST, "admin")
    world.clock = lambda: evaluated + timedelta(seconds=6)
    assert EMBER not in entries(client, SMART_LIST, "admin")


def test_a_list_made_in_the_web_interface_is_a_subsonic_list(client: httpx.Client, world: World) -> None:
    web = token(client)
    made = client.post("/api/playlist", json={"name": "ai: rain", "public": True}, headers=web).json()["id"]
    added = client.post(f"/api/playlist/{made}/tracks", json={"ids": [BRIGHT, SLOW]}, headers=web)
    assert added.json() == {"added": 2}
    assert entries(client, made) == [BRIGHT, SLOW]
    client.put(f"/api/playlist/{made}", json={"name": "ai: sun"}, headers=web)
    client.delete(f"/api/playlist/{made}/tracks", params={"id": "1"}, headers=web)
    shown = ask(client, "getPlaylist", id=made)["playlist"]
    assert (shown["name"], shown["public"], entries(client, made)) == ("ai: sun", True, [SLOW])
    assert client.get(f"/api/playlist/{made}", headers=web).json()["songCount"] == 1
    assert client.delete(f"/api/playlist/{made}", headers=web).json() == {}
    assert made not in world.playlists


@pytest.mark.parametrize(("playlist", "status"), [(ANAS_PUBLIC_LIST, 403), (ANAS_PRIVATE_LIST, 404)])
def test_anothers_list_is_not_written_over_the_native_api(
    client: httpx.Client, world: World, playlist: str, status: int
) -> None:
    web = token(client, "ben")
    for method in ("PUT", "DELETE"):
        reply = client.request(method, f"/api/playlist/{playlist}", json={"name": "mine"}, headers=web)
        assert reply.status_code == status
    assert world.playlists == World.recorded().playlists


def test_the_tracks_of_a_smart_list_are_not_written_over_the_native_api(
    client: httpx.Client, world: World
) -> None:
    path, web = f"/api/playlist/{SMART_LIST}", token(client, "admin")
    assert client.post(f"{path}/tracks", json={"ids": [BRIGHT]}, headers=web).status_code == 403
    assert client.delete(f"{path}/tracks", params={"id": "1"}, headers=web).status_code == 403
    assert client.put(path, json={"comment": "still mine"}, headers=web).status_code == 200


def test_what_is_not_json_is_no_playlist(client: httpx.Client, world: World) -> None:
    reply = client.post("/api/playlist", content=b"[1]", headers=token(client))
    assert (reply.status_code, len(world.playlists)) == (422, 7)
