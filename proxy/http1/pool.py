"""The connections to one server, kept alive.

Through httpx, 32 connections got half the requests a second that one got (httpcore walks all its connections
for each request), and h11 refuses targets that Navidrome takes.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from urllib.parse import urlsplit

from proxy.http1.client import MOST_READ, Connection

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 30.0
MOST_IDLE = 64


class Pool:
    """The connections to the server of a URL. Closes those that nobody uses, and never waits for one."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._buffer = bytearray(MOST_READ)
        self._idle: list[Connection] = []

    def idle(self) -> Connection | None:
        """The connection that was used last, if it is good still."""
        oldest = time.monotonic() - IDLE_SECONDS
        while self._idle:
            connection = self._idle.pop()
            if connection.is_reusable and connection.used_at > oldest:
                return connection
            connection.close()
        return None

    async def connect(self) -> Connection:
        """A new one. Raises OSError, TimeoutError among them."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS):
            _, connection = await loop.create_connection(
                lambda: Connection(self._buffer), self._host, self._port, ssl=self._tls
            )
        return connection

    def release(self, connection: Connection, *, sent: bool) -> None:
        """After an exchange; `sent` where the whole request went out. What is not whole is closed."""
        if not (sent and connection.is_reusable and len(self._idle) < MOST_IDLE):
            connection.close()
            return
        connection.used_at = time.monotonic()
        self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
