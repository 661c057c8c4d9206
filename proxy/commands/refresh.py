"""One refresh, from the settings to a report in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from proxy.embedding import open_embedders
from proxy.errors import SettingsError
from proxy.library.syncs import SyncReport
from proxy.navidrome import Account, Upstream, open_client
from proxy.refresh import Progress, RefreshReport, run
from proxy.settings import Settings


async def refresh(
    settings: Settings, *, now: Callable[[], datetime], progress: Progress, force: bool
) -> RefreshReport:
    """Raises SettingsError where no account is set, and LibraryError."""
    if not (settings.navidrome_user and settings.navidrome_password):
        raise SettingsError(
            "refresh reads the library with an account. Set NAVIDROME_USER and NAVIDROME_PASSWORD "
            "(or NAVIDROME_PASSWORD_FILE)."
        )
    async with open_client() as client:
        upstream = Upstream(client, settings.navidrome_url)
        account = Account(upstream, settings.navidrome_user, settings.navidrome_password)
        embedders = open_embedders(settings)
        return await run(Path(settings.db_path), account, embedders, now=now, progress=progress, force=force)


def told(report: RefreshReport, *, as_json: bool) -> str:
    """The report as JSON or as sentences, a line each."""
    if as_json:
        return msgspec.json.encode(report).decode()
    lines = [_synced(report.sync)]
    for embedded in report.embedded:
        failed = f", {embedded.failed} failed (see `playlistgen status`)" if embedded.failed else ""
        stopped = f". Stopped: {embedded.error}" if embedded.error else ""
        lines.append(f"embed  {embedded.model}: {embedded.embedded} embedded{failed}{stopped}")
    return "\n".join([*lines, f"{report.tracks} tracks can be found"])


def _synced(sync: SyncReport) -> str:
    if sync.error:
        return f"sync   {sync.status}: {sync.error}"
    if sync.kind == "unchanged":
        return "sync   nothing new upstream"
    come = f"{sync.added} new, {sync.changed} changed, {sync.renamed} renamed"
    gone = f"{sync.missing} missing, {sync.deleted} deleted"
    return f"sync   {sync.seen} songs read ({sync.kind}): {come}, {gone}"
