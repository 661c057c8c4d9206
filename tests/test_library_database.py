from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import apsw
import pytest

from proxy.errors import LibraryError, LibraryTooNew
from proxy.library import check, connect, migrate, timestamp, transaction, wrap_errors
from proxy.library.database import MOST_LOG


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.fixture
def db(path: Path) -> Iterator[apsw.Connection]:
    migrate(path)
    with contextlib.closing(connect(path)) as connection:
        yield connection


def tables(db: apsw.Connection) -> set[str]:
    return {str(name) for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_a_new_database_has_the_tables(db: apsw.Connection) -> None:
    assert {"tracks", "navidrome_syncs", "navidrome_track_sync_status", "track_embeddings"} <= tables(db)


def test_migrating_again_changes_nothing(path: Path, db: apsw.Connection) -> None:
    db.execute("UPDATE library_generation SET generation = 7")
    migrate(path)
    assert db.execute("SELECT generation FROM library_generation").get == 7


def test_the_name_of_the_folder_may_hold_anything(tmp_path: Path) -> None:
    folder = tmp_path / "ü ?x#y%20z"
    folder.mkdir()
    migrate(folder / "a #1.db")
    with contextlib.closing(connect(folder / "a #1.db")) as db:
        assert "tracks" in tables(db)


def test_a_name_that_dbmate_would_read_otherwise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="must not hold"):
        migrate(tmp_path / "a%20b.db")
    assert list(tmp_path.iterdir()) == []


def test_a_dotenv_file_beside_the_database_is_not_read(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBMATE_MIGRATIONS_TABLE", "elsewhere")
    (tmp_path / ".env").write_text("DBMATE_MIGRATIONS_TABLE=nowhere\n")
    migrate(path)
    with contextlib.closing(connect(path)) as db:
        assert "schema_migrations" in tables(db)


def test_many_may_migrate_at_once(path: Path) -> None:
    errors: list[BaseException] = []
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait()
        try:
            migrate(path)
        except LibraryError as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert check(connect(path)) == []


def test_dbmate_says_nothing_itself(path: Path) -> None:
    code = "import sys, pathlib; from proxy.library import migrate; migrate(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True)
    assert done.stdout == b""
    assert done.stderr == b""


def test_a_database_from_a_newer_version_is_refused(path: Path, db: apsw.Connection) -> None:
    db.execute("INSERT INTO schema_migrations (version) VALUES ('99990101000000')")
    with pytest.raises(LibraryTooNew, match=r"newer version .* 99990101000000"):
        migrate(path)


def test_a_file_that_is_no_database_is_refused_and_kept(path: Path) -> None:
    path.write_text("not a database, and long enough to be taken for one" * 20)
    with pytest.raises(LibraryError, match="is no SQLite database"):
        migrate(path)
    assert path.read_text().startswith("not a database")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="nowhere is not a folder"):
        migrate(tmp_path / "nowhere" / "library.db")


def test_a_database_that_is_not_there_is_not_made_by_opening_it(path: Path) -> None:
    with pytest.raises(LibraryError, match="`playlistgen refresh` makes it"):
        connect(path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30_000), ("trusted_schema", 0)],
)
def test_a_connection_is_prepared(db: apsw.Connection, pragma: str, value: object) -> None:
    assert db.pragma(pragma) == value


def test_a_string_in_double_quotes_is_an_error(db: apsw.Connection) -> None:
    with pytest.raises(apsw.SQLError):
        db.execute('SELECT "no such column"')


def test_vectors_can_be_searched_and_nothing_more_be_loaded(db: apsw.Connection) -> None:
    assert db.execute("SELECT vec_length(vec_f32('[1, 2, 3]'))").get == 3
    with pytest.raises(apsw.Error, match="not authorized"):
        db.execute("SELECT load_extension('anything')")


def test_a_reader_cannot_write(path: Path, db: apsw.Connection) -> None:
    reader = connect(path, readonly=True)
    with pytest.raises(LibraryError, match="may not be written"), wrap_errors():
        reader.execute("DELETE FROM tracks")


def test_a_transaction_is_written_whole_or_not_at_all(db: apsw.Connection) -> None:
    with pytest.raises(LibraryError), transaction(db):
        db.execute("UPDATE library_generation SET generation = 7; SELECT * FROM nowhere")
    assert db.execute("SELECT generation FROM library_generation").get == 0
    with transaction(db):
        db.execute("UPDATE library_generation SET generation = 8")
    assert db.execute("SELECT generation FROM library_generation").get == 8


def test_errors_of_sqlite_become_sentences(db: apsw.Connection) -> None:
    sentence = r"^The database gave an error .*no such table: nowhere.*\.$"
    with pytest.raises(LibraryError, match=sentence), wrap_errors():
        db.execute("SELECT * FROM nowhere")


def test_a_sound_database_has_no_complaints_and_a_damaged_one_has(path: Path) -> None:
    migrate(path)
    with contextlib.closing(connect(path)) as db:
        assert check(db) == []
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'library_generation'").get
        start = (root - 1) * int(db.pragma("page_size"))
    raw = bytearray(path.read_bytes())
    raw[start : start + 64] = b"\xff" * 64
    path.write_bytes(raw)
    with contextlib.closing(connect(path)) as db:
        sentences = check(db)
    assert sentences
    assert all(sentence.startswith("The database is damaged: ") for sentence in sentences)


def test_instants_sort_as_text() -> None:
    early = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=2)))
    late = datetime(2026, 11, 23, 10, 0, 0, 1, tzinfo=UTC)
    assert timestamp(early) == "2026-11-23T10:00:00.000000+00:00"
    assert timestamp(early) < timestamp(late)


def test_the_log_is_small_again_after_a_large_transaction(path: Path, db: apsw.Connection) -> None:
    log = path.with_name(f"{path.name}-wal")
    db.execute("CREATE TABLE large (content BLOB)")
    with transaction(db):
        db.execute("INSERT INTO large VALUES (zeroblob(?))", (2 * MOST_LOG,))
    assert log.stat().st_size > 2 * MOST_LOG
    for _ in range(2):
        with transaction(db):
            db.execute("INSERT INTO large VALUES (x'00')")
    assert log.stat().st_size <= MOST_LOG
