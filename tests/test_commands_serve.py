"""How a server stops: what is being sent goes on for ten seconds, and nothing new begins."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from proxy.commands.serve import GOODBYE_SECONDS
from tests.commands import Command
from tests.wire import GET, listening

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


def test_a_stream_that_runs_may_end_and_one_that_does_not_is_closed(tmp_path: Path) -> None:
    with listening() as upstream:
        host, port = upstream.getsockname()
        environ = {
            "NAVIDROME_URL": f"http://{host}:{port}",
            "DB_PATH": str(tmp_path / "x.db"),
            "LOG_FORMAT": "json",
            "LISTEN_PORT": "0",
        }
        with Command(environ, "serve") as process:
            url = urlsplit(process.address())
            address = (str(url.hostname), int(url.port or 0))
            ending, ending_upstream = begun(address, upstream)
            endless, endless_upstream = begun(address, upstream)
            process.terminate()
            refused(address)
            stopped = time.monotonic()
            ending_upstream.sendall(b"x" * 900)
            assert read(ending, 900) == b"x" * 900
            endless.settimeout(3 * GOODBYE_SECONDS)
            assert endless.recv(1) == b""
            assert time.monotonic() - stopped > GOODBYE_SECONDS - 3
            assert process.wait(GOODBYE_SECONDS) == 0
            for each in (ending, endless, ending_upstream, endless_upstream):
                each.close()


def begun(address: tuple[str, int], upstream: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Both ends of an answer of which a tenth was sent."""
    client = socket.create_connection(address, timeout=30)
    client.sendall(GET % b"")
    server, _ = upstream.accept()
    server.recv(65536)
    server.sendall(HEAD + b"x" * 100)
    head = b""
    while not head.endswith(b"\r\n\r\n" + b"x" * 100):
        head += client.recv(1)
    return client, server


def read(client: socket.socket, length: int) -> bytes:
    found = b""
    while len(found) < length:
        found += client.recv(length - len(found))
    return found


def refused(address: tuple[str, int]) -> None:
    """Returns when nobody takes connections there any more."""
    with suppress(ConnectionError):
        while True:
            socket.create_connection(address, timeout=30).close()
