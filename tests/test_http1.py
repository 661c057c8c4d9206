"""HTTP/1.1 towards one server, against a server that says whatever a test has it say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from proxy.http1.client import MOST_READ, Broken, Connection
from proxy.http1.pool import Pool

pytestmark = pytest.mark.anyio

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
SECONDS = 5


class Server:
    """Answers each request with the next of `says`; an empty one closes the connection instead."""

    def __init__(self, says: Sequence[bytes], *, closes: bool = False) -> None:
        self.says = list(says)
        self.closes = closes
        self.connections = 0
        self.closed: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self.says and await reader.readuntil(b"\r\n\r\n"):
                said = self.says.pop(0)
                writer.write(said)
                if self.closes or not said:
                    break
            else:
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self.closed.put_nowait(self.connections)


@asynccontextmanager
async def pool(server: Server) -> AsyncIterator[Pool]:
    async with await asyncio.start_server(server, "127.0.0.1", 0, limit=2**20) as listening:
        found = Pool(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
        yield found
        found.close()
        while server.closed.qsize() < server.connections:
            await asyncio.wait_for(server.closed.get(), SECONDS)
            server.connections -= 1


async def body(connection: Connection) -> bytes:
    parts = []
    while part := await asyncio.wait_for(connection.chunk(), SECONDS):
        parts.append(part)
    return b"".join(parts)


async def asked(connection: Connection, *, method: str = "GET") -> tuple[int, bytes]:
    connection.begin(method)
    await connection.write(GET)
    while not (head := await asyncio.wait_for(connection.head(), SECONDS)).is_final:
        pass
    return head.status, await body(connection)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (OK, (200, b"ok")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", (304, b"")),
        (
            CHUNKED + b"2\r\nab\r\n1\r\nc\r\n0\r\nX: 1\r\n\r\n",
            (200, b"abc"),
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, (200, b"ok")),
    ],
    ids=["length", "none", "not modified", "chunks and trailers", "informational"],
)
async def test_an_answer_ends_where_it_says_and_the_connection_serves_again(
    said: bytes, answer: tuple[int, bytes]
) -> None:
    server = Server([said, OK])
    async with pool(server) as connections:
        connection = await connections.connect()
        assert await asked(connection) == answer
        connections.release(connection, sent=True)
        assert connections.idle() is connection
        assert await asked(connection) == (200, b"ok")
        connections.release(connection, sent=True)
        assert server.connections == 1


async def test_headers_come_as_they_are_and_without_the_trailers() -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Odd: \xff\r\nX-Odd: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = head + b"0\r\nX-End: 1\r\n\r\n"
    async with pool(Server([said])) as connections:
        connection = await connections.connect()
        connection.begin("GET")
        await connection.write(GET)
        assert (await connection.head()).headers == [
            (b"X-Odd", b"\xff"),
            (b"X-Odd", b"2"),
            (b"Transfer-Encoding", b"chunked"),
        ]
        connections.release(connection, sent=True)


async def test_the_answer_to_head_has_a_length_and_no_body() -> None:
    async with pool(Server([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", OK])) as connections:
        connection = await connections.connect()
        assert await asked(connection, method="HEAD") == (200, b"")
        assert await asked(connection) == (200, b"ok")
        connections.release(connection, sent=True)


async def test_a_body_may_end_with_the_connection() -> None:
    async with pool(Server([b"HTTP/1.1 200 OK\r\n\r\nall there is"], closes=True)) as connections:
        connection = await connections.connect()
        assert await asked(connection) == (200, b"all there is")
        assert not connection.is_reusable


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
    ],
    ids=["nothing", "less than its length", "half a chunk", "another protocol", "a length that is none"],
)
async def test_what_is_cut_or_no_http_is_broken(said: bytes) -> None:
    async with pool(Server([said], closes=True)) as connections:
        connection = await connections.connect()
        with pytest.raises(Broken):
            await asked(connection)
        assert not connection.is_reusable


async def test_a_cut_comes_after_what_came_before_it() -> None:
    async with pool(
        Server([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"], closes=True)
    ) as connections:
        connection = await connections.connect()
        connection.begin("GET")
        await connection.write(GET)
        await connection.head()
        assert await asyncio.wait_for(connection.chunk(), SECONDS) == b"short"
        with pytest.raises(Broken, match="closed"):
            await asyncio.wait_for(connection.chunk(), SECONDS)


async def test_more_than_was_promised_ends_the_connection() -> None:
    async with pool(Server([OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", OK])) as connections:
        connection = await connections.connect()
        assert await asked(connection) == (200, b"ok")
        connections.release(connection, sent=True)
        assert connections.idle() is None


async def test_a_connection_that_asks_to_be_closed_is() -> None:
    async with pool(
        Server([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"])
    ) as connections:
        connection = await connections.connect()
        assert await asked(connection) == (200, b"ok")
        connections.release(connection, sent=True)
        assert connections.idle() is None


async def test_a_request_that_was_not_sent_whole_ends_the_connection() -> None:
    async with pool(Server([OK])) as connections:
        connection = await connections.connect()
        assert await asked(connection) == (200, b"ok")
        connections.release(connection, sent=False)
        assert connections.idle() is None


async def test_a_slow_reader_makes_upstream_wait() -> None:
    size = 64 * MOST_READ
    async with pool(
        Server([b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)])
    ) as connections:
        connection = await connections.connect()
        connection.begin("GET")
        await connection.write(GET)
        await connection.head()
        most, total = 0, 0
        while part := await asyncio.wait_for(connection.chunk(), SECONDS):
            most, total = max(most, len(part)), total + len(part)
        assert total == size
        assert most <= 8 * MOST_READ
        connections.release(connection, sent=True)


async def test_nobody_there_is_an_oserror() -> None:
    async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        await Pool(f"http://127.0.0.1:{port}").connect()
