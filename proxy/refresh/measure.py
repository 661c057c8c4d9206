"""The stage that measures how loud the tracks are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import apsw
from msgspec import Struct, structs

from proxy.library.files import File
from proxy.library.loudness import Measured, put, to_measure
from proxy.refresh.folders import Place
from proxy.refresh.listening import Stage, through
from proxy.sound import loudness
from proxy.sound.loudness import Loudness

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
    listen: Listen = loudness.measure,
    **options: Any,
) -> MeasureReport:
    """Measure what waits for it; the options are those of `listening.through`."""
    counts = through(db, find, Stage("measure", to_measure, listen, _put), **options)
    return MeasureReport(*structs.astuple(counts))


def _put(db: apsw.Connection, track_id: str, outcome: Loudness, now: str) -> None:
    row = Measured(
        track_id=track_id,
        lufs=outcome.lufs,
        true_peak=outcome.true_peak,
        range=outcome.range,
        rms=outcome.rms,
        source="ffmpeg",
    )
    put(db, row, now=now)
