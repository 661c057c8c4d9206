"""`python -m bench.quality`: the tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from bench.progress import Say, teller
from bench.quality import checks, conversations, cpcd, rankers, report
from bench.quality.report import Figure
from bench.quality.shelf import Remembering, stocked

SYSTEMS = {"BM25": rankers.bm25, "plain hybrid": rankers.plain_hybrid, "ours": rankers.ours}
PARTS = ("cpcd", "constructed")


@click.command()
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="May be repeated.")
def main(only: Sequence[str]) -> None:
    """How good the candidates are, against BM25 alone and the plain hybrid."""
    say = teller()
    embedder = Remembering()
    parts: dict[str, Callable[[Remembering, Say], list[Figure]]] = {
        "cpcd": real,
        "constructed": checks.figures,
    }
    reached = [figure for name in PARTS if name in (only or PARTS) for figure in parts[name](embedder, say)]
    click.echo(report.figures("To reach", reached), nl=False)


def real(embedder: Remembering, say: Say) -> list[Figure]:
    data = cpcd.read()
    say(f"CPCD: {len(data.tracks):,} tracks are embedded")
    with stocked(data.tracks, embedder) as shelf:
        for title, tasks in (
            (f"CPCD, {len(data.conversations)} conversations → goal", data.conversations),
            (f"CPCD, {len(data.turns)} turns → liked", data.turns),
        ):
            say(title)
            results = {name: conversations.measured(ranker, tasks, shelf) for name, ranker in SYSTEMS.items()}
            click.echo(conversations.table(title, results), nl=False)
            if tasks is data.conversations:
                reached = conversations.limits(results["ours"])
    return reached


main()
