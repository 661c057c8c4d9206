"""The first stage of refresh: our rows become what upstream's songs are.

Each page is a transaction, so a run may end anywhere; the next one finds what was written to be the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import anyio
import apsw
import structlog
from msgspec import structs

from proxy.errors import UpstreamError, UpstreamRefused
from proxy.library import Track, syncs, timestamp, tracks, transaction, wrap_errors
from proxy.library.syncs import SyncReport
from proxy.library.tracks import Trace
from proxy.navidrome import Account, Page, Server, kinds, pages
from proxy.refresh.changes import Changes, compare, is_same
from proxy.refresh.songs import track_of
from proxy.refresh.sweep import Sweep, gate, is_not_there, objection

logger = structlog.get_logger()

Clock = Callable[[], datetime]
Progress = Callable[[int, int | None], None]

ATTEMPTS = 3
PAUSE = 10.0  # seconds between attempts
KEEP_MISSING = timedelta(days=30)


async def sync(
    account: Account,
    db: apsw.Connection,
    *,
    now: Clock,
    progress: Progress = lambda done, total: None,
    force: bool = False,
    pause: float = PAUSE,
) -> SyncReport:
    """Read the library of `account` into `db`; to be called by the holder of the refresh lock.

    `progress` is told how many songs were read, and of how many where upstream says so. Where upstream's last
    scan is the one of the last sync, nothing is read, unless `force`. What goes wrong upstream makes a report
    with status `failed`, and nothing is marked missing; LibraryError is raised. Rows carry the instant at
    which the run started.
    """
    started = now()
    with transaction(db):
        run = _Run(account, db, syncs.start(db, now=timestamp(started)), started, progress)
    try:
        report = await run.go(force=force, pause=pause)
    except UpstreamError as error:
        report = run.failed(str(error))
    except BaseException:
        run.end(structs.replace(run.failed(""), status="stopped"), now())
        raise
    return run.end(report, now())


class _Run:
    """One run, from the row that `syncs.start` opened to the report that closes it."""

    def __init__(
        self, account: Account, db: apsw.Connection, row: SyncReport, started: datetime, progress: Progress
    ) -> None:
        self.account = account
        self.db = db
        self.row = row
        self.started = started
        self.progress = progress
        self.known: dict[str, Trace] = {}
        self.read: dict[str, Trace] = {}  # in this run, whichever attempt it was

    async def go(self, *, force: bool, pause: float) -> SyncReport:
        status = await self.account.scan_status()
        server = await self.account.server()
        self.row = structs.replace(
            self.row, upstream_version=str(server), last_scan=status.last_scan if status else ""
        )
        if not force and self._nothing_new(gate(self.account, server, status)):
            return self._unchanged(gate(self.account, server, status))
        with wrap_errors():
            self.known = tracks.traces(self.db)
        return await self._attempts(server, pause)

    def _nothing_new(self, current: str) -> bool:
        with wrap_errors():
            last = [row for row in syncs.latest(self.db, 2) if row.sync_id != self.row.sync_id]
        return bool(current and last and last[0].gate == current)

    def _unchanged(self, current: str) -> SyncReport:
        with transaction(self.db):
            deleted = self._forget()
        return structs.replace(self.row, kind="unchanged", status="ok", gate=current, deleted=deleted)

    async def _attempts(self, server: Server, pause: float) -> SyncReport:
        reason = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                logger.warning("the library is read again", attempt=attempt + 1, reason=reason)
                await anyio.sleep(pause)
            try:
                sweep = await self._sweep()
            except UpstreamError as error:
                reason = str(error)
                continue
            reason = objection(sweep, sum(not trace.missing for trace in self.known.values()))
            if not reason:
                return self._settle(sweep, gate(self.account, server, sweep.after))
        return self.failed(reason)

    async def _sweep(self) -> Sweep:
        before = await self.account.scan_status()
        if before and before.scanning:
            return Sweep(before=before)
        for kind in kinds(self.account):
            self.row = structs.replace(self.row, kind=kind)
            seen, total = await self._read(kind)
            if seen or total is not None:
                break
        after = await self.account.scan_status()
        return Sweep(kind=self.row.kind, seen=seen, total=total, before=before, after=after)

    async def _read(self, kind: str) -> tuple[dict[str, Trace], int | None]:
        seen: dict[str, Trace] = {}
        total: int | None = None
        try:
            async for page in pages(self.account, kind):
                seen |= self._write(page)
                total = page.total
                self.progress(len(seen), total)
        except UpstreamRefused as error:
            if seen or not is_not_there(error):
                raise
            logger.info("upstream cannot be read in this way", kind=kind, reason=str(error))
        return seen, total

    def _write(self, page: Page) -> dict[str, Trace]:
        found = [track for song in page.songs if (track := _track(song))]
        seen = {track.track_id: tracks.trace(track) for track in found}
        fresh = [t for t in found if not is_same(self.known.get(t.track_id), seen[t.track_id])]
        stamp = timestamp(self.started)
        with transaction(self.db):
            tracks.put(self.db, fresh, now=stamp)
            syncs.succeeded(self.db, (track.track_id for track in fresh), "sync", now=stamp)
            tracks.mark_seen(self.db, seen, now=stamp)
        self.read |= seen
        return seen

    def _settle(self, sweep: Sweep, current: str) -> SyncReport:
        """What only a whole sweep can tell: which ids were renamed, and which songs are gone."""
        changes = compare(self.known, sweep.seen)
        stamp = timestamp(self.started)
        with transaction(self.db):
            for old, new in changes.renamed.items():
                tracks.rename(self.db, old, new, now=stamp)
            syncs.succeeded(self.db, changes.renamed.values(), "sync", now=stamp)
            missing = tracks.mark_missing(self.db, changes.vanished, now=stamp)
            deleted = self._forget()
        counted = _counted(self.row, changes, len(sweep.seen))
        return structs.replace(counted, status="ok", gate=current, missing=missing, deleted=deleted)

    def _forget(self) -> int:
        return tracks.delete_missing(self.db, before=timestamp(self.started - KEEP_MISSING))

    def failed(self, reason: str) -> SyncReport:
        """With the counts of what was written all the same."""
        added = self.read.keys() - self.known.keys()
        changed = [i for i in self.read.keys() - added if not is_same(self.known[i], self.read[i])]
        return structs.replace(
            self.row,
            status="failed",
            error=reason,
            seen=len(self.read),
            added=len(added),
            changed=len(changed),
        )

    def end(self, report: SyncReport, ended: datetime) -> SyncReport:
        report = structs.replace(report, ended_at=timestamp(ended))
        with transaction(self.db):
            syncs.finish(self.db, report)
        return report


def _counted(row: SyncReport, changes: Changes, seen: int) -> SyncReport:
    targets = set(changes.renamed.values())
    return structs.replace(
        row,
        seen=seen,
        added=len(changes.new),
        changed=len(changes.changed - targets),
        renamed=len(changes.renamed),
    )


def _track(song: dict[str, Any]) -> Track | None:
    try:
        return track_of(song)
    except ValueError as error:
        logger.warning("a song is left out", reason=str(error), title=str(song.get("title", "")))
        return None
