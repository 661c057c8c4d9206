"""`python -m bench.relay`: the relay beside direct, nginx and a bare aiohttp relay, one table."""

from __future__ import annotations

import platform
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

import click
import msgspec

from bench import yardstick
from bench.figures import Figure, table
from bench.processes import Failed
from bench.progress import Say, teller
from bench.relay import cores, listeners, load, rounds, servers

MEASURES: Mapping[str, Callable[[int, int, Say], list[Figure]]] = {
    "speed": rounds.measure,
    "listeners": listeners.measure,
}


@click.command()
@click.option("--rounds", "count", type=click.IntRange(1), default=5, show_default=True)
@click.option("--seconds", type=click.IntRange(1), default=2, show_default=True, help="Of each load.")
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="May be repeated.")
@click.option("--json", "as_text", flag_value=False, default=True, help="Print JSON instead of a table.")
def main(count: int, seconds: int, only: Sequence[str], as_text: bool) -> None:
    """The relay beside direct, nginx and a bare aiohttp relay, all on this machine."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that children are ended
    figures = measured(count, seconds, only or list(MEASURES))
    about = {"rounds": count, "seconds": seconds, "load": load.generator(), "upstream": servers.kind()}
    if as_text:
        click.echo(table(figures, title=title(count, seconds)), nl=False)
    else:
        click.echo(as_json(figures, about))


def measured(count: int, seconds: int, names: Sequence[str]) -> list[Figure]:
    say = teller()
    before = yardstick.pace()
    found = [figure for name in MEASURES if name in names for figure in attempted(name, count, seconds, say)]
    return [*found, *yardstick.figures(before, yardstick.pace())]


def attempted(name: str, count: int, seconds: int, say: Say) -> list[Figure]:
    """Where one thing is broken the other figures are still worth having."""
    try:
        return MEASURES[name](count, seconds, say)
    except Failed as error:
        say(f"{name}: no figures. {error}")
        return []


def title(count: int, seconds: int) -> str:
    placed = "who is asked has a core alone" if cores.can_be_given() else "cores as the kernel gives them"
    how = f"medians of {count} rounds in turns, {seconds} s each, {placed}"
    return f"The relay: load by {load.generator()}, upstream is {servers.kind()}, {how}"


def as_json(figures: Sequence[Figure], about: Mapping[str, object]) -> str:
    rows = [msgspec.structs.asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    machine = {"python": platform.python_version(), "machine": platform.platform()}
    return msgspec.json.format(msgspec.json.encode({**about, **machine, "figures": rows}), indent=2).decode()


if __name__ == "__main__":
    main()
