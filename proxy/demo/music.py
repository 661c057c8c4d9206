"""The demo's invented library: which songs there are, and their files, made once and kept."""

from __future__ import annotations

import shutil
import tomllib
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from proxy.demo.recording import FORM, Piece, record

CATALOGUE = resources.files("proxy.demo") / "library.toml"

# Twentieths of the albums in each format. Vorbis takes five times as long to encode as MP3 and FLAC four
# times its room, so there are few of them.
_FORMATS = ("mp3",) * 9 + ("m4a",) * 5 + ("ogg",) * 3 + ("flac",) * 3
_WORKERS = 2
_REPORT_EVERY = 50


class Made(Struct, frozen=True):
    """What `make` leaves: the folder, the files in it, and how many of them are new."""

    folder: Path
    files: int
    new: int


def pieces() -> tuple[Piece, ...]:
    """Every song of the catalogue in its order; the same on each call and on each machine."""
    catalogue = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    tagged = (piece for artist in catalogue["artists"] for piece in _of_artist(artist))
    return (*tagged, *(_untagged(entry) for entry in catalogue["untagged"]))


def make(folder: Path, wanted: Iterable[Piece], console: Console) -> Made:
    """Makes the files of `wanted` that `folder` lacks; those of an older catalogue go first.

    A file has its own name only when it is whole, so a run that was killed is simply taken up again.
    Raises StepFailed where there is no ffmpeg or it fails.
    """
    wanted = tuple(wanted)
    _keep_only(folder, _version(wanted))
    missing = [piece for piece in wanted if not (folder / piece.file).exists()]
    with _bar(console, len(missing)) as progress:
        for done in _recorded(folder, missing):
            progress.advance(progress.task_ids[0])
            if not console.is_terminal and done % _REPORT_EVERY == 0:
                console.print(f"  {done} of {len(missing)} songs made")
    shutil.rmtree(_unfinished(folder), ignore_errors=True)
    return Made(folder, len(wanted), len(missing))


def _recorded(folder: Path, missing: list[Piece]) -> Iterator[int]:
    workshop = _unfinished(folder)
    with ThreadPoolExecutor(_WORKERS) as pool:
        work = [pool.submit(_record_whole, piece, folder, workshop) for piece in missing]
        try:
            for done, future in enumerate(as_completed(work), 1):
                future.result()
                yield done
        finally:
            pool.shutdown(cancel_futures=True)


def _record_whole(piece: Piece, folder: Path, workshop: Path) -> None:
    unfinished, finished = workshop / piece.file, folder / piece.file
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    finished.parent.mkdir(parents=True, exist_ok=True)
    record(piece, unfinished)
    unfinished.replace(finished)


def _unfinished(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.unfinished")


def _keep_only(folder: Path, version: str) -> None:
    manifest = folder.with_name(f"{folder.name}.version")
    if not manifest.exists() or manifest.read_text(encoding="utf-8") != version:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    manifest.write_text(version, encoding="utf-8")


def _version(wanted: tuple[Piece, ...]) -> str:
    return f"{FORM}-{_number(repr(wanted)):08x}"


def _bar(console: Console, total: int) -> Progress:
    columns = (TextColumn("  making music"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(
        *columns, console=console, transient=True, disable=not (console.is_terminal and total)
    )
    progress.add_task("music", total=total)
    return progress


def _of_artist(artist: dict[str, Any]) -> Iterator[Piece]:
    for album in artist["albums"]:
        suffix = _FORMATS[_number(album["title"]) % len(_FORMATS)]
        for number, title in enumerate(album["songs"], 1):
            yield _tagged(artist, album, title, number=number, suffix=suffix)


def _tagged(artist: dict[str, Any], album: dict[str, Any], title: str, *, number: int, suffix: str) -> Piece:
    folder = f"{_safe(artist['name'])}/{album['year']} {_safe(album['title'])}"
    return Piece(
        file=f"{folder}/{number:02} {_safe(title)}.{suffix}",
        sound=artist["sound"],
        seconds=_within(artist["seconds"], f"{title} lasts"),
        bpm=_within(artist["tempo"], f"{title} moves"),
        title=title,
        artist=artist["name"],
        album=album["title"],
        number=number,
        year=album["year"],
        genres=tuple(album.get("genres", artist["genres"])),
        moods=tuple(album.get("moods", artist["moods"])),
    )


def _untagged(entry: dict[str, Any]) -> Piece:
    return Piece(file=entry["file"], sound=entry["sound"], seconds=entry["seconds"], bpm=96)


def _within(span: list[int], salt: str) -> int:
    low, high = span
    return low + _number(salt) % (high - low + 1)


def _number(text: str) -> int:
    return zlib.crc32(text.encode())


def _safe(name: str) -> str:
    return name.replace("/", "-").replace(":", " -")
