"""Connections upstream: kept, closed by the other side unseen, in no two hands; the server as a process."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import Command
from tests.wire import GET, OK, POST, End, Wire, address, between


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"OPTIONS"])
def test_what_changes_nothing_is_asked_again_where_upstream_had_hung_up(wire: Wire, method: bytes) -> None:
    client, upstream = hung_up(wire, b"%b /app/ HTTP/1.1\r\nHost: h\r\n\r\n" % method)
    upstream.close()
    anew = wire.upstream()
    assert anew.head().line == b"%b /app/ HTTP/1.1" % method
    anew.send(OK)
    assert client.head().status == 200


def test_it_is_asked_again_once(wire: Wire) -> None:
    client, upstream = hung_up(wire, GET % b"")
    upstream.close()
    wire.upstream().close()
    assert client.head().status == 502


CHANGING = {
    "POST": POST % (b"/api/x", b"Content-Length: 0"),
    "DELETE": b"DELETE /api/x HTTP/1.1\r\nHost: h\r\n\r\n",
    "a body": GET % b"Content-Length: 2\r\n" + b"{}",
}


@pytest.mark.parametrize("request_", CHANGING.values(), ids=CHANGING)
def test_what_may_have_changed_something_is_never_asked_again(wire: Wire, request_: bytes) -> None:
    client, upstream = hung_up(wire, request_)
    upstream.close()
    head = client.head()
    assert head.status == 502
    assert client.body(head).startswith(b"Navidrome did not answer (the connection was closed)")


def test_an_answer_that_has_begun_is_never_asked_for_again(wire: Wire) -> None:
    client, upstream = hung_up(wire, GET % b"")
    upstream.send(b"HTTP/1.1 2")
    upstream.close()
    assert client.head().status == 502


def hung_up(wire: Wire, request: bytes) -> tuple[End, End]:
    """Client and server; the latter has got this request over a connection that had served one before."""
    client, upstream, _ = wire.passed(GET % b"")
    upstream.send(OK)
    assert client.body(client.head()) == b"ok"
    client.send(request)
    upstream.body(upstream.head())  # to its end: what is closed over unread bytes is reset
    return client, upstream


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
    with Command(environ, "serve", "--port", "0", cwd=folder) as process:
        yield process.address()
