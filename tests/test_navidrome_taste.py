"""What one user has starred, rated, played and listed, as it is read from upstream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date

import httpx
import pytest

from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.navidrome import Account, Upstream
from proxy.navidrome.taste import PAGE, PAGES_AT_ONCE, Ask, lists, plays, songs_of, starred
from tests.fake_navidrome import PASSWORDS, Annotation, Fault, World, create_app

pytestmark = pytest.mark.anyio

SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"  # which ana has starred, rated and played


def client_of(world: World) -> httpx.AsyncClient:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(world)))
    del client.headers["accept-encoding"]  # as `open_client` does
    return client


@pytest.fixture
async def ana(world: World) -> AsyncIterator[Account]:
    async with client_of(world) as client:
        yield Account(Upstream(client, "http://navidrome"), "ana", PASSWORDS["ana"])


def asked(world: World, endpoint: str) -> int:
    return sum(request.path == f"/rest/{endpoint}" for request in world.requests)


async def test_what_the_user_did_and_nobody_else(world: World, ana: Account) -> None:
    assert await starred(ana.content) == {SLOW}
    found = await plays(ana.content)
    assert found.ratings[SLOW] == 4
    assert found.played[SLOW] == date(2026, 11, 23)
    assert set(found.loved) == {SLOW}
    assert found.loved[SLOW] == date(2026, 11, 23)
    assert found.counts[SLOW] >= 1
    assert set(found.counts) == set(found.played)
    assert found.hours[SLOW] in range(24)
    ben = Account(ana.upstream, "ben", PASSWORDS["ben"])
    assert await starred(ben.content) == frozenset()
    assert SLOW not in (await plays(ben.content)).played


async def test_a_small_library_is_two_questions_and_one_more_to_be_sure(world: World, ana: Account) -> None:
    await plays(ana.content)
    assert asked(world, "search3") == 3


@pytest.mark.parametrize("size", [PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, 6 * PAGE + 7])
async def test_every_page_is_read_whatever_the_size_of_the_library(size: int) -> None:
    world = World.generated(tracks=size)
    user = world.users["ana"]
    world.annotations = {(user.id, song): Annotation(rating=1 + n % 5) for n, song in enumerate(world.songs)}
    async with client_of(world) as client:
        account = Account(Upstream(client, "http://navidrome"), "ana", PASSWORDS["ana"])
        found = await plays(account.content)
    assert found.ratings == {song: 1 + n % 5 for n, song in enumerate(world.songs)}
    assert asked(world, "search3") <= 1 + size // PAGE + 2 * PAGES_AT_ONCE


async def test_a_database_error_that_looks_like_an_empty_page_is_asked_again(
    world: World, ana: Account
) -> None:
    world.faults["search3"] = [Fault.EMPTY]
    assert SLOW in (await plays(ana.content)).played


@pytest.mark.parametrize(
    "fault", [[Fault.EMPTY] * 4, [None, Fault.CRASH], Fault.CRASH], ids=["empty", "crash later", "crash"]
)
async def test_pages_that_fail_are_an_error_and_no_listener_without_plays(
    world: World, ana: Account, fault: Fault | list[Fault | None]
) -> None:
    world.faults["search3"] = fault  # type: ignore[assignment]
    with pytest.raises(UpstreamRefused):
        await plays(ana.content)


async def test_a_server_that_knows_no_empty_query_is_asked_as_of_old(world: World, ana: Account) -> None:
    queries: list[str] = []

    async def picky(endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
        queries.append(dict(params)["query"])
        none = b'{"subsonic-response":{"status":"ok","searchResult3":{}}}'
        return await ana.content(endpoint, params) if queries[-1] else none

    assert SLOW in (await plays(picky)).played
    assert queries[:3] == ["", "", '""']


def answering(body: str) -> Ask:
    async def ask(endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
        return body.encode()

    return ask


def page(*songs: str) -> str:
    return f'{{"subsonic-response":{{"status":"ok","searchResult3":{{"song":[{",".join(songs)}]}}}}}}'


@pytest.mark.parametrize("played", ["", ',"played":"yesterday"', ',"played":""'])
async def test_a_server_that_gives_the_same_page_for_ever_comes_to_an_end(played: str) -> None:
    song = f'{{"id":"a","playCount":2{played}}}'
    assert (await plays(answering(page(song)))).played == {"a": None}


async def test_one_page_that_fails_ends_a_library_without_end() -> None:
    async def endless(endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
        offset = int(dict(params)["songOffset"])
        if offset == 7 * PAGE:
            raise UpstreamRefused("no more")
        assert offset < 50 * PAGE, "it is asked on and on"
        return page(*(f'{{"id":"{n}"}}' for n in range(offset, offset + PAGE))).encode()

    with pytest.raises(UpstreamRefused, match="no more"):
        await plays(endless)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"subsonic-response":{}}',
        '{"subsonic-response":{"status":"failed","error":{"code":40}}}',
        '{"subsonic-response":{"status":"ok","starred2":{"song":[{}]}}}',
        '{"subsonic-response":{"status":"ok","starred2":{"song":[{"id":7}]}}}',
        "<subsonic-response/>",
        "\xff",
    ],
)
async def test_an_answer_that_is_none_is_refused(body: str) -> None:
    with pytest.raises(UpstreamRefused):
        await starred(answering(body))


async def test_lists_and_their_songs(world: World, ana: Account) -> None:
    own = world.add_playlist("ana", "Smoke", [SLOW])
    theirs = world.add_playlist("ben", "Smoke", [SLOW])
    theirs.public = True
    found = {each.id: each for each in await lists(ana.content) if each.name == "Smoke"}
    assert {each.owner for each in found.values()} == {"ana", "ben"}
    assert await songs_of(ana.content, own.id) == (SLOW,)


async def test_replies_are_asked_for_uncompressed(world: World, ana: Account) -> None:
    credentials = [("u", "ana"), ("p", PASSWORDS["ana"]), ("v", "1.16.1"), ("c", "test")]
    headers = [(b"Accept-Encoding", b"gzip"), (b"user-agent", b"hers")]
    await ana.upstream.content("ping", credentials, headers=headers)
    last = world.requests[-1]
    assert last.header("user-agent") == "hers"
    assert "gzip" not in (last.header("accept-encoding") or "")


async def test_a_server_that_is_away_is_unreachable() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        account = Account(Upstream(client, "http://127.0.0.1:9"), "ana", PASSWORDS["ana"])
        with pytest.raises(UpstreamUnreachable):
            await plays(account.content)
