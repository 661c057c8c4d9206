"""`python -m bench.listen`: how many times faster than real time one core listens, one table."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from bench import yardstick
from bench.figures import Figure, table
from bench.listen import speed
from bench.listen.tracks import MINUTES, recorded
from bench.processes import Failed
from bench.progress import Say, teller

MEASURES: Mapping[str, Callable[[Path, Say], list[Figure]]] = {
    "speed": speed.measure,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="May be repeated.")
def main(only: Sequence[str]) -> None:
    """How fast one core listens, of generated tracks."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    say, before = teller(), yardstick.pace()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        recorded(folder, say)
        found = [
            figure
            for name in MEASURES
            if name in (only or MEASURES)
            for figure in attempted(name, folder, say)
        ]
    figures = [*found, *yardstick.figures(before, yardstick.pace())]
    click.echo(table(figures, title=f"Listening on one core, tracks of {MINUTES} minutes"), nl=False)


def attempted(name: str, folder: Path, say: Say) -> list[Figure]:
    """Where one thing is broken the other figures are still worth having."""
    try:
        return MEASURES[name](folder, say)
    except Failed as error:
        say(f"{name}: no figures. {error}")
        return []


if __name__ == "__main__":
    main()
