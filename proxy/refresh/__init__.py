"""The periodic job: `run` is the one door. Its stages: sync, embed, locate, measure, hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog
from anyio import from_thread, to_thread
from anyio.lowlevel import current_token
from msgspec import Struct, structs

from proxy.embedding import Embedder
from proxy.errors import UpstreamError
from proxy.library import connect, migrate, tracks, wrap_errors
from proxy.library.syncs import SyncReport
from proxy.navidrome import Account
from proxy.refresh.embed import EmbedReport
from proxy.refresh.listening import ListenReport, Progress
from proxy.refresh.locate import LocateReport
from proxy.refresh.lock import hold
from proxy.refresh.sources import Fetch, cleared, fetch, streamed
from proxy.refresh.stages import STAGES, Stages, Work
from proxy.refresh.sync import sync

FREQUENT = 100  # albums whose songs are listened to before the rest

log = structlog.get_logger()

__all__ = ["STAGES", "Progress", "RefreshReport", "Work", "run"]


class RefreshReport(Struct, frozen=True):
    """What a run did; `tracks` are those that can be found now. `sync` is None where it was not wanted."""

    sync: SyncReport | None
    embedded: tuple[EmbedReport, ...]
    tracks: int
    located: LocateReport = LocateReport()
    measured: ListenReport = ListenReport()
    heard: ListenReport = ListenReport()

    @property
    def failures(self) -> int:
        """Tracks that a stage could not deal with; they are tried again later."""
        listened = self.located.failed + self.measured.failed + self.heard.failed
        return listened + sum(report.failed for report in self.embedded)

    @property
    def error(self) -> str:
        """Why the run did not reach its end, "" where it did."""
        stopped = [report.error for report in self.embedded if report.error]
        return (self.sync.error if self.sync else "") or "; ".join(stopped)


async def run(
    path: Path,
    account: Account,
    embedders: Sequence[Embedder],
    *,
    now: Callable[[], datetime],
    progress: Progress = lambda stage, done, total: None,
    force: bool = False,
    work: Work = Work(),  # noqa: B008 - frozen
) -> RefreshReport:
    """Bring the database at `path` up to date with upstream.

    Safe to be killed anywhere and run again. Raises LibraryError, RefreshRunning among them; what goes wrong
    upstream, with an embedder or a file stands in the report, and the stages after it do what they can.
    """
    await to_thread.run_sync(migrate, path)
    with hold(path, now=now()), cleared(path.with_name(f"{path.name}.listening")) as copies:
        db = connect(path)
        try:
            synced = None
            if "sync" in work.stages:
                synced = await sync(account, db, now=now, force=force, progress=partial(progress, "sync"))
            stream = partial(streamed, fetch=_fetch(account), folder=copies)
            frequent = _frequent(account)
            stages = Stages(db, embedders, work, stream=stream, frequent=frequent, now=now, progress=progress)
            report = await to_thread.run_sync(_after_sync, stages, synced)
            with wrap_errors():
                return structs.replace(report, tracks=tracks.count(db)[0])
        finally:
            db.close()


def _fetch(account: Account) -> Fetch:
    """For the threads that listen: upstream is asked in this one."""
    token = current_token()
    return lambda file, copy: from_thread.run(fetch, account, file, copy, token=token)


def _frequent(account: Account) -> Callable[[], Sequence[str]]:
    """The same of what the account plays; nothing where upstream does not tell."""
    token = current_token()

    async def asked() -> Sequence[str]:
        try:
            return await account.frequent_albums(FREQUENT)
        except UpstreamError as error:
            log.warning(
                "what is played most is not known: what came last is listened to first", reason=str(error)
            )
            return ()

    return lambda: from_thread.run(asked, token=token)


def _after_sync(stages: Stages, synced: SyncReport | None) -> RefreshReport:
    embedded = stages.embed()
    stages.index()
    located, listened = stages.locate(), stages.listen()
    return RefreshReport(synced, embedded, 0, located, listened["measure"], listened["hear"])
