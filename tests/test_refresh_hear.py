"""The stage that hears: what is noted of a track, and how energetic that makes it in its library."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import apsw
import numpy as np
import pytest

from proxy.errors import SoundError
from proxy.library import connect, index, migrate, sounds
from proxy.refresh.folders import Place
from proxy.refresh.hear import HearReport, hear
from proxy.sound.hear import Heard
from proxy.sound.styles import TAGS
from tests.factories import NOW, track
from tests.sounds import tone, write
from tests.test_refresh_measure import by_id, put

METAL, AMBIENT = TAGS.index("metal"), TAGS.index("ambient")


@pytest.fixture
def db(tmp_path: Path) -> apsw.Connection:
    migrate(tmp_path / "library.db")
    return connect(tmp_path / "library.db")


class Ears:
    """Hears metal in odd tracks and ambient in even ones; silence in t0000, and nothing at all in t0009."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __call__(self, file: Path, *, duration: float) -> Heard | None:
        self.heard.append(file.name)
        number = int(file.name[1:])
        if number == 9:
            raise SoundError("no music")
        logits = np.full(len(TAGS), -5.0, dtype=np.float32)
        logits[METAL if number % 2 else AMBIENT] = 1.0
        embedding = np.full(200, number, dtype=np.float32)
        return Heard(embedding, logits[:50], logits[50:]) if number else None


def heard(db: apsw.Connection, ears: Ears, *, hours: int = 0, **values: object) -> HearReport:
    options = {"workers": 1, "now": lambda: NOW + timedelta(hours=hours)} | values
    return hear(db, by_id, listen=ears, **options)


def test_every_track_is_heard_once_silent_ones_too(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(8)])
    ears = Ears()
    assert heard(db, ears) == HearReport(heard=8)
    assert heard(db, ears) == HearReport()
    assert len(ears.heard) == 8
    assert sounds.count(db) == 8
    known, logits = sounds.styles(db)
    assert (len(known), logits.shape) == (7, (7, 100))


def test_what_sounds_wild_has_more_energy_than_what_sounds_calm(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(8)])
    heard(db, Ears())
    index.rebuild(db)
    energy = dict(zip(*(lambda found: (found.ids, found.heard_energy.tolist()))(index.load(db)), strict=True))
    wild, calm = ([energy[f"t{n:04}"] for n in numbers] for numbers in ((1, 3, 5, 7), (2, 4, 6)))
    assert min(wild) > max(calm)
    assert np.isnan(energy["t0000"])


def test_energy_is_measured_by_the_library_as_it_is_now(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(4)])
    heard(db, Ears())
    before = db.execute("SELECT energy FROM track_sound WHERE track_id = 't0001'").fetchone()
    put(db, [track(n) for n in range(11, 30, 2)])
    heard(db, Ears(), hours=1)
    after = db.execute("SELECT energy FROM track_sound WHERE track_id = 't0001'").fetchone()
    assert after < before


def test_what_cannot_be_heard_is_noted_and_a_limit_leaves_the_rest(db: apsw.Connection) -> None:
    put(db, [track(9), track(1)])
    assert heard(db, Ears(), limit=1).waiting == 1
    report = heard(db, Ears(), hours=1)
    assert heard(db, Ears(), hours=2).failed + report.failed >= 1
    (text,) = db.execute("SELECT error FROM navidrome_track_sync_status WHERE stage = 'hear' AND error <> ''")
    assert text == ("no music",)


def test_another_file_is_heard_anew(db: apsw.Connection) -> None:
    put(db, [track(1, size=100)])
    heard(db, Ears())
    put(db, [track(1, size=200)], now=NOW + timedelta(hours=1))
    assert heard(db, Ears(), hours=2).heard == 1


def test_a_real_file_is_heard_by_the_networks(db: apsw.Connection, tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", tone(-12, seconds=12))
    put(db, [track(1, duration=12.0)])
    assert hear(db, lambda _: Place(file), workers=1, now=lambda: NOW).heard == 1
    assert sounds.styles(db)[1].shape == (1, 100)
