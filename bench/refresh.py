"""`playlistgen refresh` from outside: the first one, and one with nothing new."""

from __future__ import annotations

import json

from bench.figures import Figure, median, spread, written
from bench.house import House
from bench.processes import Run
from bench.progress import Say

FIRST_SECONDS = 120.0
NOTHING_NEW_SECONDS = 1.0
ROUNDS = 7


def measure(house: House, say: Say) -> list[Figure]:
    say("refresh, the first")
    first = house.filled()
    say(f"refresh with nothing new, {ROUNDS} times")
    runs = [house.refresh() for _ in range(ROUNDS)]
    seconds = [run.seconds for run in runs]
    kinds = {json.loads(run.output)["sync"]["kind"] for run in runs}
    return [
        Figure(
            name="first refresh: sync and built-in embedding",
            measured=first.seconds,
            unit="s",
            limit=FIRST_SECONDS,
            note=f"{json.loads(first.output)['tracks']:,} tracks, {_cost(first)}",
        ),
        Figure(
            name="refresh with nothing new",
            measured=median(seconds),
            unit="s",
            limit=NOTHING_NEW_SECONDS,
            note=f"{spread(seconds, 's')}, {', '.join(sorted(kinds))}, {_cost(runs[0])}",
        ),
    ]


def _cost(run: Run) -> str:
    return f"{written(run.processor_seconds, 's')} of processor, {written(run.peak, 'MB')} at most"
