"""Many small reads at once: in order, as whom they are for, and again where a connection had been closed."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest

from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.navidrome import Upstream, open_client
from proxy.navidrome.reads import AT_ONCE

pytestmark = pytest.mark.anyio

Answer = Callable[[bytes, str], bytes]


def plain(head: bytes, about: str) -> bytes:
    body = json.dumps({"subsonic-response": {"status": "ok", "song": {"id": about}}}).encode()
    return b"HTTP/1.1 200 OK\r\nX-Of: %b\r\nContent-Length: %d\r\n\r\n%b" % (about.encode(), len(body), body)


def packed(head: bytes, about: str) -> bytes:
    body = gzip.compress(plain(head, about).partition(b"\r\n\r\n")[2])
    return b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def crashed(head: bytes, about: str) -> bytes:
    return b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"


class Server:
    """Answers forms; closes each connection after `patience` answers without a word."""

    def __init__(self, answer: Answer, patience: int) -> None:
        self.answer = answer
        self.patience = patience
        self.heads: list[bytes] = []
        self.connections = 0
        self.serving: list[asyncio.Task[None]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self.serving.append(task)
        for _ in range(self.patience):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            form = parse_qs((await reader.readexactly(length)).decode())
            self.heads.append(head)
            writer.write(self.answer(head, form["id"][0]))
        writer.close()


@asynccontextmanager
async def served(answer: Answer = plain, patience: int = 1000) -> AsyncIterator[tuple[Server, Upstream]]:
    server = Server(answer, patience)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, open_client() as client:
        upstream = Upstream(client, f"http://127.0.0.1:{port}/music")
        try:
            yield server, upstream
        finally:
            upstream.close()
            await asyncio.gather(*server.serving)


async def ids_of(upstream: Upstream, count: int) -> list[str]:
    calls = [("getSong", (("u", "ana"), ("id", f"s{n}"))) for n in range(count)]
    headers = [(b"User-Agent", b"player"), (b"Accept-Encoding", b"gzip"), (b"Content-Length", b"7")]
    return [str(each.tree["song"]["id"]) for each in await upstream.calls(calls, headers=headers)]


async def test_answers_come_in_the_order_of_the_calls_over_a_few_connections() -> None:
    async with served() as (server, upstream):
        assert await ids_of(upstream, 40) == [f"s{n}" for n in range(40)]
        assert server.connections <= AT_ONCE
        assert all(head.startswith(b"POST /music/rest/getSong HTTP/1.1\r\n") for head in server.heads)
        assert all(b"User-Agent: player\r\n" in head and b"\r\nHost: 127" in head for head in server.heads)
        assert all(head.lower().count(b"content-length") == 1 for head in server.heads)
        assert await ids_of(upstream, 0) == []


async def test_an_answer_that_is_packed_is_read() -> None:
    async with served(packed) as (_, upstream):
        assert await ids_of(upstream, 3) == ["s0", "s1", "s2"]


@pytest.mark.parametrize("patience", [1, 2])
async def test_a_connection_that_was_closed_meanwhile_is_no_failure(patience: int) -> None:
    async with served(patience=patience) as (server, upstream):
        assert await ids_of(upstream, 30) == [f"s{n}" for n in range(30)]
        assert server.connections >= 30 // patience


async def test_an_answer_that_is_not_subsonic_is_refused() -> None:
    async with served(crashed) as (_, upstream):
        with pytest.raises(UpstreamRefused, match="HTTP 500"):
            await ids_of(upstream, 20)


async def test_nobody_there_is_unreachable() -> None:
    async with served() as (_, upstream):
        pass
    with pytest.raises(UpstreamUnreachable, match="did not answer"):
        await ids_of(upstream, 20)


async def test_an_answer_that_breaks_off_is_unreachable() -> None:
    async with served(lambda head, about: plain(head, about)[:-5], patience=1) as (_, upstream):
        with pytest.raises(UpstreamUnreachable):
            await ids_of(upstream, 3)
