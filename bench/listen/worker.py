"""A process that hears files: `python -m bench.listen.worker FILE…` prints what each took, as JSON."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.listen.tracks import SECONDS
from proxy.sound.hear import Networks, hear, load

MEGABYTE = 1_000_000


class Spent(Struct, frozen=True):
    """On one file: seconds of processor time and of the clock; and the most memory held so far, in MB."""

    decoding: float
    networks: float
    clock: float
    memory: float
    memory_of_ffmpeg: float


def main(names: Sequence[str]) -> None:
    networks = load()
    hear(Path(names[0]), duration=SECONDS, networks=networks)  # so that libraries are loaded
    print(msgspec.json.encode([spent(Path(name), networks) for name in names]).decode())


def spent(file: Path, networks: Networks) -> Spent:
    started, own, ffmpeg = (
        time.perf_counter(),
        processor(resource.RUSAGE_SELF),
        processor(resource.RUSAGE_CHILDREN),
    )
    hear(file, duration=SECONDS, networks=networks)
    return Spent(
        decoding=processor(resource.RUSAGE_CHILDREN) - ffmpeg,
        networks=processor(resource.RUSAGE_SELF) - own,
        clock=time.perf_counter() - started,
        memory=memory(resource.RUSAGE_SELF),
        memory_of_ffmpeg=memory(resource.RUSAGE_CHILDREN),
    )


def processor(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def memory(who: int) -> float:
    return resource.getrusage(who).ru_maxrss * 1024 / MEGABYTE


if __name__ == "__main__":
    main(sys.argv[1:])
