"""What both stages take of a core and of memory, together and apart, and the files that take longest."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.figures import Figure, median, written
from bench.listen.tracks import FORMATS, SECONDS, files, recorded
from bench.listen.worker import Report, Spent
from bench.processes import run
from bench.progress import Say

LEAST = {"measure": 120, "hear": 400, "both": 100}  # times real time
MOST_MEMORY = 150
SLOWEST = 3


def measure(folder: Path, say: Say) -> list[Figure]:
    """Processor time is counted, not the clock's: other work on the machine lengthens it less."""
    recorded(folder, say)
    figures: list[Figure] = []
    whole: dict[str, float] = {}
    for suffix in FORMATS:
        say(f"listening to {suffix}")
        words = map(str, [SECONDS, *files(folder, suffix)])
        output = run([sys.executable, "-m", "bench.listen.worker", *words], environ=os.environ, folder=folder)
        report = msgspec.json.decode(output.output, type=Report)
        spent = report.spent
        figures += [_stage(stage, suffix, spent) for stage in ("measure", "hear")]
        both = together(spent)
        figures += [_both(suffix, list(both.values())), _memory(suffix, report)]
        whole |= both
    return [*figures, *_slowest(whole)]


def together(spent: Sequence[Spent]) -> dict[str, float]:
    """Seconds of processor time for each file, whatever the stage."""
    total: defaultdict[str, float] = defaultdict(float)
    for each in spent:
        total[each.file] += each.processor
    return dict(total)


def _stage(stage: str, suffix: str, spent: Sequence[Spent]) -> Figure:
    own = [each for each in spent if each.stage == stage]
    ffmpeg, ours, clock = (
        written(median([getattr(each, part) for each in own]), "s") for part in ("ffmpeg", "own", "clock")
    )
    return Figure(
        name=f"{stage}, {suffix}, times real time",
        measured=SECONDS / median([each.processor for each in own]),
        unit="×",
        least=LEAST[stage],
        note=f"ffmpeg {ffmpeg}, we {ours}, by the clock {clock}",
    )


def _both(suffix: str, seconds: Sequence[float]) -> Figure:
    return Figure(
        name=f"both, {suffix}, times real time",
        measured=SECONDS / median(seconds),
        unit="×",
        least=LEAST["both"],
        note=f"{written(3600 / median(seconds), '')} tracks an hour",
    )


def _memory(suffix: str, report: Report) -> Figure:
    own, ffmpeg = report.memory, report.memory_of_ffmpeg
    return Figure(
        name=f"peak memory of a refresh with one worker, {suffix}",
        measured=own + ffmpeg,
        unit="MB",
        limit=MOST_MEMORY,
        note=f"{written(own, 'MB')} of the process, {written(ffmpeg, 'MB')} of its ffmpeg",
    )


def _slowest(whole: dict[str, float]) -> list[Figure]:
    ordered = sorted(whole.items(), key=lambda pair: -pair[1])
    return [
        Figure(name=f"slowest, {number}: {name}", measured=seconds, unit="s", note="of processor time")
        for number, (name, seconds) in enumerate(ordered[:SLOWEST], 1)
    ]
