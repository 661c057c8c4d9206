"""What the stages that read the music have in common: each file once, a few at a time, and noted at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import apsw
from msgspec import Struct

from proxy.errors import CannotListen, SoundError
from proxy.library import files, syncs, timestamp, transaction, wrap_errors
from proxy.library.files import File
from proxy.refresh.crew import outcomes

BATCH = 256  # tracks that are read from the database at a time
ANNOUNCED = 500  # batches, of a track or a few, after which servers are told of what there is so far

# A track's file for as long as it is looked at, or SoundError; made in one thread, entered in another.
Source = Callable[[File], AbstractContextManager[Path]]
Progress = Callable[[str, int, int | None], None]


class Stage(Struct, frozen=True):
    """`listen` tells what is in a file of some duration, or raises SoundError; `put` notes that."""

    name: str
    listen: Callable[..., Any]
    put: Callable[[apsw.Connection, str, Any, str], None]


class ListenReport(Struct, frozen=True):
    """Of one stage: `waiting` tracks are left for another run; `skipped` says why, where not by a limit."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: str = ""


class Task(Struct, frozen=True):
    """A track's file, and what is to be done with it."""

    file: File
    opened: AbstractContextManager[Path]
    stages: Sequence[Stage]


def through(
    db: apsw.Connection,
    source: Source,
    stages: Sequence[Stage],
    waiting: Mapping[str, Sequence[str]],
    *,
    now: Callable[[], datetime],
    workers: int,
    limit: int | None = None,
    halt: Callable[[], str] = lambda: "",
    announce: Callable[[], None] = lambda: None,
    progress: Progress = lambda stage, done, total: None,
) -> dict[str, ListenReport]:
    """Listen to what waits for each stage, by its name, at most `limit` tracks of it.

    A track that cannot be listened to is noted with the reason and tried again later. `halt` is asked before
    each track and ends it with a reason; `announce` is called now and then, and at the end. Raises
    LibraryError only.
    """
    chosen = {stage.name: waiting[stage.name][:limit] for stage in stages}
    noted = _Noted(db, chosen, now, progress)
    tasks = _Tasks(db, source, stages, chosen, halt)
    skipped = ""
    try:
        for number, batch in enumerate(outcomes(iter(tasks), _listen, workers=workers), 1):
            noted.write(batch)
            if number % ANNOUNCED == 0:
                announce()
    except CannotListen as error:
        skipped = str(error)
    if noted.done:
        announce()
    return {name: noted.report(name, len(ids), skipped or tasks.halted) for name, ids in waiting.items()}


class _Tasks:
    """Of the tracks that were `chosen` for the stages, each once."""

    def __init__(
        self,
        db: apsw.Connection,
        source: Source,
        stages: Sequence[Stage],
        chosen: Mapping[str, Sequence[str]],
        halt: Callable[[], str],
    ) -> None:
        self._db = db
        self._source = source
        self._stages = [(stage, frozenset(chosen[stage.name])) for stage in stages]
        self._ids = list(dict.fromkeys(chain.from_iterable(chosen.values())))
        self._halt = halt
        self.halted = ""

    def __iter__(self) -> Iterator[Task]:
        for start in range(0, len(self._ids), BATCH):
            with wrap_errors():
                batch = files.get(self._db, self._ids[start : start + BATCH])
            for file in batch:
                self.halted = self._halt()
                if self.halted:
                    return
                stages = [stage for stage, ids in self._stages if file.track_id in ids]
                yield Task(file, self._source(file), stages)


def _listen(task: Task) -> list[Any]:
    """What each stage found, or the SoundError that it raised."""
    with task.opened as file:
        return [_outcome(stage, file, task.file.duration) for stage in task.stages]


def _outcome(stage: Stage, file: Path, duration: float) -> Any:
    try:
        return stage.listen(file, duration=duration)
    except CannotListen:
        raise
    except SoundError as error:
        return error


class _Noted:
    """What was written of each track, and counted."""

    def __init__(
        self,
        db: apsw.Connection,
        chosen: Mapping[str, Sequence[str]],
        now: Callable[[], datetime],
        progress: Progress,
    ) -> None:
        self._db = db
        self._totals = {name: len(ids) for name, ids in chosen.items()}
        self._now = now
        self._progress = progress
        self.done: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def write(self, batch: Sequence[tuple[Task, Any]]) -> None:
        now = self._now()
        with transaction(self._db):
            for task, found in batch:
                self._write(task, found, now)
        for name, total in self._totals.items():
            self._progress(name, self.done[name] + self.failed[name], total)

    def _write(self, task: Task, found: Any, now: datetime) -> None:
        """A file that could not be had has failed for each stage."""
        outcomes = [found] * len(task.stages) if isinstance(found, SoundError) else found
        for stage, outcome in zip(task.stages, outcomes, strict=True):
            track_id = task.file.track_id
            if isinstance(outcome, SoundError):
                syncs.failed(self._db, track_id, stage.name, str(outcome), now=now)
                self.failed[stage.name] += 1
            else:
                stage.put(self._db, track_id, outcome, timestamp(now))
                syncs.succeeded(self._db, [track_id], stage.name, now=timestamp(now))
                self.done[stage.name] += 1

    def report(self, name: str, waited: int, skipped: str) -> ListenReport:
        waiting = waited - self.done[name] - self.failed[name]
        return ListenReport(self.done[name], self.failed[name], waiting, skipped if waiting else "")
