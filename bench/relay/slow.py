"""Slow listeners: connections that take one stream each at the pace a song is played at.

Prints a line once all have their answer's head; when its input ends, the bytes a second that each came to.
"""

from __future__ import annotations

import select
import socket
import sys
import time
from contextlib import suppress
from urllib.parse import urlsplit

RECEIVE_BUFFER = 128 * 1024  # as over a slow line: else the kernel takes megabytes at once
SIP = 20_000
NAP = 0.002


def listener(address: str) -> socket.socket:
    parts = urlsplit(address)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    connection.connect((parts.hostname, parts.port))
    connection.sendall(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    return connection


def sip(connection: socket.socket) -> int:
    with suppress(BlockingIOError):
        return len(connection.recv(SIP))
    return 0


def listen(connections: list[socket.socket], rate: float) -> float:
    """Each in its turn, evenly over time; the bytes a second that each got until our input ends."""
    step = SIP / rate / len(connections)
    started, turn, taken = time.perf_counter(), 0, 0
    while True:
        due = started + turn * step - time.perf_counter()
        wait = max(due, NAP) if due > 0 else 0
        if (wait or turn % len(connections) == 0) and select.select([sys.stdin], [], [], wait)[0]:
            return taken / len(connections) / (time.perf_counter() - started)
        taken += sip(connections[turn % len(connections)])
        turn += 1


def main(address: str, count: int, rate: float) -> None:
    connections = [listener(address) for _ in range(count)]
    for connection in connections:
        connection.recv(1)
        connection.setblocking(False)
    print("listening", flush=True)
    print(listen(connections, rate), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
