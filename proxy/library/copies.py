"""A copy of the database while it is in use, and the database from such a copy.

SQLite's online backup copies one state of it, whatever is written meanwhile, and into a database in one
transaction: https://www.sqlite.org/backup.html
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import apsw

from proxy.errors import LibraryError, LibraryTooNew
from proxy.library.database import check, connect, create, migrate
from proxy.library.index import generation
from proxy.library.transactions import transaction, wrap_errors

FOLDER = "Look at its folder: is it there, may you write in it, and is there room on its disk?"


def backup(database: Path, file: Path) -> None:
    """Copy the database to `file`: there whole and sound, or not at all.

    What has that name is replaced where it is such a copy. Raises LibraryError.
    """
    with _in_words(file):
        if file.exists():
            _refuse_other(database, file)
    part = file.with_name(f"{file.name}.part")
    with contextlib.closing(connect(database, readonly=True)) as db, _in_words(file):
        part.unlink(missing_ok=True)
        part.touch(0o600)
        try:
            _copy(db, part)
            _sync(part)
            part.replace(file)
            _sync(file.absolute().parent)
        finally:
            part.unlink(missing_ok=True)


def restore(database: Path, file: Path) -> None:
    """Put what `file` holds into the database, which may be in use, and bring it up to this version.

    All of it or nothing. Nobody may refresh meanwhile. Raises LibraryError, LibraryTooNew among them.
    """
    with contextlib.closing(_opened(file)) as source:
        _refuse_itself(database, file)
        _refuse_unsound(source, file)
        with _in_words(database):
            if not database.exists():
                create(database)
        with contextlib.closing(connect(database)) as db, wrap_errors(str(database)):
            before = generation(db) if db.table_exists("main", "library_generation") else 0
            _pages(source, db)
    migrate(database)
    with contextlib.closing(connect(database)) as db, transaction(db):
        # Whoever has a generation in memory must see that this is another one.
        db.execute("UPDATE library_generation SET generation = MAX(generation, ?) + 1", (before,))


def _opened(file: Path) -> apsw.Connection:
    """What is said of the database where it is no such file would send people to DB_PATH."""
    try:
        return connect(file, readonly=True)
    except LibraryTooNew:
        raise
    except LibraryError as error:
        raise LibraryError(f"{str(error).rpartition('. ')[0]}. Name a file that `backup` made.") from error


def _copy(db: apsw.Connection, part: Path) -> None:
    with wrap_errors(str(part)), contextlib.closing(apsw.Connection(str(part))) as copy:
        _pages(db, copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        if damage := check(copy):
            raise LibraryError(f"The copy is not sound. {damage[0]} `playlistgen check` tells more.")


def _pages(source: apsw.Connection, target: apsw.Connection) -> None:
    with target.backup("main", source, "main") as copying:
        copying.step()


def _refuse_itself(database: Path, file: Path) -> None:
    if database.exists() and file.samefile(database):
        raise LibraryError(f"{file} is the database itself. Name another file.")


def _refuse_other(database: Path, file: Path) -> None:
    _refuse_itself(database, file)
    if not file.is_file():  # a device would be put out of its place
        raise LibraryError(f"{file} is there and no file. Name another.")
    try:
        with contextlib.closing(connect(file, readonly=True)) as copy:
            is_other = bool(file.stat().st_size) and not _is_ours(copy, file)
    except LibraryError as error:
        raise LibraryError(f"{file} is there and no copy of a database. Name another file.") from error
    if is_other:
        raise LibraryError(f"{file} is there and no copy of playlistgen's database. Name another file.")


def _is_ours(db: apsw.Connection, file: Path) -> bool:
    with wrap_errors(str(file)):
        return db.table_exists("main", "schema_migrations")


def _refuse_unsound(source: apsw.Connection, file: Path) -> None:
    if not _is_ours(source, file):
        raise LibraryError(f"{file} is no copy of playlistgen's database. Name a file that `backup` made.")
    if damage := check(source):
        raise LibraryError(f"{file} is not sound. {damage[0]} Name an earlier copy.")


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError(f"{path} cannot be written ({error.strerror}). {FOLDER}") from error


def _sync(path: Path) -> None:
    """Onto the disk: a copy must be there after a power cut too."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
