"""What was measured, against its limit where there is one; as a table and as JSON."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from io import StringIO

import msgspec
import numpy as np
from msgspec import Struct
from rich.console import Console
from rich.table import Table

DECIMALS = {"s": 2, "ms": 1, "MB": 0, "x": 2, "×": 0}


class Figure(Struct, frozen=True, kw_only=True):
    """One line of the table, with the most that it may be, `limit`, or the `least`, or neither.

    `unit` is s, ms, %, MB (of a million bytes), x, a ratio, or ×, so many times.
    """

    name: str
    measured: float
    unit: str
    limit: float | None = None
    note: str = ""
    least: float | None = None

    @property
    def verdict(self) -> str:
        if self.least is not None:
            return "enough" if self.measured >= self.least else "under"
        if self.limit is None:
            return ""
        return "within" if self.measured <= self.limit else "over"

    @property
    def bound(self) -> str:
        bound = self.limit if self.least is None else self.least
        return "" if bound is None else written(bound, self.unit)


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(np.array(values), percent))


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def spread(values: Sequence[float], unit: str) -> str:
    """The least and the most of several rounds."""
    return f"{written(min(values), '')}–{written(max(values), unit)} in {len(values)} rounds"


def written(value: float, unit: str) -> str:
    decimals = DECIMALS.get(unit, 1 if value >= 10 else 2)
    return f"{value:,.{decimals}f} {unit}".rstrip()


def table(figures: Sequence[Figure], *, title: str) -> str:
    shown = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in ("Figure", "Measured", "Limit", "", "Note"):
        number = heading in ("Measured", "Limit")
        shown.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for figure in figures:
        measured = written(figure.measured, figure.unit)
        shown.add_row(figure.name, measured, figure.bound, figure.verdict, figure.note)
    paper = StringIO()
    Console(file=paper, width=180, markup=False, highlight=False).print(shown)
    return "".join(f"{line.rstrip()}\n" for line in paper.getvalue().splitlines())


def as_json(figures: Sequence[Figure], *, tracks: int) -> str:
    rows = [msgspec.structs.asdict(figure) | {"verdict": figure.verdict} for figure in figures]
    about = {"tracks": tracks, "python": platform.python_version(), "machine": platform.platform()}
    return msgspec.json.format(msgspec.json.encode({**about, "figures": rows}), indent=2).decode() + "\n"
