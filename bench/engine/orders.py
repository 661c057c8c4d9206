"""Order against the cheapest there is, up to a dozen songs, and above against long runs of two heuristics."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from bench.engine import held_karp
from bench.engine.choices import CAPS
from bench.engine.instances import Instance
from bench.figures import Figure, median, percentile
from bench.progress import Say
from proxy.arrays import Ints
from proxy.playlists.choose import choose, targets
from proxy.playlists.moves import Costs, exchange, settle, windows
from proxy.playlists.objective import places, spacing, transitions
from proxy.playlists.order import cheapest

SHORT = 3.0  # per cent of what is the least
LONGER = 40  # times the shakes of a usual run
ANNEALED = 30_000  # changes tried by chance
HOT, COLD = 300_000.0, 2_000.0  # millionths


class Tried(Struct, frozen=True):
    name: str
    songs: int
    ours: int
    least: int

    @property
    def share(self) -> float:
        return self.least / self.ours if self.ours else 1.0


def measure(instances: Sequence[Instance], say: Say) -> list[Figure]:
    say(f"order, {len(instances)} lists against exact dynamic programming or long runs")
    found = [each for each in map(tried, instances) if each]
    few = [each for each in found if each.songs <= held_karp.MOST]
    many = [each for each in found if each.songs > held_karp.MOST]
    exact, long = f"exact, up to {held_karp.MOST} songs", f"long run, {held_karp.MOST + 1} songs or more"
    return [*_figures(few, exact), *_figures(many, long)]


def tried(instance: Instance) -> Tried | None:
    """None for a list of fewer songs than have an order to speak of."""
    pool, limits = instance.pool, instance.limits
    songs = np.array(choose(pool, limits, strict=CAPS).chosen, dtype=np.int64)
    if len(songs) < 4:
        return None
    by_place = places(pool.energy[songs], targets(pool, limits, len(songs)))
    costs = Costs.of(by_place, transitions(pool, songs), spacing(pool, songs))
    artists = pool.artist[songs].tolist()
    ours = costs.total(cheapest(costs, artists, first=0))
    if len(songs) <= held_karp.MOST:
        return Tried(instance.name, len(songs), ours, held_karp.least(costs))
    return Tried(instance.name, len(songs), ours, min(ours, long_run(costs, artists)))


def long_run(costs: Costs, artists: Sequence[int]) -> int:
    """The better of the same search for much longer, and of simulated annealing, settled at its end."""
    shaken = cheapest(costs, artists, first=0, shakes=LONGER)
    annealed = anneal(costs, shaken, random.Random(len(artists)))
    while any(
        [exchange(costs, annealed, 0), *(settle(costs, annealed, at) for at in windows(0, len(artists)))]
    ):
        pass
    return min(costs.total(shaken), costs.total(annealed))


def anneal(costs: Costs, order: Ints, chance: random.Random) -> Ints:
    """From an order by chance: songs are moved and exchanged while it cools, and the best order kept."""
    order = np.array(sorted(order.tolist(), key=lambda _: chance.random()), dtype=np.int64)
    total = costs.total(order)
    best, least = order, total
    for step in range(ANNEALED):
        turned = _changed(order, chance)
        change = costs.total(turned) - total
        heat = HOT * (COLD / HOT) ** (step / ANNEALED)
        if change <= 0 or chance.random() < math.exp(-change / heat):
            order, total = turned, total + change
        if total < least:
            best, least = order, total
    return best.copy()


def _changed(order: Ints, chance: random.Random) -> Ints:
    """Two songs exchanged, one moved, or a stretch turned round."""
    changed = order.tolist()
    one, other = sorted(chance.sample(range(len(changed)), 2))
    kind = chance.randrange(3)
    if kind == 0:
        changed[one], changed[other] = changed[other], changed[one]
    elif kind == 1:
        changed.insert(other, changed.pop(one))
    else:
        changed[one : other + 1] = changed[one : other + 1][::-1]
    return np.array(changed, dtype=np.int64)


def _figures(found: Sequence[Tried], against: str) -> list[Figure]:
    shares = [each.share for each in found]
    worst = min(found, key=lambda each: each.share)
    lines = (
        (f"order, dearer than {against}, median", median(shares), SHORT, f"of {len(found)} lists"),
        ("  the worst of twenty", percentile(shares, 5), SHORT, ""),
        ("  the worst", min(shares), SHORT, f"{worst.name}, {worst.songs} songs"),
    )
    return [
        Figure(
            name=name,
            measured=100 * (1 - share),
            unit="%",
            limit=limit,
            note=f"{share:.3f} reached; {note}".removesuffix("; "),
        )
        for name, share, limit, note in lines
    ]
