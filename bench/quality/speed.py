"""How long candidates take and how much memory: `python -m bench.quality.speed 100000`, a process of its own.

From the prompt as typed to the candidates: slips, grammar, the encoder's vector, parts, pool, feedback. The
tracks' vectors are random, since making 200,000 real ones takes minutes; the prompts' are the encoder's own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bench.figures import percentile
from bench.quality.rankers import ours
from bench.quality.report import Figure
from bench.quality.shelf import Shelf
from proxy.embedding import Builtin
from proxy.library import index

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
        command = [sys.executable, "-m", "bench.quality.speed", str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        measured = json.loads(done.stdout)
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


def measure(shelf: Shelf, prompts: Sequence[str]) -> dict[str, float]:
    started = time.perf_counter()
    index.load(shelf.db)
    load = time.perf_counter() - started
    for prompt in prompts:  # what a generation works out once is not a prompt's
        ours(shelf, prompt)
    times = [_timed(shelf, prompt) for _ in range(ROUNDS) for prompt in prompts]
    return {
        "tracks": len(shelf.index),
        "p50": percentile(times, 50),
        "p95": percentile(times, 95),
        "load": load,
    }


def _timed(shelf: Shelf, prompt: str) -> float:
    started = time.perf_counter()
    ours(shelf, prompt)
    return (time.perf_counter() - started) * 1000
