"""A database whose vectors were kept at sixteen bits: they are moved as they are, wherever that is cut."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest

from proxy.errors import LibraryError
from proxy.library import check, connect, embeddings, index, migrate
from proxy.library.halves import ROWS, TABLE, move
from proxy.refresh.songs import NOT_KEPT
from tests.factories import WordCounter, library, track

OLD = Path(__file__).parent / "data" / "old" / "first_migration.db.gz"
MANY = 2 * ROWS + 100


def halves(db: apsw.Connection, table: str) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    """Both vectors of each track as the old table has them."""
    rows: Any = db.execute(f"SELECT track_id, document, names FROM {table} ORDER BY rowid")
    return {row[0]: np.frombuffer(row[1] + row[2], np.float16).astype(np.float32) for row in rows}


def of_now(db: apsw.Connection) -> np.ndarray:  # type: ignore[type-arg]
    blocks = list(embeddings.blocks(db, "words"))
    return np.concatenate([np.hstack([block.documents.every(), block.names.every()]) for block in blocks])


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A large library as the version before left it, its index with it."""
    path = library(tmp_path, [track(number) for number in range(MANY)])
    with closing(connect(path)) as db:
        db.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM track_embeddings LIMIT 0")
        ids = [track_id for (track_id,) in db.execute("SELECT track_id FROM tracks ORDER BY track_row")]
        vectors = of_now(db).astype(np.float16)
        both = zip(ids, vectors[:, :128], vectors[:, 128:], strict=True)
        rows = ((i, "words", document.tobytes(), names.tobytes()) for i, document, names in both)
        with db:
            db.executemany(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?)", rows)
            db.execute("DELETE FROM track_embeddings")
            db.execute("UPDATE library_generation SET stale = 0")
        db.execute("VACUUM")
    return path


def test_vectors_of_the_first_version_are_kept_and_nothing_is_embedded_anew(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    with closing(apsw.Connection(str(path))) as db:
        present = {str(i) for (i,) in db.execute("SELECT track_id FROM tracks WHERE missing_since IS NULL")}
        were = [v for i, v in sorted(halves(db, "track_embeddings").items()) if i in present]
    migrate(path)
    with closing(connect(path)) as db:
        assert not db.table_exists("main", TABLE)
        assert not embeddings.waiting(db, "words")
        sizes = db.execute("SELECT DISTINCT length(document), length(names) FROM track_embeddings")
        assert sizes.fetchall() == [(4 + 128, 4 + 128)]
        assert np.abs(of_now(db) - np.array(were)).max() < 1 / 127


def test_rows_of_the_first_version_hold_of_a_song_what_those_of_now_do(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    everything = json.dumps({name: [{"name": name}] for name in ("comment", "participants", *NOT_KEPT)})
    with closing(apsw.Connection(str(path))) as db:
        before = db.execute("SELECT track_id, content_hash FROM tracks").fetchall()
        db.execute("UPDATE tracks SET song = ?", (everything,))
    migrate(path)
    with closing(connect(path)) as db:
        assert db.execute("SELECT track_id, content_hash FROM tracks").fetchall() == before
        kept = {name for (song,) in db.execute("SELECT song FROM tracks") for name in json.loads(song)}
    assert kept == {"comment", "participants"}


def test_it_is_searched_as_before_at_once_and_the_file_is_smaller(before: Path) -> None:
    query = WordCounter().prompt("title 17", timeout=1)
    with closing(connect(before)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = before.stat().st_size
    migrate(before)
    with closing(connect(before)) as db:
        assert check(db) == []
        assert db.execute("PRAGMA freelist_count").get <= 2
        assert before.stat().st_size < size
        found = index.load(db).vectors["words"].nearest(db, query, 20)
        assert index.is_stale(db)
        index.rebuild(db)
        np.testing.assert_array_equal(index.load(db).vectors["words"].nearest(db, query, 20), found)


@pytest.mark.parametrize("steps", [1, 30, 60, 100])
def test_wherever_it_is_cut_it_is_ended_later(before: Path, steps: int) -> None:
    with closing(connect(before)) as db:
        were = halves(db, TABLE)
    cut(before, steps * 1000)
    with closing(connect(before)) as db:
        left = db.execute(f"SELECT COUNT(*) FROM {TABLE}").get
        assert left + db.execute("SELECT COUNT(*) FROM track_embeddings").get == MANY
    migrate(before)
    with closing(connect(before)) as db:
        assert not db.table_exists("main", TABLE)
        assert np.abs(of_now(db) - np.array(list(were.values()))).max() < 1 / 127


def cut(path: Path, steps: int) -> None:
    """Interrupt the moving after so many steps of SQLite's machine."""
    done = count()
    with closing(connect(path)) as db:
        db.set_progress_handler(lambda: next(done) * 1000 >= steps, 1000)
        with pytest.raises(LibraryError, match="interrupted"):
            move(db)
