from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from proxy.errors import UpstreamRefused
from proxy.navidrome import Account, Upstream, kinds, pages
from tests.fake_navidrome import PASSWORDS, Fault, World, create_app

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(world))) as opened:
        yield opened


def account(client: httpx.AsyncClient, user: str = "admin") -> Account:
    return Account(Upstream(client, "http://navidrome"), user, PASSWORDS[user])


async def ids(client: httpx.AsyncClient, kind: str, user: str = "admin") -> list[str]:
    return [song["id"] async for page in pages(account(client, user), kind) for song in page.songs]


def asked(world: World, path: str) -> int:
    return sum(request.path == path for request in world.requests)


@pytest.mark.parametrize("kind", ["native", "search3", "albums"])
@pytest.mark.parametrize("user", ["admin", "ana"])
async def test_each_way_gives_every_song_that_the_account_may_see_once(
    world: World, client: httpx.AsyncClient, kind: str, user: str
) -> None:
    found = await ids(client, kind, user)
    assert sorted(found) == sorted(song.id for song in world.visible(world.users[user]))


@pytest.mark.parametrize(
    ("kind", "path", "requests"),
    [("native", "/api/song", 3), ("search3", "/rest/search3", 7), ("albums", "/rest/getAlbumList2", 2)],
)
async def test_a_large_library_comes_in_pages(kind: str, path: str, requests: int) -> None:
    world = World.generated(2100)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(world))) as client:
        assert sorted(await ids(client, kind)) == sorted(world.songs)
    assert asked(world, path) == requests


@pytest.mark.parametrize(("kind", "total"), [("native", 82), ("search3", 82), ("albums", 82)])
async def test_the_pages_tell_how_many_songs_there_must_be(
    client: httpx.AsyncClient, kind: str, total: int
) -> None:
    assert {page.total async for page in pages(account(client), kind)} == {total}


async def test_a_plain_user_is_told_by_the_native_api_only(client: httpx.AsyncClient) -> None:
    assert {page.total async for page in pages(account(client, "ana"), "native")} == {72}
    assert {page.total async for page in pages(account(client, "ana"), "search3")} == {None}


async def test_missing_songs_are_left_out(world: World, client: httpx.AsyncClient) -> None:
    gone = next(iter(world.songs.values()))
    gone.row["missing"] = True
    for kind in ("native", "search3", "albums"):
        assert gone.id not in await ids(client, kind)


async def test_an_empty_page_of_a_search_is_asked_for_again(world: World, client: httpx.AsyncClient) -> None:
    world.faults["search3"] = [Fault.EMPTY]
    assert len(await ids(client, "search3")) == 82


async def test_a_server_that_wants_quotes_for_everything_gets_them(
    world: World, client: httpx.AsyncClient
) -> None:
    world.faults["search3"] = [Fault.EMPTY, Fault.EMPTY]
    assert len(await ids(client, "search3")) == 82
    assert b"query=%22%22" in world.requests[-1].body


async def test_a_server_without_an_empty_search_gives_nothing(
    world: World, client: httpx.AsyncClient
) -> None:
    world.empty_query = False
    assert await ids(client, "search3") == []


async def test_a_server_that_does_not_know_offsets_is_not_asked_for_ever() -> None:
    async def same(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/login":
            return httpx.Response(404)
        inside = {
            "searchResult3": {"song": [{"id": "1"}, {"id": "2"}]},
            "albumList2": {"album": [{"id": "a"}]},
            "album": {"song": [{"id": "1"}]},
        }
        return httpx.Response(200, json={"subsonic-response": {"status": "ok", **inside}})

    async with httpx.AsyncClient(transport=httpx.MockTransport(same)) as client:
        assert await ids(client, "search3") == ["1", "2"]
        assert await ids(client, "albums") == ["1"]


@pytest.mark.parametrize(
    ("kind", "endpoint"), [("native", "/api/song"), ("search3", "search3"), ("albums", "getAlbum")]
)
async def test_a_page_that_fails_ends_the_sweep(
    world: World, client: httpx.AsyncClient, kind: str, endpoint: str
) -> None:
    world.faults[endpoint] = [Fault.CRASH]
    with pytest.raises(UpstreamRefused) as caught:
        await ids(client, kind)
    assert caught.value.http_status == 500


@pytest.mark.parametrize(
    "reply", [httpx.Response(200, json={}), httpx.Response(200, json=[]), httpx.Response(200, html="<html>")]
)
async def test_a_list_without_its_count_is_not_navidromes(reply: httpx.Response) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        login = {"token": "jwt", "subsonicToken": "t", "subsonicSalt": "s"}
        return httpx.Response(200, json=login) if request.url.path == "/auth/login" else reply

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        with pytest.raises(UpstreamRefused, match="not Navidrome's"):
            await ids(client, "native")


async def test_the_native_api_is_tried_first_where_the_log_in_opened_it(
    world: World, client: httpx.AsyncClient
) -> None:
    opened = account(client)
    await opened.log_in()
    assert kinds(opened) == ("native", "search3", "albums")
    world.native = False
    without = account(client)
    await without.log_in()
    assert kinds(without) == ("search3", "albums")
