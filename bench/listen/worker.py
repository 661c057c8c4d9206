"""A process that listens: `python -m bench.listen.worker SECONDS FILE…` prints what each took, as JSON."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from proxy.sound import hear, loudness

MEGABYTE = 1_000_000


class Spent(Struct, frozen=True):
    """On one file by one stage: seconds of processor time, ffmpeg's and our own, and of the clock."""

    stage: str
    file: str
    ffmpeg: float
    own: float
    clock: float

    @property
    def processor(self) -> float:
        return self.ffmpeg + self.own


class Report(Struct, frozen=True):
    """`memory` is the most that a whole refresh held, `memory_of_ffmpeg` the most of an ffmpeg; in MB."""

    spent: list[Spent]
    memory: float
    memory_of_ffmpeg: float


def main(seconds: float, names: Sequence[str]) -> None:
    files = [Path(name) for name in names]
    memory_of_ffmpeg = lone(files[0], seconds)
    from proxy.refresh import hear, measure

    stages = [measure.stage(), hear.stage()]
    for stage in stages:
        stage.listen(files[0], duration=seconds)  # so that libraries are loaded
    found = [spent(stage.name, stage.listen, file, seconds) for file in files for stage in stages]
    print(msgspec.json.encode(Report(found, memory(resource.RUSAGE_SELF), memory_of_ffmpeg)).decode())


def lone(file: Path, seconds: float) -> float:
    """What ffmpeg holds at most. To be asked of a small process: a child begins with its parent's figure."""
    loudness.measure(file, duration=seconds)
    hear.decoded(file, duration=seconds)
    return memory(resource.RUSAGE_CHILDREN)


def spent(stage: str, listen: Callable[..., Any], file: Path, seconds: float) -> Spent:
    started = time.perf_counter()
    own, ffmpeg = processor(resource.RUSAGE_SELF), processor(resource.RUSAGE_CHILDREN)
    listen(file, duration=seconds)
    return Spent(
        stage=stage,
        file=file.name,
        ffmpeg=processor(resource.RUSAGE_CHILDREN) - ffmpeg,
        own=processor(resource.RUSAGE_SELF) - own,
        clock=time.perf_counter() - started,
    )


def processor(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def memory(who: int) -> float:
    return resource.getrusage(who).ru_maxrss * 1024 / MEGABYTE


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
