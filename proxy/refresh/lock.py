"""One refresh at a time: a lock on a file beside the database, which says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec
from msgspec import Struct

from proxy.errors import LibraryError, RefreshRunning
from proxy.library import timestamp
from proxy.library.transactions import RIGHTS

LOOKS, LOOK_SECONDS = 5, 0.02


class Holder(Struct, frozen=True):
    """The process that refreshes, and since when."""

    pid: int
    since: str


@contextlib.contextmanager
def hold(database: Path, *, now: datetime) -> Iterator[None]:
    """Keep other refreshes of `database` out. Raises RefreshRunning at once where one is at work.

    The kernel drops the lock when the process ends, however it ends; the file stays and means nothing.
    """
    with _open(database) as file:
        if not _take_patiently(file):
            raise RefreshRunning(f"{_words(_read(file))} on {database}. Wait for it, or end it.")
        file.truncate(0)
        file.write(msgspec.json.encode(Holder(pid=os.getpid(), since=timestamp(now))).decode())
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def holder(database: Path) -> Holder | None:
    """Who refreshes `database` at the moment; None where nobody does or it cannot be told."""
    try:
        file = _path(database).open()
    except OSError:
        return None
    with file:
        return None if _take(file, fcntl.LOCK_SH) else _read(file)


def _path(database: Path) -> Path:
    return database.with_name(f"{database.name}.refreshing")


def _open(database: Path) -> TextIO:
    try:
        return _path(database).open("a+")
    except OSError as error:
        raise LibraryError(f"{_path(database)} cannot be written ({error.strerror}). {RIGHTS}.") from error


def _take_patiently(file: TextIO) -> bool:
    """`holder` takes the lock for an instant to look: a lock whose holder has not signed is tried again."""
    for _ in range(LOOKS):
        if _take(file):
            return True
        if _read(file) is not None:
            return False
        time.sleep(LOOK_SECONDS)
    return False


def _take(file: TextIO, mode: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: TextIO) -> Holder | None:
    file.seek(0)
    try:
        return msgspec.json.decode(file.read(), type=Holder)
    except msgspec.MsgspecError:  # the other has the lock and has not written yet
        return None


def _words(holder: Holder | None) -> str:
    if holder is None:
        return "Another refresh is at work"
    return f"Another refresh (process {holder.pid}, since {holder.since}) is at work"
