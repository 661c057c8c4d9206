"""Both ends of what passes through the proxy in the hands of one test: raw bytes out, raw bytes in."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from select import select
from typing import NamedTuple
from urllib.parse import urlsplit

from proxy.library import migrate
from proxy.settings import Settings
from tests.live import serve_proxy

SECONDS = 5  # nothing that is waited for takes this long unless it never comes

GET = b"GET /app/ HTTP/1.1\r\nHost: music.example\r\n%b\r\n"
POST = b"POST %b HTTP/1.1\r\nHost: music.example\r\n%b\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Headers = list[tuple[bytes, bytes]]


class Head(NamedTuple):
    """The first line of a request or an answer, and its headers as they were written."""

    line: bytes
    written: Headers

    @property
    def headers(self) -> Headers:
        """With names in lower case."""
        return [(name.lower(), value) for name, value in self.written]

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
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._file = connection.makefile("rb")

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def head(self) -> Head:
        """Raises EOFError where the other side closes instead."""
        line, *rest = iter(self._line, b"")
        pairs = (header.partition(b":") for header in rest)
        return Head(line, [(name, value.strip()) for name, _, value in pairs])

    def final_head(self) -> Head:
        """That of the answer after those of 1xx."""
        head = self.head()
        while head.status < 200:
            head = self.head()
        return head

    def body(self, head: Head) -> bytes:
        """By its length or its chunks; raises EOFError where it is cut."""
        return b"".join(self.parts(head))

    def parts(self, head: Head) -> Iterator[bytes]:
        """The same as it comes, down to the last byte before a cut."""
        if head.all(b"transfer-encoding") == [b"chunked"]:
            yield from iter(self.chunk, b"")
            return
        missing = int(next(iter(head.all(b"content-length")), 0))
        while missing:
            yield (part := self.some(missing))
            missing -= len(part)

    def some(self, most: int) -> bytes:
        """What has come, at least a byte; raises EOFError where nothing does any more."""
        try:
            part = self._file.read1(most)
        except ConnectionResetError:
            part = b""
        if not part:
            raise EOFError(f"{most} bytes are missing")
        return part

    def chunk(self) -> bytes:
        data = self.read(int(self._line(), 16))
        self._line()
        return data

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self.some(size - len(data))
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

    def reset(self) -> None:
        """Close as a machine that crashed does: without a word of goodbye."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def _line(self) -> bytes:
        try:
            line = self._file.readline()
        except ConnectionResetError:
            line = b""
        if not line.endswith(b"\n"):
            raise EOFError("the head is cut")
        return line.strip()


def dialled(url: str) -> End:
    """The client's end of a new connection."""
    parts = urlsplit(url)
    return End(socket.create_connection((parts.hostname, parts.port), SECONDS))


class Wire:
    """Clients of the proxy at one end, the server behind it at the other."""

    def __init__(self, proxy: str, upstream: socket.socket, clients: ExitStack, servers: ExitStack) -> None:
        self._proxy, self._upstream = proxy, upstream
        self._clients, self._servers = clients, servers

    def ask(self, request: bytes) -> End:
        """A new client, and what it sends first."""
        client = self._clients.enter_context(closing(dialled(self._proxy)))
        client.send(request)
        return client

    def upstream(self, client: End | None = None) -> End:
        """The proxy's next new connection to the server; EOFError where it answers `client` instead."""
        if client is not None:
            ready, _, _ = select([self._upstream, client], [], [], SECONDS)
            if ready == [client]:
                raise EOFError(f"the proxy answered itself: {client.head().line!r}")
        return self._servers.enter_context(closing(End(self._upstream.accept()[0])))

    def passed(self, request: bytes) -> tuple[End, End, Head]:
        """Client, server, and the head of what reached the server."""
        client = self.ask(request)
        upstream = self.upstream(client)
        return client, upstream, upstream.head()

    def answered(self, answer: bytes) -> tuple[End, Head]:
        """Client, and the head of what reached it."""
        client, upstream, _ = self.passed(GET % b"")
        upstream.send(answer)
        return client, client.head()


@contextmanager
def listening(port: int = 0, *, backlog: int = 100) -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", port), backlog=backlog) as server:
        server.settimeout(SECONDS)
        yield server


def address(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def proxy_before(url: str, folder: Path = Path("nowhere")) -> AbstractContextManager[str]:
    """A live proxy. Without a folder it has no database, for the relay asks for none.

    The names that were recorded are no prompts to it: those begin with `robot:`.
    """
    if folder.exists():
        migrate(folder / "playlistgen.db")
    settings = Settings(navidrome_url=url, db_path=str(folder / "playlistgen.db"), prompt_prefixes="robot:")
    return serve_proxy(settings, embedders=())


@contextmanager
def line(path: str = "") -> Iterator[tuple[str, socket.socket]]:
    """A live proxy, and the socket that it takes for its server."""
    with listening() as upstream, proxy_before(address(upstream) + path) as proxy:
        yield proxy, upstream


@contextmanager
def between(proxy: str, upstream: socket.socket) -> Iterator[Wire]:
    """What was opened in the block is closed after it, the clients first: the proxy is not to ask again."""
    with ExitStack() as servers, ExitStack() as clients:
        yield Wire(proxy, upstream, clients, servers)
