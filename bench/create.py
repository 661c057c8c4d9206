"""A prompt list as a client makes it: createPlaylist through `serve`, against generate and upstream alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from msgspec import Struct

from bench.figures import Figure, median, percentile, spread, written
from bench.house import House
from bench.listener import Listener
from bench.lists import Engine, engine, timed
from bench.progress import Say
from bench.prompts import prompts

ROUNDS = 5
SHARE_OF_GENERATE, ON_TOP_MS = 1.5, 20.0


class Sample(Struct, frozen=True):
    """One prompt, in milliseconds: made in this process, through the proxy, and upstream's share of that."""

    generate: float
    create: float
    upstream: float

    @property
    def limit(self) -> float:
        return SHARE_OF_GENERATE * self.generate + ON_TOP_MS


def measure(house: House, say: Say) -> list[Figure]:
    house.filled()
    with (
        engine(house) as made_by,
        house.serving() as proxy,
        closing(Listener(proxy.url)) as through,
        closing(Listener(house.upstream)) as straight,
    ):
        asked = prompts(made_by.index.artists)
        say(f"create over HTTP, {len(asked)} prompts, {ROUNDS} rounds")
        made, first = through.create("ai: warm")
        straight.delete(made["id"])
        made_by.generate("warm")
        rounds = [one_round(made_by, through, straight, asked) for _ in range(ROUNDS)]
    return [*figures(rounds), *_starting(proxy.seconds, first)]


def one_round(
    made_by: Engine, through: Listener, straight: Listener, asked: Sequence[tuple[str, str]]
) -> list[Sample]:
    """First all in this process, then all over HTTP: numpy's threads here must not disturb those there."""
    alone = [timed(made_by, *each) for each in asked]
    samples = []
    for generated, made in alone:
        playlist, create = through.create(f"ai: {generated.prompt}")
        straight.delete(playlist["id"])
        upstream = straight.by_hand(f"by hand: {generated.prompt}", made.ids, made.comment)
        samples.append(Sample(generated.milliseconds, create, upstream))
    return samples


def figures(rounds: list[list[Sample]]) -> list[Figure]:
    create = _medians(rounds, lambda sample: sample.create)
    generate = median(_medians(rounds, lambda sample: sample.generate))
    upstream = _medians(rounds, lambda sample: sample.upstream)
    rest = _medians(rounds, lambda sample: sample.create - sample.upstream)
    every = [sample for samples in rounds for sample in samples]
    within = sum(sample.create <= sample.limit for sample in every)
    high = written(percentile([sample.create for sample in every], 95), "ms")
    return [
        Figure(
            name="create over HTTP, p50",
            measured=median(create),
            unit="ms",
            limit=SHARE_OF_GENERATE * generate + ON_TOP_MS,
            note=f"{spread(create, 'ms')}, p95 {high}; {within} of {len(every)} lists within their own limit",
        ),
        Figure(
            name="  generate of the same prompts, p50",
            measured=generate,
            unit="ms",
            note=f"the limit is {SHARE_OF_GENERATE} × this + {ON_TOP_MS:.0f} ms",
        ),
        Figure(
            name="  of it upstream's five calls, made straight",
            measured=median(upstream),
            unit="ms",
            note="the fake upstream is Python; Navidrome is faster",
        ),
        Figure(name="  the rest", measured=median(rest), unit="ms", note=spread(rest, "ms")),
    ]


def _medians(rounds: list[list[Sample]], of: Callable[[Sample], float]) -> list[float]:
    return [median([of(each) for each in samples]) for samples in rounds]


def _starting(start: float, first: float) -> list[Figure]:
    return [
        Figure(name="  serve until it takes requests", measured=start, unit="s"),
        Figure(name="  the first list after a start", measured=first / 1000, unit="s"),
    ]
