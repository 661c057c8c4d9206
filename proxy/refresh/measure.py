"""The stage that measures how loud the tracks are."""

from __future__ import annotations

from collections.abc import Callable

import apsw

from proxy.library.loudness import Measured, put
from proxy.refresh.listening import Stage
from proxy.sound import loudness
from proxy.sound.loudness import Loudness


def stage(listen: Callable[..., Loudness] = loudness.measure) -> Stage:
    return Stage("measure", listen, _put)


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
