"""`proxy.playlists.generate` as the server calls it, in this process and without HTTP."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct

from bench.figures import Figure, median, percentile, spread, written
from bench.house import House
from bench.progress import Say
from bench.prompts import PROMPTS, prompts
from proxy.embedding import open_embedders
from proxy.library.index import Index
from proxy.library.reader import Reader
from proxy.playlists import Generated, Request, Sources, generate, vocabulary_of
from proxy.playlists.prompt import Vocabulary

ROUNDS = 5
MEDIAN_MS, P95_MS = 60.0, 120.0
DAY = date(2026, 11, 23)


class Engine(Struct, frozen=True):
    """All that `generate` needs, and how long each part took to open."""

    index: Index
    vocabulary: Vocabulary
    sources: Sources
    index_seconds: float
    vocabulary_seconds: float
    model_seconds: float

    def generate(self, prompt: str) -> Generated:
        request = Request(prompt=prompt, owner="ana", day=DAY)
        return generate(request, index=self.index, vocabulary=self.vocabulary, sources=self.sources)


class Sample(Struct, frozen=True):
    """One list made: milliseconds of wall clock and of this thread's processor time."""

    kind: str
    prompt: str
    milliseconds: float
    processor: float


@contextlib.contextmanager
def engine(house: House) -> Iterator[Engine]:
    reader = Reader(Path(house.settings.db_path))
    embedders = open_embedders(house.settings)
    clock = time.perf_counter
    with contextlib.closing(reader):
        started = clock()
        index = reader.index()
        loaded = clock()
        vocabulary = vocabulary_of(index)
        read = clock()
        for embedder in embedders:
            embedder.load()
        times = (loaded - started, read - loaded, clock() - read)
        with reader.lend() as db:
            yield Engine(index, vocabulary, Sources(db, embedders), *times)


def timed(made_by: Engine, kind: str, prompt: str) -> tuple[Sample, Generated]:
    started, processor = time.perf_counter(), time.thread_time()
    made = made_by.generate(prompt)
    processor, wall = time.thread_time() - processor, time.perf_counter() - started
    return Sample(kind, prompt, wall * 1000, processor * 1000), made


def measure(house: House, say: Say) -> list[Figure]:
    house.filled()
    with engine(house) as made_by:
        asked = prompts(made_by.index.artists)
        say(f"generate, {len(asked)} prompts, {ROUNDS} rounds")
        made_by.generate("warm")
        rounds = [[timed(made_by, *each)[0] for each in asked] for _ in range(ROUNDS)]
    return [*figures(rounds), *opening(made_by)]


def figures(rounds: list[list[Sample]]) -> list[Figure]:
    """Medians over the rounds of each round's percentiles."""
    middle = [percentile([s.milliseconds for s in samples], 50) for samples in rounds]
    high = [percentile([s.milliseconds for s in samples], 95) for samples in rounds]
    every = [sample for samples in rounds for sample in samples]
    worst = max(every, key=lambda sample: sample.processor)
    processor = written(median([sample.processor for sample in every]), "ms")
    return [
        Figure(
            name="generate, p50",
            measured=median(middle),
            unit="ms",
            limit=MEDIAN_MS,
            note=f"{spread(middle, 'ms')}, {processor} of this thread's processor",
        ),
        Figure(
            name="generate, p95",
            measured=median(high),
            unit="ms",
            limit=P95_MS,
            note=f"{spread(high, 'ms')}, {written(worst.processor, 'ms')} for “{worst.prompt[:40]}”",
        ),
        *(of_kind(kind, every) for kind in PROMPTS),
    ]


def of_kind(kind: str, samples: list[Sample]) -> Figure:
    values = [sample.milliseconds for sample in samples if sample.kind == kind]
    high = written(percentile(values, 95), "ms")
    return Figure(name=f"  p50 of {kind}", measured=median(values), unit="ms", note=f"p95 {high}")


def opening(opened: Engine) -> list[Figure]:
    """What the first list after a start waits for besides."""
    return [
        Figure(name="  once: the index", measured=opened.index_seconds, unit="s"),
        Figure(name="  once: the vocabulary", measured=opened.vocabulary_seconds, unit="s"),
        Figure(name="  once: the built-in model", measured=opened.model_seconds, unit="s"),
    ]
