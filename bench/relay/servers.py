"""Upstream and those before it, each a process of its own on this machine."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from msgspec import Struct

from bench.house import House, unset
from bench.processes import Failed, running, tail
from bench.relay import files, load, nginx

DIRECT, NGINX, YARDSTICK, OURS = "direct", "nginx proxy_pass", "bare aiohttp relay", "playlistgen"
RELAYS = (NGINX, YARDSTICK, OURS)


class Server(Struct, frozen=True):
    """Where it listens, and its process."""

    name: str
    url: str
    pid: int


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="playlistgen-bench-") as name:
        yield Path(name)


@contextlib.contextmanager
def opened(names: Sequence[str] = RELAYS) -> Iterator[tuple[Path, list[Server]]]:
    """A temporary folder and the servers, warm, upstream the first; without nginx its relay is left out."""
    with temporary_folder() as folder, contextlib.ExitStack() as stack:
        files.write(folder / "files")
        direct = stack.enter_context(upstream(folder))
        ways = {NGINX: proxy_pass, YARDSTICK: yardstick, OURS: ours}
        relays = [ways[name](folder, direct.url) for name in names if name != NGINX or nginx.binary()]
        servers = [direct, *map(stack.enter_context, relays)]
        for server in servers:
            check(server, folder)
            load.put(server.url, files.ALBUM, connections=32, seconds=1, folder=folder)  # warm
        yield folder, servers


def kind() -> str:
    return "nginx" if nginx.binary() else "a small server in Python"


@contextlib.contextmanager
def upstream(folder: Path) -> Iterator[Server]:
    command = nginx.binary()
    if command:
        with nginx.files(command, folder / "upstream", folder / "files") as (url, pid):
            yield Server(DIRECT, url, pid)
    else:
        with printing("bench.relay.upstream", str(folder / "files"), folder=folder) as server:
            yield Server(DIRECT, server.url, server.pid)


@contextlib.contextmanager
def proxy_pass(folder: Path, url: str) -> Iterator[Server]:
    command = nginx.binary()
    assert command is not None
    with nginx.relay(command, folder / "relay", url) as (address, pid):
        yield Server(NGINX, address, pid)


@contextlib.contextmanager
def yardstick(folder: Path, url: str) -> Iterator[Server]:
    with printing("bench.relay.yardstick", url, folder=folder) as server:
        yield Server(YARDSTICK, server.url, server.pid)


@contextlib.contextmanager
def ours(folder: Path, url: str) -> Iterator[Server]:
    """`playlistgen serve` as it is installed, with a database in which nothing is."""
    with House(folder, url).serving() as proxy:
        yield Server(OURS, proxy.url, proxy.pid)


@contextlib.contextmanager
def printing(module: str, argument: str, *, folder: Path) -> Iterator[Server]:
    """One of our own modules, which prints its address first."""
    log = folder / f"{module}.log"
    with running([sys.executable, "-m", module, argument], environ=unset(), log=log) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise Failed(f"{module} does not start: {tail(log)}")
        yield Server(module, url, process.pid)


def check(server: Server, folder: Path) -> None:
    """Whoever answers something else is not measured: Failed."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        for path in (files.PING, files.ALBUM, files.STREAM):
            response = client.get(f"{path}?{files.QUERY}")
            size = files.size(folder / "files", path)
            if response.status_code != 200 or len(response.content) != size:
                length = len(response.content)
                raise Failed(f"{server.name}, {path}: HTTP {response.status_code}, {length} of {size} bytes")
