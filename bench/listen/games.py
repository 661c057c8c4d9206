"""Free music with labels that no network has seen: that of games in Debian, fetched when it is asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import mutagen
from msgspec import Struct

from bench.processes import Failed
from bench.progress import Say

# By their descriptions and the files' own tags: metal, calm pieces, a mixture, electronic music of two kinds,
# industrial rock and electronics, an orchestra. 660 MB.
PACKAGES = (
    "marsshooter-data",
    "hyperrogue-music",
    "hedgewars-data",
    "singularity-music",
    "starfighter-data",
    "warzone2100-music",
    "wesnoth-1.16-music",
)
SUFFIXES = frozenset({".flac", ".m4a", ".mp3", ".ogg", ".opus"})
SHORTEST, LONGEST = 45.0, 900.0  # seconds; what is shorter is a fanfare


class Piece(Struct, frozen=True):
    """A file, and what is hidden from the networks: its package, and the genre in its tags, "" for none."""

    file: Path
    seconds: float
    package: str
    genre: str


def pieces(folder: Path, say: Say) -> list[Piece]:
    """What `folder` holds of the packages; those that it lacks are fetched. Raises Failed."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for package in PACKAGES:
        if not (folder / package).exists():
            say(f"fetching {package}")
            _fetch(package, folder)
        files = (file for file in sorted((folder / package).rglob("*")) if file.suffix in SUFFIXES)
        found += [piece for file in files if (piece := _piece(file, package))]
    return found


def _fetch(package: str, folder: Path) -> None:
    unpacked = folder / f"{package}.new"
    try:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, capture_output=True)
        (archive,) = folder.glob(f"{package}_*.deb")
        subprocess.run(["dpkg", "-x", archive, unpacked], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(unpacked, ignore_errors=True)
        raise Failed(
            f"{package} could not be fetched by apt-get and dpkg, which Debian has: {error}"
        ) from error
    archive.unlink()
    unpacked.rename(folder / package)


def _piece(file: Path, package: str) -> Piece | None:
    try:
        told = mutagen.File(file, easy=True)
    except mutagen.MutagenError:
        return None
    if told is None or not SHORTEST <= told.info.length <= LONGEST:
        return None
    return Piece(file, told.info.length, package, "; ".join((told.tags or {}).get("genre", [])))
