"""The second stage of refresh: every track's texts become vectors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import apsw
import numpy as np
import numpy.typing as npt
import pytest

from proxy.errors import EmbedderUnreachable
from proxy.library import connect, embeddings, migrate, syncs, tracks, transaction
from proxy.refresh.embed import BATCH, embed
from tests.factories import NOW, WordCounter, track


@pytest.fixture
def db(tmp_path: Path) -> apsw.Connection:
    migrate(tmp_path / "library.db")
    db = connect(tmp_path / "library.db")
    put(db, [track(n) for n in range(10)])
    return db


def put(db: apsw.Connection, rows: Sequence[object]) -> None:
    with transaction(db):
        tracks.put(db, rows, now=NOW.isoformat())  # type: ignore[arg-type]


class Counting(WordCounter):
    """Counts the texts it is given, and gives up after so many of them."""

    def __init__(self, *, gives_up_after: int = 10**9, refuses: str = "\0") -> None:
        super().__init__()
        self.texts = 0
        self.gives_up_after = gives_up_after
        self.refuses = refuses

    def documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.texts += len(texts)
        if self.texts > self.gives_up_after:
            raise EmbedderUnreachable("nobody answers any more")
        rows = super().documents(texts)
        rows[[self.refuses in text for text in texts]] = np.nan
        return rows


def test_every_track_gets_two_vectors_once(db: apsw.Connection) -> None:
    embedder = Counting()
    assert embed(db, embedder, now=lambda: NOW).embedded == 10
    assert embedder.texts == 20
    assert embed(db, embedder, now=lambda: NOW).embedded == 0
    assert embedder.texts == 20


def test_only_a_track_whose_texts_changed_is_embedded_again(db: apsw.Connection) -> None:
    embedder = Counting()
    embed(db, embedder, now=lambda: NOW)
    put(db, [track(3, title="Another title"), track(4, duration=1.0, content_hash="x")])
    assert embed(db, embedder, now=lambda: NOW).embedded == 1


def test_a_missing_track_is_not_embedded(db: apsw.Connection) -> None:
    tracks.mark_missing(db, ["t0001"], now=NOW.isoformat())
    assert embed(db, Counting(), now=lambda: NOW).embedded == 9


def test_a_refused_track_is_noted_and_tried_again_later(db: apsw.Connection) -> None:
    embedder = Counting(refuses="Song 7 ")
    report = embed(db, embedder, now=lambda: NOW)
    assert (report.embedded, report.failed, report.error) == (9, 1, "")
    (failure,) = syncs.failures(db)
    assert (failure.track_id, failure.stage) == ("t0007", "embed words")
    before = embedder.texts
    embed(db, embedder, now=lambda: NOW + timedelta(minutes=1))
    assert embedder.texts == before
    embedder.refuses = "\0"
    assert embed(db, embedder, now=lambda: NOW + timedelta(hours=1)).embedded == 1
    assert not syncs.failures(db)


def test_what_one_model_refuses_another_takes(db: apsw.Connection) -> None:
    picky, other = Counting(refuses="Song 7 "), WordCounter("other")
    assert embed(db, picky, now=lambda: NOW).failed == 1
    assert embed(db, other, now=lambda: NOW).embedded == 10


def test_an_embedder_that_gives_up_loses_one_batch_and_the_next_run_goes_on(
    db: apsw.Connection,
) -> None:
    put(db, [track(n) for n in range(600)])
    embedder = Counting(gives_up_after=2 * BATCH + 1)
    report = embed(db, embedder, now=lambda: NOW)
    assert report.error == "nobody answers any more"
    assert report.embedded == 600 - len(embeddings.waiting(db, "words")) == BATCH
    embedder.gives_up_after = 10**9
    assert embed(db, embedder, now=lambda: NOW).embedded == 600 - BATCH


def test_an_embedder_that_is_away_is_told_and_costs_nothing(db: apsw.Connection) -> None:
    assert embed(db, WordCounter(away=True), now=lambda: NOW).error == "nobody answers"


def test_progress_tells_how_far_it_is(db: apsw.Connection) -> None:
    put(db, [track(n) for n in range(600)])
    told: list[tuple[int, int | None]] = []
    embed(db, Counting(), now=lambda: NOW, progress=lambda done, total: told.append((done, total)))
    assert told == [(256, 600), (512, 600), (600, 600)]
