"""The words of the tracks: stems, postings, and impacts that are FTS5's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proxy.library import connect, index
from proxy.library.words import COLUMNS
from tests.factories import library, track

ROWS = [
    track(1, title="Rainy Day Women", artist="The Wet Shoes", genres=("Jazz", "Cool Jazz")),
    track(2, title="Café Noir", artist="Mélodie", genres=("Chanson",)),
    track(3, title="Running", artist="The Runners", album="Run Rain Run", genres=("Rock",), moods=("rainy",)),
    track(4, title="Nothing at all"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return library(tmp_path, ROWS)


def test_words_are_stemmed_and_accents_do_not_matter(path: Path) -> None:
    words = index.load(connect(path)).words
    assert words.terms("Runs, RUNNING café r&b") == ["run", "cafe", "r", "b"]


def test_a_word_is_found_in_the_columns_where_it_stands(path: Path) -> None:
    words = index.load(connect(path)).words
    assert words.where("raini", 0) == {"title"}
    assert words.where("raini", 2) == {"tags"}
    assert words.where("run", 2) == {"title", "album"}
    assert words.where("raini", 3) == set()
    assert words.where("unheard", 0) == set()


@pytest.mark.parametrize("word", ["raini", "jazz", "run", "cafe", "song", "the"])
@pytest.mark.parametrize("column", COLUMNS)
def test_impacts_are_those_of_fts5(path: Path, word: str, column: str) -> None:
    db = connect(path)
    weights = ", ".join("1" if name == column else "0" for name in COLUMNS)
    wanted = np.zeros(len(ROWS), dtype=np.float32)
    found = db.execute(
        f"SELECT rowid, -bm25(track_words, {weights}) FROM track_words WHERE track_words MATCH ?",
        (f'"{word}"',),
    )
    for row, score in found:
        wanted[row - 1] = score
    ours = index.load(db).words.scores([word])[column]
    np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-6)


def test_a_track_that_went_after_the_words_were_made_is_left_out(path: Path) -> None:
    db = connect(path)
    db.execute("UPDATE tracks SET missing_since = '2026-01-01' WHERE track_id = 't0001'")
    words = index.load(db).words
    assert words.posting("jazz") is None or not len(words.posting("jazz").tracks)  # type: ignore[union-attr]
    assert words.where("run", 1) == {"title", "album"}


def test_an_index_that_was_never_made_is_empty(tmp_path: Path) -> None:
    from proxy.library import migrate

    migrate(tmp_path / "new.db")
    empty = index.load(connect(tmp_path / "new.db"))
    assert len(empty) == 0
    assert empty.words.scores(["jazz"])["tags"].shape == (0,)
