"""What nginx does with a request: where it goes, when it goes there twice, and that nothing is held back."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from proxy.app import routes
from tests.front import before, nobody
from tests.live import serve
from tests.wire import GET, OK, POST, Wire, address, between, listening

PLACES = [
    f"{route.path}/x1" if isinstance(route, Mount) else route.path
    for route in routes()
    if isinstance(route, Mount | Route) and route.path
]
OURS = [re.sub(r"{[^}]+}", "x1", place) for place in PLACES]
NOT_OURS = [
    "/",
    "/app/",
    "/ping",
    "/rest/",
    "/rest/ping",
    "/rest/getAlbum",
    "/rest/createplaylist",
    "/rest/createPlaylists",
    "/rest/createPlaylist/",
    "/api/song",
    "/api/playlist/x1/",
    "/api/playlist/x1/image",
    "/api/playlist/x1/tracks/1/2",
    "/x/rest/createPlaylist",
]


def signpost(name: str) -> Starlette:
    """Answers with who was asked for what, and by which scheme the client came."""

    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        target = f"{scope['raw_path'].decode()}?{request.url.query}"
        body, scheme = (await request.body()).decode(), request.headers.get("x-forwarded-proto", "")
        told = " ".join([name, request.method, target, body, scheme])
        await PlainTextResponse(told)(scope, receive, send)

    return Starlette(routes=[Mount("", tell)])


@pytest.fixture(scope="module")
def signposts() -> Iterator[tuple[str, str]]:
    with serve(signpost("playlistgen")) as ours, serve(signpost("navidrome")) as upstream:
        yield ours, upstream


@pytest.fixture(scope="module")
def crossroads(signposts: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with before(tmp_path_factory.mktemp("nginx"), *signposts) as running:
        yield running.url


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", OURS)
def test_every_path_in_the_table_of_the_app_comes_to_us(crossroads: str, path: str, method: str) -> None:
    told = httpx.request(method, f"{crossroads}{path}?a=%zz;b", content=b"body").text
    assert told == f"playlistgen {method} {path}?a=%zz;b body http"


@pytest.mark.parametrize("path", NOT_OURS)
def test_every_other_goes_straight_to_navidrome(crossroads: str, path: str) -> None:
    assert httpx.get(f"{crossroads}{path}?a=%zz;b").text == f"navidrome GET {path}?a=%zz;b  http"


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_with_a_base_url_clients_use_that_path_and_we_stand_behind_it(
    signposts: tuple[str, str], tmp_path: Path, up: bool
) -> None:
    ours, upstream = signposts
    with nobody() as away, before(tmp_path, ours if up else away, f"{upstream}/music") as running:
        for path in OURS:
            asked = httpx.post(f"{running.url}/music{path}?a=%zz", content=b"body")
            who = "playlistgen" if up else "navidrome"
            assert asked.text == f"{who} POST /music{path}?a=%zz body http"
        for path in ("/ping", "/music/rest/ping", "/music/app/", "/rest/createPlaylist"):
            assert httpx.get(running.url + path).text == f"navidrome GET {path}?  http"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, which makes a certificate, is missing")
def test_with_a_certificate_it_is_https_and_http_leads_there(
    signposts: tuple[str, str], tmp_path: Path
) -> None:
    key, certificate = str(tmp_path / "key"), str(tmp_path / "certificate")
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-subj", "/CN=music.example", "-keyout", key, "-out", certificate]
    subprocess.run([*new, *named], check=True, capture_output=True)
    with before(tmp_path, *signposts, certificate=certificate, key=key) as running:
        told = httpx.get(f"{running.url}/rest/createPlaylist", verify=False).text
        sent = httpx.post(f"{running.redirected}/rest/ping?a=1", headers={"host": "music.example"})
    assert told == "playlistgen GET /rest/createPlaylist?  https"
    assert (sent.status_code, sent.headers["location"]) == (308, "https://music.example/rest/ping?a=1")


class Ends(NamedTuple):
    """Raw sockets on either side of nginx."""

    ours: Wire
    straight: Wire


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[Ends]:
    with ExitStack() as stack:
        ours, upstream = (stack.enter_context(listening()) for _ in range(2))
        running = stack.enter_context(before(tmp_path, address(ours), address(upstream)))
        yield Ends(*(stack.enter_context(between(running.url, each)) for each in (ours, upstream)))


@pytest.fixture(params=["ours", "straight"])
def wire(ends: Ends, request: pytest.FixtureRequest) -> tuple[Wire, bytes]:
    """One of the ways, and a path that goes there."""
    path = {"ours": b"/rest/createPlaylist", "straight": b"/api/events"}[request.param]
    return getattr(ends, request.param), path


def get(path: bytes, headers: bytes = b"") -> bytes:
    return (GET % headers).replace(b"/app/", path)


def test_a_get_that_breaks_off_with_us_is_navidromes(ends: Ends) -> None:
    client, ours, _ = ends.ours.passed(get(b"/rest/getPlaylists"))
    ours.close()
    upstream = ends.straight.upstream()
    assert upstream.head().target == b"/rest/getPlaylists"
    upstream.send(OK)
    assert client.head().status == 200


def test_a_post_that_reached_us_is_never_sent_twice(ends: Ends) -> None:
    client, ours, _ = ends.ours.passed(POST % (b"/rest/createPlaylist", b"Content-Length: 0"))
    ours.close()
    assert client.head().status == 502
    _, _, next_one = ends.straight.passed(get(b"/next"))
    assert next_one.target == b"/next"


def test_what_we_say_of_navidrome_being_away_is_the_answer(ends: Ends) -> None:
    client, ours, _ = ends.ours.passed(get(b"/rest/getPlaylists"))
    ours.send(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\naway")
    head = client.head()
    assert (head.status, client.body(head)) == (502, b"away")
    _, _, next_one = ends.straight.passed(get(b"/next"))
    assert next_one.target == b"/next"


def test_an_answer_goes_on_as_it_comes(wire: tuple[Wire, bytes]) -> None:
    way, path = wire
    client, upstream, _ = way.passed(get(path))
    upstream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert client.head().status == 200
    for event in (b"data: 1\n\n", b"data: 2\n\n"):
        upstream.send(b"%x\r\n%b\r\n" % (len(event), event))
        assert client.chunk() == event


def test_an_upload_goes_on_as_it_comes(wire: tuple[Wire, bytes]) -> None:
    way, path = wire
    client, upstream, _ = way.passed((POST % (path, b"Content-Length: 8")) + b"half")
    assert upstream.read(4) == b"half"
    client.send(b"rest")
    assert upstream.read(4) == b"rest"


def test_a_client_that_goes_is_gone_upstream(wire: tuple[Wire, bytes]) -> None:
    way, path = wire
    client, upstream, _ = way.passed(get(path))
    client.close()
    assert upstream.rest() == b""


def test_a_query_of_900_kb_arrives_and_one_beyond_a_megabyte_does_not(wire: tuple[Wire, bytes]) -> None:
    way, path = wire
    target = path + b"?" + b"songId=%2B;&" * 75_000
    assert len(target) > 900_000
    _, _, head = way.passed(get(target))
    assert head.line == b"GET %b HTTP/1.1" % target
    assert way.ask(get(path + b"?" + b"x" * 1024 * 1024)).head().status == 414


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        (b"/rest/createPlaylist", 8 * 1024 * 1024, 200),
        (b"/rest/createPlaylist", 8 * 1024 * 1024 + 1, 413),
        (b"/api/playlist/x1/image", 1024 * 1024 * 1024, 200),
    ],
)
def test_we_are_sent_no_more_than_8_mb(ends: Ends, path: bytes, length: int, status: int) -> None:
    way = ends.ours if path.startswith(b"/rest") else ends.straight
    client = way.ask(POST % (path, b"Content-Length: %d" % length))
    if status == 200:
        way.upstream().send(OK)
    assert client.head().status == status


def test_that_events_must_not_be_held_back_is_told_to_one_more_proxy_in_front(ends: Ends) -> None:
    client, upstream, _ = ends.straight.passed(get(b"/api/events"))
    upstream.send(b"HTTP/1.1 200 OK\r\nX-Accel-Buffering: no\r\nContent-Length: 0\r\n\r\n")
    assert client.head().all(b"x-accel-buffering") == [b"no"]


def test_what_a_client_says_of_itself_is_not_believed(wire: tuple[Wire, bytes]) -> None:
    way, path = wire
    told = [b"forwarded", b"remote-user", b"true-client-ip", b"x-forwarded-scheme", b"x-real-ip"]
    also = [b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"]
    _, _, head = way.passed(get(path, b"".join(b"%b: admin\r\n" % name for name in told + also)))
    assert [head.all(name) for name in told] == [[]] * len(told)
    assert [head.all(name) for name in also] == [[b"127.0.0.1"], [b"music.example"], [b"http"]]
    assert head.all(b"host") == [b"music.example"]


UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"


def test_jellyfins_socket_is_a_socket(ends: Ends) -> None:
    client, upstream, head = ends.straight.passed(get(b"/jellyfin/socket?api_key=1", UPGRADE))
    assert (head.all(b"connection"), head.all(b"upgrade")) == ([b"upgrade"], [b"websocket"])
    upstream.send(b"HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE + b"\r\nhello")
    assert client.head().status == 101
    assert client.read(5) == b"hello"
    client.send(b"world")
    assert upstream.read(5) == b"world"


def test_nothing_else_is_and_only_connections_to_navidrome_are_kept(ends: Ends) -> None:
    _, _, head = ends.straight.passed(get(b"/api/events", UPGRADE))
    assert head.all(b"upgrade") == head.all(b"connection") == []
    _, _, head = ends.ours.passed(get(b"/rest/createPlaylist", UPGRADE))
    assert (head.all(b"upgrade"), head.all(b"connection")) == ([], [b"close"])
