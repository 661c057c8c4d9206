"""Choice against the optimum that HiGHS finds or bounds, and every length that it can meet or cannot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from msgspec import Struct

from bench.engine.exact import Optimum, optimum
from bench.engine.instances import MOST, Instance, generated
from bench.figures import Figure, median, percentile
from bench.progress import Say
from proxy.playlists.choose import Choice, choose, expected, targets
from proxy.playlists.objective import Limits
from proxy.playlists.terms import Caps, Terms

SECONDS = 5.0  # of HiGHS for each instance; it needs less than two for nearly all
MEDIAN_SHORT, WORST_SHORT = 2.0, 5.0  # per cent of the optimum
CAPS = ("per_artist", "per_album")
LENGTHS = (180, 200, 300, 420, 600, 900, 1800, 14_400, 28_800, 43_200)
SMALL = (6, 12, 25)  # candidates, of which few lists can be made at all


class Tried(Struct, frozen=True):
    """One instance: what we chose, and what there is."""

    instance: Instance
    choice: Choice
    optimum: Optimum

    @property
    def share(self) -> float:
        return self.choice.worth / self.optimum.bound


def tried(instance: Instance) -> Tried:
    pool, limits = instance.pool, instance.limits
    terms = Terms.of(pool, limits, targets(pool, limits, expected(pool, limits)))
    found = choose(pool, limits, strict=CAPS)
    return Tried(instance, found, optimum(terms, Caps.of(pool, limits), seconds=SECONDS))


def measure(instances: Sequence[Instance], say: Say) -> list[Figure]:
    say(f"choice, {len(instances)} lists against HiGHS")
    found = [tried(instance) for instance in instances]
    say("lengths from 3 minutes to 12 hours")
    return [*shares(found), *lengths([*found, *map(tried, short_of_songs())])]


def shares(found: Sequence[Tried]) -> list[Figure]:
    met = [each for each in found if each.optimum.feasible and each.choice.inside]
    shares = [each.share for each in met]
    worst = min(met, key=lambda each: each.share)
    limits = worst.instance.limits
    where = f"{worst.instance.name}, {(limits.seconds or 0) / 60:.0f} min, {limits.curve or 'no curve'}"
    return [
        _short("choice, short of the optimum, median", median(shares), MEDIAN_SHORT, f"of {len(met)} lists"),
        _short("choice, short of the optimum, worst", min(shares), WORST_SHORT, where),
        _short("  the worst of twenty", percentile(shares, 5), None, ""),
    ]


def lengths(found: Sequence[Tried]) -> list[Figure]:
    feasible = [each for each in found if each.optimum.feasible]
    impossible = [each for each in found if each.optimum.feasible is False]
    missed = sum(not each.choice.inside for each in feasible)
    doubted = sum(not each.choice.decided for each in found)
    untold = len(found) - len(feasible) - len(impossible)
    return [
        Figure(
            name="lengths missed that a list meets",
            measured=missed,
            unit="",
            limit=0,
            note=f"of {len(feasible)}; {len(impossible)} more have none, {untold} HiGHS could not tell",
        ),
        Figure(name="lengths left undecided", measured=doubted, unit="", limit=0),
    ]


def short_of_songs() -> list[Instance]:
    """Lengths from 3 minutes to 12 hours, of plenty and of so few candidates that many cannot be met."""
    asked = product(enumerate(LENGTHS), (*SMALL, MOST))
    return [
        Instance(
            *generated(1000 * size + number, size=size), Limits(seconds, per_artist=12 if size == MOST else 2)
        )
        for (number, seconds), size in asked
    ]


def _short(name: str, share: float, limit: float | None, note: str) -> Figure:
    """Per cent that are missing, so that less is better as in every other line."""
    note = f"{share:.3f} reached; {note}".removesuffix("; ")
    return Figure(name=name, measured=max(100 * (1 - share), 0), unit="%", limit=limit, note=note)
