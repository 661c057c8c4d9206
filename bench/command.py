"""The command line: how long `playlistgen --help` takes."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.figures import Figure, median, spread
from bench.house import House, unset
from bench.processes import run
from bench.progress import Say

ROUNDS = 11
HELP_SECONDS = 0.2


def measure(house: House, say: Say) -> list[Figure]:
    say(f"playlistgen --help, {ROUNDS} times")
    script = Path(sys.executable).with_name("playlistgen")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "proxy"]
    runs = [run([*command, "--help"], environ=unset(), folder=house.folder) for _ in range(ROUNDS)]
    seconds = [each.seconds for each in runs]
    return [
        Figure(
            name="playlistgen --help",
            measured=median(seconds),
            unit="s",
            limit=HELP_SECONDS,
            note=spread(seconds, "s"),
        )
    ]
