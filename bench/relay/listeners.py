"""Whether slow listeners disturb: ping and memory without and with 200 of them."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from bench.figures import Figure, median, spread, written
from bench.house import unset
from bench.processes import Failed, resident, running, tail
from bench.progress import Say
from bench.relay import cores, files, load
from bench.relay.servers import OURS, Server, opened

COUNT, BYTES_PER_SECOND = 200, 200_000
SECONDS_TO_SETTLE = 3  # until every buffer on the way is full
SLOWER, MORE_MB = 2.0, 150.0


class Sample(Struct, frozen=True):
    """p50 of ping in microseconds and resident MB, without and with the listeners; what each of them got."""

    alone: float
    beside: float
    before: float
    during: float
    bytes_per_second: float


def measure(rounds: int, seconds: int, say: Say) -> list[Figure]:
    samples = []
    with opened([OURS]) as (folder, (direct, ours)), cores.given(to=ours.pid, rest=[direct.pid]):
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}: {COUNT} slow listeners")
            samples.append(sample(ours, seconds, folder))
    return figures(samples)


def sample(server: Server, seconds: int, folder: Path) -> Sample:
    alone, before = ping(server, seconds, folder), resident(server.pid)
    got: list[float] = []
    with listening(server, folder, got):
        time.sleep(SECONDS_TO_SETTLE)
        beside, during = ping(server, seconds, folder), resident(server.pid)
    return Sample(alone, beside, before, during, got[0])


def ping(server: Server, seconds: int, folder: Path) -> float:
    return load.put(server.url, files.PING, connections=1, seconds=seconds, folder=folder).p50


@contextlib.contextmanager
def listening(server: Server, folder: Path, got: list[float]) -> Iterator[None]:
    """Slow listeners to the end of the block; then what each got is in `got`."""
    address = f"{server.url}{files.STREAM}?{files.QUERY}"
    command = [sys.executable, "-m", "bench.relay.slow", address, str(COUNT), str(BYTES_PER_SECOND)]
    log = folder / "slow.log"
    with running(command, environ=unset(), log=log) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if not process.stdout.readline():
            raise Failed(f"The listeners of {server.name} do not listen: {tail(log)}")
        yield
        process.stdin.close()
        got.append(float(process.stdout.readline()))


def figures(samples: Sequence[Sample]) -> list[Figure]:
    """Memory as it was before the first listener, against the most with them."""
    slower = [each.beside / each.alone for each in samples]
    alone, beside = median([each.alone for each in samples]), median([each.beside for each in samples])
    before, most = samples[0].before, max(each.during for each in samples)
    got = median([each.bytes_per_second for each in samples]) / 1000
    return [
        Figure(
            name=f"{COUNT} slow listeners: ping's p50, with / without",
            measured=median(slower),
            unit="x",
            limit=SLOWER,
            note=f"{spread(slower, 'x')}, {alone:,.0f} → {beside:,.0f} µs; each got {got:,.0f} kB/s",
        ),
        Figure(
            name=f"{COUNT} slow listeners: memory, more",
            measured=most - before,
            unit="MB",
            limit=MORE_MB,
            note=f"{written(before, 'MB')} before the first, at most {written(most, 'MB')} with them",
        ),
    ]
