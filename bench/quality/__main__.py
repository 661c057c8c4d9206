"""`python -m bench.quality`: the tables."""

from __future__ import annotations

import click

from bench.progress import Say, teller
from bench.quality import conversations, cpcd, rankers, report
from bench.quality.report import Figure
from bench.quality.shelf import Remembering, stocked

SYSTEMS = {"BM25": rankers.bm25, "plain hybrid": rankers.plain_hybrid, "ours": rankers.ours}


@click.command()
def main() -> None:
    """How good the candidates are, against BM25 alone and the plain hybrid."""
    say = teller()
    embedder = Remembering()
    click.echo(report.figures("To reach", real(embedder, say)), nl=False)


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
