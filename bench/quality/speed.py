"""How long candidates take, and how much memory a process with the index needs.

From the prompt as typed to the candidates: slips, grammar, the encoder's vector, parts, pool, feedback. The
tracks' vectors are random, since making 200,000 real ones takes minutes; the prompts' are the encoder's own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from bench.figures import percentile
from bench.quality import asked, constructed
from bench.quality.rankers import ours
from bench.quality.report import Figure
from bench.quality.shelf import Shelf, fill, opened
from proxy.embedding import Builtin

LIMITS = {9_000: 5.0, 100_000: 30.0}  # ms at the median
MOST_MEMORY = 600.0  # MB, at 100,000
ROUNDS = 3


class Drawn(Builtin):
    """Documents' vectors are drawn, prompts' are the encoder's."""

    def __init__(self) -> None:
        super().__init__()
        self._chance = np.random.default_rng(1)

    def documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = self._chance.standard_normal((len(texts), self.dimension), dtype=np.float32)
        unit: npt.NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        row: npt.NDArray[np.float32] = super().documents([text])[0]
        return row


def figures() -> list[Figure]:
    found = []
    for size, limit in LIMITS.items():
        measured = _apart(size)
        tracks = f"{measured['tracks']:,} tracks"
        found += [
            Figure(
                name=f"candidates, {tracks}: p50",
                measured=measured["p50"],
                limit=limit,
                most=True,
                unit="ms",
                note=f"p95 {measured['p95']:.1f} ms",
            ),
            Figure(name=f"  index, {tracks}", measured=measured["load"], unit="s"),
            Figure(
                name=f"  resident, {tracks}",
                measured=measured["resident"],
                limit=MOST_MEMORY,
                most=True,
                unit="MB",
                note=f"at most {measured['peak']:.0f} MB while the index was read",
            ),
        ]
    return found


def _apart(size: int) -> dict[str, float]:
    """Made in one process and measured in another, so that making it is in nobody's memory."""
    with TemporaryDirectory(prefix="playlistgen-speed-") as folder:
        command = [sys.executable, "-m", "bench.quality.speed"]
        path = str(Path(folder) / "library.db")
        subprocess.run([*command, "make", path, str(size)], check=True)
        done = subprocess.run([*command, "measure", path], stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(shelf: Shelf, prompts: Sequence[str]) -> dict[str, float]:
    for prompt in prompts:  # what a generation works out once is not a prompt's
        ours(shelf, prompt)
    times = [_timed(shelf, prompt) for _ in range(ROUNDS) for prompt in prompts]
    return {
        "tracks": len(shelf.index),
        "p50": percentile(times, 50),
        "p95": percentile(times, 95),
        "load": shelf.seconds,
        "resident": _resident(),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def _timed(shelf: Shelf, prompt: str) -> float:
    started = time.perf_counter()
    ours(shelf, prompt)
    return (time.perf_counter() - started) * 1000


def _resident() -> float:
    """MB now, as /proc tells."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _prompts() -> list[str]:
    library = constructed.library(artists=1)
    tasks = (*asked.of_tags(library), *asked.of_moods(library), *asked.of_decades(library))
    return [*(task.prompt for task in tasks), *(prompt for _, prompt, _ in asked.foreign())]


def _make(path: Path, size: int) -> None:
    artists = max(size // (constructed.TRACKS * len(constructed.styles())), 1)
    fill(path, constructed.library(artists=artists).tracks, Drawn())


def _measure(path: Path) -> None:
    embedder = Drawn()
    embedder.load()
    with opened(path, embedder) as shelf:
        print(json.dumps(measure(shelf, _prompts())))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        _make(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        _measure(Path(sys.argv[2]))
