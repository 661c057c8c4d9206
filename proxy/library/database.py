"""Opening the SQLite file: its place, its pragmas, and bringing it up to this version.

The pragmas are those of apsw's `bestpractice` module; the reasons stand there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import apsw
import sqlite_vec

from proxy.errors import LibraryError, LibraryTooNew
from proxy.library import dbmate, halves
from proxy.library.transactions import RIGHTS, wrap_errors

# A page of songs or a batch of vectors is written in well under a second; whoever waits longer hangs.
BUSY_TIMEOUT = 30_000  # milliseconds

# A log that grew while somebody read for long is cut to this when it begins again.
MOST_LOG = 16 * 1024 * 1024  # bytes

Identity = tuple[int, int]


def identity(path: Path) -> Identity:
    """Which file it is that has this path now. Raises LibraryError where it cannot be told."""
    found = _status(path)
    if found is None:
        raise LibraryError(
            f"There is no database at {path}. `playlistgen refresh` makes it; DB_PATH says where."
        )
    return found.st_dev, found.st_ino


def _status(path: Path) -> os.stat_result | None:
    """None where nothing has that path. Raises LibraryError where it cannot be told, or is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LibraryError(f"{path} cannot be opened ({error.strerror}). {RIGHTS}.") from error
    if not stat.S_ISREG(found.st_mode):
        raise LibraryError(f"{path} is no file. Name one in DB_PATH.")
    return found


def connect(path: Path, *, readonly: bool = False) -> apsw.Connection:
    """A connection to a database that `migrate` has made; to be used by one thread at a time.

    sqlite-vec is loaded into it and loading anything more is turned off again.
    Raises LibraryError where the file is missing, is no database or cannot be opened, and LibraryTooNew.
    """
    db = _open(path, readonly=readonly)
    try:
        _refuse_newer(path, _applied(db, path))
    except BaseException:
        db.close()
        raise
    return db


def _open(path: Path, *, readonly: bool) -> apsw.Connection:
    identity(path)
    flags = apsw.SQLITE_OPEN_READONLY if readonly else apsw.SQLITE_OPEN_READWRITE
    with wrap_errors(str(path)):
        db = apsw.Connection(str(path), flags=flags)
        try:
            _prepare(db, readonly=readonly)
        except BaseException:
            db.close()
            raise
    return db


def _prepare(db: apsw.Connection, *, readonly: bool) -> None:
    db.set_busy_timeout(BUSY_TIMEOUT)
    db.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    db.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    db.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    db.enable_load_extension(True)
    db.load_extension(sqlite_vec.loadable_path())
    db.enable_load_extension(False)
    db.execute("PRAGMA foreign_keys = ON")
    if not readonly and not db.readonly("main"):
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA journal_size_limit = {MOST_LOG}")
        db.execute("PRAGMA synchronous = NORMAL")  # safe in WAL: a power cut loses the last commits, no more
    db.execute("PRAGMA schema_version")  # reads the file, so that what is no database is refused here


def timestamp(instant: datetime) -> str:
    """An aware instant as the tables hold it: ISO 8601, UTC, of one length, so that it sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def check(connection: apsw.Connection) -> list[str]:
    """A sentence for each thing that is wrong with the file; none where it is sound."""
    try:
        found = [str(text) for (text,) in connection.execute("PRAGMA quick_check")]
    except apsw.Error as error:
        found = [str(error)]
    return [f"The database is damaged: {text}." for text in found if text != "ok"]


def migrate(path: Path) -> None:
    """Create the database at `path` or bring it up to this version; nothing where it is there already.

    Several processes may call it at once. Raises LibraryTooNew where a newer version has been at it,
    LibraryError where the file cannot be used.
    """
    check_place(path)
    if not _pending(path) and not _holds_halves(path):
        return
    with _lock(path):
        if _pending(path):
            create(path)
            dbmate.up(path)
        if _holds_halves(path):
            with contextlib.closing(_open(path, readonly=False)) as db, wrap_errors(str(path)):
                halves.move(db)


def check_place(path: Path) -> None:
    """Raises LibraryError where no database can be: its folder, its name, or who may write there."""
    folder = path.absolute().parent
    if not _is_folder(folder):
        raise LibraryError(f"{folder} is not a folder that can be used. Make it, or look at DB_PATH.")
    if set(path.name) & set("?%"):  # dbmate takes its file out of a URL
        raise LibraryError(
            f"The name of a database must not hold ? or %, as {path.name} does. Change DB_PATH."
        )
    if _status(path) is None and not os.access(folder, os.W_OK):
        raise LibraryError(f"No database can be made in {folder}: it may not be written. {RIGHTS}.")


def create(path: Path) -> None:
    """An empty file that nobody else may read: in it is who listens to what. SQLite's own beside it follow.

    What is there stays as it is. Raises LibraryError.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise LibraryError(f"{path} cannot be written ({error.strerror}). {RIGHTS}.") from error


def _pending(path: Path) -> frozenset[str]:
    """The versions that are still to be applied."""
    found = _status(path)
    if found is None or not found.st_size:
        return dbmate.known()
    with contextlib.closing(_open(path, readonly=True)) as db:
        applied = _applied(db, path)
    _refuse_newer(path, applied)
    return dbmate.known() - applied


def _holds_halves(path: Path) -> bool:
    """Whether the last migration was applied, and what it cannot say in SQL is still to be done."""
    with contextlib.closing(_open(path, readonly=True)) as db, wrap_errors(str(path)):
        return halves.are_there(db)


def _refuse_newer(path: Path, applied: set[str]) -> None:
    if unknown := applied - dbmate.known():
        raise LibraryTooNew(
            f"{path} was made by a newer version of playlistgen: migration {max(unknown)} is not known here. "
            "Install that version, name another file in DB_PATH, or `playlistgen restore` an older backup "
            "into one that is not there yet."
        )


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.X_OK)
    except OSError:
        return False


def _applied(db: apsw.Connection, path: Path) -> set[str]:
    with wrap_errors(str(path)):
        if not db.table_exists("main", "schema_migrations"):
            return set()
        return {str(version) for (version,) in db.execute("SELECT version FROM schema_migrations")}


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    # Not the database file: closing it here would drop the locks that SQLite has on it in this process.
    lock = path.with_name(f"{path.name}.migrating")
    try:
        file = lock.open("w")
    except OSError as error:
        raise LibraryError(f"{lock} cannot be written ({error.strerror}). {RIGHTS}.") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
