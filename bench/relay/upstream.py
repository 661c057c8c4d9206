"""An upstream for machines without nginx: the files of a folder from memory, over kept connections.

Prints its address, ends when its input does.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import uvloop

PIECE = 256 * 1024

Answers = Mapping[bytes, tuple[bytes, memoryview]]


def read(folder: Path) -> Answers:
    answers = {}
    for file in filter(Path.is_file, folder.rglob("*")):
        body = file.read_bytes()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        answers[b"/" + str(file.relative_to(folder)).encode()] = head.encode(), memoryview(body)
    return answers


async def answer(answers: Answers, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            head, body = answers[request.split(b" ", 2)[1].partition(b"?")[0]]
            writer.write(head + body[:PIECE])
            for start in range(PIECE, len(body), PIECE):
                await writer.drain()
                writer.write(body[start : start + PIECE])
            await writer.drain()
    writer.close()


async def main(folder: Path) -> None:
    server = await asyncio.start_server(partial(answer, read(folder)), "127.0.0.1", 0, backlog=2048)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
