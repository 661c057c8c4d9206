"""What the stages that read the music have in common: a few files at a time, and each track noted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import apsw
from msgspec import Struct

from proxy.errors import FfmpegMissing, SoundError
from proxy.library import files, index, syncs, timestamp, transaction, wrap_errors
from proxy.library.files import File
from proxy.library.syncs import Again
from proxy.refresh.crew import outcomes
from proxy.refresh.folders import Place

BATCH = 256  # tracks that are read from the database at a time
ANNOUNCED = 500  # tracks after which servers are told of what there is so far

Task = tuple[File, Place]


class Stage(Struct, frozen=True):
    """`waiting` tells which tracks wait, `listen` what is in a file of some duration; `put` notes that."""

    name: str
    waiting: Callable[..., list[str]]
    listen: Callable[..., Any]
    put: Callable[[apsw.Connection, str, Any, str], None]


class Counts(Struct, frozen=True):
    """`waiting` are those left by a limit; `skipped` says why none was done."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: str = ""


def through(
    db: apsw.Connection,
    find: Callable[[File], Place],
    stage: Stage,
    *,
    now: Callable[[], datetime],
    workers: int,
    limit: int | None = None,
    again: Again = "",
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> Counts:
    """Listen to what waits for it, at most `limit` tracks. Raises LibraryError only.

    A track that cannot be listened to is noted with the reason and tried again later.
    """
    with wrap_errors():
        waiting = stage.waiting(db, now=timestamp(now()), again=again)
    chosen = waiting[:limit]
    done = failed = 0
    try:
        for batch in outcomes(_tasks(db, find, chosen), partial(_heard, stage.listen), workers=workers):
            with transaction(db):
                failed += sum(not _write(db, stage, file, outcome, now()) for (file, _), outcome in batch)
            done += len(batch)
            _announce(db, before=done - len(batch), done=done, last=done == len(chosen))
            progress(done, len(chosen))
    except FfmpegMissing as error:
        return Counts(done - failed, failed, len(waiting) - done, str(error))
    return Counts(done - failed, failed, len(waiting) - len(chosen))


def _tasks(db: apsw.Connection, find: Callable[[File], Place], chosen: Sequence[str]) -> Iterator[Task]:
    for start in range(0, len(chosen), BATCH):
        with wrap_errors():
            batch = files.get(db, chosen[start : start + BATCH])
        yield from ((file, find(file)) for file in batch)


def _heard(listen: Callable[..., Any], task: Task) -> Any:
    file, place = task
    if place.file is None:
        raise SoundError(place.wrong)
    return listen(place.file, duration=file.duration)


def _write(db: apsw.Connection, stage: Stage, file: File, outcome: Any, now: datetime) -> bool:
    """Whether there was something to note."""
    if isinstance(outcome, SoundError):
        syncs.failed(db, file.track_id, stage.name, str(outcome), now=now)
        return False
    stage.put(db, file.track_id, outcome, timestamp(now))
    syncs.succeeded(db, [file.track_id], stage.name, now=timestamp(now))
    return True


def _announce(db: apsw.Connection, *, before: int, done: int, last: bool) -> None:
    """Servers read the figures when they hear of a new generation, which is half a second's work for them."""
    if last or done // ANNOUNCED > before // ANNOUNCED:
        with transaction(db):
            index.announce(db)
