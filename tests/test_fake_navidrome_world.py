"""The fake Navidrome's own switches, and the behaviour that no recording shows."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import pytest

from tests.fake_navidrome import PASSWORDS, Fault, World, content, create_app
from tests.live import Stage, serve

FLAC = "6Cvn9wpWtkC0YVl3xyryX0"
FLAC_BYTES = 1_519_028
ANA: dict[str, Any] = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": "json"}


def salted(password: str, salt: str) -> str:
    return hashlib.md5(f"{password}{salt}".encode()).hexdigest()


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


def ask(client: httpx.Client, endpoint: str, **params: Any) -> dict[str, Any]:
    """The content of ``subsonic-response``."""
    reply = client.get(f"/rest/{endpoint}", params=ANA | params)
    return dict(reply.json()["subsonic-response"])


def login(client: httpx.Client, user: str = "ana") -> dict[str, str]:
    reply = client.post("/auth/login", json={"username": user, "password": PASSWORDS[user]})
    return {"x-nd-authorization": f"Bearer {reply.json()['token']}"}


@pytest.mark.parametrize(
    ("proof", "is_good"),
    [
        ({"p": PASSWORDS["ana"]}, True),
        ({"p": "enc:" + PASSWORDS["ana"].encode().hex()}, True),
        ({"p": "enc:nothex"}, False),
        ({"p": ""}, False),
        ({}, False),
        ({"t": salted(PASSWORDS["ana"], "abc"), "s": "abc"}, True),
        ({"t": salted(PASSWORDS["ana"], "")}, True),
        ({"t": salted(PASSWORDS["ana"], "abc").upper(), "s": "abc"}, False),
        ({"p": "wrong", "t": salted(PASSWORDS["ana"], "abc"), "s": "abc"}, False),
        ({"jwt": "a.b.c", "p": PASSWORDS["ana"]}, False),
    ],
)
@pytest.mark.parametrize("user", ["ana", "ANA"])
def test_proofs_of_a_caller(
    client: httpx.Client, world: World, user: str, proof: dict[str, str], is_good: bool
) -> None:
    reply = client.get("/rest/ping", params={"u": user, "v": "1", "c": "x", "f": "json"} | proof)
    assert reply.json()["subsonic-response"].get("error", {}).get("code") == (None if is_good else 40)


@pytest.mark.parametrize(("user", "status"), [("ana", "ok"), ("Ana", "ok"), ("ben", "failed")])
def test_the_token_of_a_login_opens_rest_to_its_own_name_only(
    client: httpx.Client, world: World, user: str, status: str
) -> None:
    jwt = login(client)["x-nd-authorization"].removeprefix("Bearer ")
    reply = client.get("/rest/ping", params={"u": user, "jwt": jwt, "v": "1", "c": "x", "f": "json"})
    assert reply.json()["subsonic-response"]["status"] == status


def test_another_secret_ends_all_sessions(client: httpx.Client, world: World) -> None:
    session = login(client)
    renewed = client.get("/api/song?_end=1", headers=session).headers["x-nd-authorization"]
    assert client.get("/api/song", headers={"x-nd-authorization": f"Bearer {renewed}"}).status_code == 200
    world.secret = b"rotated"
    assert client.get("/api/song", headers=session).status_code == 401


def test_the_sixth_login_in_twenty_seconds_is_one_too_many(client: httpx.Client, world: World) -> None:
    given = {"username": "ana", "password": PASSWORDS["ana"]}
    codes = [client.post("/auth/login", json=given).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    elsewhere = client.post("/auth/login", json=given, headers={"x-real-ip": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_without_the_native_api_there_is_only_rest(client: httpx.Client, world: World) -> None:
    world.native = False
    assert client.post("/auth/login", json={}).status_code == 404
    assert client.get("/api/song").status_code == 404
    assert ask(client, "ping")["status"] == "ok"


def test_a_server_without_empty_queries_lists_nothing_for_one(client: httpx.Client, world: World) -> None:
    world.empty_query = False
    assert ask(client, "search3", query='""')["searchResult3"] == {}
    assert ask(client, "search3", query="river")["searchResult3"]["song"]


def test_faults_befall_one_endpoint_until_they_are_taken_away(client: httpx.Client, world: World) -> None:
    world.faults["search3"] = Fault.EMPTY
    world.faults["ping"] = Fault.CRASH
    assert ask(client, "search3", query="")["searchResult3"] == {}
    assert client.get("/rest/ping.view", params=ANA).status_code == 500
    assert ask(client, "getUser", username="ana")["user"]["folder"] == [1]
    world.faults.clear()
    assert ask(client, "search3", query="")["searchResult3"]["song"]


def test_a_list_of_faults_is_used_up(client: httpx.Client, world: World) -> None:
    world.faults["/api/song"] = [None, Fault.CRASH, Fault.EMPTY]
    session = login(client)
    replies = [client.get("/api/song", headers=session) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 500, 200, 200]
    assert [reply.headers.get("x-total-count") for reply in replies] == ["72", None, "0", "72"]


def test_a_reply_can_be_held_back(client: httpx.Client, world: World) -> None:
    world.faults["ping"] = event = threading.Event()
    with pytest.raises(httpx.ReadTimeout):
        client.get("/rest/ping", params=ANA, timeout=0.1)
    event.set()
    assert ask(client, "ping")["status"] == "ok"


@pytest.mark.anyio
async def test_a_reply_waits_for_an_event_of_the_same_loop() -> None:
    world, event = World.recorded(), anyio.Event()
    world.faults["ping"] = event
    transport = httpx.ASGITransport(create_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://navidrome") as client:
        with anyio.move_on_after(0.05) as waiting:
            await client.get("/rest/ping", params=ANA)
        event.set()
        assert (await client.get("/rest/ping", params=ANA)).json()["subsonic-response"]["status"] == "ok"
    assert waiting.cancelled_caught


def test_requests_are_kept_as_they_came(client: httpx.Client, world: World) -> None:
    target = b'/rest/ping?u=ana&x="<|>%7C&&y'
    form = {"p": PASSWORDS["ana"], "v": "1", "c": "x"}
    client.post("/", data=form, headers={"X-Mark": "1"}, extensions={"target": target})
    (kept,) = world.requests
    assert (kept.method, kept.target, kept.path) == ("POST", target, "/rest/ping")
    assert kept.header("x-mark") == "1"
    assert kept.body == b"p=correct+horse&v=1&c=x"


def test_a_retagged_song_is_retagged_everywhere(client: httpx.Client, world: World) -> None:
    world.songs[FLAC].row |= {"title": "Brighter", "year": 1959}
    song = ask(client, "getSong", id=FLAC)["song"]
    row = client.get("/api/song", params={"id": FLAC}, headers=login(client)).json()[0]
    assert (song["title"], song["year"]) == (row["title"], row["year"]) == ("Brighter", 1959)


def test_stars_ratings_and_plays_belong_to_their_user(client: httpx.Client, world: World) -> None:
    for endpoint, more in (("star", {}), ("setRating", {"rating": 5}), ("scrobble", {"time": 1_000})):
        ask(client, endpoint, id=FLAC, **more)
    song = ask(client, "getSong", id=FLAC)["song"]
    assert (song["userRating"], song["playCount"]) == (5, 1)
    assert song["played"] == "1970-01-01T00:00:01Z"
    assert "starred" in song
    row = client.get(f"/api/song/{FLAC}", headers=login(client, "ben")).json()
    assert (row.get("starred"), row["averageRating"]) == (None, 5)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=65530-65545", 65_530, 65_546),
        ("bytes=-10", FLAC_BYTES - 10, FLAC_BYTES),
        ("bytes=1519000-", 1_519_000, FLAC_BYTES),
        ("bytes=1519000-9999999", 1_519_000, FLAC_BYTES),
    ],
)
def test_a_range_is_that_part_of_the_file(
    client: httpx.Client, world: World, asked: str, start: int, stop: int
) -> None:
    reply = client.get("/rest/download", params=ANA | {"id": FLAC}, headers={"range": asked})
    assert reply.headers["content-range"] == f"bytes {start}-{stop - 1}/{FLAC_BYTES}"
    assert reply.content == b"".join(content(FLAC, 0, FLAC_BYTES))[start:stop]
    assert world.cut_off.empty()


def test_the_first_transcode_breaks_the_promise_of_its_length_and_the_next_does_not(
    client: httpx.Client, world: World
) -> None:
    wanted = ANA | {"id": FLAC, "format": "mp3", "maxBitRate": 96, "estimateContentLength": "true"}
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/rest/stream", params=wanted)
    kept = client.get("/rest/stream", params=wanted, headers={"range": "bytes=0-99"})
    assert (kept.status_code, len(kept.content)) == (206, 100)


def test_a_client_that_leaves_in_the_middle_is_noticed(client: httpx.Client, world: World) -> None:
    world.mid_stream = threading.Event()
    with client.stream("GET", "/rest/stream", params=ANA | {"id": FLAC}) as reply:
        first = next(reply.iter_raw(1024))
    assert first == next(content(FLAC, 0, 1024))
    assert world.cut_off.get(timeout=5) == FLAC


def test_a_reply_is_compressed_for_those_who_ask(client: httpx.Client, world: World) -> None:
    plain = client.get("/rest/getGenres", params=ANA, headers={"accept-encoding": "identity"})
    packed = client.get("/rest/getGenres", params=ANA, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.json() == packed.json()


def test_the_player_of_a_cookie_is_kept(client: httpx.Client, world: World) -> None:
    client.cookies.clear()
    first = client.get("/rest/ping", params=ANA).cookies["nd-player-616e61"]
    again = client.get("/rest/ping", params=ANA | {"c": "other"}).cookies["nd-player-616e61"]
    client.cookies.clear()
    assert first == again
    assert client.get("/rest/ping", params=ANA | {"c": "other"}).cookies["nd-player-616e61"] != first
    client.cookies.clear()


def test_a_generated_library_can_be_paged_through(stage: Stage, client: httpx.Client) -> None:
    world = World.generated(tracks=1234, seed=7)
    stage.app = create_app(world)
    pages = [ask(client, "search3", query="", songCount=500, songOffset=at) for at in (0, 500, 1000, 1500)]
    songs = [song for page in pages for song in page["searchResult3"].get("song", ())]
    assert [song["id"] for song in songs] == list(world.songs)
    assert all(1950 <= song["year"] <= 2025 and 120 <= song["duration"] <= 420 for song in songs)
    assert ask(client, "getScanStatus")["scanStatus"]["count"] == len(songs) == 1234


def test_generated_libraries_are_equal_for_equal_seeds_and_shaped_as_recorded_ones() -> None:
    first, again, other = (World.generated(tracks=50, seed=seed) for seed in (1, 1, 2))
    assert first.songs == again.songs
    assert first.songs.keys().isdisjoint(other.songs)
    recorded = [song.row.keys() for song in World.recorded().songs.values()]
    always, ever = set.intersection(*map(set, recorded)), set().union(*recorded)
    assert all(always <= song.row.keys() <= ever for song in first.songs.values())
