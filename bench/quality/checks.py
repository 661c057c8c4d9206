"""What has to hold on constructed libraries, whatever the data of the world looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from bench.progress import Say
from bench.quality import asked, constructed, measures
from bench.quality.constructed import Library
from bench.quality.cpcd import Task
from bench.quality.rankers import Ranker, ours, plain_hybrid
from bench.quality.report import Figure
from bench.quality.shelf import Remembering, Shelf, stocked
from proxy.library import Track

DECADES, SLIPS, TWINS, LOST, FULL_SCAN = 0.97, 0.10, 0.70, 0.25, 0.99
SEEDS = (1, 2, 3)
FIRST = 25


def figures(embedder: Remembering, say: Say) -> list[Figure]:
    library = constructed.library()
    say(f"a constructed library of {len(library.tracks):,} tracks")
    with stocked(library.tracks, embedder) as shelf:
        whole = precision(shelf, _wishes(library))
        found = [*_decades(shelf, library), *_tags(shelf, library), *_slips(shelf, library), *_twins(shelf)]
        found.append(full_scan("constructed", shelf, [task.prompt for task in _wishes(library)]))
    for share in (0.5, 0.8):
        say(f"the same with {share:.0%} of years lost")
        found.append(_years_lost(share, library, embedder))
    say("the same with tags lost")
    return [*found, *_tags_lost(library, whole, embedder)]


def precision(shelf: Shelf, tasks: Sequence[Task], ranker: Ranker = ours) -> float:
    """Mean P@25."""
    rankings = [ranker(shelf, task.prompt).tolist() for task in tasks]
    return float(measures.scores(rankings, [task.relevant(shelf.index) for task in tasks]).p25.mean())


def full_scan(name: str, shelf: Shelf, prompts: Sequence[str]) -> Figure:
    """The share of prompts whose first 25 are the same, in the same order, when every track is scored."""
    every = len(shelf.index)
    same = [
        bool(np.array_equal(ours(shelf, prompt)[:FIRST], ours(shelf, prompt, count=every)[:FIRST]))
        for prompt in prompts
    ]
    return Figure(
        name=f"{name}: prompts with the first 25 of a full scan",
        measured=float(np.mean(same)),
        limit=FULL_SCAN,
        note=f"{len(prompts)} prompts",
    )


def _wishes(library: Library) -> list[Task]:
    return [*asked.of_tags(library), *asked.of_moods(library)]


def _decades(shelf: Shelf, library: Library) -> list[Figure]:
    found = precision(shelf, asked.of_decades(library))
    return [Figure(name="decades, years known: P@25", measured=found, limit=DECADES)]


def _years_lost(share: float, library: Library, embedder: Remembering) -> Figure:
    with stocked(constructed.losing_years(library.tracks, share), embedder) as shelf:
        found = precision(shelf, asked.of_decades(library))
    return Figure(name=f"decades, {share:.0%} of years lost: P@25", measured=found)


def _tags(shelf: Shelf, library: Library) -> list[Figure]:
    """A precise prompt must not be worse off than with the plain hybrid."""
    tags, moods = asked.of_tags(library), asked.of_moods(library)
    plain = precision(shelf, tags, plain_hybrid)
    return [
        Figure(name="tags: P@25", measured=precision(shelf, tags), limit=plain, note="as the plain hybrid"),
        Figure(
            name="moods: P@25",
            measured=precision(shelf, moods),
            note=f"plain hybrid {precision(shelf, moods, plain_hybrid):.3f}",
        ),
    ]


def _slips(shelf: Shelf, library: Library) -> list[Figure]:
    tasks = _wishes(library)
    clean = precision(shelf, tasks)
    slipped = [
        precision(shelf, [Task(asked.with_slips(task.prompt, seed=seed), task.wanted) for task in tasks])
        for seed in SEEDS
    ]
    return [_cost("one slip in every long word", clean, float(np.mean(slipped)), SLIPS)]


def twins(shelf: Shelf, ranker: Ranker = ours) -> dict[str, list[float]]:
    """By language, of each prompt the share of its English twin's first 25 that it brings, too."""
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for language, prompt, english in asked.foreign():
        there, here = ranker(shelf, english)[:FIRST], ranker(shelf, prompt)[:FIRST]
        shares[language].append(len(np.intersect1d(there, here)) / max(len(there), 1))
    return shares


def _twins(shelf: Shelf) -> list[Figure]:
    return [
        Figure(
            name=f"{language}: share of the English twin's first 25",
            measured=float(np.mean(found)),
            limit=TWINS,
            note=f"{len(found)} prompts",
        )
        for language, found in twins(shelf).items()
    ]


def _tags_lost(library: Library, whole: float, embedder: Remembering) -> list[Figure]:
    lost: list[Track] = constructed.losing_tags(library.tracks, 0.7)
    tasks = _wishes(library)
    with stocked(lost, embedder) as shelf:
        inherited = precision(shelf, tasks)
    with stocked(lost, embedder, inherit=False) as shelf:
        alone = precision(shelf, tasks)
    return [
        _cost("70 % of single tags lost", whole, inherited, LOST),
        _cost("  the same without inheritance", whole, alone, None),
    ]


def _cost(name: str, before: float, after: float, limit: float | None) -> Figure:
    return Figure(
        name=f"{name}: cost in P@25",
        measured=1 - after / before,
        limit=limit,
        most=True,
        note=f"{before:.3f} → {after:.3f}",
    )
