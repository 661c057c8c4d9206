"""`serve --refresh-every`: when a refresh is due, and that it runs beside the server and ends with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import anyio
import httpx
import pytest

from proxy.commands.refreshing import DONE, FIRST_WAIT, LOOK_SECONDS, Past, due, keep_fresh, refresh, scan_of
from proxy.library import connect, tracks
from proxy.navidrome import Account, ScanStatus, Upstream, open_client
from proxy.refresh.lock import hold, holder
from tests.commands import Command, run
from tests.factories import NOW, library, track
from tests.fake_navidrome import PASSWORDS, Held, World

HOUR = 3600.0
QUIET = Past(ended=0.0, scan="monday")
FAILED = Past(ended=0.0, failures=1, scan="monday")


def scan(last_scan: str, *, scanning: bool = False) -> ScanStatus:
    return ScanStatus(scanning=scanning, count=3, last_scan=last_scan)


@pytest.mark.parametrize(
    ("past", "status", "now", "reason"),
    [
        (Past(), None, 0, "the server has started"),
        (QUIET, scan("monday"), HOUR - 1, ""),
        (QUIET, None, HOUR - 1, ""),
        (QUIET, scan("monday"), HOUR, "it is time"),
        (QUIET, None, HOUR, "it is time"),
        (QUIET, scan("tuesday"), 1, "upstream has scanned"),
        (QUIET, scan("tuesday", scanning=True), 1, ""),
        (QUIET, scan(""), 1, ""),
        (FAILED, None, FIRST_WAIT - 1, ""),
        (FAILED, None, FIRST_WAIT, "the last one failed"),
        (Past(ended=0.0, failures=3), None, 4 * FIRST_WAIT - 1, ""),
        (Past(ended=0.0, failures=3), None, 4 * FIRST_WAIT, "the last one failed"),
        (Past(ended=0.0, failures=5000), None, HOUR, "the last one failed"),
    ],
)
def test_a_refresh_is_due(past: Past, status: ScanStatus | None, now: float, reason: str) -> None:
    assert due(past, status, now=now, every=HOUR) == reason


class Night:
    """A clock that only sleep and runs move, and what upstream says of its scans."""

    def __init__(self, *codes: int, until: float) -> None:
        self.time = 0.0
        self.runs: list[float] = []
        self.last_scan = "monday"
        self._codes = iter(codes)
        self._until = until

    async def run(self) -> int:
        self.runs.append(self.time)
        self.time += 10
        return next(self._codes, 0)

    async def scans(self) -> ScanStatus:
        return scan(self.last_scan)

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        if self.time > self._until:
            raise anyio.get_cancelled_exc_class()

    async def pass_by(self) -> None:
        with contextlib.suppress(anyio.get_cancelled_exc_class()):
            await keep_fresh(self.run, self.scans, every=HOUR, clock=lambda: self.time, sleep=self.sleep)


@pytest.mark.anyio
async def test_the_first_is_at_once_and_the_others_follow_each_other_in_that_distance() -> None:
    night = Night(until=3 * HOUR)
    await night.pass_by()
    assert night.runs[0] == 0
    gaps = [later - earlier - 10 for earlier, later in zip(night.runs, night.runs[1:], strict=False)]
    assert len(gaps) == 2
    assert all(HOUR <= gap < HOUR + LOOK_SECONDS for gap in gaps)


@pytest.mark.anyio
@pytest.mark.parametrize(("code", "count"), [(0, 1), (1, 1), (3, 1), (2, 5), (-9, 5)])
async def test_one_that_failed_is_tried_again_sooner(code: int, count: int) -> None:
    night = Night(*[code] * 20, until=HOUR / 2)
    await night.pass_by()
    assert len(night.runs) == count


class Scanned(Night):
    """Upstream scans once, while the first refresh is at work."""

    async def run(self) -> int:
        self.last_scan = "tuesday"
        return await super().run()


@pytest.mark.anyio
async def test_one_that_cannot_be_started_is_one_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await refresh() not in DONE


@pytest.mark.anyio
async def test_one_that_says_what_is_no_text_is_heard_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "python"
    child.write_text("#!/bin/sh\nprintf 'B\\351la'\nprintf 'B\\351la\\n' >&2\n")
    child.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(child))
    assert await refresh() == 0


@pytest.mark.anyio
async def test_a_scan_during_a_refresh_is_not_missed_and_counts_once() -> None:
    night = Scanned(until=HOUR / 2)
    await night.pass_by()
    assert len(night.runs) == 2
    assert night.runs[1] < 2 * LOOK_SECONDS


# As a process.


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "LOG_FORMAT": "json"}


@pytest.mark.anyio
async def test_upstream_is_asked_for_its_scan_and_may_be_away(world: World, environ: dict[str, str]) -> None:
    world.scan.last_scan = "2026-11-23T12:00:00Z"
    async with open_client() as client:
        account = Account(Upstream(client, environ["NAVIDROME_URL"]), "admin", PASSWORDS["admin"])
        assert await scan_of(account) == ScanStatus(
            scanning=False, count=len(world.songs), last_scan="2026-11-23T12:00:00Z"
        )
        asked = len(world.requests)
        await scan_of(account)
        assert len(world.requests) == asked + 1  # no log-in each time
        away = Account(Upstream(client, "http://127.0.0.1:9"), "admin", PASSWORDS["admin"])
        assert await scan_of(away) is None


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_fills_its_index_once_however_many_its_workers(
    environ: dict[str, str], workers: str
) -> None:
    process = Command(environ, "serve", "--port", "0", "--refresh-every", "1h", "--workers", workers)
    line = json.loads(process.wait_for("a refresh has ended"))
    process.terminate()
    _, errors = process.ended(code=0)
    assert line["code"] == 0
    assert "tracks can be found" in line["report"]
    assert "a refresh begins" not in errors
    with contextlib.closing(connect(Path(environ["DB_PATH"]), readonly=True)) as db:
        assert tracks.count(db)[0] > 0


def test_it_is_ended_with_the_server_which_answers_meanwhile(world: World, environ: dict[str, str]) -> None:
    world.faults["/api/song"] = gate = Held()
    process = Command({**environ, "REFRESH_EVERY": "1h"}, "serve", "--port", "0")
    address = process.address()
    assert gate.reached.wait(60)
    assert httpx.get(f"{address}/ping").text == "."
    at_work = holder(Path(environ["DB_PATH"]))
    assert at_work
    assert os.getpriority(os.PRIO_PROCESS, at_work.pid) == 19
    assert run(environ, "refresh", code=3)
    process.send_signal(signal.SIGTERM)
    process.ended(code=0)
    gate.set()
    with hold(Path(environ["DB_PATH"]), now=NOW):
        pass  # nobody has it any more


def test_one_that_somebody_else_is_at_is_left_to_them(environ: dict[str, str]) -> None:
    path = Path(environ["DB_PATH"])
    library(path.parent, [track(1)])
    with hold(path, now=NOW):
        process = Command(environ, "serve", "--port", "0", "--refresh-every", "1h")
        line = json.loads(process.wait_for("a refresh has ended"))
    process.terminate()
    process.ended(code=0)
    assert (line["code"], line["level"]) == (3, "info")


def test_without_an_account_it_says_so_and_serves(environ: dict[str, str]) -> None:
    environ = environ | {"NAVIDROME_PASSWORD": ""}
    process = Command(environ, "serve", "--port", "0", "--refresh-every", "1h")
    assert "nothing is refreshed by itself" in process.wait_for("NAVIDROME_PASSWORD are not set")
    process.wait_for("playlistgen serves")
    process.terminate()
    process.ended(code=0)


@pytest.mark.parametrize("text", ["1 hour", "h", "-1h", "1w", "1e3s"])
def test_what_is_no_span_of_time_is_refused(environ: dict[str, str], text: str) -> None:
    _, errors = run(environ, "serve", f"--refresh-every={text}", code=2)
    assert "Write it as 30m or 1h" in errors
