"""The yardstick: the least that relays an HTTP request in Python and streams its answer, with aiohttp.

It believes every header, watches no client and mends nothing. Prints its address; SIGTERM ends it.
"""

from __future__ import annotations

import socket
import sys

import aiohttp
import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send
from yarl import URL

HOP_BY_HOP = (b"connection", b"keep-alive", b"transfer-encoding")


def relay(session: aiohttp.ClientSession, upstream: str) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        url = URL(upstream + target.decode("latin-1"), encoded=True)
        asked = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        async with session.request(scope["method"], url, headers=asked, allow_redirects=False) as response:
            headers = [pair for pair in response.raw_headers if pair[0].lower() not in HOP_BY_HOP]
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            async for chunk in response.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    return app


async def main(upstream: str) -> None:
    unlimited, patient = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(total=None)
    jar = aiohttp.DummyCookieJar()
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        async with aiohttp.ClientSession(
            connector=unlimited, timeout=patient, cookie_jar=jar, auto_decompress=False
        ) as session:
            config = uvicorn.Config(
                relay(session, upstream),
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
            )
            await uvicorn.Server(config).serve(sockets=[listening])


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
