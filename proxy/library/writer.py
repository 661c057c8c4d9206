"""A connection of the server's that writes: what it remembers of the lists that it made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from proxy.library.database import Identity, connect, identity
from proxy.library.transactions import transaction, wrap_errors

# A person waits. A refresh of 100,000 tracks holds the lock for 0.05 s at a time; on a slow disk for longer.
BUSY_MILLISECONDS = 4000


class Writer:
    """Opened at first use, so that a server starts whatever its database is like; one call at a time.

    Both methods raise LibraryError where the database does not take part.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._open: apsw.Connection | None = None
        self._file: Identity | None = None

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        with self._turn, wrap_errors():
            yield self._db()

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """All of what is written inside, or nothing."""
        with self._turn, transaction(db := self._db()):
            yield db

    def close(self) -> None:
        with self._turn, suppress(apsw.Error):
            if self._open is not None:
                self._open.close()
                self._open = None

    def _db(self) -> apsw.Connection:
        file = identity(self._path)
        if self._open is None or self._file != file:  # the old one was moved away
            self._open, self._file = connect(self._path), file
            self._open.set_busy_timeout(BUSY_MILLISECONDS)
        return self._open
