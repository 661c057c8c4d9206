from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from msgspec import structs

from proxy.library import Track, connect, migrate, syncs, timestamp, tracks

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAMP, LATER = timestamp(NOW), timestamp(NOW + timedelta(hours=1))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    migrate(tmp_path / "library.db")
    with contextlib.closing(connect(tmp_path / "library.db")) as connection:
        tracks.put(
            connection, (Track(track_id=name, title=name.upper(), artist="X") for name in "abc"), now=STAMP
        )
        syncs.succeeded(connection, "abc", "sync", now=STAMP)
        yield connection


def test_a_run_is_open_until_it_is_finished(db: apsw.Connection) -> None:
    run = syncs.start(db, now=STAMP)
    assert syncs.latest(db) == [run]
    assert run.status == "running"
    done = structs.replace(
        run, kind="native", status="ok", seen=9, added=1, changed=2, renamed=3, missing=4, deleted=5,
        gate="g", upstream_version="navidrome 1", last_scan="yesterday", ended_at=LATER, error="none",
    )  # fmt: skip
    syncs.finish(db, done)
    assert syncs.latest(db) == [done]


def test_a_run_that_a_dead_process_left_open_is_closed_by_the_next(db: apsw.Connection) -> None:
    dead = syncs.start(db, now=STAMP)
    alive = syncs.start(db, now=LATER)
    assert [(run.sync_id, run.status) for run in syncs.latest(db)] == [
        (alive.sync_id, "running"),
        (dead.sync_id, "stopped"),
    ]


def test_the_newest_runs_come_first(db: apsw.Connection) -> None:
    runs = [syncs.start(db, now=STAMP).sync_id for _ in range(3)]
    assert [run.sync_id for run in syncs.latest(db, 2)] == [runs[2], runs[1]]


def test_failures_are_counted_until_a_success(db: apsw.Connection) -> None:
    syncs.failed(db, "b", "hear", "no file", now=NOW)
    syncs.failed(db, "a", "embed", "too long", now=NOW)
    syncs.failed(db, "a", "embed", "still too long", now=NOW)
    assert [(f.track_id, f.stage, f.title, f.attempts, f.error) for f in syncs.failures(db)] == [
        ("a", "embed", "A", 2, "still too long"),
        ("b", "hear", "B", 1, "no file"),
    ]
    assert syncs.failures(db)[0].next_try == timestamp(NOW + syncs.wait(2))
    syncs.succeeded(db, "ab", "embed", now=LATER)
    assert [failure.stage for failure in syncs.failures(db)] == ["hear"]


def test_a_failure_keeps_the_last_success(db: apsw.Connection) -> None:
    syncs.succeeded(db, ["a"], "embed", now=STAMP)
    syncs.failed(db, "a", "embed", "broken", now=NOW)
    assert (
        db.execute("SELECT last_success FROM navidrome_track_sync_status WHERE stage = 'embed'").get == STAMP
    )


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 10), (2, 20), (5, 160), (11, 7 * 24 * 60), (10_000, 7 * 24 * 60)]
)
def test_waits_double_up_to_a_week(attempts: int, minutes: int) -> None:
    assert syncs.wait(attempts) == timedelta(minutes=minutes)
