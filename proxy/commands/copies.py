"""Copies of the database, and the database from a copy, told in a sentence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from proxy.library import copies
from proxy.refresh.lock import hold
from proxy.settings import Settings


def backup(settings: Settings, file: Path) -> str:
    """Raises LibraryError."""
    copies.backup(Path(settings.db_path), file)
    return f"{file}: {file.stat().st_size / 1e6:.1f} MB."


def restore(settings: Settings, file: Path, *, now: datetime) -> str:
    """Raises LibraryError, and RefreshRunning where somebody refreshes."""
    database = Path(settings.db_path)
    with hold(database, now=now):
        copies.restore(database, file)
    return f"{database} is as it was in {file}. `playlistgen refresh` reads what has changed since."
