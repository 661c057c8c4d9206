"""Copies of the database, what becomes of one of an older version, and who may read it."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import stat
import threading
from pathlib import Path

import apsw
import pytest

from proxy.errors import LibraryError, LibraryTooNew
from proxy.library import check, connect, copies, index, migrate, transaction
from proxy.library.reader import Reader
from proxy.playlists.store import Store
from tests.commands import powerless, run, typed
from tests.factories import Shop, library, track

OLD = Path(__file__).parent / "data" / "old" / "first_migration.db.gz"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return library(tmp_path, [track(number) for number in range(50)])


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """As the first version left it."""
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


def titles(path: Path) -> list[str]:
    with contextlib.closing(connect(path, readonly=True)) as db:
        return [title for (title,) in db.execute("SELECT title FROM tracks ORDER BY track_row")]


def test_a_copy_holds_one_state_whatever_is_written_meanwhile(database: Path, tmp_path: Path) -> None:
    enough = threading.Event()

    def write() -> None:
        """In each transaction every title is the same."""
        with contextlib.closing(connect(database)) as db:
            for number in range(10_000):
                with transaction(db):
                    db.execute("UPDATE tracks SET title = ?", (f"state {number}",))
                if enough.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            copies.backup(database, tmp_path / f"{number}.copy")
    finally:
        enough.set()
        writer.join()
    for number in range(5):
        copy = tmp_path / f"{number}.copy"
        assert len(set(titles(copy))) in (1, 50)  # 50: before the first of them
        with contextlib.closing(connect(copy, readonly=True)) as db:
            assert check(db) == []
    assert [path.name for path in tmp_path.iterdir() if ".copy" in path.name] != []
    assert not list(tmp_path.glob("*.part*"))


def test_a_copy_is_one_file_that_nobody_else_may_read(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    copies.backup(database, folder / "copy.db")
    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_a_copy_takes_the_place_of_an_earlier_one_and_of_nothing_else(database: Path, tmp_path: Path) -> None:
    copy, song = tmp_path / "copy.db", tmp_path / "song.flac"
    copies.backup(database, copy)
    with contextlib.closing(connect(database)) as db:
        db.execute("DELETE FROM tracks WHERE track_row > 10")
    copies.backup(database, copy)
    assert len(titles(copy)) == 10
    song.write_bytes(b"fLaC" * 2000)
    with pytest.raises(LibraryError, match="no copy of a database"):
        copies.backup(database, song)
    assert song.read_bytes() == b"fLaC" * 2000


def test_a_copy_never_takes_the_place_of_the_database_or_of_another_program_s(
    database: Path, tmp_path: Path
) -> None:
    link, navidrome = tmp_path / "link.db", tmp_path / "navidrome.db"
    link.symlink_to(database)
    with contextlib.closing(apsw.Connection(str(navidrome))) as db:
        db.execute("CREATE TABLE media_file (id)")
    before = database.stat().st_ino, navidrome.read_bytes()
    for file in (database, link):
        with pytest.raises(LibraryError, match="is the database itself"):
            copies.backup(database, file)
    with pytest.raises(LibraryError, match="no copy of playlistgen's database"):
        copies.backup(database, navidrome)
    assert (database.stat().st_ino, navidrome.read_bytes()) == before


def test_the_database_is_not_restored_from_itself(database: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(database)
    for file in (database, link):
        with pytest.raises(LibraryError, match="is the database itself"):
            copies.restore(database, file)


@pytest.mark.parametrize("name", ["nowhere/copy.db", "n" * 300])
def test_where_no_copy_can_be_written_the_file_that_was_given_is_named(
    database: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(LibraryError) as told:
        copies.backup(database, tmp_path / name)
    assert str(told.value).startswith(f"{tmp_path / name} cannot be written (")
    assert "Look at its folder" in str(told.value)


def test_a_copy_for_a_folder_that_may_not_be_written_names_it(database: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir(mode=0o500)
    file = tmp_path / "copies" / "copy.db"
    _, errors = run({"DB_PATH": str(database)}, "backup", str(file), code=2, before=powerless())
    assert errors.startswith(f"playlistgen: {file} cannot be written (Permission denied). Look at its folder")


def test_a_copy_never_takes_the_place_of_what_is_no_file(database: Path, tmp_path: Path) -> None:
    """As root it could be that of a device, such as /dev/null."""
    os.mkfifo(pipe := tmp_path / "pipe")
    for place in (pipe, tmp_path):
        with pytest.raises(LibraryError, match="is there and no file"):
            copies.backup(database, place)
    assert pipe.is_fifo()


def test_a_copy_takes_the_place_of_an_empty_file(database: Path, tmp_path: Path) -> None:
    """As mktemp leaves one."""
    (tmp_path / "empty").touch()
    copies.backup(database, tmp_path / "empty")
    assert len(titles(tmp_path / "empty")) == 50


def test_a_running_server_sees_what_was_restored(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copies.backup(database, copy)
    reader = Reader(database)
    assert len(reader.index()) == 50
    with contextlib.closing(connect(database)) as db, transaction(db):
        db.execute("UPDATE tracks SET title = 'lost'")
        db.execute("UPDATE library_generation SET generation = generation + 1")
    assert reader.index().generation == 2
    copies.restore(database, copy)
    assert len(reader.index()) == 50
    assert reader.index().generation > 2
    reader.close()
    assert "lost" not in titles(database)


def test_what_is_restored_where_nothing_is_is_of_this_version_and_private(old: Path, tmp_path: Path) -> None:
    database = tmp_path / "new.db"
    copies.restore(database, old)
    assert len(titles(database)) == 12
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    with contextlib.closing(connect(database)) as db:
        assert db.execute("SELECT COUNT(*) FROM track_sound WHERE heard_of = ''").get == 0


def test_what_is_no_sound_copy_is_not_restored(database: Path, tmp_path: Path) -> None:
    before, broken, other = titles(database), tmp_path / "broken.db", tmp_path / "other.db"
    copies.backup(database, broken)
    content = bytearray(broken.read_bytes())
    for page in range(5, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    broken.write_bytes(content)
    with contextlib.closing(apsw.Connection(str(other))) as db:
        db.execute("CREATE TABLE songs (title)")
    (text := tmp_path / "notes.txt").write_text("no database " * 1000)
    for file, said in (
        (broken, "is damaged (database disk image is malformed). Name a file that `backup` made."),
        (other, "is no copy of playlistgen's database. Name a file"),
        (text, "is no SQLite database (file is not a database). Name a file that `backup` made."),
        (tmp_path, "is no file. Name a file that `backup` made."),
    ):
        with pytest.raises(LibraryError, match=re.escape(f"{file} {said}")) as told:
            copies.restore(database, file)
        assert "DB_PATH" not in str(told.value)
    with pytest.raises(
        LibraryError, match=r"There is no database at .*missing\.db\. Name a file that `backup`"
    ):
        copies.restore(database, tmp_path / "missing.db")
    assert titles(database) == before


def test_a_copy_in_a_folder_of_somebody_else_s_is_told_by_its_name(database: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0)
    copy = tmp_path / "theirs" / "copy.db"
    environ = {"DB_PATH": str(database)}
    _, errors = run(environ, "restore", str(copy), code=2, before=powerless())
    assert errors.startswith(f"playlistgen: {copy} cannot be opened (Permission denied). Name a file that")
    _, errors = run(environ, "backup", str(copy), code=2, before=powerless())
    assert errors.startswith(f"playlistgen: {copy} cannot be written (Permission denied). Look at its folder")


def test_a_copy_of_a_newer_version_is_not_restored_and_such_a_database_not_opened(
    database: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer.db"
    copies.backup(database, newer)
    with contextlib.closing(connect(newer)) as db:
        db.execute("INSERT INTO schema_migrations (version) VALUES ('99990101000000')")
    store, reader = Store(newer), Reader(newer)
    for use in (
        lambda: copies.restore(database, newer),
        lambda: migrate(newer),
        lambda: store.get("x"),
        reader.index,
    ):
        with pytest.raises(LibraryTooNew, match="made by a newer version of playlistgen"):
            use()


def test_a_database_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it(old: Path) -> None:
    migrate(old)
    with contextlib.closing(connect(old)) as db:
        assert check(db) == []
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT lufs, measured_of FROM track_loudness").fetchall() == [(-9.5, "")]
        failed = "SELECT track_id FROM navidrome_track_sync_status WHERE attempts = 1"
        assert db.execute(failed).fetchall() == [("t0003",)]
        index.rebuild(db)
        loaded = index.load(db)
        assert len(loaded) == 11
    store = Store(old)
    made, frozen = store.get("pl1"), store.get("pl2")
    store.close()
    assert made
    assert (made.owner, made.seeds, made.songs) == ("ana", ("t0001",), ("t0001", "t0005"))
    assert frozen
    assert frozen.frozen_at


def test_lists_are_made_from_a_database_of_the_first_version(old: Path, tmp_path: Path) -> None:
    shop = Shop(tmp_path, [])
    migrate(old)
    with contextlib.closing(connect(old)) as db:
        index.rebuild(db)
    shop.db = connect(old, readonly=True)
    shop.index = index.load(shop.db)
    made = shop.list("jazz 2 songs")
    shop.db.close()
    assert len(made.ids) == 2
    assert set(made.ids) <= {"t0000", "t0001", "t0004", "t0005", "t0008", "t0009"}


def test_the_commands_say_what_they_did_and_what_else_to_copy(database: Path, tmp_path: Path) -> None:
    copy, recipes = tmp_path / "copy.db", tmp_path / "recipes.toml"
    recipes.write_text("recipe = []\n")
    environ = {"DB_PATH": str(database)}
    saved, _ = run(environ, "backup", str(copy))
    assert re.fullmatch(rf"{copy}: \d\.\d MB\. The settings are not in it: copy them too\.\n", saved)
    again, _ = run(environ | {"RECIPES_PATH": str(recipes)}, "backup", str(copy))
    assert f"The settings and the recipes in {recipes} (RECIPES_PATH) are not in it" in again


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_no_copy_is_a_stream(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = typed(command, "-", env={"DB_PATH": str(database)})
    assert (told.exit_code, told.stderr) == (2, "playlistgen: A copy is a file: name one, and move that.\n")
    assert not (tmp_path / "-").exists()


def test_a_database_restored_without_its_recipes_says_so(database: Path, tmp_path: Path) -> None:
    copy, recipes = tmp_path / "copy.db", tmp_path / "recipes.toml"
    copies.backup(database, copy)
    environ = {"DB_PATH": str(tmp_path / "new.db"), "RECIPES_PATH": str(recipes)}
    restored, _ = run(environ, "restore", str(copy))
    assert restored.startswith(f"{tmp_path}/new.db is as it was in {copy}. ")
    assert restored.endswith(
        f" But {recipes} cannot be read: No such file or directory. Look at RECIPES_PATH.\n"
    )
    recipes.write_text("recipe = []\n")
    assert "But" not in run(environ, "restore", str(copy))[0]


def test_a_folder_for_the_database_that_is_not_there_is_told_and_not_a_lock_in_it(
    database: Path, tmp_path: Path
) -> None:
    copies.backup(database, copy := tmp_path / "copy.db")
    _, errors = run({"DB_PATH": str(tmp_path / "none" / "new.db")}, "restore", str(copy), code=2)
    assert (
        errors
        == f"playlistgen: {tmp_path}/none is not a folder that can be used. Make it, or look at DB_PATH.\n"
    )
