"""What was measured is kept, by newer versions too."""

from __future__ import annotations

import contextlib
from pathlib import Path

from proxy.library import connect, loudness, migrate, tracks, transaction
from proxy.library.loudness import Measured
from tests.factories import NOW, track

ROW = Measured(track_id="t0001", lufs=-9.5, true_peak=0.2, range=4.0, rms=-12.0, source="ffmpeg")
STAMP = NOW.isoformat()


def test_a_row_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    migrate(tmp_path / "library.db")
    with contextlib.closing(connect(tmp_path / "library.db")) as db:
        with transaction(db):
            tracks.put(db, [track(1)], now=STAMP)
            for _ in range(2):
                loudness.put(db, ROW, now=STAMP)
        assert loudness.count(db) == 1


def test_what_is_measured_of_a_track_that_has_gone_is_nothing(tmp_path: Path) -> None:
    migrate(tmp_path / "library.db")
    with contextlib.closing(connect(tmp_path / "library.db")) as db:
        with transaction(db):
            loudness.put(db, ROW, now=STAMP)
        assert loudness.count(db) == 0


def test_figures_of_the_version_before_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    migrate(path)
    with contextlib.closing(connect(path)) as db, transaction(db):
        db.execute("ALTER TABLE track_loudness DROP COLUMN measured_of")
        db.execute("DELETE FROM schema_migrations WHERE version = '20261123150000'")
        tracks.put(db, [track(1)], now=STAMP)
        db.execute("INSERT INTO track_loudness VALUES ('t0001', -9.5, 0.2, 4.0, -12.0, 'ffmpeg', '')")
    migrate(path)
    with contextlib.closing(connect(path)) as db:
        assert db.execute("SELECT lufs, true_peak, measured_of FROM track_loudness").fetchall() == [
            (-9.5, 0.2, "")
        ]
