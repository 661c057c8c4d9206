"""Tables on a terminal: systems beside each other, and figures against what they have to reach."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from msgspec import Struct
from rich.console import Console
from rich.table import Table


class Figure(Struct, frozen=True, kw_only=True):
    """One line: what was measured, the least (or, with `most`, the most) that it should be, and a note."""

    name: str
    measured: float
    limit: float | None = None
    most: bool = False
    unit: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        reached = self.measured <= self.limit if self.most else self.measured >= self.limit
        return "reached" if reached else "missed"


def figures(title: str, rows: Sequence[Figure]) -> str:
    shown = [
        (
            figure.name,
            _written(figure.measured, figure.unit),
            ""
            if figure.limit is None
            else f"{'≤' if figure.most else '≥'} {_written(figure.limit, figure.unit)}",
            figure.verdict,
            figure.note,
        )
        for figure in rows
    ]
    return table(title, ("Figure", "Measured", "To reach", "", "Note"), shown)


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    shown = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in headings:
        shown.add_column(heading, no_wrap=True)
    for row in rows:
        shown.add_row(*row)
    paper = StringIO()
    Console(file=paper, width=200, markup=False, highlight=False).print(shown)
    return "".join(f"{line.rstrip()}\n" for line in paper.getvalue().splitlines()) + "\n"


def _written(value: float, unit: str) -> str:
    return f"{value:.1f} {unit}" if unit else f"{value:.3f}"
