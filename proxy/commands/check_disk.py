"""The findings about this machine's disks: room for the database, and who may read it."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from proxy.commands.findings import Finding
from proxy.library import sizes

ROOM = 200_000_000  # bytes: the vectors of 10,000 more tracks, and the log while they are written
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def room(database: Path) -> Finding:
    """A refresh may write as much again into the log beside the file, and `backup` a copy."""
    folder = next(parent for parent in database.absolute().parents if parent.exists())
    free, wanted = shutil.disk_usage(folder).free, ROOM + 2 * sizes.file(database)
    sentence = f"{free / 1e9:.1f} GB are free for the database; it may want {wanted / 1e9:.1f} GB."
    mend = "Make room on that disk, or name another in DB_PATH."
    return Finding("disk", free < wanted, sentence, mend if free < wanted else "")


def rights(database: Path) -> Finding:
    """In it is who listens to what. That others may read it can be meant: it is told, and no fault."""
    if not stat.S_IMODE(database.stat().st_mode) & OTHERS:
        return Finding("rights", False, "Only its owner may read the database.")
    return Finding("rights", False, f"Others may read {database}.", f"`chmod 600 {database}` stops that.")
