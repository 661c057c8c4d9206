"""The finding about listening: by which ffmpeg, whether the networks are whole, and how far it has come."""

from __future__ import annotations

import contextlib
from pathlib import Path

from proxy.commands.findings import Finding
from proxy.errors import FfmpegMissing
from proxy.library import connect, loudness, sounds, tracks, wrap_errors
from proxy.settings import Settings
from proxy.sound import ffmpeg, hear


def listening(settings: Settings, *, begun: bool = True) -> Finding:
    """`begun` is whether there is a database that says how far it has come.

    Raises LibraryError, and SoundError where the networks are damaged or ffmpeg tells no version.
    """
    hear.load()
    far = _far(Path(settings.db_path)) if begun else ""
    hours = f" Only {settings.quiet_hours}." if settings.quiet_hours else ""
    return Finding("listening", False, f"{_program()} and both networks load.{far}{hours}")


def _far(database: Path) -> str:
    with contextlib.closing(connect(database, readonly=True)) as db, wrap_errors():
        present, _ = tracks.count(db)
        measured, heard = loudness.count(db), sounds.count(db)
    return f" Loudness of {_share(measured, present)} measured, {_share(heard, present)} heard."


def _program() -> str:
    """Where there is none, the finding about the music says whether one is needed."""
    try:
        return f"ffmpeg {ffmpeg.version()} ({ffmpeg.command()})"
    except FfmpegMissing:
        return "No ffmpeg is here,"


def _share(count: int, of: int) -> str:
    return f"{count} of {of} tracks ({count / max(of, 1):.0%})"
