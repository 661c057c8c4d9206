"""The relay over real sockets: what arrives upstream, and what comes back."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from proxy.errors import UpstreamUnreachable
from proxy.forward import Relay
from proxy.http1 import RAW, Headers, Raw
from tests.test_http1 import Server
from tests.wire import GET, OK, POST, Wire, address, between, line

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
LIMIT = 0.1  # seconds to the first byte of an answer
TOLD_BY_US = {b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}
WHO_IS_CALLING = [
    *(b"Remote-User", b"Forwarded", b"True-Client-IP", b"X-Real-IP", b"X-Forwarded-For"),
    *(b"X-Forwarded-Host", b"X-Forwarded-Proto", b"X-Forwarded-Scheme"),
]


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[str, socket.socket]]:
    with line() as ends:
        yield ends


@pytest.fixture
def wire(ends: tuple[str, socket.socket]) -> Iterator[Wire]:
    with between(*ends) as wire:
        yield wire


TARGETS = [
    b"/app/",
    b"//app//x/",
    b"/rest/ping?u=a&u=b&p=enc:6e6f",
    b"/rest/ping?x=%zz;y=1",
    b"/rest/ping?x=\"<>|{}^`\\'",
    b"/rest/ping?a=1&&b=&=c&d",
    b"/rest/get%50laylists?x=%2B+%20",
    b"/share/a%2Fb/%2e%2e/c?d=%2F?e",
    b"/rest/createPlaylist?playlistId=1;&name=x",
    b"/rest/stream?id=" + b"abcdefghij" * 6_000,
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target[:40].decode())
def test_a_target_arrives_byte_for_byte(wire: Wire, target: bytes) -> None:
    _, _, head = wire.passed((GET % b"").replace(b"/app/", target))
    assert head.line == b"GET %b HTTP/1.1" % target


def test_the_path_of_upstreams_address_comes_before_the_target() -> None:
    with line("/music/") as ends, between(*ends) as wire:
        assert wire.passed(GET % b"")[2].target == b"/music/app/"


def scope_of(method: str, target: bytes, headers: Headers) -> dict[str, Any]:
    raw = {RAW: Raw(target, headers)}
    path = target.partition(b"?")[0].decode("latin-1")
    shown = {"method": method, "scheme": "http", "path": path, "root_path": "", "headers": headers}
    return shown | {"extensions": raw}


async def fetched(target: bytes = b"/", headers: Headers | None = None) -> bytes:
    """The head of the request that upstream got when an answer was fetched for us to look at."""
    got: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        writer.close()
        await writer.wait_closed()
        got.set_result(head)

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        relay = Relay(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (await relay.fetch(scope_of("POST", target, headers or []), body=b"")).body == b"ok"
        relay.close()
        return await got


@pytest.mark.anyio
async def test_bytes_that_no_target_may_hold_arrive_too() -> None:
    head = await fetched(target='/é?name="ü%zz|'.encode())
    assert head.startswith('POST /é?name="ü%zz| HTTP/1.1\r\n'.encode())


@pytest.mark.anyio
async def test_an_answer_that_we_look_at_is_asked_for_uncompressed() -> None:
    head = await fetched(headers=[(b"accept-encoding", b"gzip")])
    assert head.lower().count(b"accept-encoding") == 1
    assert b"Accept-Encoding: identity\r\n" in head


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "answered"), [("GET", True), ("POST", False)])
async def test_what_changes_nothing_is_asked_again_where_upstream_had_hung_up(
    method: str, answered: bool
) -> None:
    scope = scope_of(method, b"/", [])
    async with await asyncio.start_server(Server([OK, b"", OK]), "127.0.0.1", 0) as server:
        relay = Relay(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await relay.fetch(scope, body=b"")
        if answered:
            assert (await relay.fetch(scope, body=b"")).body == b"ok"
        else:
            with pytest.raises(UpstreamUnreachable, match="closed"):
                await relay.fetch(scope, body=b"")
        relay.close()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "gives_up"), [(b"/api/song", True), (b"/rest/ping", True), (b"/rest/stream.view?id=1", False)]
)
async def test_an_answer_that_does_not_begin_is_given_up_but_for_streams(path: bytes, gives_up: bool) -> None:
    waiting = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if gives_up:
            await reader.read()  # until we hang up
        else:
            await asyncio.sleep(3 * LIMIT)
            writer.write(OK)
        writer.close()
        waiting.set()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        relay = Relay(url, first_byte_seconds=LIMIT)
        if gives_up:
            with pytest.raises(UpstreamUnreachable, match="no answer in time"):
                await relay.fetch(scope_of("GET", path, []), body=b"")
        else:
            assert (await relay.fetch(scope_of("GET", path, []), body=b"")).body == b"ok"
        await asyncio.wait_for(waiting.wait(), 5)
        relay.close()


def test_headers_arrive_in_order_with_their_repetitions(wire: Wire) -> None:
    headers = [
        (b"user-agent", b"DSub"),
        (b"accept-encoding", b"br;q=1, gzip"),
        (b"cookie", b"nd-player-616e61=1; other=2"),
        (b"range", b"bytes=5-"),
        (b"x-odd", b"1"),
        (b"if-none-match", b'"a", W/"b"'),
        (b"x-odd", b"2"),
        (b"x-name", "Müller".encode()),
        (b"x-empty", b""),
        (b"authorization", b"Basic YTpi"),
    ]
    _, _, head = wire.passed(GET % b"".join(b"%b: %b\r\n" % pair for pair in headers))
    kept = [pair for pair in head.headers if pair[0] not in TOLD_BY_US]
    assert kept == [(b"host", b"music.example"), *headers]


def test_who_is_calling_is_told_by_us_alone(wire: Wire) -> None:
    forged = b"".join(b"%b: x\r\n%b: x\r\n" % (name, name.lower()) for name in WHO_IS_CALLING)
    _, _, head = wire.passed(GET % forged)
    assert [pair for pair in head.headers if pair != (b"host", b"music.example")] == [
        (b"x-forwarded-for", b"127.0.0.1"),
        (b"x-forwarded-host", b"music.example"),
        (b"x-forwarded-proto", b"http"),
    ]


def test_headers_of_the_connection_go_no_further(wire: Wire) -> None:
    hop = (
        b"Keep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nProxy-Connection: close\r\nX-Hop: 1\r\n"
    )
    own = b"Connection: x-hop ,close\r\nConnection: X-Other\r\nX-Other: 1\r\nX-End: 1\r\n"
    client, upstream, head = wire.passed(GET % (hop + own))
    assert {name for name, _ in head.headers} - TOLD_BY_US == {b"host", b"x-end"}
    upstream.send(
        b"HTTP/1.1 200 OK\r\nConnection: X-Hop, keep-alive\r\nKeep-Alive: 5\r\nProxy-Authenticate: x\r\n"
        b"X-Hop: 1\r\nX-End: 1\r\nContent-Length: 0\r\n\r\n"
    )
    assert {name for name, _ in client.head().headers} - {b"connection", b"date"} == {
        b"x-end",
        b"content-length",
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET"])
@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/rest/getTranscodeDecision", "application/json", b'{"name": "ai: jazz"}'),
        ("/api/radio/x/image", "multipart/form-data; boundary=b", bytes(range(256)) * 1024),
        ("/rest/star", "application/x-www-form-urlencoded; charset=UTF-8", b"id=%zz;&id=a+b&x=\xff"),
        ("/rest/createPlaylist", "application/x-www-form-urlencoded", b"name=no+prompt&songId=%zz"),
        ("/api/playlist", "application/json", b'{"name":"no prompt"}'),
        ("/app/", "text/plain", b""),
    ],
)
def test_a_body_arrives_byte_for_byte(
    wire: Wire, method: str, path: str, content_type: str, body: bytes, is_chunked: bool
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Type: {content_type}\r\n".encode()
    if is_chunked:
        middle = len(body) // 2
        chunks = b"".join(
            b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:middle], body[middle:]) if part
        )
        request = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    else:
        request = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    client, upstream, arrived = wire.passed(request)
    assert upstream.body(arrived) == body
    assert arrived.line == f"{method} {path} HTTP/1.1".encode()
    assert arrived.all(b"content-type") == [content_type.encode()]
    assert arrived.all(b"content-length") == ([] if is_chunked else [b"%d" % len(body)])
    upstream.send(OK)
    assert client.head().status == 200


UNREADABLE = {
    "longer than Go reads": (b"Content-Length: 10485761", b"a=b&c"),
    "with a semicolon": (b"Content-Length: 4", b"a=b;"),
}


@pytest.mark.parametrize(("framing", "body"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("endpoint", [b"/rest/getPlaylists", b"/rest/createPlaylist.view"])
def test_a_form_of_ours_that_cannot_be_read_passes_through(
    wire: Wire, endpoint: bytes, framing: bytes, body: bytes
) -> None:
    _, upstream, head = wire.passed(POST % (endpoint, FORM + framing) + body)
    assert head.target == endpoint
    assert upstream.read(len(body)) == body


def test_a_form_of_ours_may_come_in_chunks(wire: Wire) -> None:
    body = b"5\r\nu=ana\r\n6\r\n&f=xml\r\n0\r\n\r\n"
    _, upstream, head = wire.passed(
        POST % (b"/rest/getPlaylists", FORM + b"Transfer-Encoding: chunked") + body
    )
    assert upstream.body(head) == b"u=ana&f=json"


def test_a_form_of_ours_that_does_not_end_passes_through(wire: Wire) -> None:
    chunk = b"100000\r\n" + b"a" * 2**20 + b"\r\n"
    client = wire.ask(POST % (b"/rest/getPlaylists", FORM + b"Transfer-Encoding: chunked"))
    for _ in range(11):
        client.send(chunk)
    upstream = wire.upstream()
    assert upstream.head().all(b"transfer-encoding") == [b"chunked"]
    assert upstream.chunk()[:3] == b"aaa"


def test_a_form_of_ours_may_have_no_body(wire: Wire) -> None:
    request = POST % (b"/rest/getPlaylists.view?u=ana&f=xml", FORM.strip())
    assert wire.passed(request)[2].line == b"POST /rest/getPlaylists HTTP/1.1"


ANSWERS = [
    (b"206", [(b"content-range", b"bytes 5-8/9"), (b"accept-ranges", b"bytes")]),
    (b"416", [(b"content-range", b"bytes */9")]),
    (b"301", [(b"location", b"/app/?x=%zz;"), (b"vary", b"Origin"), (b"vary", b"Accept")]),
    (b"307", [(b"location", b"http://127.0.0.1:1/")]),
    (
        b"200",
        [(b"set-cookie", b"a=1; Path=/"), (b"x-total-count", b"2"), (b"set-cookie", b"b=2; HttpOnly")],
    ),
    (b"200", [(b"content-disposition", 'attachment; filename="Kōji.flac"'.encode()), (b"x-empty", b"")]),
    (b"200", [(b"date", b"Mon, 23 Nov 2026 08:56:55 GMT"), (b"x-unknown", b"1"), (b"x-unknown", b"2")]),
    (b"429", [(b"retry-after", b"20"), (b"etag", b'W/"x"')]),
    (b"500", [(b"content-type", b"text/html")]),
]


@pytest.mark.parametrize(("status", "headers"), ANSWERS, ids=lambda value: repr(value)[:40])
def test_an_answer_comes_back_as_it_is(wire: Wire, status: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [*headers, (b"content-length", b"4")]
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    client, head = wire.answered(b"HTTP/1.1 %b Some Reason\r\n%b\r\nbody" % (status, lines))
    assert head.status == int(status)
    assert [pair for pair in head.headers if pair[0] != b"date" or pair in headers] == headers
    assert client.body(head) == b"body"


@pytest.mark.parametrize(
    ("method", "status"), [(b"HEAD", 200), (b"GET", 304), (b"GET", 204), (b"HEAD", 304), (b"HEAD", 206)]
)
def test_an_answer_without_a_body_leaves_the_connection_usable(
    wire: Wire, method: bytes, status: int
) -> None:
    client, upstream, head = wire.passed(GET.replace(b"GET", method) % b"")
    length = b"" if status == 204 else b"Content-Length: 1519028\r\n"
    upstream.send(b'HTTP/1.1 %d X\r\nETag: "x"\r\n%b\r\n' % (status, length))
    head = client.head()
    assert (head.status, head.all(b"etag")) == (status, [b'"x"'])
    assert head.all(b"content-length") == ([] if status == 204 else [b"1519028"])
    assert head.all(b"transfer-encoding") == []
    client.send(GET % b"")
    assert upstream.head().target == b"/app/"
    upstream.send(OK)
    assert client.head().status == 200


def test_what_is_compressed_stays_so(wire: Wire) -> None:
    packed = gzip.compress(b"x" * 1000)
    client, upstream, head = wire.passed(GET % b"Accept-Encoding: gzip\r\n")
    upstream.send(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(packed), packed)
    )
    head = client.head()
    assert head.all(b"content-encoding") == [b"gzip"]
    assert client.body(head) == packed


def test_no_cookie_of_one_user_goes_out_with_the_request_of_another(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"Cookie: nd-player=ana\r\n")
    upstream.send(OK.replace(b"\r\n", b"\r\nSet-Cookie: nd-player=ana; Path=/\r\n", 1))
    assert client.head().all(b"set-cookie") == [b"nd-player=ana; Path=/"]
    wire.ask(GET % b"")
    assert upstream.head().all(b"cookie") == []


def test_served_as_a_process_the_time_and_the_server_are_told_once(
    ends: tuple[str, socket.socket], tmp_path: Path
) -> None:
    told = b"Date: Mon, 23 Nov 2026 08:56:55 GMT\r\nServer: Navidrome\r\n"
    with served(address(ends[1]), tmp_path) as proxy, between(proxy, ends[1]) as wire:
        _, head = wire.answered(OK.replace(b"\r\n", b"\r\n" + told, 1))
    assert head.all(b"date") == [b"Mon, 23 Nov 2026 08:56:55 GMT"]
    assert head.all(b"server") == [b"Navidrome"]


@contextmanager
def served(url: str, folder: Path) -> Iterator[str]:
    """The address at which the command `serve` says that it serves."""
    environ = {
        "PATH": os.defpath,
        "NAVIDROME_URL": url,
        "DB_PATH": str(folder / "served.db"),
        "LOG_FORMAT": "json",
    }
    command = [sys.executable, "-m", "proxy", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        late = threading.Timer(30, process.kill)
        late.start()
        try:
            assert process.stderr
            lines = (json.loads(line) for line in process.stderr)
            yield next(line["address"] for line in lines if "address" in line)
        finally:
            late.cancel()
            process.terminate()
