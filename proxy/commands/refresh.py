"""One refresh, from the settings to a report in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from proxy.commands.standing import renew
from proxy.embedding import open_embedders
from proxy.errors import SettingsError
from proxy.library.syncs import Again, SyncReport
from proxy.navidrome import Account, Upstream, open_client
from proxy.refresh import STAGES, Progress, RefreshReport, Work, run
from proxy.refresh.embed import EmbedReport
from proxy.refresh.listening import ListenReport
from proxy.refresh.places import music_of
from proxy.refresh.quiet import quiet_of
from proxy.settings import Settings


async def refresh(
    settings: Settings, work: Work, *, now: Callable[[], datetime], progress: Progress, force: bool
) -> RefreshReport:
    """Raises SettingsError where an account is needed and none is set, and LibraryError."""
    if "sync" in work.stages and not (settings.navidrome_user and settings.navidrome_password):
        raise SettingsError(
            "refresh reads the library with an account. Set NAVIDROME_USER and NAVIDROME_PASSWORD "
            "(or NAVIDROME_PASSWORD_FILE)."
        )
    async with open_client() as client:
        upstream = Upstream(client, settings.navidrome_url)
        account = Account(upstream, settings.navidrome_user, settings.navidrome_password)
        embedders = open_embedders(settings) if "embed" in work.stages else []
        report = await run(
            Path(settings.db_path), account, embedders, now=now, progress=progress, force=force, work=work
        )
        if work.stages == STAGES and not report.error:
            await renew(settings, account, embedders, now=now)
        return report


def work_of(
    settings: Settings, *, stages: Sequence[str], limit: int | None, workers: int, again: Again | None
) -> Work:
    """No stage stands for all. Raises SettingsError."""
    return Work(
        stages=stages or STAGES,
        music=music_of(settings),
        stream=settings.analyse_from == "upstream",
        limit=limit,
        workers=workers,
        again=again or "",
        quiet=quiet_of(settings),
    )


def told(report: RefreshReport, *, as_json: bool) -> str:
    """The report as JSON or as sentences, a line each."""
    if as_json:
        return msgspec.json.encode(report).decode()
    lines = [_synced(report.sync)] if report.sync else []
    lines += [_embedded(embedded) for embedded in report.embedded]
    lines += _listened(report)
    return "\n".join([*lines, f"{report.tracks} tracks can be found"])


def _embedded(report: EmbedReport) -> str:
    stopped = f". Stopped: {report.error}" if report.error else ""
    return f"embed  {report.model}: {report.embedded} embedded{_failed(report.failed)}{stopped}"


def _listened(report: RefreshReport) -> list[str]:
    """A line for each stage that did anything; why none could is said once."""
    located, measured, heard = report.located, report.measured, report.heard
    lines = []
    if located.located or located.failed:
        lines.append(f"locate {located.located} files found{_failed(located.failed)}")
    if measured.done or measured.failed:
        lines.append(f"measure {measured.done} measured{_failed(measured.failed)}{_wait(measured)}")
    if heard.done or heard.failed:
        lines.append(f"hear   {heard.done} heard{_failed(heard.failed)}{_wait(heard)}")
    skipped = located.skipped or measured.skipped or heard.skipped
    left = "stopped" if lines[bool(located.located or located.failed) :] else "left out"
    return [*lines, f"measure and hear {left}: {skipped}"] if skipped else lines


def _wait(report: ListenReport) -> str:
    return f", {report.waiting} wait" if report.waiting else ""


def _failed(count: int) -> str:
    return f", {count} failed (see `playlistgen status`)" if count else ""


def _synced(sync: SyncReport) -> str:
    if sync.error:
        return f"sync   {sync.status}: {sync.error}"
    if sync.kind == "unchanged":
        return "sync   nothing new upstream"
    come = f"{sync.added} new, {sync.changed} changed, {sync.renamed} renamed"
    gone = f"{sync.missing} missing, {sync.deleted} deleted"
    return f"sync   {sync.seen} songs read ({sync.kind}): {come}, {gone}"
