"""`python -m bench.listen`: how fast one core listens, and how well where asked; one table."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from bench import yardstick
from bench.figures import Figure, table
from bench.listen import labels, speed
from bench.listen.tracks import MINUTES
from bench.processes import Failed
from bench.progress import Say, teller

MEASURES: Mapping[str, Callable[[Path, Say], list[Figure]]] = {
    "speed": speed.measure,
    "labels": labels.measure,
}
UNASKED = ("speed",)  # the other one fetches 600 MB of music and takes minutes


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="May be repeated.")
def main(only: Sequence[str]) -> None:
    """How fast one core listens to generated tracks; and what hearing finds again of hidden labels."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    say, before = teller(), yardstick.pace()
    with tempfile.TemporaryDirectory() as place:
        found = [figure for name in only or UNASKED for figure in attempted(name, Path(place), say)]
    figures = [*found, *yardstick.figures(before, yardstick.pace())]
    click.echo(table(figures, title=f"Listening on one core; speed of tracks of {MINUTES} minutes"), nl=False)


def attempted(name: str, folder: Path, say: Say) -> list[Figure]:
    """Where one thing is broken the other figures are still worth having."""
    try:
        return MEASURES[name](folder, say)
    except Failed as error:
        say(f"{name}: no figures. {error}")
        return []


if __name__ == "__main__":
    main()
