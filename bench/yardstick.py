"""Two fixed pieces of work that are none of ours: how fast this machine was before and after."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import numpy as np
from msgspec import Struct

from bench.figures import Figure, median, written

ROUNDS = 9


class Pace(Struct, frozen=True):
    """Milliseconds of each piece of work, and the machine's load average of the last minute."""

    numpy: float
    python: float
    load: float


def pace() -> Pace:
    matrix = np.random.default_rng(1).standard_normal((9000, 512), dtype=np.float32)
    vector = matrix[0]
    return Pace(
        _timed(lambda: [matrix @ vector for _ in range(10)]),
        _timed(lambda: sum(number * number % 7 for number in range(300_000))),
        os.getloadavg()[0],
    )


def figures(before: Pace, after: Pace) -> list[Figure]:
    """Ratios far from 1 say that others were at work: the figures above then hold for that, not for us.

    The first is the more nervous one: BLAS threads wait for each other, and a core that is taken stops both.
    """
    load = f"load {before.load:.1f} → {after.load:.1f} on {os.cpu_count()} cores"
    return [
        _ratio("yardstick, numpy on all cores: end / start", before.numpy, after.numpy, load),
        _ratio("yardstick, Python on one: end / start", before.python, after.python, ""),
    ]


def _ratio(name: str, before: float, after: float, more: str) -> Figure:
    note = f"{written(before, 'ms')} → {written(after, 'ms')}" + (f", {more}" if more else "")
    return Figure(name=name, measured=after / before, unit="x", note=note)


def _timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)
