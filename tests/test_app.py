"""The table of what is ours, before the fake Navidrome: nobody can tell the two apart in what is not ours."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple
from xml.etree import ElementTree

import httpx
import pytest
from msgspec import structs

from proxy.library import migrate
from proxy.settings import Settings
from tests.fake_navidrome import PASSWORDS, World, auth, replay
from tests.fake_navidrome import create_app as fake_navidrome
from tests.live import Stage, serve, serve_proxy

# The recordings once more, now with the proxy between: the fixtures below take the place of those there.
from tests.test_fake_navidrome import (
    test_a_recorded_request_gets_the_recorded_body,  # noqa: F401
    test_a_recorded_request_gets_the_recorded_status_and_headers,  # noqa: F401
    test_songs_drawn_at_random_are_as_many_as_recorded_and_each_as_the_library_has_it,  # noqa: F401
)
from tests.wire import between, listening

PING = replay.Case("ping", "json")
FLAC = "6Cvn9wpWtkC0YVl3xyryX0"
FORM = "application/x-www-form-urlencoded"
ANA = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test"}
FORMATS: list[dict[str, str]] = [{"f": "json"}, {}, {"f": "jsonp", "callback": "app.got"}]
HEADERS: list[dict[str, str]] = [
    {"accept-encoding": "identity", "x-real-ip": "192.0.2.7"},
    {"accept-encoding": "gzip", "origin": "https://player.example"},
    {"accept-encoding": "gzip", "range": "bytes=5-99"},
    {"if-none-match": '"x"', "if-modified-since": "Mon, 23 Nov 2026 09:00:00 GMT"},
]
ENDPOINTS: dict[str, dict[str, str]] = {
    "ping": {},
    "search3": {"query": "river", "songCount": "5"},
    "getPlaylist": {"id": replay.PROMPT_LIST},
    "star": {"id": FLAC},
    "stream": {"id": FLAC},
    "download": {"id": FLAC},
    "getCoverArt": {"id": f"mf-{FLAC}", "size": "300"},
    "hls": {"id": FLAC},
    "getplaylists": {},
    "get%50laylists": {},
    "createPlaylist": {},
    "updatePlaylist": {"playlistId": "nobody's", "name": "new"},
    "deletePlaylist": {"id": "nobody's"},
}
PAGES = ["/", "/app/x", "/ping", "/rest/", "/api/song?_end=3", "/api/playlist", "/auth/login", "/x?%zz;"]
OF_THE_TIME = ("date", "x-nd-authorization")  # the latter is a token with the second it was made in
COMPRESSED = {("content-encoding", "gzip"), ("vary", "Accept-Encoding")}


class Reply(NamedTuple):
    """What came over the wire, with the headers in no order and without the time of day."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def about_more_than_bytes(self) -> list[tuple[str, str]]:
        """The headers that are not about how the body is written down."""
        return [pair for pair in self.headers if pair[0] != "content-length" and pair not in COMPRESSED]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture
def world(stage: Stage) -> World:
    world = replay.prepared(PING)
    stage.app = fake_navidrome(world)
    return world


@pytest.fixture(scope="module")
def straight(stage: Stage) -> Iterator[httpx.Client]:
    with serve(stage) as upstream, httpx.Client(base_url=upstream) as client:
        yield client


@pytest.fixture(scope="module")
def settings(straight: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a proxy to which the recorded names are no prompts."""
    path = tmp_path_factory.mktemp("app") / "playlistgen.db"
    migrate(path)
    return Settings(navidrome_url=str(straight.base_url), db_path=str(path), prompt_prefixes="robot:")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[httpx.Client]:
    with proxy(settings) as url, httpx.Client(base_url=url) as client:
        yield client


def proxy(settings: Settings) -> Any:
    return serve_proxy(settings, embedders=())


def asked(method: str, endpoint: str, params: dict[str, str]) -> dict[str, Any]:
    return {"data" if method == "POST" else "params": ANA | ENDPOINTS.get(endpoint, {}) | params}


def reply(client: httpx.Client, method: str, url: str, *, headers: dict[str, str], **given: Any) -> Reply:
    """To exactly this request: no cookie and no header is added."""
    known = {"user-agent": "DSub", **headers}
    request = httpx.Request(method, client.base_url.join(url), headers=known, **given)
    response = client.send(request, stream=True)
    body = b"".join(response.iter_raw())
    pairs = [pair for pair in response.headers.multi_items() if pair[0] not in OF_THE_TIME]
    return Reply(response.status_code, sorted(pairs), body)


def tree(reply: Reply) -> Any:
    """Of a body in whichever format, with the bytes around the tree: the callback of JSONP."""
    packed = ("content-encoding", "gzip") in reply.headers
    text = (gzip.decompress(reply.body) if packed else reply.body).decode()
    if text.startswith("<"):
        return replay.xml_tree(PING, ElementTree.fromstring(text))
    before, brace, rest = text.partition("{")
    inside, last, after = rest.rpartition("}")
    return before, json.loads(brace + inside + last) if brace else None, after


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: " ".join(headers))
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_nobody_can_tell_that_the_proxy_is_there(
    straight: httpx.Client, client: httpx.Client, world: World, endpoint: str, method: str, headers: Any
) -> None:
    for params, suffix in zip(FORMATS, ("", ".view", ".view"), strict=True):
        url, given = f"/rest/{endpoint}{suffix}", asked(method, endpoint, params)
        one, other = (reply(each, method, url, headers=headers, **given) for each in (straight, client))
        assert other == one


@pytest.mark.parametrize("page", PAGES)
def test_nor_on_the_pages_and_in_the_api_of_the_web_interface(
    straight: httpx.Client, client: httpx.Client, world: World, page: str
) -> None:
    token = {"x-nd-authorization": f"Bearer {auth.token(world, world.users['ana'])}"}
    asking = {"origin": "https://x.example", "access-control-request-method": "GET"}
    for method, headers in product(["GET", "PATCH", "DELETE", "OPTIONS", "HEAD"], [token, token | asking]):
        one, other = (reply(each, method, page, headers=headers) for each in (straight, client))
        assert other == one


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: " ".join(headers))
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("params", FORMATS, ids=lambda params: params.get("f", "xml"))
def test_playlists_are_written_anew_and_say_the_same(
    straight: httpx.Client, client: httpx.Client, world: World, params: Any, method: str, headers: Any
) -> None:
    given = asked(method, "getPlaylists", params)
    url = "/rest/getPlaylists"
    one, other = (reply(each, method, url, headers=headers, **given) for each in (straight, client))
    assert (other.status, tree(other)) == (one.status, tree(one))
    assert other.about_more_than_bytes() == one.about_more_than_bytes()


def test_a_client_that_leaves_in_the_middle_of_its_form_is_no_error(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    head = b"POST /rest/getPlaylists HTTP/1.1\r\nHost: h\r\nContent-Type: %b\r\nContent-Length: 9\r\n\r\nu="
    with proxy(settings) as url, listening() as nobody, between(url, nobody) as wire:
        wire.ask(head % FORM.encode())
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.fixture(scope="module")
def nobody() -> int:
    """A port on which nothing answers."""
    with listening() as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def bereft(settings: Settings, nobody: int) -> Iterator[httpx.Client]:
    """A client of a proxy whose upstream is down."""
    away = structs.replace(settings, navidrome_url=f"http://127.0.0.1:{nobody}")
    with proxy(away) as url, httpx.Client(base_url=url) as client:
        yield client


SUBSONIC: list[tuple[str, dict[str, str]]] = [
    ("ping", {}),
    ("stream.view", {"id": "x"}),
    ("getPlaylists", {}),
    ("createPlaylist", {"name": "robot: rainy jazz"}),
    ("createPlaylist.view", {"name": "no prompt"}),
    ("updatePlaylist", {"playlistId": "x", "name": "robot: rainy jazz"}),
    ("deletePlaylist", {"id": "x"}),
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("params", FORMATS, ids=lambda params: params.get("f", "xml"))
@pytest.mark.parametrize(("endpoint", "more"), SUBSONIC)
def test_without_upstream_calls_fail_in_the_format_that_was_asked_for(
    bereft: httpx.Client, endpoint: str, more: dict[str, str], params: dict[str, str], method: str
) -> None:
    found = reply(bereft, method, f"/rest/{endpoint}", headers={}, **asked(method, endpoint, more | params))
    types = {"json": "application/json", "jsonp": "application/javascript"}
    assert found.status == httpx.codes.OK
    assert ("content-type", types.get(params.get("f", ""), "application/xml")) in found.headers
    assert error_in(tree(found)) == "0"


def error_in(tree: Any) -> str:
    """The code."""
    if isinstance(tree[1], dict) and "subsonic-response" in tree[1]:
        return str(tree[1]["subsonic-response"]["error"]["code"])
    return str(tree[3]["error"][0][1]["code"])


@pytest.mark.parametrize("path", ["/rest", "/share/x", "/app/", "/rest/getPlaylists?a=%zz"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_without_upstream_all_else_is_a_bad_gateway(bereft: httpx.Client, path: str, method: str) -> None:
    found = bereft.request(method, path, content=b"{}", headers={"content-type": "application/json"})
    assert found.status_code == httpx.codes.BAD_GATEWAY
    told = "Navidrome did not answer (nobody listens there). Is it running, and NAVIDROME_URL right?\n"
    assert found.text == told


def test_the_proxy_recovers_when_upstream_is_back(bereft: httpx.Client, nobody: int) -> None:
    body = b'{"subsonic-response":{"status":"ok","playlists":{}}}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with listening(nobody) as upstream, between(str(bereft.base_url).rstrip("/"), upstream) as wire:
        for endpoint in (b"ping", b"getPlaylists"):
            client = wire.ask(b"GET /rest/%b?f=json HTTP/1.1\r\nHost: h\r\n\r\n" % endpoint)
            server = wire.upstream()
            server.head()
            server.send(answer)
            assert json.loads(client.body(client.head())) == json.loads(body)
