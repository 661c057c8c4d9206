"""A real nginx with the configuration that we ship, its addresses replaced by those of a test."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, structs

from bench.relay import nginx
from proxy.app import routes
from proxy.commands.nginx import Front, configuration
from tests.wire import address

BINARY = nginx.binary()
MISSING = "nginx is not installed (Debian: apt-get install nginx; macOS: brew install nginx)"
NEIGHBOURS = """
  gzip on; gzip_types *; gzip_min_length 1;
  server {{ listen 127.0.0.1:{port} default_server; return 418; }}
"""  # as Debian puts them around it, and more so
NAMES = ("127.0.0.1", "music.example")


class Running(Struct, frozen=True):
    """`redirected` is the address that only sends clients to https; `log` is what nginx writes."""

    url: str
    redirected: str
    log: Path


@contextmanager
def before(folder: Path, ours: str, upstream: str, **more: Any) -> Iterator[Running]:
    """An nginx before a playlistgen and a Navidrome; skips the test where there is none."""
    if BINARY is None:
        pytest.skip(MISSING)
    listen, redirected = (f"127.0.0.1:{nginx.free_port()}" for _ in range(2))
    front = Front(
        proxy=ours.removeprefix("http://"),
        upstream=upstream.rstrip("/"),
        server_name=NAMES,
        listen=(listen,),
        redirected=redirected,
    )
    port = int(listen.rpartition(":")[2])
    scheme, neighbours = ("https", "") if "key" in more else ("http", NEIGHBOURS.format(port=port))
    inside = neighbours + configuration(structs.replace(front, **more), routes())
    with nginx.started(BINARY, folder / "nginx", inside, port):
        yield Running(f"{scheme}://{listen}", f"http://{redirected}", folder / "nginx" / "nginx.log")


@contextmanager
def nobody() -> Iterator[str]:
    """An address that is kept free: whoever calls there is refused."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield address(kept)
