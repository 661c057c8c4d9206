"""Finding a file by names that were written elsewhere: in other letters for the same, and never outside."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

KEPT = 2_000  # folders whose names are remembered


class Place(Struct, frozen=True):
    """A file that can be read; or None, with `wrong` saying what is the matter."""

    file: Path | None
    wrong: str = ""


class Folders:
    """Looks names up as they are first; else without regard to case and to how accents are composed."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, str]] = {}

    def find(self, root: str, parts: Sequence[str]) -> Place:
        """The file of these names below `root`. A link is followed as long as it stays there."""
        path = os.path.join(root, *parts)  # noqa: PTH118, FURB - text: thousands of them
        try:
            status = self._status(path)
            if status is None:
                path = self._walk(root, parts)
                status = self._status(path)
            return _judged(root, path, status)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no name for a file here"
            return Place(None, f"cannot be looked at ({reason})")

    def folders(self, root: str) -> list[str]:
        """The folders in it, by name; none where it is not there."""
        try:
            with os.scandir(root) as found:
                return sorted(entry.path for entry in found if entry.is_dir() and entry.name[0] != ".")
        except OSError:
            return []

    def _status(self, path: str) -> os.stat_result | None:
        try:
            return Path(path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _walk(self, root: str, parts: Sequence[str]) -> str:
        path = root
        for part in parts:
            straight = f"{path}/{part}"
            path = straight if self._status(straight) else f"{path}/{self._listed(path).get(key(part), part)}"
        return path

    def _listed(self, folder: str) -> dict[str, str]:
        if folder not in self._names:
            if len(self._names) >= KEPT:
                self._names.clear()
            try:
                names = sorted(os.listdir(folder), reverse=True)  # noqa: PTH208 - names, not paths
            except OSError:
                names = []
            self._names[folder] = {key(name): name for name in names}
        return self._names[folder]


def key(name: str) -> str:
    """Equal for names that some file system takes for the same.

    Bytes that are no UTF-8 become what Navidrome's JSON has in their place.
    """
    readable = name.encode(errors="surrogateescape").decode(errors="replace")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", readable).casefold())


def _judged(root: str, path: str, status: os.stat_result | None) -> Place:
    if status is None:
        return Place(None, "is not there")
    if not Path(path).resolve().is_relative_to(Path(root).resolve()):
        return Place(None, f"leads out of {root}")
    if not stat.S_ISREG(status.st_mode):
        return Place(None, "is no file")
    if not os.access(path, os.R_OK):
        return Place(None, "may not be read by this user")
    return Place(Path(path))
