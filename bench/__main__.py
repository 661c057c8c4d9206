"""`python -m bench`: the figures, one table."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping, Sequence

import click

from bench import command, create, lists, refresh, serve, similar, size, yardstick
from bench.figures import Figure, as_json, table
from bench.house import House, open_house
from bench.processes import Failed
from bench.progress import Say, teller

MEASURES: Mapping[str, Callable[[House, Say], list[Figure]]] = {
    "help": command.measure,
    "refresh": refresh.measure,
    "generate": lists.measure,
    "create": create.measure,
    "similar": similar.measure,
    "serve": serve.measure,
    "size": size.measure,
}


@click.command()
@click.option(
    "--tracks", type=click.IntRange(1), default=9000, show_default=True, help="Size of the library."
)
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="May be repeated.")
@click.option("--json", "as_text", flag_value=False, default=True, help="Print JSON instead of a table.")
def main(tracks: int, only: Sequence[str], as_text: bool) -> None:
    """Speed and size on a generated library, against a fake Navidrome on this machine."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that children are ended
    figures = measured(tracks, only or list(MEASURES))
    title = f"playlistgen on {tracks:,} tracks"
    click.echo(table(figures, title=title) if as_text else as_json(figures, tracks=tracks), nl=False)


def measured(tracks: int, names: Sequence[str]) -> list[Figure]:
    say = teller()
    before = yardstick.pace()
    with open_house(tracks) as house:
        found = [figure for name in MEASURES if name in names for figure in attempted(name, house, say)]
    return [*found, *yardstick.figures(before, yardstick.pace())]


def attempted(name: str, house: House, say: Say) -> list[Figure]:
    """Where one thing is broken the other figures are still worth having."""
    try:
        return MEASURES[name](house, say)
    except Failed as error:
        say(f"{name}: no figures. {error}")
        return []


main()
