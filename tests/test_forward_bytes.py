"""Any request and any answer, compared byte for byte at the raw sockets of both ends."""

from __future__ import annotations

import socket

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.differential import NOT_PASSED_ON
from tests.messages import (
    BEYOND_ASCII,
    METHODS,
    NAMED,
    TOKEN,
    VISIBLE,
    Message,
    answers,
    requests,
    targets,
    text,
)
from tests.wire import GET, Head, Headers, between

ANSWER = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
FORGED = sorted(NAMED & NOT_PASSED_ON - {b"connection", b"transfer-encoding", b"upgrade"})
ANY_METHOD = text(TOKEN, least=1, most=20).filter(lambda method: method != b"CONNECT")
REQUESTS = requests(
    methods=st.sampled_from(METHODS) | ANY_METHOD,
    targets=targets(VISIBLE + BEYOND_ASCII, longest=900_000),
)


def kept(headers: Headers) -> Headers:
    """Less those that do not go further, and the time; names as they are written."""
    return [pair for pair in headers if pair[0].lower() not in NOT_PASSED_ON | {b"date"}]


def arrived(ends: tuple[str, socket.socket], request: Message) -> tuple[Head, bytes]:
    """What of a request reaches the server, over a connection of its own."""
    with between(*ends) as wire:
        client = wire.ask(request.head + request.body.raw)
        upstream = wire.upstream(client)
        head = upstream.head()
        body = upstream.body(head)
        upstream.send(ANSWER)
        assert client.head().status == 200
        return head, body


def came_back(ends: tuple[str, socket.socket], answer: Message, asked: bytes) -> tuple[Head, bytes]:
    """What of an answer reaches the client that asked by this method."""
    with between(*ends) as wire:
        client, upstream, _ = wire.passed(GET.replace(b"GET", asked) % b"")
        upstream.send(answer.head + (b"" if asked == b"HEAD" else answer.body.raw))
        upstream.close()
        head = client.head()
        return head, b"" if asked == b"HEAD" else client.body(head)


@settings(max_examples=250)
@given(request=REQUESTS)
def test_any_request_arrives_as_it_was_sent(ends: tuple[str, socket.socket], request: Message) -> None:
    head, body = arrived(ends, request)
    assert head.line == request.line
    assert kept(head.written) == kept([*request.headers, *request.body.headers])
    assert body == request.body.whole


@settings(max_examples=100)
@given(request=REQUESTS, forged=st.lists(st.sampled_from(FORGED), min_size=1), names=st.data())
def test_nothing_that_goes_no_further_ever_arrives(
    ends: tuple[str, socket.socket], request: Message, forged: list[bytes], names: st.DataObject
) -> None:
    """Nor what the request itself says is for the next hop only."""
    named = names.draw(st.lists(st.sampled_from(request.headers), max_size=3))
    hop = {name.lower() for name, _ in named} - {b"host"}
    connection = [(b"Connection", name) for name in hop]
    forgeries = [(name.title(), b"forged") for name in forged]
    head, body = arrived(ends, request._replace(headers=[*forgeries, *connection, *request.headers]))
    assert b"forged" not in dict.fromkeys(value for _, value in head.headers)
    expected = [
        pair for pair in kept([*request.headers, *request.body.headers]) if pair[0].lower() not in hop
    ]
    assert kept(head.written) == expected
    assert body == request.body.whole


@settings(max_examples=250)
@given(answer=answers(statuses=st.integers(200, 999)), asked=st.sampled_from([b"GET", b"HEAD"]))
def test_any_answer_comes_back_as_it_was_given(
    ends: tuple[str, socket.socket], answer: Message, asked: bytes
) -> None:
    head, body = came_back(ends, answer, asked)
    assert head.line.rstrip() == answer.line.rstrip()
    assert kept(head.written) == kept([*answer.headers, *answer.body.headers])
    assert body == (b"" if asked == b"HEAD" else answer.body.whole)
