"""How long choice and order take together, for every curve over pools by chance."""

from __future__ import annotations

import time
from itertools import product

from msgspec import Struct, structs

from bench.engine.instances import MOODS, generated
from bench.figures import Figure, percentile, written
from bench.progress import Say
from proxy.playlists.choose import choose
from proxy.playlists.objective import Limits, Pool
from proxy.playlists.order import arrange

POOLS = 6
ROUNDS = 2


class Asked(Struct, frozen=True):
    """Lists of `of` candidates, of whose milliseconds a percentile is held to a limit, or none is."""

    name: str
    limits: Limits
    of: int
    percent: int
    limit: float | None


ASKED = (
    Asked("60 min of 400", Limits(seconds=3600), 400, 50, 15),
    Asked("25 songs of 500", Limits(songs=25), 500, 95, 50),
    Asked("150 songs of 600", Limits(songs=150, per_artist=12, per_album=6), 600, 95, 200),
    Asked("12 hours of 600", Limits(seconds=43_200, per_artist=12, per_album=6), 600, 95, None),
)


def measure(say: Say) -> list[Figure]:
    figures = []
    for asked in ASKED:
        say(f"speed, {asked.name}")
        pools = [generated(500 + number, size=asked.of)[1] for number in range(POOLS)]
        wishes = [structs.replace(asked.limits, curve=curve, level=level) for curve, level in MOODS]
        timed(pools[0], wishes[0])
        times = [timed(pool, wish) for _, pool, wish in product(range(ROUNDS), pools, wishes)]
        figures.append(figure(asked, times))
    return figures


def timed(pool: Pool, limits: Limits) -> tuple[float, float]:
    """Milliseconds of choice and of order."""
    started = time.perf_counter()
    choice = choose(pool, limits)
    chosen = time.perf_counter()
    arrange(pool, choice.chosen, limits)
    return (chosen - started) * 1000, (time.perf_counter() - chosen) * 1000


def figure(asked: Asked, times: list[tuple[float, float]]) -> Figure:
    both = [choice + order for choice, order in times]
    choice, order = (written(percentile([each[part] for each in times], 50), "ms") for part in (0, 1))
    other = 50 if asked.percent == 95 else 95
    return Figure(
        name=f"{asked.name}, p{asked.percent}",
        measured=percentile(both, asked.percent),
        unit="ms",
        limit=asked.limit,
        note=f"p{other} {written(percentile(both, other), 'ms')}; at p50 choice {choice}, order {order}",
    )
