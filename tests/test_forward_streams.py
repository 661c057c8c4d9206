"""The relay while it lasts: what arrives as it is sent, and who notices that somebody left or fell silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from tests.fake_navidrome import PASSWORDS, World, content, create_app
from tests.live import Stage, serve
from tests.wire import GET, OK, POST, End, Wire, proxy_before

EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
FLAC = "6Cvn9wpWtkC0YVl3xyryX0"
ANA: dict[str, Any] = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": "json"}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture
def world(stage: Stage) -> World:
    world = World.recorded()
    stage.app = create_app(world)
    return world


@pytest.fixture(scope="module")
def player(stage: Stage) -> Iterator[httpx.Client]:
    """A client of the proxy before the fake Navidrome."""
    with (
        serve(stage) as url,
        proxy_before(url) as proxy,
        httpx.Client(base_url=proxy, params=ANA) as player,
    ):
        yield player


def test_an_upload_arrives_while_it_is_sent(wire: Wire) -> None:
    client, upstream, head = wire.passed(POST % (b"/api/x", CHUNKED) + b"5\r\nfirst\r\n")
    assert upstream.chunk() == b"first"
    client.send(b"6\r\nsecond\r\n0\r\n\r\n")
    assert upstream.body(head) == b"second"


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(wire: Wire) -> None:
    client, upstream, head = wire.passed(POST % (b"/api/x", b"Expect: 100-continue\r\nContent-Length: 4"))
    upstream.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert client.head().status == 100
    client.send(b"body")
    assert upstream.body(head) == b"body"
    upstream.send(OK)
    assert client.head().status == 200


UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"


def test_a_websocket_is_relayed_as_bytes_both_ways(wire: Wire) -> None:
    client, upstream, head = wire.passed(GET % (UPGRADE + b"Sec-WebSocket-Key: x\r\n"))
    assert (head.all(b"connection"), head.all(b"upgrade")) == ([b"Upgrade"], [b"websocket"])
    upstream.send(b"HTTP/1.1 101 Switching Protocols\r\n%bSec-WebSocket-Accept: y\r\n\r\nhello" % UPGRADE)
    head = client.head()
    assert (head.status, head.all(b"sec-websocket-accept")) == (101, [b"y"])
    assert client.read(5) == b"hello"
    for _ in range(3):
        client.send(b"\x81\x85 GET / HTTP/1.1\r\n\r\n")
        assert upstream.read(21) == b"\x81\x85 GET / HTTP/1.1\r\n\r\n"
        upstream.send(b"\x00\xff\r\n")
        assert client.read(4) == b"\x00\xff\r\n"
    client.close()
    assert upstream.rest() == b""


def test_a_websocket_ends_when_upstream_hangs_up(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % UPGRADE)
    upstream.send(b"HTTP/1.1 101 Switching Protocols\r\n%b\r\nbye" % UPGRADE)
    upstream.close()
    assert client.head().status == 101
    assert client.rest() == b"bye"


def test_a_websocket_that_upstream_refuses_is_an_answer_like_any_other(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % UPGRADE)
    upstream.send(OK.replace(b"200 OK", b"400 Bad Request"))
    head = client.head()
    assert (head.status, client.body(head)) == (400, b"ok")
    client.send(GET % b"")
    assert upstream.head().target == b"/app/"
    upstream.send(OK)
    assert client.head().status == 200


def test_a_chunked_answer_arrives_while_upstream_still_sends(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"Accept: text/event-stream\r\n")
    upstream.send(EVENTS + CHUNKED + b"\r\n\r\n")
    head = client.head()
    for event in (b"data: 1\n\n", b"data: 2\n\n"):
        upstream.send(b"%x\r\n%b\r\n" % (len(event), event))
        assert client.chunk() == event
    upstream.send(b"0\r\n\r\n")
    assert client.body(head) == b""


def test_an_answer_that_ends_where_upstream_closes_is_whole(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(EVENTS + b"\r\ndata: 1\n\n")
    head = client.head()
    assert client.chunk() == b"data: 1\n\n"
    upstream.send(b"data: 2\n\n")
    upstream.close()
    assert client.body(head) == b"data: 2\n\n"


def test_a_song_arrives_while_it_is_read(world: World, player: httpx.Client) -> None:
    world.mid_stream = threading.Event()
    whole = b"".join(content(FLAC, 0, 1_519_028))
    with player.stream("GET", "/rest/stream", params={"id": FLAC}) as reply:
        arriving = reply.iter_raw(65_536)
        assert next(arriving) == whole[:65_536]
        world.mid_stream.set()
        assert b"".join(arriving) == whole[65_536:]


def test_many_listeners_do_not_keep_a_ping_waiting(world: World, player: httpx.Client) -> None:
    world.mid_stream = threading.Event()
    with ExitStack() as open_streams:
        listening = [
            open_streams.enter_context(player.stream("GET", "/rest/stream", params={"id": FLAC}))
            for _ in range(50)
        ]
        assert [reply.status_code for reply in listening] == [200] * 50
        assert player.get("/rest/ping").json()["subsonic-response"]["status"] == "ok"
        assert player.get("/rest/getPlaylists").json()["subsonic-response"]["status"] == "ok"
        world.mid_stream.set()


def test_a_slow_listener_slows_upstream_down(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(EVENTS + b"Content-Length: 1000000000\r\n\r\n")
    assert client.head().status == 200
    assert upstream.fill(b"x" * 1_000_000) < 64_000_000
    client.close()
    assert upstream.rest() == b""


def test_upstream_hears_at_once_that_a_listener_left(world: World, player: httpx.Client) -> None:
    world.mid_stream = threading.Event()
    with player.stream("GET", "/rest/stream", params={"id": FLAC}) as reply:
        next(reply.iter_raw(1024))
    assert world.cut_off.get(timeout=5) == FLAC
    world.mid_stream.set()


LEFT_EARLY = {
    "before an answer": (GET % b"", b"", b""),
    "after a form": (POST % (b"/rest/createPlaylist", FORM + b"Content-Length: 3"), b"a=b", b""),
    "before its body": (POST % (b"/api/x", b"Content-Length: 9"), b"", b""),
    "in the middle of a body": (POST % (b"/api/x", b"Content-Length: 9"), b"half", b""),
    "after its body": (POST % (b"/api/x", b"Content-Length: 5"), b"whole", b""),
    "between two chunks": (POST % (b"/api/x", CHUNKED), b"4\r\nhalf\r\n", b""),
    "in the middle of a song": (GET % b"", b"", EVENTS + b"Content-Length: 99\r\n\r\nsong"),
    "between two events": (GET % b"", b"", EVENTS + CHUNKED + b"\r\n\r\n4\r\nsong\r\n"),
}


@pytest.mark.parametrize(("head", "body", "answer"), LEFT_EARLY.values(), ids=LEFT_EARLY)
@pytest.mark.parametrize("leave", [End.close, End.reset])
def test_upstream_hears_within_a_tenth_of_a_second_that_a_client_left(
    wire: Wire, head: bytes, body: bytes, answer: bytes, leave: Callable[[End], None]
) -> None:
    """Twice of three times: a machine that does something else may take longer once."""

    def seconds() -> float:
        client, upstream, _ = wire.passed(head + body)
        assert upstream.read(len(body)) == body
        upstream.send(answer)
        assert not answer or client.read(len(b"HTTP/1.1 200"))
        leave(client)
        return seconds_until_closed(upstream)

    assert sorted(seconds() for _ in range(3))[1] < 0.1


def seconds_until_closed(upstream: End) -> float:
    left = time.monotonic()
    assert upstream.rest() == b""
    return time.monotonic() - left
