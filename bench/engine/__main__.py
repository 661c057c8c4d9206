"""`python -m bench.engine`: choice and order against the best there is, and their speed, one table."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping, Sequence

import click

from bench import yardstick
from bench.engine import choices, orders, speed
from bench.engine.instances import instances
from bench.figures import Figure, table
from bench.progress import Say, teller

MEASURES: Mapping[str, Callable[[Say], list[Figure]]] = {
    "choice": lambda say: choices.measure(instances(), say),
    "order": lambda say: orders.measure(instances(), say),
    "speed": speed.measure,
}


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="May be repeated.")
def main(only: Sequence[str]) -> None:
    """How near the engine comes to the best list there is, and how fast."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    say, before = teller(), yardstick.pace()
    found = [figure for name in MEASURES if name in (only or MEASURES) for figure in MEASURES[name](say)]
    figures = [*found, *yardstick.figures(before, yardstick.pace())]
    click.echo(table(figures, title="Choice and order, of CPCD and of libraries by chance"), nl=False)


if __name__ == "__main__":
    main()
