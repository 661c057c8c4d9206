"""The index made anew while others read and write, and cut anywhere."""

from __future__ import annotations

from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from proxy.errors import LibraryError
from proxy.library import check, connect, embeddings, index, timestamp, tracks, transaction
from proxy.library.embeddings import Model
from proxy.library.words import BATCH
from proxy.refresh.embed import embed
from tests.factories import NOW, WordCounter, library, track
from tests.writers import refused

OLD, NEW = 60, 90
QUERY = WordCounter().prompt("title", timeout=1)


def changed(folder: Path) -> Path:
    """A library as a refresh has it before it makes the index: with more tracks than that holds."""
    folder.mkdir()
    path = library(folder, [track(n, title=f"Title {n}") for n in range(OLD)])
    with closing(connect(path)) as db:
        with transaction(db):
            tracks.put(db, [track(n, title=f"Title {n}") for n in range(OLD, NEW)], now=NOW.isoformat())
        embed(db, WordCounter(), now=lambda: NOW)
    return path


def rebuilt(path: Path, *, cut: float = float("inf")) -> int:
    """The number of statements; ended before statement `cut` as if the power had gone."""
    made = count()
    with closing(connect(path)) as db:
        db.exec_trace = lambda *statement: next(made) < cut
        index.rebuild(db)
    return next(made)


def in_force(path: Path) -> tuple[int, int, int]:
    """The generation, and how many tracks are found by their words and by their vectors."""
    with closing(connect(path)) as db:
        assert check(db) == []
        found = index.load(db)
        near = found.vectors["words"].nearest(db, QUERY, NEW)
        return found.generation, int(found.saying("title").sum()), len(near)


def derived(path: Path) -> list[str]:
    """The virtual tables, whichever of two in turn is in force."""
    with closing(connect(path)) as db:
        rows: Any = db.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        return sorted(name.removesuffix("_other") for (name,) in rows)


@pytest.mark.parametrize("part", [0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99])
def test_wherever_it_is_cut_the_old_or_the_new_is_in_force_and_the_next_run_ends_it(
    tmp_path: Path, part: float
) -> None:
    path, another = changed(tmp_path / "one"), changed(tmp_path / "other")
    whole, (generation, *_) = derived(path), in_force(path)
    with pytest.raises(LibraryError):
        rebuilt(path, cut=part * rebuilt(another))
    found = in_force(path)
    assert found in {(generation, OLD, OLD), (generation + 1, NEW, NEW)}
    with closing(connect(path)) as db:
        assert index.is_stale(db) == (found[0] == generation)
    rebuilt(path)
    assert in_force(path) == (found[0] + 1, NEW, NEW)
    assert derived(path) == whole


def test_others_write_meanwhile(tmp_path: Path) -> None:
    """They wait for a batch of tracks at most."""
    size = 2 * BATCH + 10
    path = library(tmp_path, [track(n, title=f"Title {n}") for n in range(size)])
    refusals = refused(path, index.rebuild)
    assert in_force(path)[1] == size
    assert BATCH <= max(refusals) < BATCH + 10


def test_an_index_that_was_loaded_before_finds_tracks_after_it(tmp_path: Path) -> None:
    path = library(tmp_path, [track(n, title=f"Title {n}") for n in range(OLD)])
    with closing(connect(path)) as db, closing(connect(path, readonly=True)) as reader:
        loaded = index.load(reader).vectors["words"]
        before = loaded.nearest(reader, QUERY, 20).tolist()
        for _ in range(2):
            index.rebuild(db)
            assert loaded.nearest(reader, QUERY, 20).tolist() == before


def test_what_an_earlier_version_derived_goes(tmp_path: Path) -> None:
    path = library(tmp_path, [track(1)])
    with closing(connect(path)) as db:
        db.execute("CREATE TABLE near_words_0123abcd_blocks (block INTEGER PRIMARY KEY)")
        index.rebuild(db)
        assert not db.table_exists("main", "near_words_0123abcd_blocks")


def test_a_model_of_another_dimension_is_searched_once_its_index_is_made(tmp_path: Path) -> None:
    path = library(tmp_path, [track(n) for n in range(OLD)])
    wider = WordCounter()
    wider.dimension = 256
    with closing(connect(path)) as db:
        embeddings.declare(db, Model("words", 256, "2", ""), now=timestamp(NOW))
        assert not index.load(db).vectors
        embed(db, wider, now=lambda: NOW)
        assert not index.load(db).vectors
        assert index.is_stale(db)
        index.rebuild(db)
        found = index.load(db).vectors["words"]
        assert len(found.nearest(db, wider.prompt("title", timeout=1), NEW)) == OLD
