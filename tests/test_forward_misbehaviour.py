"""What a client sees of an upstream that cuts, lies, stammers or talks nonsense."""

from __future__ import annotations

import socket
import sys
import time
from typing import NamedTuple

import pytest
from structlog.testing import capture_logs

from tests.wire import GET, OK, POST, End, Wire, address, between, listening, proxy_before

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nabcdefghijkl"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n7\r\nfghijkl\r\n0\r\n\r\n"
CLOSED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabcdefghijkl"
START = b"HTTP/1.1 200 OK\r\n"
HUGE = b"x" * 900_000


class Seen(NamedTuple):
    """Of an answer: its status, what came of its body, and whether that ended as a whole one does."""

    status: int
    body: bytes
    whole: bool = True


AWAY = Seen(502, b"Navidrome did not answer")


def seen(client: End) -> Seen:
    head, body = client.final_head(), b""
    try:
        for part in client.parts(head):
            body += part
    except EOFError:
        return Seen(head.status, body, whole=False)
    return Seen(head.status, body[: len(AWAY.body)] if head.status == AWAY.status else body)


def still_relays(wire: Wire) -> bool:
    client, head = wire.answered(OK)
    return (head.status, client.body(head)) == (200, b"ok")


def letters(sent: bytes) -> bytes:
    """Of a part of the body: the payload, of which no letter stands in a chunk's frame."""
    return bytes(byte for byte in sent if byte in b"abcdefghijkl")


@pytest.mark.parametrize("answer", [LENGTH, CHUNKED], ids=["of a length", "in chunks"])
def test_an_answer_cut_after_any_byte_is_cut_there(wire: Wire, answer: bytes) -> None:
    start = answer.index(b"\r\n\r\n") + 4
    for size in range(len(answer)):
        client, upstream, _ = wire.passed(GET % b"")
        upstream.send(answer[:size])
        upstream.close()
        came = letters(answer[start:size])
        assert seen(client) == (AWAY if size < start else Seen(200, came, whole=False)), answer[:size]
    assert still_relays(wire)


def test_a_cut_is_one_line_for_who_debugs(wire: Wire) -> None:
    with capture_logs() as logs:
        client, upstream, _ = wire.passed(GET % b"")
        upstream.send(LENGTH[:-1])
        upstream.close()
        assert not seen(client).whole
    reason = "the connection was closed"
    assert logs == [{"event": "upstream broke off", "log_level": "debug", "reason": reason}]


@pytest.mark.parametrize(
    "answer", [LENGTH[:-3], CHUNKED[:-14], CLOSED], ids=["length", "chunks", "until closed"]
)
def test_a_connection_that_is_reset_in_the_middle_is_a_cut(wire: Wire, answer: bytes) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(answer)
    head = client.head()
    parts = client.parts(head)
    assert next(parts)
    upstream.reset()
    with pytest.raises(EOFError):
        list(parts)
    assert still_relays(wire)


def test_a_connection_that_is_reset_before_an_answer_is_a_bad_gateway(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    upstream.reset()
    assert seen(client) == AWAY
    assert still_relays(wire)


# What upstream says before it closes, and what the client sees.
SAID = {
    "nothing": (b"", AWAY),
    "another protocol": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", AWAY),
    "no status": (b"HTTP/1.1 x\r\n\r\n", AWAY),
    "half a status": (b"HTTP/1.1 2", AWAY),
    "bytes at random": (bytes(range(256)), AWAY),
    "a version that there is not": (b"HTTP/7.3 200 OK\r\n\r\n", AWAY),
    "a header without a colon": (START + b"nonsense\r\nContent-Length: 0\r\n\r\n", AWAY),
    "a header with a zero byte": (START + b"X: a\0b\r\nContent-Length: 0\r\n\r\n", AWAY),
    "a length that is none": (START + b"Content-Length: 1x\r\n\r\nok", AWAY),
    "a length below nothing": (START + b"Content-Length: -1\r\n\r\nok", AWAY),
    "a length beyond all numbers": (START + b"Content-Length: 99999999999999999999999\r\n\r\nok", AWAY),
    "two lengths": (START + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!", AWAY),
    "a length and chunks": (
        START + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        AWAY,
    ),
    "a chunk whose size is none": (CHUNKED.replace(b"7\r", b"-\r"), Seen(200, b"abcde", whole=False)),
    "a chunk that is longer than its size": (
        CHUNKED.replace(b"7\r", b"4\r"),
        Seen(200, b"abcdefghi", whole=False),
    ),
    "more than the length": (OK + b"and more", Seen(200, b"ok")),
    "more than the last chunk": (CHUNKED + b"and more", Seen(200, b"abcdefghijkl")),
    "another answer behind it": (OK + LENGTH, Seen(200, b"ok")),
    "trailers": (CHUNKED.replace(b"0\r\n\r\n", b"0\r\nX-End: 1\r\n\r\n"), Seen(200, b"abcdefghijkl")),
    "a body until it closes": (CLOSED, Seen(200, b"abcdefghijkl")),
    "HTTP/1.0": (CLOSED.replace(b"1.1", b"1.0"), Seen(200, b"abcdefghijkl")),
    "a body where there is none": (b"HTTP/1.1 204 No Content\r\n\r\nabc", Seen(204, b"")),
    "the header of 900 kB": (START + b"X-Huge: %b\r\nContent-Length: 2\r\n\r\nok" % HUGE, Seen(200, b"ok")),
    "10,000 headers": (START + b"X-Many: 1\r\n" * 10_000 + b"Content-Length: 2\r\n\r\nok", Seen(200, b"ok")),
    "continue": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, Seen(200, b"ok")),
    "hints, twice": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2 + OK, Seen(200, b"ok")),
    "another protocol unasked": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        AWAY,
    ),
    "continue and no more": (b"HTTP/1.1 100 Continue\r\n\r\n", AWAY),
}


@pytest.mark.parametrize(("said", "expected"), SAID.values(), ids=SAID)
def test_what_is_said_is_seen_as_far_as_it_makes_sense(wire: Wire, said: bytes, expected: Seen) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(said)
    upstream.close()
    assert seen(client) == expected
    assert still_relays(wire)


def test_the_rest_of_one_answer_is_never_the_next_one(wire: Wire) -> None:
    """Whoever asks next over a connection that says more than it was asked would get another's answer."""
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(OK + LENGTH)
    assert seen(client) == Seen(200, b"ok")
    client.send(GET % b"")
    anew = wire.upstream()
    anew.head()
    anew.send(OK)
    assert seen(client) == Seen(200, b"ok")


def test_a_head_without_end_is_given_up(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(START + b"X-Endless: ")
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        upstream.send(HUGE * 32)
    assert seen(client) == AWAY


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems queue more connections than were asked for"
)
def test_an_upstream_that_takes_no_connection_is_away_after_three_seconds() -> None:
    with listening(backlog=0) as full, proxy_before(address(full)) as proxy, between(proxy, full) as wire:
        began = time.monotonic()
        with socket.create_connection(full.getsockname()):  # waits for ever in a queue of one
            assert seen(wire.ask(GET % b"")) == AWAY
        assert 2.5 < time.monotonic() - began < 4.5


def test_a_huge_header_arrives_whole(wire: Wire) -> None:
    _, head = wire.answered(START + b"X-Huge: %b\r\nContent-Length: 2\r\n\r\nok" % HUGE)
    assert head.all(b"x-huge") == [HUGE]


@pytest.mark.parametrize("answer", [LENGTH, CHUNKED, CLOSED], ids=["length", "chunks", "until closed"])
def test_what_comes_byte_by_byte_goes_on_byte_by_byte(wire: Wire, answer: bytes) -> None:
    """Each byte of the body is there before the next is sent, however slow upstream is."""
    start = answer.index(b"\r\n\r\n") + 4
    client, upstream, _ = wire.passed(GET % b"")
    for place in range(start):
        upstream.send(answer[place : place + 1])
    head = client.head()
    arriving = client.parts(head)
    for place in range(start, len(answer)):
        upstream.send(answer[place : place + 1])
        if letters(answer[start : place + 1]) != letters(answer[start:place]):
            assert next(arriving) == answer[place : place + 1]
    upstream.close()
    assert list(arriving) == []


def test_an_answer_may_come_before_the_whole_request_has(wire: Wire) -> None:
    client, upstream, _ = wire.passed(POST % (b"/api/x", b"Content-Length: 1000000") + b"the beginning")
    upstream.send(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
    assert seen(client) == Seen(413, b"no")
    upstream.close()
    assert still_relays(wire)
