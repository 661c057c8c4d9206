"""The stage that measures how loud the tracks are: a few ffmpegs at a time, and each track noted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

import apsw
from msgspec import Struct

from proxy.errors import FfmpegMissing, SoundError
from proxy.library import files, index, syncs, timestamp, transaction, wrap_errors
from proxy.library.files import File
from proxy.library.loudness import Measured, put, to_measure
from proxy.library.syncs import Again
from proxy.refresh.crew import outcomes
from proxy.refresh.folders import Place
from proxy.sound import loudness
from proxy.sound.loudness import Loudness

BATCH = 256  # tracks that are read from the database at a time
ANNOUNCED = 500  # tracks after which servers are told of what there is so far

Task = tuple[File, Place]
Listen = Callable[..., Loudness]


class MeasureReport(Struct, frozen=True):
    """`waiting` are those left by a limit; `skipped` says why none was measured."""

    measured: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: str = ""


def measure(
    db: apsw.Connection,
    find: Callable[[File], Place],
    *,
    now: Callable[[], datetime],
    workers: int,
    limit: int | None = None,
    again: Again = "",
    listen: Listen = loudness.measure,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> MeasureReport:
    """Measure what waits for it, at most `limit` tracks. Raises LibraryError only.

    A track that cannot be measured is noted with the reason and tried again later.
    """
    with wrap_errors():
        waiting = to_measure(db, now=timestamp(now()), again=again)
    chosen = waiting[:limit]
    done = failed = 0
    try:
        for batch in outcomes(_tasks(db, find, chosen), partial(_measured, listen), workers=workers):
            with transaction(db):
                failed += sum(not _write(db, file, outcome, now()) for (file, _), outcome in batch)
            done += len(batch)
            _announce(db, before=done - len(batch), done=done, last=done == len(chosen))
            progress(done, len(chosen))
    except FfmpegMissing as error:
        return MeasureReport(done - failed, failed, len(waiting) - done, str(error))
    return MeasureReport(done - failed, failed, len(waiting) - len(chosen))


def _tasks(db: apsw.Connection, find: Callable[[File], Place], chosen: Sequence[str]) -> Iterator[Task]:
    for start in range(0, len(chosen), BATCH):
        with wrap_errors():
            batch = files.get(db, chosen[start : start + BATCH])
        yield from ((file, find(file)) for file in batch)


def _measured(listen: Listen, task: Task) -> Loudness:
    file, place = task
    if place.file is None:
        raise SoundError(place.wrong)
    return listen(place.file, duration=file.duration)


def _write(db: apsw.Connection, file: File, outcome: Loudness | SoundError, now: datetime) -> bool:
    """Whether it was measured."""
    if isinstance(outcome, SoundError):
        syncs.failed(db, file.track_id, "measure", str(outcome), now=now)
        return False
    row = Measured(
        track_id=file.track_id,
        lufs=outcome.lufs,
        true_peak=outcome.true_peak,
        range=outcome.range,
        rms=outcome.rms,
        source="ffmpeg",
    )
    put(db, row, now=timestamp(now))
    syncs.succeeded(db, [file.track_id], "measure", now=timestamp(now))
    return True


def _announce(db: apsw.Connection, *, before: int, done: int, last: bool) -> None:
    """Servers read the figures when they hear of a new generation, which is half a second's work for them."""
    if last or done // ANNOUNCED > before // ANNOUNCED:
        with transaction(db):
            index.announce(db)
