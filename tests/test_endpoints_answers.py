"""Every answer that is made here carries what Navidrome's carry, and the name of its request."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from proxy.recipes.recipe import list_id
from tests.differential import reply
from tests.fake_navidrome import PASSWORDS
from tests.fake_navidrome.app import SECURITY_HEADERS
from tests.house import House, Listener, broken
from tests.test_endpoints_covers import LIST, RECIPES, painted

__all__ = ["RECIPES"]  # for the house

SONGS = list_id("ana", "first song's")
SOCKET = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
KEY = {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="}
BASIC = {"authorization": "Basic " + base64.b64encode(f"ana:{PASSWORDS['ana']}".encode()).decode()}
JSON = {"content-type": "application/json"}


@pytest.fixture
def theirs(house: House) -> dict[str, list[str]]:
    """What Navidrome says with a ping, as far as it is about security."""
    headers = house.directly().send("ping").headers
    return {name: headers.get_list(name) for name in SECURITY_HEADERS}


def assert_is_ours(answer: httpx.Response, theirs: dict[str, list[str]]) -> None:
    assert {name: answer.headers.get_list(name) for name in theirs} == theirs
    assert len(answer.headers.get_list("x-request-id")) == 1


# What endpoints of Subsonic's answer.

REST: list[tuple[str, dict[str, str]]] = [
    ("createPlaylist", {"name": "ai: jazz 20 min"}),
    ("createPlaylist", {"playlistId": LIST, "songId": "x"}),
    ("updatePlaylist", {"playlistId": LIST, "comment": "mine"}),
    ("deletePlaylist", {"id": LIST}),
    ("getPlaylists", {}),
    ("getPlaylist", {"id": LIST}),
    ("getCoverArt", {"id": LIST}),
    ("getCoverArt", {"id": SONGS}),
    ("download", {"id": LIST}),
    ("createShare", {"id": LIST}),
    ("savePlayQueue", {"id": LIST}),
    ("search3", {"query": "ai: jazz"}),
    ("getSimilarSongs", {"id": "6Cvn9wpWtkC0YVl3xyryX0"}),
    ("getOpenSubsonicExtensions", {}),
    ("findSonicPath", {}),
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(("endpoint", "params"), REST)
def test_an_answer_of_an_endpoint(
    house: House, theirs: dict[str, list[str]], endpoint: str, params: dict[str, str], method: str
) -> None:
    painted(house)
    ana = house.listener()
    ana.way = type(ana.way)(method)
    assert_is_ours(ana.send(endpoint, **params), theirs)


@pytest.mark.parametrize("wanted", [LIST, SONGS])
def test_that_a_picture_is_as_it_was(
    house: House, ana: Listener, theirs: dict[str, list[str]], wanted: str
) -> None:
    painted(house)
    first = ana.send("getCoverArt", id=wanted)
    again = ana.send("getCoverArt", id=wanted, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == httpx.codes.NOT_MODIFIED
    assert_is_ours(again, theirs)


def test_a_refusal_of_who_calls(house: House, ana: Listener, theirs: dict[str, list[str]]) -> None:
    ana.credentials["p"] = "wrong"
    assert_is_ours(ana.send("getPlaylist", id=LIST), theirs)


def test_that_a_list_cannot_be_had_for_the_moment(house: House, theirs: dict[str, list[str]]) -> None:
    with house.proxy(db_path="/nowhere/x.db") as url:
        ana = house.listener()
        ana.url = url
        assert_is_ours(ana.send("getPlaylist", id=LIST), theirs)


def test_what_upstream_answers_has_nothing_of_ours(house: House, ana: Listener) -> None:
    for endpoint, params in (("ping", {}), ("getPlaylist", {"id": "nosuch"}), ("getCoverArt", {})):
        assert "x-request-id" not in ana.send(endpoint, **params).headers


# What stands under our own name.

OWN: list[tuple[str, dict[str, Any]]] = [
    ("/health/live", {}),
    ("/health/ready", {}),
    ("/metrics", {}),
    ("/nothing", {}),
    ("/", {}),
    ("/health/live", {"headers": SOCKET | KEY}),
    ("/api", {}),
    ("/api/", {}),
    ("/api/nothing", {}),
    ("/api/openapi.json", {}),
    ("/api/status", {}),
    ("/api/status?u=%zz", {}),
    ("/api/status", {"headers": BASIC}),
    ("/api/recipes/everything/hidden", {"headers": BASIC}),
    ("/api/generate", {"headers": BASIC, "content": b"{}"}),
    ("/api/generate", {"headers": BASIC | JSON, "content": b"{"}),
    ("/api/generate", {"headers": BASIC | JSON, "content": b"x" * 300_000}),
    ("/api/generate", {"headers": BASIC | JSON, "content": b'{"prompt": "jazz"}'}),
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
@pytest.mark.parametrize(("path", "given"), OWN)
def test_an_answer_under_our_own_name(
    house: House, theirs: dict[str, list[str]], path: str, given: dict[str, Any], method: str
) -> None:
    assert_is_ours(httpx.request(method, f"{house.url}/playlistgen{path}", **given), theirs)


def no_clock() -> datetime:
    raise ZeroDivisionError


@pytest.mark.parametrize("path", ["health/ready", "metrics"])
def test_that_something_failed_here(house: House, theirs: dict[str, list[str]], path: str) -> None:
    sound, house.now = house.now, no_clock  # type: ignore[assignment]
    try:
        with house.proxy() as url:
            found = httpx.get(f"{url}/playlistgen/{path}")
    finally:
        house.now = sound
    assert found.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert_is_ours(found, theirs)


def test_that_a_list_failed_here(house: House, theirs: dict[str, list[str]]) -> None:
    with broken(house) as url:
        content = {"prompt": "jazz"}
        found = httpx.post(f"{url}/playlistgen/api/generate", json=content, headers=BASIC)
    assert found.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert_is_ours(found, theirs)


def test_what_cannot_be_read_is_refused_as_navidrome_refuses_it(house: House) -> None:
    """Which is done by Go's server before it: of Navidrome 0.63's headers none is there then."""
    found = reply(house.url, b"nonsense\r\n\r\n")
    assert (found.line, found.body) == (b"HTTP/1.1 400 Bad Request", b"400 Bad Request")
    assert found.headers == [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]


# What is said where upstream is away.


@pytest.fixture(scope="module")
def bereft(standing: House) -> Iterator[str]:
    with standing.proxy(navidrome_url="http://127.0.0.1:9") as url:
        yield url


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("headers", [{}, SOCKET | KEY], ids=["plain", "socket"])
@pytest.mark.parametrize(
    "path", ["app/", "rest/ping?u=ana", "rest/getPlaylists?u=ana", f"rest/getPlaylist?u=ana&id={LIST}", ""]
)
def test_that_upstream_is_away(
    bereft: str, theirs: dict[str, list[str]], path: str, headers: dict[str, str], method: str
) -> None:
    assert_is_ours(httpx.request(method, f"{bereft}/{path}", headers=headers), theirs)


def test_that_upstream_is_away_from_its_own_interface(bereft: str, theirs: dict[str, list[str]]) -> None:
    claims = base64.urlsafe_b64encode(b'{"sub":"ana"}').decode().rstrip("=")
    headers = {"x-nd-authorization": f"Bearer x.{claims}.x"}
    found = httpx.post(f"{bereft}/api/playlist", json={"name": "ai: jazz"}, headers=headers)
    assert found.status_code == httpx.codes.BAD_GATEWAY
    assert_is_ours(found, theirs)
