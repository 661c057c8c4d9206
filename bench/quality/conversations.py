"""CPCD's tasks by every system: precision and nDCG with intervals, and the difference to the plain hybrid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bench.quality import measures, report
from bench.quality.cpcd import Task
from bench.quality.measures import Scores
from bench.quality.rankers import Ranker
from bench.quality.report import Figure
from bench.quality.shelf import Shelf

UNCAPPED, CAPPED = 0.205, 0.165  # of conversations at 25: more than the study of the recipe reached
HEADINGS = ("System", "P@10", "P@25", "nDCG@25", "P@25 to plain hybrid", "P@25 capped", "nDCG@25 capped")


class Result(Struct, frozen=True):
    """The scores of one system on the same tasks, without and with the cap."""

    uncapped: Scores
    capped: Scores


def measured(ranker: Ranker, tasks: Sequence[Task], shelf: Shelf) -> Result:
    rankings = [ranker(shelf, task.prompt).tolist() for task in tasks]
    relevant = [task.relevant(shelf.index) for task in tasks]
    under_cap = [measures.capped(ranking, shelf.credit) for ranking in rankings]
    return Result(measures.scores(rankings, relevant), measures.scores(under_cap, relevant))


def table(title: str, results: Mapping[str, Result], *, against: str = "plain hybrid") -> str:
    """One row a system; differences are of the same tasks, pair by pair."""
    other = results[against]
    rows = [
        (
            name,
            f"{result.uncapped.p10.mean():.3f}",
            str(measures.bootstrap(result.uncapped.p25)),
            str(measures.bootstrap(result.uncapped.ndcg25)),
            _difference(result, other),
            str(measures.bootstrap(result.capped.p25)),
            f"{result.capped.ndcg25.mean():.3f}",
        )
        for name, result in results.items()
    ]
    return report.table(title, HEADINGS, rows)


def limits(result: Result) -> list[Figure]:
    uncapped = float(result.uncapped.p25.mean())
    capped = float(result.capped.p25.mean())
    return [
        Figure(name="CPCD conversations, P@25 uncapped", measured=uncapped, limit=UNCAPPED),
        Figure(name="CPCD conversations, P@25 capped at 3", measured=capped, limit=CAPPED),
    ]


def _difference(result: Result, other: Result) -> str:
    if result is other:
        return ""
    return str(measures.bootstrap(result.uncapped.p25 - other.uncapped.p25))
