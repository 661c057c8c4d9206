"""`serve` keeps its index fresh by itself: now and then a `refresh` in a process of its own, one at a time.

That upstream has scanned is asked for once a minute. Navidrome tells it as an event too, but only behind the
log-in of its own web interface, over a connection that has to be kept and renewed; the question is one small
request, which every Subsonic server answers.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from subprocess import DEVNULL, PIPE

import anyio
import structlog
from anyio.abc import ByteReceiveStream, Process
from anyio.from_thread import start_blocking_portal
from anyio.streams.text import TextReceiveStream
from msgspec import Struct

from proxy.errors import RefreshRunning, UpstreamError
from proxy.navidrome import Account, ScanStatus, Upstream, open_client
from proxy.settings import Settings

LOOK_SECONDS = 60.0
FIRST_WAIT = 60.0  # after a refresh that failed; doubled each time, up to what is set
NICENESS = 19  # the lowest priority there is
GOODBYE_SECONDS = 5.0
NOT_STARTED = 126  # as shells put it
DONE = (0, 1, RefreshRunning.exit_code)  # with faults, and by another process, is done too

log = structlog.get_logger()

Scans = Callable[[], Awaitable[ScanStatus | None]]


class Past(Struct, frozen=True):
    """Our last refresh: when it ended, how many have failed in a row, and upstream's last scan before it."""

    ended: float | None = None
    failures: int = 0
    scan: str = ""


def due(past: Past, scan: ScanStatus | None, *, now: float, every: float) -> str:
    """Why it is time for a refresh; "" where it is not. Seconds, from wherever the clock counts them.

    The first is due at once: it goes on with what the last end of the server has broken off, and with nothing
    to do it takes a second.
    """
    if past.ended is None:
        return "the server has started"
    if past.failures:
        again = min(FIRST_WAIT * 2 ** min(past.failures - 1, 20), every)
        return "the last one failed" if now >= past.ended + again else ""
    if now >= past.ended + every:
        return "it is time"
    if scan and not scan.scanning and scan.last_scan and scan.last_scan != past.scan:
        return "upstream has scanned"
    return ""


async def keep_fresh(
    run: Callable[[], Awaitable[int]],
    scans: Scans,
    *,
    every: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> None:
    """`run`, which gives an exit code, whenever it is due; until cancelled."""
    past = Past()
    while True:
        scan = None if past.failures else await scans()
        if reason := due(past, scan, now=clock(), every=every):
            log.info("a refresh begins", reason=reason)
            failed = await run() not in DONE
            known = scan.last_scan if scan else past.scan
            past = Past(ended=clock(), failures=past.failures + 1 if failed else 0, scan=known)
        await sleep(LOOK_SECONDS)


@contextmanager
def refreshing(settings: Settings, *, every: float) -> Iterator[None]:
    """`keep_fresh` beside the block, in a thread; a refresh that is at work when the block ends is ended."""
    if not every:
        yield
        return
    if not (settings.navidrome_user and settings.navidrome_password):
        log.warning("nothing is refreshed by itself: NAVIDROME_USER and NAVIDROME_PASSWORD are not set")
        yield
        return
    with start_blocking_portal() as portal:
        task = portal.start_task_soon(_watch, settings, every)
        try:
            yield
        finally:
            task.cancel()


async def _watch(settings: Settings, every: float) -> None:
    async with open_client() as client:
        upstream = Upstream(client, settings.navidrome_url)
        account = Account(upstream, settings.navidrome_user, settings.navidrome_password)
        try:
            await keep_fresh(refresh, partial(scan_of, account), every=every)
        except Exception:
            log.exception("nothing is refreshed by itself any more")


async def scan_of(account: Account) -> ScanStatus | None:
    """What upstream says of its scans; None where it says nothing: the next refresh will say why."""
    with suppress(UpstreamError):
        return await account.scan_status()
    return None


async def refresh() -> int:
    """One `playlistgen refresh` with our environment: its exit code. What it says goes to the log."""
    command = [sys.executable, "-m", "proxy", "refresh"]
    try:
        process = await anyio.open_process(
            command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:  # no memory, too many processes: another time there may be
        log.warning("a refresh could not be started", reason=error.strerror)
        return NOT_STARTED
    try:
        with suppress(OSError):
            os.setpriority(os.PRIO_PGRP, process.pid, NICENESS)
        assert process.stdout
        assert process.stderr
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_pass_on, process.stderr)
            said = "".join([text async for text in TextReceiveStream(process.stdout, errors="replace")])
        code = await process.wait()
    finally:
        await _end(process)
    tell = log.info if code in DONE else log.warning
    tell("a refresh has ended", code=code, report=said.strip())
    return code


async def _pass_on(lines: ByteReceiveStream) -> None:
    """Its log is ours."""
    async for text in TextReceiveStream(lines, errors="replace"):
        sys.stderr.write(text)
        sys.stderr.flush()


async def _end(process: Process) -> None:
    """With all that it started, ffmpeg for one."""
    with anyio.CancelScope(shield=True):
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                with anyio.move_on_after(GOODBYE_SECONDS):
                    await process.wait()
        await process.aclose()
