"""HTTP/1.1 towards clients: uvicorn's protocol, with the limits that uvicorn's own have lifted.

Its fast one refuses targets over 64 kB and any that hold raw UTF-8, its slow one costs half the speed. Both
lose reason phrases, the case of a header's name, a `?` with nothing behind it, 1xx answers, and what follows
an upgrade. All that is here; uvicorn keeps the loop, the signals and the lifespan.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import uvicorn
from uvicorn.server import ServerState

from proxy.http1 import RAW, Raw
from proxy.http1.exchange import Exchange, plain
from proxy.http1.reader import Reader, Refused, Request

IDLE_SECONDS = 120.0  # also for the whole head of a request, from when the connection was free


class Listener(asyncio.Protocol):
    """One client's connection. Requests that came before the last was answered wait for their turn."""

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._app: Any = config.loaded_app
        self._server_state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._reader = Reader(self)
        self._is_writable = asyncio.Event()
        self._is_writable.set()
        self._current: Exchange | None = None  # is being answered
        self._latest: Exchange | None = None  # is being read
        self._queue: deque[Exchange] = deque()
        self._is_last = False  # no request is read any more
        self._is_tunnel = False

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._client = _address(transport.get_extra_info("peername"))
        self._server = _address(transport.get_extra_info("sockname"))
        self._scheme = "https" if transport.get_extra_info("sslcontext") else "http"
        self._server_state.connections.add(self)  # type: ignore[arg-type]
        self._timer = self._loop.call_later(IDLE_SECONDS, self._transport.close)

    def data_received(self, data: bytes) -> None:
        if self._is_tunnel and self._current is not None:
            self._current.take(data)
        elif not self._is_last:
            self._read(self._reader.feed, data)

    def connection_lost(self, error: Exception | None) -> None:
        self._server_state.connections.discard(self)
        self._timer.cancel()
        self._is_last = True
        self._is_writable.set()
        for exchange in (self._current, *self._queue):
            if exchange is not None:
                exchange.end()
        self._queue.clear()

    def pause_writing(self) -> None:
        self._is_writable.clear()

    def resume_writing(self) -> None:
        self._is_writable.set()

    # What uvicorn calls.

    def shutdown(self) -> None:
        """Close after the answer that is under way."""
        self._is_last = True
        if self._current is None or self._current.is_over:
            self._transport.close()
        else:
            self._current.keep_alive = False

    # What the reader calls.

    def on_request(self, request: Request) -> None:
        self._timer.cancel()
        self._latest = Exchange(self, self._scope(request), keep_alive=request.keep_alive)
        if self._current is None or self._current.is_over:
            self._run(self._latest)
        else:
            self._queue.append(self._latest)
            self.pause_reading()

    def on_body(self, data: bytes) -> None:
        assert self._latest is not None
        self._latest.take(data)

    def on_end(self) -> None:
        assert self._latest is not None
        self._latest.take_end()
        self._is_last = self._is_last or not self._latest.keep_alive

    # What an exchange calls.

    def write(self, *parts: bytes) -> None:
        if len(parts) == 1:
            self._transport.write(parts[0])
        else:
            self._transport.writelines(part for part in parts if part)

    async def writable(self) -> None:
        if not self._is_writable.is_set():
            await self._is_writable.wait()

    def pause_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if not (self._transport.is_closing() or self._queue):
            self._transport.resume_reading()

    def answered(self, *, keep_alive: bool) -> None:
        self._server_state.total_requests += 1
        if not keep_alive:
            self._is_last = True
            self._transport.close()
        elif self._queue:
            self._run(self._queue.popleft())
        else:
            self._timer = self._loop.call_later(IDLE_SECONDS, self._transport.close)
            self.resume_reading()
            if self._reader.held is not None:
                self._read(self._reader.go_on)

    def tunnel(self) -> None:
        """From here on the connection carries bytes of another protocol, both ways."""
        self._is_tunnel = True
        if self._reader.held and self._current is not None:
            self._current.take(self._reader.held)

    def cut(self, *, flush: bool) -> None:
        self._is_last = True
        if flush:
            self._transport.close()
        else:
            self._transport.abort()

    def _read(self, read: Any, *data: bytes) -> None:
        try:
            read(*data)
        except Refused as refused:
            self._refuse(refused.status)

    def _refuse(self, status: int) -> None:
        self._is_last = True
        if self._current is None or self._current.is_over:
            self._transport.write(plain(status))
            self._transport.close()
        else:
            self._transport.abort()

    def _run(self, exchange: Exchange) -> None:
        self._current = exchange
        task = self._loop.create_task(exchange.run(self._app))
        self._server_state.tasks.add(task)
        task.add_done_callback(self._server_state.tasks.discard)

    def _scope(self, request: Request) -> dict[str, Any]:
        path, _, query = request.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": request.version,
            "server": self._server,
            "client": self._client,
            "scheme": self._scheme,
            "method": request.method.decode("latin-1"),
            "root_path": "",
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path,
            "query_string": query,
            "headers": request.lowered,
            "state": self._app_state.copy(),
            "extensions": {RAW: Raw(request.target, request.headers)},
        }


def _address(name: Any) -> tuple[str, int] | None:
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None
