"""`playlistgen serve` as a process: what it holds in memory after many lists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

from bench.figures import Figure, written
from bench.house import House, Proxy
from bench.listener import Listener
from bench.processes import PROC, processor_seconds, resident
from bench.progress import Say
from bench.prompts import prompts
from proxy.library.reader import Reader

GENERATIONS, AT_ONCE = 1000, 4
STEPS = 10
RESIDENT_MB = 300.0
SETTLING_SECONDS, IDLE_SECONDS, IDLE_PERCENT = 10, 60, 0.1


def measure(house: House, say: Say) -> list[Figure]:
    house.filled()
    with (
        house.serving() as proxy,
        closing(Listener(proxy.url)) as through,
        closing(Listener(house.upstream)) as straight,
    ):
        through.call("ping")
        idle = resident(proxy.pid)
        make(through, straight, "ai: warm")
        first = resident(proxy.pid)
        resting = list(at_rest(proxy, say))
        started = time.perf_counter()
        sizes = list(grown(proxy, through, straight, names(house), say))
        seconds = time.perf_counter() - started
    return [*resting, *figures(idle=idle, first=first, sizes=sizes, seconds=seconds)]


def at_rest(proxy: Proxy, say: Say) -> Iterator[Figure]:
    """Where the system tells of a process what it has used."""
    if not PROC.exists():
        return
    say(f"serve: idle for {IDLE_SECONDS} s, once what it began is done")
    time.sleep(SETTLING_SECONDS)
    before = processor_seconds(proxy.pid)
    time.sleep(IDLE_SECONDS)
    share = (processor_seconds(proxy.pid) - before) / IDLE_SECONDS
    yield Figure(
        name=f"serve, idle for {IDLE_SECONDS} s: processor",
        measured=100 * share,
        unit="%",
        limit=IDLE_PERCENT,
    )


def names(house: House) -> list[str]:
    """As many different names as lists: a name that came a minute ago would not be made anew."""
    with closing(Reader(Path(house.settings.db_path))) as reader:
        asked = [prompt for _, prompt in prompts(reader.index().artists)]
    return [f"ai: {prompt} ({number})" for number, prompt in enumerate(islice(cycle(asked), GENERATIONS))]


def grown(
    proxy: Proxy, through: Listener, straight: Listener, wanted: list[str], say: Say
) -> Iterator[float]:
    """Resident memory after each tenth of the lists."""
    size = len(wanted) // STEPS
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            say(f"serve: lists {start + 1} to {start + len(part)} of {len(wanted)}, {AT_ONCE} at a time")
            list(pool.map(lambda name: make(through, straight, name), part))
            yield resident(proxy.pid)


def make(through: Listener, straight: Listener, name: str) -> None:
    """Deleted at once: else upstream's answers grow and it is its time that is measured."""
    playlist, _ = through.create(name)
    straight.delete(playlist["id"])


def figures(*, idle: float, first: float, sizes: list[float], seconds: float) -> list[Figure]:
    each = seconds / GENERATIONS * 1000
    half = sizes[len(sizes) // 2 - 1]
    return [
        Figure(
            name=f"serve after {GENERATIONS:,} lists: resident",
            measured=sizes[-1],
            unit="MB",
            limit=RESIDENT_MB,
            note=f"{written(each, 'ms')} a list with {AT_ONCE} at a time, upstream's share in it",
        ),
        Figure(name="  having answered a ping", measured=idle, unit="MB"),
        Figure(name="  after the first list", measured=first, unit="MB"),
        Figure(name=f"  after {GENERATIONS // 2:,} lists", measured=half, unit="MB"),
        Figure(name="  at most", measured=max(sizes), unit="MB", note=f"looked at {len(sizes)} times"),
    ]
