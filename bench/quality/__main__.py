"""`python -m bench.quality`: the tables."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bench.progress import Say, teller
from bench.quality import ablation, by_ear, checks, conversations, cpcd, rankers, report, speed
from bench.quality.cpcd import Cpcd
from bench.quality.report import Figure
from bench.quality.shelf import Remembering, Shelf, stocked

SYSTEMS = {"BM25": rankers.bm25, "plain hybrid": rankers.plain_hybrid, "ours": rankers.ours}
PARTS = ("cpcd", "constructed", "ablation", "speed")


@click.command()
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="May be repeated.")
def main(only: Sequence[str]) -> None:
    """How good the candidates are, against BM25 alone and the plain hybrid; and how quick."""
    wanted = only or PARTS
    embedder, say = Remembering(), teller()
    reached: list[Figure] = []
    if "cpcd" in wanted or "ablation" in wanted:
        data = cpcd.read()
        say(f"CPCD: {len(data.tracks):,} tracks are embedded")
        with stocked(data.tracks, embedder) as shelf:
            if "cpcd" in wanted:
                reached += real(shelf, data, say)
            if "ablation" in wanted:
                say("each step left out")
                on_cpcd = ablation.on_conversations(shelf, data)
                click.echo(ablation.table(on_cpcd, ablation.on_poor_library(embedder)), nl=False)
    if "constructed" in wanted:
        reached += checks.figures(embedder, say)
        reached += by_ear.figures(embedder, say)
    if "speed" in wanted:
        say("speed and size; half a minute to make 100,000 tracks")
        reached += speed.figures()
    click.echo(report.figures("To reach", reached), nl=False)


def real(shelf: Shelf, data: Cpcd, say: Say) -> list[Figure]:
    """CPCD's two tables; what is to be reached on it."""
    reached: list[Figure] = []
    for title, tasks in (
        (f"CPCD, {len(data.conversations)} conversations → goal", data.conversations),
        (f"CPCD, {len(data.turns)} turns → liked", data.turns),
    ):
        say(title)
        results = {name: conversations.measured(ranker, tasks, shelf) for name, ranker in SYSTEMS.items()}
        click.echo(conversations.table(title, results), nl=False)
        reached += conversations.limits(results["ours"]) if tasks is data.conversations else []
    prompts = [task.prompt for task in (*data.conversations, *data.turns)]
    return [*reached, checks.full_scan("CPCD", shelf, prompts)]


main()
