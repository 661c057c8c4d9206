"""All of what is written, or nothing; and what SQLite refuses, in words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import apsw

from proxy.errors import LibraryError

RIGHTS = "Look at DB_PATH, and at the owner and rights of the file and its folder"
_LOCKED = ("has been locked by another process for too long", "Try again, or end that process")
_IN_WORDS: dict[type[apsw.Error], tuple[str, str]] = {
    apsw.NotADBError: ("is no SQLite database", "Name another file in DB_PATH, or move this one away"),
    apsw.CorruptError: ("is damaged", "Move it away; `playlistgen refresh` makes it anew"),
    apsw.CantOpenError: ("cannot be opened", RIGHTS),
    apsw.PermissionsError: ("may not be read", RIGHTS),
    apsw.ReadOnlyError: ("may not be written", RIGHTS),
    apsw.FullError: ("cannot grow", "Make room on its disk"),
    apsw.IOError: ("cannot be read or written", "Look at its disk"),
    apsw.BusyError: _LOCKED,
    apsw.LockedError: _LOCKED,
}
_NOT_FORESEEN = ("gave an error that was not foreseen", "`playlistgen check` may know more")


@contextlib.contextmanager
def wrap_errors(subject: str = "The database") -> Iterator[None]:
    """What SQLite raises inside comes out as LibraryError; its sentence begins with `subject`."""
    try:
        yield
    except apsw.Error as error:
        state, advice = _IN_WORDS.get(type(error), _NOT_FORESEEN)
        raise LibraryError(f"{subject} {state} ({error}). {advice}.") from error


@contextlib.contextmanager
def transaction(db: apsw.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing; LibraryError where SQLite refuses.

    The lock is taken at the start: a transaction that reads first and writes later is refused at once,
    whatever the busy timeout, when another process wrote in between (SQLITE_BUSY_SNAPSHOT).
    """
    with wrap_errors():
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(
                apsw.SQLError
            ):  # SQLite has rolled back by itself, as when a disk is full
                db.execute("ROLLBACK")
            raise
