"""Somebody else who wants to write to the database while it is worked on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw

from proxy.library import connect


def refused(path: Path, work: Callable[[apsw.Connection], object]) -> list[int]:
    """Between two of his writes: how many statements of `work` he was refused at."""
    refusals = [0]
    with closing(connect(path)) as db, closing(connect(path)) as other:
        other.set_busy_timeout(0)

        def write(*statement: object) -> bool:
            try:
                other.execute("UPDATE prompt_playlists SET name = name")
                refusals.append(0)
            except apsw.BusyError:
                refusals[-1] += 1
            return True

        db.exec_trace = write
        work(db)
    return refusals
