"""Any ASGI app behind a real socket, for as long as a ``with`` block lasts."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy.app import create_app
from proxy.http1.server import Listener
from proxy.resources import open_resources, url_prefixes
from proxy.settings import Settings

SECONDS_TO_START = 10
SECONDS_TO_STOP = 10


class Stage:
    """An app that is whichever app was put on it last: one server for the tests of a module."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.app(scope, receive, send)


class Server(uvicorn.Server):
    """Tells when it takes requests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def serve(app: ASGIApp, *, http: type[asyncio.Protocol] | str = "httptools") -> Iterator[str]:
    """Yields the base URL, without a slash at its end; the app's lifespan spans the block.

    The app runs in a thread with an event loop of its own. Open requests get a second when the block ends.
    Raises RuntimeError where the app does not start.
    """
    config = uvicorn.Config(
        app, http=http, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1
    )
    config.proxy_headers = config.server_header = False
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run, args=(server, listening), name="live server", daemon=True)
        thread.start()
        try:
            if not server.ready.wait(SECONDS_TO_START) or not server.started:
                raise RuntimeError("The app did not start: its lifespan failed.")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop(server, thread)


def serve_proxy(settings: Settings, **resources: Any) -> AbstractContextManager[str]:
    """The proxy as `playlistgen serve` runs it; `resources` are those given to open_resources."""
    app = create_app(lambda: open_resources(settings, **resources), prefixes=url_prefixes(settings))
    return serve(app, http=Listener)


def run(server: Server, listening: socket.socket) -> None:
    """Uvicorn exits the interpreter, or here the thread, where the app does not start."""
    try:
        with suppress(SystemExit):
            server.run(sockets=[listening])
    finally:
        server.ready.set()


def stop(server: Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(SECONDS_TO_STOP)
    if thread.is_alive():
        raise RuntimeError("The live server did not stop: a request still holds its event loop.")
