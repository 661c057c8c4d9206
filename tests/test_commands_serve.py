"""How a server stops: what is sent goes on for ten seconds, and nothing new begins. Where it cannot start."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from proxy.commands.serve import GOODBYE_SECONDS
from proxy.demo.processes import free_port
from tests.commands import Command, powerless, run
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


def test_metrics_have_no_port_that_all_else_has(environ: dict[str, str]) -> None:
    port = str(free_port())
    _, errors = run(environ | {"LISTEN_PORT": port, "METRICS_PORT": port}, "serve", code=2)
    assert errors == (
        f"playlistgen: METRICS_PORT is {port}, where everything else is served. "
        "Name another port in it, or 0 to have metrics there too.\n"
    )


def test_a_port_for_metrics_that_is_taken_is_told_by_its_setting(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        _, errors = run(environ | {"LISTEN_PORT": "0", "METRICS_PORT": taken}, "serve", code=2)
    assert f"port {taken}, cannot be listened on (Address already in use)." in errors
    assert errors.endswith("Name another in METRICS_PORT.\n")
    assert "LISTEN_PORT" not in errors


def test_a_port_of_the_systems_is_called_so(environ: dict[str, str]) -> None:
    if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text(encoding="ascii")) < 2:
        pytest.skip("anybody may listen on any port here")
    _, errors = run(environ, "serve", "--port", "1", code=2, before=powerless())
    assert "(Permission denied). Ports below 1024 are the system's." in errors
