"""What a general HTTP server between two sockets loses, and the relay must not."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from msgspec import structs

from proxy.app import create_app
from proxy.forward import Relay
from proxy.http1.server import Listener
from proxy.resources import Resources, open_resources
from proxy.settings import Settings
from tests.live import serve
from tests.wire import GET, OK, POST, Wire, address, between, listening

UPGRADE = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </app/x.css>; rel=preload\r\n\r\n"

TARGETS = {
    "900 kB of query": b"/rest/createPlaylist?" + b"songId=0T9UJreZf8WYShv1G91gaP&" * 30_000,
    "900 kB of a path": b"/" + b"x" * 900_000,
    "raw UTF-8": "/share/Kōji?q=naïve 雨".replace(" ", "+").encode(),
    "raw bytes that are no UTF-8": b"/share/\xff\xfe?q=\x80",
    "a question mark with nothing behind it": b"/rest/ping?",
    "a second question mark": b"/rest/ping??a=b?",
    "a fragment": b"/app/?a=b#/album/1?c=d",
    "no path": b"*",
    "the address before the path": b"http://music.example/app/?a=b",
}


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_target_arrives_byte_for_byte(wire: Wire, target: bytes) -> None:
    _, _, head = wire.passed(b"OPTIONS %b HTTP/1.1\r\nHost: h\r\n\r\n" % target)
    assert head.line == b"OPTIONS %b HTTP/1.1" % target


def test_a_body_is_not_lost_where_another_protocol_is_offered(wire: Wire) -> None:
    client, upstream, head = wire.passed(POST % (b"/api/x", UPGRADE + b"Content-Length: 4") + b"body")
    assert upstream.body(head) == b"body"
    assert {name for name, _ in head.headers} & {b"upgrade", b"connection"} == set()
    upstream.send(OK)
    assert client.body(client.head()) == b"ok"
    client.send(GET % b"")
    assert upstream.head().target == b"/app/"
    upstream.send(OK)
    assert client.body(client.head()) == b"ok"


def test_answers_before_the_final_one_go_on(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    for _ in range(2):
        upstream.send(HINTS)
        assert client.head().headers == [(b"link", b"</app/x.css>; rel=preload")]
    upstream.send(OK)
    assert client.head().line == b"HTTP/1.1 200 OK"


def test_upstream_decides_whether_a_body_is_asked_for(wire: Wire) -> None:
    expecting = POST % (b"/api/x", b"Expect: 100-continue\r\nContent-Length: 4")
    client, upstream, head = wire.passed(expecting)
    assert head.all(b"expect") == [b"100-continue"]
    upstream.send(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno")
    assert client.head().status == 417


@pytest.mark.parametrize("status", [b"304 Not Modified", b"200 OK"])
def test_a_length_without_a_body_comes_back(wire: Wire, status: bytes) -> None:
    client, upstream, _ = wire.passed(GET.replace(b"GET", b"HEAD") % b"")
    upstream.send(b"HTTP/1.1 %b\r\nContent-Length: 1519028\r\n\r\n" % status)
    assert client.head().all(b"content-length") == [b"1519028"]


def test_a_client_of_the_former_version_gets_a_body_without_chunks(wire: Wire) -> None:
    client, upstream, _ = wire.passed(b"GET /app/ HTTP/1.0\r\nHost: h\r\n\r\n")
    upstream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
    assert client.head().all(b"transfer-encoding") == []
    assert client.rest() == b"ok"


@pytest.fixture(scope="module")
def hasty() -> Iterator[tuple[str, socket.socket]]:
    """A proxy that gives upstream a fifth of a second, and the socket that it takes for its server."""
    with listening() as upstream:
        chosen = Settings(navidrome_url=address(upstream), db_path="nowhere/playlistgen.db")
        relay = Relay(chosen.navidrome_url, first_byte_seconds=0.2)

        @asynccontextmanager
        async def resources() -> AsyncIterator[Resources]:
            async with open_resources(chosen, embedders=()) as opened:
                yield structs.replace(opened, relay=relay)
                relay.close()

        with serve(create_app(resources), http=Listener) as proxy:
            yield proxy, upstream


HURRIED = GET.replace(b"/app/", b"/api/song") % b""
UNHURRIED = [
    b"/rest/stream",
    b"/rest/stream.view?id=1",
    b"/rest/download",
    b"/api/events?jwt=x",
    b"/share/s/x",
]


def test_an_upstream_that_never_answers_is_given_up(hasty: tuple[str, socket.socket]) -> None:
    with between(*hasty) as wire:
        client, upstream, _ = wire.passed(HURRIED)
        assert client.head().line == b"HTTP/1.1 502 Bad Gateway"
        assert upstream.rest() == b""


def test_an_answer_that_has_begun_may_take_as_long_as_it_likes(hasty: tuple[str, socket.socket]) -> None:
    with between(*hasty) as wire:
        client, upstream, _ = wire.passed(HURRIED)
        upstream.send(OK[:-1])
        assert client.head().status == 200
        wait_for_another_to_be_given_up(wire)
        upstream.send(OK[-1:])
        assert client.read(2) == b"ok"


@pytest.mark.parametrize("target", UNHURRIED)
def test_a_stream_may_begin_as_late_as_it_likes(hasty: tuple[str, socket.socket], target: bytes) -> None:
    with between(*hasty) as wire:
        client, upstream, _ = wire.passed(GET.replace(b"/app/", target) % b"")
        wait_for_another_to_be_given_up(wire)
        upstream.send(OK)
        assert client.head().line == b"HTTP/1.1 200 OK"


def wait_for_another_to_be_given_up(wire: Wire) -> None:
    assert wire.passed(HURRIED)[0].head().status == 502
