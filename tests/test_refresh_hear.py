"""The stage that hears: what is noted of a track, and how energetic that makes it in its library."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import apsw
import numpy as np
import pytest

from proxy.errors import SoundError
from proxy.library import connect, index, migrate, sounds, timestamp
from proxy.library.files import File
from proxy.library.sounds import Sound
from proxy.refresh.folders import Place
from proxy.refresh.hear import BATCH, rate, stage
from proxy.refresh.listening import ListenReport, through
from proxy.refresh.sources import mounted
from proxy.sound.hear import Heard
from proxy.sound.styles import MTT, TAGS
from tests.factories import NOW, library, track
from tests.sounds import tone, write
from tests.test_refresh_measure import by_id, put
from tests.writers import refused

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
        return Heard(embedding, -embedding, logits[:50], logits[50:]) if number else None


def heard(
    db: apsw.Connection,
    *ears: Ears,
    find: Callable[[File], Place] = by_id,
    hours: int = 0,
    limit: int | None = None,
) -> ListenReport:
    """By the networks unless other ears are given."""
    now = NOW + timedelta(hours=hours)
    waiting = {"hear": sounds.to_hear(db, now=timestamp(now))}
    stages, announce = [stage(*ears)], partial(rate, db)
    source = lambda file: mounted(find(file))  # noqa: E731
    found = through(db, source, stages, waiting, workers=1, now=lambda: now, limit=limit, announce=announce)
    return found["hear"]


def test_every_track_is_heard_once_silent_ones_too(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(8)])
    ears = Ears()
    assert heard(db, ears) == ListenReport(done=8)
    assert heard(db, ears) == ListenReport()
    assert len(ears.heard) == 8
    assert sounds.count(db) == 8
    known, logits = sounds.styles(db)
    assert (len(known), logits.shape) == (7, (7, 100))


def test_both_embeddings_are_kept(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(3)])
    heard(db, Ears())
    rows = db.execute("SELECT embedding, embedding_mtt FROM track_sound ORDER BY track_id").fetchall()
    assert rows[0] == (None, None)
    assert [np.frombuffer(blob, np.float16).tolist() for blob in rows[2]] == [[2.0] * 200, [-2.0] * 200]


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
    assert heard(db, Ears(), hours=2).done == 1


def test_a_real_file_is_heard_by_the_networks(db: apsw.Connection, tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", tone(-12, seconds=12))
    put(db, [track(1, duration=12.0)])
    assert heard(db, find=lambda _: Place(file)).done == 1
    assert sounds.styles(db)[1].shape == (1, 100)


def test_what_was_heard_with_one_embedding_is_heard_again_and_silence_is_not(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(3)])
    heard(db, Ears())
    db.execute("UPDATE track_sound SET embedding_mtt = NULL")
    (file,) = (Path(__file__).parents[1] / "migrations").glob("*_both_embeddings.sql")
    _, delete = file.read_text().partition("-- migrate:down")[0].split("-- What has one")
    db.execute("DELETE" + delete.partition("DELETE")[2])
    assert sorted(sounds.to_hear(db, now=timestamp(NOW))) == ["t0001", "t0002"]
    assert len(sounds.styles(db)[0]) == 2


def test_a_tempo_is_put_right_by_what_is_heard_and_put_right_again(db: apsw.Connection) -> None:
    put(db, [track(n, bpm=87 if n % 2 else None) for n in range(1, 9)])
    heard(db, Fast())
    index.rebuild(db)
    assert tempos(db) == {"t0001": 174, "t0003": 87, "t0005": 87, "t0007": 87}
    put(db, [track(1, bpm=90, content_hash="new")], now=NOW + timedelta(hours=1))
    rate(db)
    index.rebuild(db)
    assert tempos(db)["t0001"] == 180


def test_others_write_while_the_library_is_rated(tmp_path: Path) -> None:
    """They wait for a batch of tracks at most."""
    vector, rows = np.ones(200, dtype=np.float32), [track(n) for n in range(2 * BATCH + 10)]
    path = library(tmp_path, rows, heard=[Sound(row.track_id, vector, vector, vector[:100]) for row in rows])
    assert BATCH <= max(refused(path, rate)) < BATCH + 10
    with closing(connect(path)) as db:
        assert db.execute("SELECT COUNT(energy) FROM track_sound").get == len(rows)


class Fast(Ears):
    """Hears that t0001 is fast."""

    def __call__(self, file: Path, *, duration: float) -> Heard | None:
        logits = np.full(len(TAGS), -5.0, dtype=np.float32)
        logits[50 + MTT.index("fast")] = 2.0 if file.name == "t0001" else -5.0
        return Heard(logits[:2], logits[:2], logits[:50], logits[50:])


def tempos(db: apsw.Connection) -> dict[str, float]:
    found = index.load(db)
    return {
        name: tempo for name, tempo in zip(found.ids, found.tempo.tolist(), strict=True) if tempo == tempo
    }
