"""What the listening network takes: decoding and networks apart, and the memory of a process that hears."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from bench.figures import Figure, median, written
from bench.listen.tracks import FORMATS, SECONDS, files
from bench.listen.worker import Spent
from bench.processes import run
from bench.progress import Say

TIMES_REAL_TIME = 400


def measure(folder: Path, say: Say) -> list[Figure]:
    """Processor time is counted, not the clock's: other work on the machine lengthens it less."""
    figures = []
    for suffix in FORMATS:
        say(f"hearing {suffix}")
        command = [sys.executable, "-m", "bench.listen.worker", *map(str, files(folder, suffix))]
        worker = run(command, environ=os.environ, folder=folder)
        spent = msgspec.json.decode(worker.output, type=list[Spent])
        figures += [_speed(suffix, spent), _memory(suffix, spent)]
    return figures


def _speed(suffix: str, spent: list[Spent]) -> Figure:
    decoding, networks, clock = (
        written(median([getattr(each, part) for each in spent]), "s")
        for part in ("decoding", "networks", "clock")
    )
    return Figure(
        name=f"hear, {suffix}, times real time",
        measured=SECONDS / median([each.decoding + each.networks for each in spent]),
        unit="×",
        least=TIMES_REAL_TIME,
        note=f"decoding {decoding}, networks {networks}, by the clock {clock}",
    )


def _memory(suffix: str, spent: list[Spent]) -> Figure:
    return Figure(
        name=f"hear, {suffix}, peak memory of a process",
        measured=max(each.memory for each in spent),
        unit="MB",
        note=f"and {written(max(each.memory_of_ffmpeg for each in spent), 'MB')} of its ffmpeg",
    )
