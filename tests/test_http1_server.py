"""HTTP/1.1 towards clients: what an app is told of raw requests, and what becomes of its answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from proxy.http1 import INFORMATIONAL, RAW
from proxy.http1.reader import MOST_HEAD
from proxy.http1.server import Listener
from tests.live import Stage, serve
from tests.wire import SECONDS, End, Head

START = {"type": "http.response.start", "status": 200, "headers": [(b"Content-Length", b"2")]}
BODY = {"type": "http.response.body", "body": b"ok"}
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Listing:
    """An app that notes each request with its body, and answers with the messages it is given."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages or (START, BODY)
        self.scopes: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        for message in self.messages:
            await send(message)


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with serve(stage, http=Listener) as url:
        yield stage, url


@contextmanager
def client(stage: tuple[Stage, str], app: Any) -> Iterator[End]:
    stage[0].app = app
    host, port = stage[1].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), SECONDS) as connection:
        end = End(connection)
        yield end
        end.close()


def answered(end: End) -> tuple[Head, bytes]:
    head = end.head()
    return head, end.body(head)


@pytest.mark.parametrize(
    "target",
    [
        b"/rest/stream?id=" + b"x" * 900_000,
        "/share/ü?name=Björk".encode(),
        b"/\xff\xfe?\x80",
        b'/a%zz;b"<>|{}\\^`?',
        b"/?",
        b"//rest//ping",
        b"*",
        b"http://music.example/x",
    ],
    ids=lambda target: repr(target[:20]),
)
@pytest.mark.parametrize("method", [b"GET", b"PROPFIND", b"PURGE-ALL"])
def test_a_request_line_is_told_byte_for_byte(stage: tuple[Stage, str], method: bytes, target: bytes) -> None:
    app = Listing()
    with client(stage, app) as end:
        for _ in range(2):  # the connection is as good as before
            end.send(b"%b %b HTTP/1.1\r\nHost: x\r\nX-Odd: 1\r\nx-odd: \xe9\r\n\r\n" % (method, target))
            assert answered(end)[1] == b"ok"
    for scope in app.scopes:
        assert scope["method"] == method.decode()
        assert scope["extensions"][RAW].target == target
        assert scope["raw_path"] == target.partition(b"?")[0]
        assert scope["query_string"] == target.partition(b"?")[2]
        assert scope["extensions"][RAW].headers == [(b"Host", b"x"), (b"X-Odd", b"1"), (b"x-odd", b"\xe9")]
        assert scope["headers"] == [(b"host", b"x"), (b"x-odd", b"1"), (b"x-odd", b"\xe9")]


@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_requests_in_pieces_are_put_together(stage: tuple[Stage, str], size: int) -> None:
    app = Listing()
    sent = b"POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody" * 2 + GET
    with client(stage, app) as end:
        for start in range(0, len(sent), size):
            end.send(sent[start : start + size])
        assert [answered(end)[1] for _ in range(3)] == [b"ok"] * 3
    assert app.bodies == [b"body", b"body", b""]
    assert [scope["raw_path"] for scope in app.scopes] == [b"/x", b"/x", b"/"]


def test_requests_that_came_at_once_are_answered_in_turn(stage: tuple[Stage, str]) -> None:
    app = Listing()
    with client(stage, app) as end:
        end.send(GET * 50 + LAST)
        assert [answered(end)[1] for _ in range(51)] == [b"ok"] * 51
        assert end.rest() == b""
    assert len(app.scopes) == 51


@pytest.mark.parametrize(
    ("body", "framing"),
    [(b"a" * 300_000, b"Content-Length: 300000"), (b"abc", b"Transfer-Encoding: chunked")],
    ids=["length", "chunks"],
)
def test_a_body_behind_an_upgrade_that_nobody_wants_is_read(
    stage: tuple[Stage, str], body: bytes, framing: bytes
) -> None:
    app = Listing()
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if b"chunked" in framing else body
    with client(stage, app) as end:
        end.send(b"POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n%b\r\n\r\n%b" % (framing, sent))
        end.send(GET)
        assert [answered(end)[1] for _ in range(2)] == [b"ok"] * 2
    assert app.bodies == [body, b""]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400),
        (b"GET /" + b"x" * (MOST_HEAD + 1), 431),
        (b"GET / HTTP/1.1\r\n" + b"X: %b\r\n" % (b"y" * 1000) * (MOST_HEAD // 1000), 431),
    ],
    ids=["nonsense", "no colon", "version", "TLS", "target", "headers"],
)
def test_what_is_no_request_is_refused_and_the_connection_closed(
    stage: tuple[Stage, str], request_bytes: bytes, status: int
) -> None:
    with client(stage, Listing()) as end:
        end.send(request_bytes)
        assert end.head().status == status


def test_reason_and_names_of_headers_are_sent_as_they_are(stage: tuple[Stage, str]) -> None:
    start = {
        **START,
        "status": 299,
        "reason": b"Fine, then",
        "headers": [(b"eTAG", b"1"), (b"content-LENGTH", b"2")],
    }
    with client(stage, Listing(start, BODY)) as end:
        end.send(LAST)
        head, _, body = end.rest().partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 299 Fine, then",
        b"eTAG: 1",
        b"content-LENGTH: 2",
        b"Connection: close",
    ]
    assert body == b"ok"


def test_informational_answers_come_before_the_final_one(stage: tuple[Stage, str]) -> None:
    hints = {"type": INFORMATIONAL, "status": 103, "reason": b"Early Hints", "headers": [(b"Link", b"</x>")]}
    with client(stage, Listing(hints, START, BODY)) as end:
        end.send(GET)
        early = end.head()
        assert (early.status, early.all(b"link")) == (103, [b"</x>"])
        assert answered(end)[1] == b"ok"


@pytest.mark.parametrize("more", [(b"a" * 100_000, b"b"), (b"",), (b"", b"c")], ids=len)
def test_a_body_of_unknown_length_is_sent_in_chunks(
    stage: tuple[Stage, str], more: tuple[bytes, ...]
) -> None:
    start = {"type": "http.response.start", "status": 200}
    parts = [{"type": "http.response.body", "body": part, "more_body": True} for part in more]
    with client(stage, Listing(start, *parts, BODY)) as end:
        end.send(GET)
        assert answered(end)[1] == b"".join(more) + b"ok"


def test_a_client_of_the_older_version_gets_its_body_until_the_end(stage: tuple[Stage, str]) -> None:
    with client(stage, Listing({"type": "http.response.start", "status": 200}, BODY)) as end:
        end.send(b"GET / HTTP/1.0\r\n\r\n")
        head, _, body = end.rest().partition(b"\r\n\r\n")
    assert head == b"HTTP/1.0 200 OK\r\nConnection: close"
    assert body == b"ok"


@pytest.mark.parametrize(
    "messages",
    [
        ({**START, "headers": [(b"Content-Length", b"9")]}, BODY),
        ({**START, "headers": [(b"Content-Length", b"9")]}, {**BODY, "more_body": True}),
        ({**START, "headers": []}, {**BODY, "more_body": True}),
    ],
    ids=["too short", "given up", "given up in chunks"],
)
def test_a_part_is_never_taken_for_the_whole(stage: tuple[Stage, str], messages: tuple[Message, ...]) -> None:
    with client(stage, Listing(*messages)) as end:
        end.send(GET)
        head = end.head()
        with pytest.raises(EOFError):
            end.body(head)


def test_more_than_was_promised_is_not_sent(stage: tuple[Stage, str]) -> None:
    with client(stage, Listing(START, {**BODY, "body": b"okay"})) as end:
        end.send(GET)
        head = end.head()
        assert head.all(b"content-length") == [b"2"]
        assert end.rest() == b"ok"


@pytest.mark.parametrize("headers", [[(b"X", b"1\r\nX-Forged: 1")], [(b"X\n", b"1")], [(b"X", b"1\n")]])
def test_a_header_that_would_break_its_line_is_an_error_of_the_server(
    stage: tuple[Stage, str], headers: list[tuple[bytes, bytes]]
) -> None:
    with client(stage, Listing({**START, "headers": headers}, BODY)) as end:
        end.send(GET)
        assert end.head().status == 500


def test_an_app_that_says_nothing_is_an_error_of_the_server(stage: tuple[Stage, str]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Says nothing."""

    with client(stage, app) as end:
        end.send(GET)
        assert end.head().status == 500


def test_bytes_of_another_protocol_go_both_ways_once_it_is_agreed(stage: tuple[Stage, str]) -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = [(b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
        await send({"type": "http.response.start", "status": 101, "headers": headers})
        while (message := await receive())["type"] == "http.request":
            await send({"type": "http.response.body", "body": message["body"].upper(), "more_body": True})

    with client(stage, echo) as end:
        end.send(b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst")
        assert end.head().line == b"HTTP/1.1 101 Switching Protocols"
        assert end.read(5) == b"FIRST"
        end.send(GET)
        assert end.read(len(GET)) == GET.upper()
