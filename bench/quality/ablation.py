"""What each step of retrieval is worth: everything measured once more with that step left out.

On CPCD, which has names only, and on a constructed library that is as poor as many: half of all single tags
lost, and four of five years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from msgspec import Struct, structs

from bench.quality import asked, checks, constructed, conversations, report
from bench.quality.constructed import Library
from bench.quality.cpcd import Cpcd, Task
from bench.quality.rankers import Ranker, ours
from bench.quality.shelf import Remembering, Shelf, stocked
from proxy.playlists.steps import ALL, Steps

HEADINGS = ("Left out", "goal P@25", "capped", "liked P@25", "tags", "moods", "decades", "slips", "twins")
TAGS_LOST, YEARS_LOST = 0.5, 0.8

Row = tuple[float, ...]


class Poor(Struct, frozen=True):
    """The tasks of the poor library; `slips` are those of tags and moods with slips."""

    tags: Sequence[Task]
    moods: Sequence[Task]
    decades: Sequence[Task]
    slips: Sequence[Task]


def without() -> dict[str, Ranker]:
    """Ours, and ours less each step."""
    rankers: dict[str, Ranker] = {"nothing": ours}
    for step in Steps.__struct_fields__:
        rankers[step.replace("_", " ")] = partial(ours, steps=structs.replace(ALL, **{step: False}))
    return rankers


def on_conversations(shelf: Shelf, data: Cpcd) -> dict[str, Row]:
    found = {}
    for name, ranker in without().items():
        goal = conversations.measured(ranker, data.conversations, shelf)
        liked = conversations.measured(ranker, data.turns, shelf)
        means = (goal.uncapped.p25.mean(), goal.capped.p25.mean(), liked.uncapped.p25.mean())
        found[name] = tuple(map(float, means))
    return found


def on_poor_library(embedder: Remembering) -> dict[str, Row]:
    library = constructed.library()
    poor = constructed.losing_years(constructed.losing_tags(library.tracks, TAGS_LOST), YEARS_LOST)
    tasks = _tasks(library)
    with stocked(poor, embedder) as shelf:
        found = {name: _row(shelf, tasks, ranker) for name, ranker in without().items()}
    with stocked(poor, embedder, inherit=False) as shelf:
        found["inheritance"] = _row(shelf, tasks, ours)
    return found


def table(on_cpcd: Mapping[str, Row], on_poor: Mapping[str, Row]) -> str:
    """Figures, then for each step how they change without it; nothing where they do not."""
    whole = (*on_cpcd["nothing"], *on_poor["nothing"])
    rows = [("nothing", *(f"{value:.3f}" for value in whole))]
    for name, poor in on_poor.items():
        if name != "nothing":
            row = (*on_cpcd.get(name, whole[: len(whole) - len(poor)]), *poor)
            changes = np.array(row) - np.array(whole)
            rows.append((name, *("" if abs(change) < 5e-4 else f"{change:+.3f}" for change in changes)))
    title = "Each step left out: on CPCD, then on a poor constructed library"
    return report.table(title, HEADINGS, rows)


def _tasks(library: Library) -> Poor:
    tags, moods = asked.of_tags(library), asked.of_moods(library)
    slips = [Task(asked.with_slips(task.prompt, seed=1), task.wanted) for task in (*tags, *moods)]
    return Poor(tags, moods, asked.of_decades(library), slips)


def _row(shelf: Shelf, tasks: Poor, ranker: Ranker) -> Row:
    kinds = (tasks.tags, tasks.moods, tasks.decades, tasks.slips)
    twins = np.mean([share for shares in checks.twins(shelf, ranker).values() for share in shares])
    return (*(checks.precision(shelf, kind, ranker) for kind in kinds), float(twins))
