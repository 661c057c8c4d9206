"""How far a refresh is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import TextIO

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

log = structlog.get_logger()

LINES = 10  # a stage without a terminal says this often how far it is


class Progress:
    """`show(stage, done, total)` may be called from any thread; `total` is None where it is not known."""

    def __init__(self, stream: TextIO) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, int] = {}
        if stream.isatty():
            told = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self._bars = Bars(*told, console=Console(file=stream))

    def __enter__(self) -> Progress:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def show(self, stage: str, done: int, total: int | None) -> None:
        if self._bars is None:
            self._say(stage, done, total)
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)

    def _say(self, stage: str, done: int, total: int | None) -> None:
        step = done * LINES // total if total else 0
        if step != self._told.get(stage, -1):
            self._told[stage] = step
            log.info(stage, done=done, total=total)
