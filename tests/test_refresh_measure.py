"""The stage that measures: what waits, in which order, what is noted, and how it ends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from proxy.errors import FfmpegMissing, LibraryError, SoundError
from proxy.library import Track, connect, loudness, migrate, syncs, timestamp, tracks, transaction
from proxy.library.files import File
from proxy.refresh import measure
from proxy.refresh.folders import Place
from proxy.refresh.listening import ListenReport, through
from proxy.refresh.sources import mounted
from proxy.sound.loudness import Loudness
from tests.factories import NOW, track
from tests.sounds import tone, write

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def db(tmp_path: Path) -> apsw.Connection:
    migrate(tmp_path / "library.db")
    return connect(tmp_path / "library.db")


def put(db: apsw.Connection, rows: Sequence[Track], *, now: datetime = NOW) -> None:
    """As sync and locate leave them, all files found."""
    with transaction(db):
        tracks.put(db, rows, now=now.isoformat())
        for stage in ("sync", "locate"):
            syncs.succeeded(db, (row.track_id for row in rows), stage, now=now.isoformat())


class Ears:
    """Hears that each file is as loud as its duration says; not those it refuses."""

    def __init__(self, *refused: str) -> None:
        self.refused = set(refused)
        self.heard: list[str] = []

    def __call__(self, file: Path, *, duration: float) -> Loudness:
        self.heard.append(file.name)
        if file.name in self.refused:
            raise SoundError(f"no music in {file.name}")
        return Loudness(lufs=-duration / 10, true_peak=-1.0, range=5.0, rms=-20.0)


def by_id(file: File) -> Place:
    return Place(Path(file.track_id))


def measured(
    db: apsw.Connection,
    *ears: Callable[..., Loudness],
    find: Callable[[File], Place] = by_id,
    now: datetime = NOW,
    again: syncs.Again = "",
    **options: Any,
) -> ListenReport:
    """By ffmpeg unless other ears are given."""
    waiting = loudness.to_measure(db, now=timestamp(now), again=again)
    stages, options = [measure.stage(*ears)], {"workers": 1, "now": lambda: now} | options
    return through(db, lambda file: mounted(find(file)), stages, {"measure": waiting}, **options)["measure"]


def figures(db: apsw.Connection) -> dict[str, float | None]:
    return dict(db.execute("SELECT track_id, lufs FROM track_loudness ORDER BY track_id"))


def test_every_track_is_measured_once(db: apsw.Connection) -> None:
    put(db, [track(n, duration=100.0 + n) for n in range(10)])
    ears = Ears()
    assert measured(db, ears, workers=3) == ListenReport(done=10)
    assert figures(db) == {f"t000{n}": -10.0 - n / 10 for n in range(10)}
    assert measured(db, ears) == ListenReport()
    assert len(ears.heard) == 10
    assert loudness.count(db) == 10


def test_what_was_served_most_comes_first_and_then_what_came_last(db: apsw.Connection) -> None:
    days = {0: "2020-01-01", 1: "2024-01-01", 2: "2026-01-01", 3: "2019-01-01", 4: "2018-01-01"}
    put(db, [track(n, song={"created": f"{day}T00:00:00Z"}) for n, day in days.items()])
    with transaction(db):
        for track_id, times in (("t0003", 1), ("t0004", 2)):
            db.executemany("INSERT INTO served VALUES ('ana', ?, ?)", ((track_id, n) for n in range(times)))
    ears = Ears()
    measured(db, ears)
    assert ears.heard == ["t0004", "t0003", "t0002", "t0001", "t0000"]


def test_a_limit_leaves_the_rest_for_the_next_run(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(5)])
    ears = Ears()
    assert measured(db, ears, limit=2) == ListenReport(done=2, waiting=3)
    assert measured(db, ears) == ListenReport(done=3)
    assert len(set(ears.heard)) == 5


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"size": 2}, True),
        ({"duration": 201.0}, True),
        ({"song": {"updatedAt": "2026-11-23"}}, True),
        ({"song": {"updatedAt": "2020-01-01", "comment": "new"}}, False),
        ({"title": "Other"}, False),
    ],
)
def test_another_file_is_measured_anew_and_other_words_are_not(
    db: apsw.Connection, change: dict[str, object], again: bool
) -> None:
    known: dict[str, object] = {"size": 1, "song": {"updatedAt": "2020-01-01"}}
    put(db, [track(1, **known)])
    measured(db, Ears())
    put(db, [track(1, **known | change, content_hash="new")], now=LATER)
    assert measured(db, Ears(), now=LATER) == ListenReport(done=int(again))
    assert measured(db, Ears(), now=LATER) == ListenReport()


def test_a_track_that_was_gone_for_a_while_is_not_measured_anew(db: apsw.Connection) -> None:
    put(db, [track(1)])
    measured(db, Ears())
    tracks.mark_missing(db, ["t0001"], now=NOW.isoformat())
    assert loudness.count(db) == 0
    put(db, [track(1)], now=LATER)
    assert measured(db, Ears(), now=LATER) == ListenReport()


def test_a_track_with_a_new_id_keeps_its_figures(db: apsw.Connection) -> None:
    put(db, [track(1)])
    measured(db, Ears())
    put(db, [track(1, track_id="new")], now=LATER)
    with transaction(db):
        tracks.rename(db, "t0001", "new", now=LATER.isoformat())
        syncs.succeeded(db, ["new"], "sync", now=LATER.isoformat())
    assert measured(db, Ears(), now=LATER) == ListenReport()
    assert list(figures(db)) == ["new"]


def test_what_cannot_be_measured_is_noted_and_waits_longer_each_time(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(3)])
    ears = Ears("t0001")
    now, pauses = NOW, []
    for attempt in range(1, 4):
        assert measured(db, ears, now=now).failed == 1
        (failure,) = syncs.failures(db)
        assert (failure.stage, failure.error, failure.attempts) == ("measure", "no music in t0001", attempt)
        assert measured(db, ears, now=now) == ListenReport()
        due = datetime.fromisoformat(failure.next_try)
        pauses.append(due - now)
        now = due
    assert all(before < after for before, after in itertools.pairwise(pauses))
    ears.refused.clear()
    assert measured(db, ears, now=NOW, again="failed") == ListenReport(done=1)
    assert not syncs.failures(db)


def test_all_of_them_again(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(3)])
    measured(db, Ears("t0001"))
    assert measured(db, Ears(), again="all") == ListenReport(done=3)


def test_what_was_not_located_is_not_measured(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(3)])
    syncs.failed(db, "t0000", "locate", "gone", now=NOW)
    tracks.mark_missing(db, ["t0001"], now=NOW.isoformat())
    assert measured(db, Ears()) == ListenReport(done=1)


def test_a_file_that_vanishes_meanwhile_is_a_failure_of_its_own(db: apsw.Connection, tmp_path: Path) -> None:
    put(db, [track(n) for n in range(3)])
    for n in (0, 1):
        write(tmp_path / f"t000{n}.wav", tone(-20.0, seconds=1))

    def find(file: File) -> Place:
        if file.track_id == "t0002":
            return Place(None, "/music/c.mp3 is not there")
        place = Place(tmp_path / f"{file.track_id}.wav")
        if file.track_id == "t0001":
            place.file.unlink()  # type: ignore[union-attr] # after it was found, before it is opened
        return place

    assert measured(db, find=find, workers=2) == ListenReport(done=1, failed=2)
    errors = {failure.track_id: failure.error for failure in syncs.failures(db)}
    assert "No such file" in errors["t0001"]
    assert errors["t0002"] == "/music/c.mp3 is not there"
    assert figures(db) == {"t0000": pytest.approx(-23.0, abs=0.1)}


def test_silence_is_measured_and_has_no_number(db: apsw.Connection, tmp_path: Path) -> None:
    put(db, [track(1)])
    file = write(tmp_path / "a.wav", 0 * tone(0.0, seconds=1))
    found = measured(db, find=lambda _: Place(file))
    assert (found, figures(db)) == (ListenReport(done=1), {"t0001": None})


def test_without_ffmpeg_nobody_is_blamed(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(9)])

    def deaf(file: Path, *, duration: float) -> Loudness:
        raise FfmpegMissing("There is no ffmpeg.")

    assert measured(db, deaf) == ListenReport(waiting=9, skipped="There is no ffmpeg.")
    assert not syncs.failures(db)


def test_a_full_disk_ends_it_and_keeps_what_was_written(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(500)])
    pages: int = db.execute("PRAGMA page_count").get
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LibraryError, match="cannot grow"):
        measured(db, Ears())
    kept = len(figures(db))
    assert 0 < kept < 500
    db.execute("PRAGMA max_page_count = 100000")
    assert measured(db, Ears()) == ListenReport(done=500 - kept)


def test_a_run_that_is_broken_off_loses_what_was_in_hand_only(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(50)])
    done = itertools.count()

    def stopped(file: Path, *, duration: float) -> Loudness:
        if next(done) == 20:
            raise KeyboardInterrupt
        return Loudness(lufs=-9.0, true_peak=0.0, range=1.0, rms=-9.0)

    with pytest.raises(KeyboardInterrupt):
        measured(db, stopped)
    assert 18 <= len(figures(db)) <= 20
    kept = len(figures(db))
    assert measured(db, Ears()) == ListenReport(done=50 - kept)


def test_servers_are_told_when_there_is_something_new(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(3)])
    told: list[int] = []

    def announce() -> None:
        told.append(loudness.count(db))

    measured(db, Ears("t0001"), announce=announce)
    assert told == [2]
    measured(db, Ears(), announce=announce)
    assert told == [2]


def test_progress_is_told(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(4)])
    told: list[tuple[str, int, int | None]] = []
    measured(db, Ears("t0002"), progress=lambda *far: told.append(far))
    assert told[-1] == ("measure", 4, 4)
