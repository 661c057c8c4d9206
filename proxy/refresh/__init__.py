"""The periodic job: `run` is the one door. Its stages: sync, embed; then what is derived is made anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import apsw
from anyio import to_thread
from msgspec import Struct

from proxy.embedding import Embedder
from proxy.library import connect, index, migrate, tracks, wrap_errors
from proxy.library.syncs import SyncReport
from proxy.navidrome import Account
from proxy.refresh.embed import EmbedReport, embed
from proxy.refresh.lock import hold
from proxy.refresh.sync import sync

__all__ = ["RefreshReport", "run"]

Progress = Callable[[str, int, int | None], None]


class RefreshReport(Struct, frozen=True):
    """What a run did; `tracks` are those that can be found now."""

    sync: SyncReport
    embedded: tuple[EmbedReport, ...]
    tracks: int

    @property
    def failures(self) -> int:
        """Tracks that a stage could not deal with; they are tried again later."""
        return sum(report.failed for report in self.embedded)

    @property
    def error(self) -> str:
        """Why the run did not reach its end, "" where it did."""
        stopped = [report.error for report in self.embedded if report.error]
        return self.sync.error or "; ".join(stopped)


async def run(
    path: Path,
    account: Account,
    embedders: Sequence[Embedder],
    *,
    now: Callable[[], datetime],
    progress: Progress = lambda stage, done, total: None,
    force: bool = False,
) -> RefreshReport:
    """Bring the database at `path` up to date with upstream.

    Safe to be killed anywhere and run again. Raises LibraryError, RefreshRunning among them; what goes wrong
    upstream or with an embedder stands in the report, and the stages after it do what they can.
    """
    await to_thread.run_sync(migrate, path)
    with hold(path, now=now()):
        db = connect(path)
        try:
            synced = await sync(account, db, now=now, force=force, progress=partial(progress, "sync"))
            rest = partial(_derive, db, synced, embedders, now=now, progress=progress)
            return await to_thread.run_sync(rest)
        finally:
            db.close()


def _derive(
    db: apsw.Connection,
    synced: SyncReport,
    embedders: Sequence[Embedder],
    *,
    now: Callable[[], datetime],
    progress: Progress,
) -> RefreshReport:
    """Vectors for what has none, then words and the vectors' index, where anything has changed."""
    reports = tuple(
        embed(db, embedder, now=now, progress=partial(progress, f"embed ({embedder.model})"))
        for embedder in embedders
    )
    with wrap_errors():
        if index.is_stale(db):
            index.rebuild(db)
        return RefreshReport(synced, reports, tracks.count(db)[0])
