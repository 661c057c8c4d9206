"""The proxy as a process: a port, migrations, then uvicorn until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
import uvicorn

from proxy import logs
from proxy.app import create_app
from proxy.commands.refreshing import refreshing
from proxy.commands.workers import run
from proxy.counts import Counts, memory_for
from proxy.errors import LibraryError, SettingsError
from proxy.http1.server import Listener
from proxy.library import migrate
from proxy.resources import Resources, check_metrics_port, open_resources, url_prefixes
from proxy.settings import Settings

GOODBYE_SECONDS = 10  # running streams get this long when the server stops
BACKLOG = 2048
OTHERS = "End what is there, or name others with --host and --port (LISTEN_HOST, LISTEN_PORT)."

log = structlog.get_logger()


class Server(uvicorn.Server):
    """Says when it takes requests, and sleeps until it is told to end: uvicorn looks ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            log.info("playlistgen serves", address=address(listening), pid=os.getpid())

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._told.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)


def serve(settings: Settings, *, host: str, port: int, workers: int = 1, refresh_every: float = 0.0) -> None:
    """Serve until SIGINT or SIGTERM, and return; SIGHUP has the recipes read again.

    Raises SettingsError where nothing can listen there.

    A database that cannot be opened is a log line: the music plays on. More `workers` are more processes;
    what they share is the database and the socket. Every `refresh_every` seconds, 0 for never, the library is
    read again by yet another process, whatever the number of workers.
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(listen(host, port)), *_aside(stack, settings, host, port)]
        stack.enter_context(_stopped_by_signals())
        log.info("playlistgen starts", settings=repr(settings))
        try:
            migrate(Path(settings.db_path))
        except LibraryError as error:
            log.error(
                "the database does not take part: lists stay as typed, or are forgotten", reason=str(error)
            )
        stack.enter_context(refreshing(settings, every=refresh_every))
        if workers > 1:
            run(workers, _work, settings, sockets, memory_for(workers))
        else:
            _serve(settings, sockets, Counts())


def _work(number: int, settings: Settings, sockets: Sequence[socket.socket], memory: Any) -> None:
    """What a worker does from its first line on."""
    logs.configure(format=settings.log_format, level=settings.log_level)
    with ExitStack() as stack:
        for listening in sockets:
            stack.enter_context(listening)
        stack.enter_context(_stopped_by_signals())
        _serve(settings, sockets, Counts(memory, number))


def _aside(stack: ExitStack, settings: Settings, host: str, port: int) -> list[socket.socket]:
    if not settings.metrics_port:
        return []
    check_metrics_port(settings, port)
    return [stack.enter_context(listen(host, settings.metrics_port, mend="Name another in METRICS_PORT."))]


def _serve(settings: Settings, sockets: Sequence[socket.socket], counts: Counts) -> None:
    config = uvicorn.Config(
        create_app(
            lambda: _open(settings, counts),
            prefixes=url_prefixes(settings),
            metrics_port=settings.metrics_port,
        ),
        http=Listener,
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    Server(config).run(sockets=list(sockets))


@asynccontextmanager
async def _open(settings: Settings, counts: Counts) -> AsyncIterator[Resources]:
    async with open_resources(settings, counts=counts) as resources:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, resources.standing.reload)
        yield resources


def listen(host: str, port: int, *, mend: str = OTHERS) -> socket.socket:
    """Port 0 is any that is free. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both)
    except OSError as error:
        number = error.errno or 0  # below 0 where the host's name is not known
        reason = os.strerror(number) if number > 0 else str(error.strerror).partition(" (while")[0]
        if number == errno.EACCES:
            mend = f"Ports below 1024 are the system's. {mend}"
        raise SettingsError(f"{host}, port {port}, cannot be listened on ({reason}). {mend}") from error


def address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Uvicorn sends itself the signals again that it stopped for; being told to stop is no failure.

    In a container we are process 1, which SIGTERM does not end unless somebody listens to it.
    """
    hung_up = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # before there is anything to read again
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit())
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGHUP, hung_up)
