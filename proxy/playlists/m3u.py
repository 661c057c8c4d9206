"""Lists as `.m3u8`: extended M3U in UTF-8, which Navidrome and most players read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from proxy.errors import PlaylistgenError
from proxy.notation import pairs


class Entry(Struct, frozen=True):
    """`path` as it shall stand in the file; `seconds` is rounded there."""

    path: str
    artist: str
    title: str
    seconds: float


def text(name: str, entries: Sequence[Entry]) -> str:
    """The file's content. Line breaks in names become blanks: a line is an entry."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(name)}"]
    for entry in entries:
        called = " - ".join(_line(part) for part in (entry.artist, entry.title) if part)
        path = _line(entry.path)
        lines.append(f"#EXTINF:{round(entry.seconds)},{called}")
        lines.append(f"./{path}" if path.startswith("#") else path)
    return "\n".join(lines) + "\n"


def path_map(setting: str) -> list[tuple[str, str]]:
    """Pairs of prefixes from `from=to, from=to`, the longest first. Raises SettingsError.

    An empty `from` stands before every relative path: `=/music/`.
    """
    return sorted(pairs(setting, "M3U_PATH_MAP"), key=lambda pair: -len(pair[0]))


def mapped(path: str, prefixes: Sequence[tuple[str, str]]) -> str:
    """The path with the first prefix that it has in front of whole folders put for the other."""
    for source, target in prefixes:
        if not source and not path.startswith("/"):
            return target + path
        rest = path.removeprefix(source)
        if rest != path and (source.endswith("/") or not rest or rest.startswith("/")):
            return target + rest
    return path


def write(file: Path, content: str) -> None:
    """Whole or not at all: written beside it and renamed. Raises PlaylistgenError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, content)
    except OSError as error:
        reason = "its folder is a file" if isinstance(error, FileExistsError) else error.strerror
        raise PlaylistgenError(
            f"{file} cannot be written ({reason}). Name another place with --output, or in PLAYLISTS_PATH."
        ) from error


def _replace(file: Path, content: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:40]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(content)
        temporary.chmod(0o644)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _line(text: str) -> str:
    return " ".join(text.splitlines()).strip()
