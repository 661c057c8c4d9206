"""Both ends of what passes through the proxy in the hands of one test: raw bytes out, raw bytes in."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple

from proxy.settings import Settings
from tests.live import serve_proxy

SECONDS = 5  # nothing that is waited for takes this long unless it never comes

GET = b"GET /app/ HTTP/1.1\r\nHost: music.example\r\n%b\r\n"
POST = b"POST %b HTTP/1.1\r\nHost: music.example\r\n%b\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Headers = list[tuple[bytes, bytes]]


class Head(NamedTuple):
    """The first line of a request or an answer, and its headers with names in lower case."""

    line: bytes
    headers: Headers

    @property
    def target(self) -> bytes:
        return self.line.split(b" ")[1]

    @property
    def status(self) -> int:
        return int(self.line.split(b" ")[1])

    def all(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key == name]


class End:
    """One end of a connection. Whatever it waits for raises TimeoutError where it does not come."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(SECONDS)
        self._socket = connection
        self._file = connection.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def head(self) -> Head:
        """Raises EOFError where the other side closes instead."""
        line, *rest = iter(self._line, b"")
        pairs = (header.partition(b":") for header in rest)
        return Head(line, [(name.lower(), value.strip()) for name, _, value in pairs])

    def body(self, head: Head) -> bytes:
        """By its length or its chunks; raises EOFError where it is cut."""
        if head.all(b"transfer-encoding") == [b"chunked"]:
            return b"".join(iter(self.chunk, b""))
        return self.read(int(next(iter(head.all(b"content-length")), 0)))

    def chunk(self) -> bytes:
        data = self.read(int(self._line(), 16))
        self._line()
        return data

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            raise EOFError(f"{size - len(data)} of {size} bytes are missing")
        return data

    def rest(self) -> bytes:
        """All that still comes until the other side closes; waits for that."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def fill(self, block: bytes) -> int:
        """How many bytes the other side takes before it stops reading."""
        self._socket.settimeout(0.5)
        taken = 0
        try:
            while True:
                taken += self._socket.send(block)
        except TimeoutError:
            return taken

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def _line(self) -> bytes:
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise EOFError("the head is cut")
        return line.strip()


class Wire:
    """Clients of the proxy at one end, the server behind it at the other."""

    def __init__(self, proxy: str, upstream: socket.socket, ends: ExitStack) -> None:
        self._proxy, self._upstream, self._ends = proxy, upstream, ends

    def ask(self, request: bytes) -> End:
        """A new client, and what it sends first."""
        host, port = self._proxy.removeprefix("http://").split(":")
        client = self._kept(socket.create_connection((host, int(port)), SECONDS))
        client.send(request)
        return client

    def upstream(self) -> End:
        """The proxy's next new connection to the server."""
        return self._kept(self._upstream.accept()[0])

    def passed(self, request: bytes) -> tuple[End, End, Head]:
        """Client, server, and the head of what reached the server."""
        client, upstream = self.ask(request), self.upstream()
        return client, upstream, upstream.head()

    def answered(self, answer: bytes) -> tuple[End, Head]:
        """Client, and the head of what reached it."""
        client, upstream, _ = self.passed(GET % b"")
        upstream.send(answer)
        return client, client.head()

    def _kept(self, connection: socket.socket) -> End:
        end = End(connection)
        self._ends.callback(end.close)
        return end


@contextmanager
def listening(port: int = 0) -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(SECONDS)
        yield server


def address(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def proxy_before(url: str) -> AbstractContextManager[str]:
    """A live proxy without a database: the relay asks for none."""
    settings = Settings(navidrome_url=url, db_path="nowhere/playlistgen.db")
    return serve_proxy(settings, embedders=())


@contextmanager
def line(path: str = "") -> Iterator[tuple[str, socket.socket]]:
    """A live proxy, and the socket that it takes for its server."""
    with listening() as upstream, proxy_before(address(upstream) + path) as proxy:
        yield proxy, upstream


@contextmanager
def between(proxy: str, upstream: socket.socket) -> Iterator[Wire]:
    """Every end that was opened in the block is closed after it."""
    with ExitStack() as ends:
        yield Wire(proxy, upstream, ends)
