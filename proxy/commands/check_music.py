"""The finding about the music itself: whether its files can be read here, and what was tried."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from proxy.commands.findings import Finding
from proxy.errors import FfmpegMissing
from proxy.library import connect, tracks
from proxy.refresh.folders import Folders
from proxy.refresh.locate import Survey, survey
from proxy.refresh.places import EXPLAINS, Music, music_of
from proxy.settings import Settings
from proxy.sound import ffmpeg

EXAMPLES = 3

STREAMED = "upstream streams each song once (ANALYSE_FROM)."
MOUNT = (
    "To have loudness measured, mount Navidrome's music here, read-only, and name the folder in LIBRARY_PATH."
)
NAME = "Look at the mount and at LIBRARY_PATH (or LIBRARY_MAP, for several folders)."


def mounted(named: Music) -> list[str]:
    """The folders here in which the settings say that the music is."""
    return [folder for folder in (named.folder, *(prefix.here for prefix in named.prefixes)) if folder]


def mounts(settings: Settings) -> Finding:
    """What can be said before the library was read. Raises SettingsError."""
    named = music_of(settings)
    folders = mounted(named)
    wrong = [f"{folder} {reason}" for folder in folders if (reason := _wrong_with(folder))]
    if wrong:
        return Finding("music", True, f"{', and '.join(wrong)}: no file can be heard.", NAME)
    later = "after a refresh it is told which songs' files are here"
    if folders:
        return _listenable(f"{', '.join(folders)} can be read; {later}.")
    if settings.analyse_from == "upstream":
        return _listenable(f"No folder is named: {STREAMED}")
    return Finding("music", False, f"No folder is named; {later}.", MOUNT)


def _wrong_with(folder: str) -> str:
    try:
        return "" if any(Path(folder).iterdir()) else "is empty"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


def music(settings: Settings) -> Finding:
    """From a sample of each library, as things are now. Raises LibraryError and SettingsError."""
    named = music_of(settings)
    with contextlib.closing(connect(Path(settings.db_path), readonly=True)) as db:
        present, _ = tracks.count(db)
        surveys = survey(db, named, Folders())
    if not present:
        return mounts(settings)
    here, of = sum(s.here for s in surveys), sum(s.looked_for for s in surveys)
    if settings.analyse_from == "upstream" and not named and not here:
        return _listenable(f"No file is here: {STREAMED}")
    if not of:
        return Finding("music", bool(named), "Upstream tells no paths: no file is looked for.", "")
    if not here:
        return Finding(
            "music", bool(named), f"No file is here of {of} looked for.{_tried(surveys)}", _mend(named)
        )
    return _found(surveys, here, of)


def _found(surveys: Sequence[Survey], here: int, of: int) -> Finding:
    prefixes = [f"{s.prefix.there} → {s.prefix.here}" for s in surveys if s.prefix]
    sentence = f"{here / of:.0%} of {of} files looked for are here ({', '.join(prefixes)}).{_tried(surveys)}"
    return Finding("music", True, sentence, NAME) if here < EXPLAINS * of else _listenable(sentence)


def _listenable(sentence: str) -> Finding:
    try:
        ffmpeg.command()
    except FfmpegMissing as error:
        return Finding("music", True, f"{sentence} None can be measured.", str(error))
    return Finding("music", False, sentence)


def _mend(named: object) -> str:
    return NAME if named else MOUNT


def _tried(surveys: Sequence[Survey]) -> str:
    """A few of what was tried in vain."""
    missed = [wrong for survey in surveys for wrong in survey.missed][:EXAMPLES]
    return f" Tried: {'; '.join(missed)}." if missed else ""
