"""Vectors of the tracks: kept per model, smoothed by artist, found through sqlite-vec."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proxy.library import connect, embeddings, index, vectors
from proxy.library.embeddings import Model
from tests.factories import NOW, WordCounter, library, track

GENRES = ("Jazz", "Rock", "Folk", "Ambient", "Soul")
ROWS = [track(n, genres=(GENRES[n % 5],), title=f"Title {n}") for n in range(200)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return library(tmp_path, ROWS)


def test_the_nearest_by_signs_hold_the_nearest_by_vectors(path: Path) -> None:
    db, embedder = connect(path), WordCounter()
    found = index.load(db)
    for text in ("jazz", "folk album", "Title 17"):
        vector = embedder.prompt(text, timeout=1)
        exact = found.vectors["words"].smoothed(found.rows.tolist()) @ vector
        best = set(found.rows[np.argsort(-exact)[:10]].tolist())
        assert len(best & set(found.vectors["words"].nearest(db, vector, 60).tolist())) >= 9


def test_a_track_takes_after_its_artist(path: Path) -> None:
    db = connect(path)
    found = index.load(db)
    smoothed = found.vectors["words"].smoothed(found.rows.tolist())
    unit = smoothed / np.linalg.norm(smoothed, axis=1, keepdims=True)
    alike = unit @ unit[0]
    by_same = found.artist == found.artist[0]
    assert alike[by_same].mean() > alike[~by_same].mean()


def test_rows_without_a_vector_are_zero_and_the_order_is_the_callers(path: Path) -> None:
    db = connect(path)
    found = index.load(db).vectors["words"]
    some = found.smoothed([7, 9999, 3])
    assert not some[1].any()
    np.testing.assert_array_equal(some[[0, 2]], found.smoothed([7, 3]))


def test_products_are_those_of_the_vectors_and_0_without_one(path: Path) -> None:
    db, embedder = connect(path), WordCounter()
    found = index.load(db).vectors["words"]
    vector = embedder.prompt("jazz", timeout=1)
    rows = [7, 9999, 3]
    products = found.products(rows, vector)
    np.testing.assert_allclose(products, found.smoothed(rows) @ vector, atol=1e-5)
    assert products[1] == 0
    assert products[0] != 0


def test_deviations_are_from_the_mean_of_the_whole_index(path: Path) -> None:
    db, embedder = connect(path), WordCounter()
    found = index.load(db)
    vector = embedder.prompt("jazz", timeout=1)
    standard = found.vectors["words"].standard(found.rows, vector)
    assert abs(float(standard.mean())) < 1e-3
    assert abs(float(standard.std()) - 1) < 1e-3


def test_another_form_of_the_texts_makes_the_vectors_worthless(path: Path) -> None:
    db = connect(path)
    assert not embeddings.waiting(db, "words")
    assert embeddings.declare(db, Model("words", 128, "1", "another"), now=NOW.isoformat())
    assert len(embeddings.waiting(db, "words")) == len(ROWS)


def test_the_same_form_keeps_them(path: Path) -> None:
    db = connect(path)
    known = db.execute("SELECT digest, text_form FROM embedding_models").fetchone()
    assert not embeddings.declare(db, Model("words", 128, *known), now=NOW.isoformat())  # type: ignore[misc]
    assert not embeddings.waiting(db, "words")


def test_each_model_has_an_index_of_its_own(tmp_path: Path) -> None:
    both = (WordCounter("ollama:a-b"), WordCounter("words"))
    db = connect(library(tmp_path, ROWS, embedders=both))
    assert vectors.searchable(db) == ["ollama:a-b", "words"]
    assert set(index.load(db).vectors) == {"ollama:a-b", "words"}
