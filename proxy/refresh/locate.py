"""The stage that finds the tracks' files here; where the music is not mounted, it is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import apsw
import structlog
from msgspec import Struct

from proxy.library import files, syncs, timestamp, transaction, wrap_errors
from proxy.library.files import File
from proxy.library.syncs import Again
from proxy.refresh.folders import Folders, Place
from proxy.refresh.places import BESIDE, SAMPLE, Music, Prefix, best, candidates, is_told, path_of

BATCH = 256  # tracks; what a killed run loses

log = structlog.get_logger()


class Locator:
    """Where upstream's files are here, by the prefix of each library. For one thread at a time."""

    def __init__(self, folders: Folders, named: Sequence[Prefix], prefixes: Mapping[str, Prefix]) -> None:
        self._folders = folders
        self._named = named
        self._prefixes = prefixes

    def find(self, file: File) -> Place:
        """The file, or the path that was tried and what is wrong with it; tens of microseconds."""
        return _look(self._folders, self._named, self._prefixes.get(file.library_path), file)


class Survey(Struct, frozen=True):
    """What came of looking for a sample of a library's files: how many are there, and what was tried else.

    `prefix` is None where none is there, and `tried` what is said to have been tried then.
    """

    library: str
    prefix: Prefix | None
    tried: Prefix | None
    here: int
    looked_for: int
    missed: tuple[str, ...]


class LocateReport(Struct, frozen=True):
    """`skipped` says why nothing was looked for."""

    located: int = 0
    failed: int = 0
    skipped: str = ""


def locate(
    db: apsw.Connection,
    find: Callable[[File], Place],
    *,
    now: Callable[[], datetime],
    again: Again = "",
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> LocateReport:
    """Note of every track that is due whether its file is here. Raises LibraryError."""
    with wrap_errors():
        waiting = files.to_locate(db, now=timestamp(now()), again=again)
    failed = 0
    for start in range(0, len(waiting), BATCH):
        batch = files.get(db, waiting[start : start + BATCH])
        places = {file.track_id: find(file) for file in batch}
        with transaction(db):
            failed += _write(db, places, now())
        progress(start + len(batch), len(waiting))
    return LocateReport(len(waiting) - failed, failed)


def survey(db: apsw.Connection, music: Music, folders: Folders) -> list[Survey]:
    """Of each library, by which prefix a sample of its files can be found. Raises LibraryError."""
    inside = folders.folders(music.folder) if music.folder else []
    beside = inside if len(inside) <= BESIDE else []
    with wrap_errors():
        samples = [(library, files.sample(db, library.path, SAMPLE)) for library in files.libraries(db)]
    surveys = []
    for library, sample in samples:
        look = partial(_look, folders, music.prefixes)
        likely = [p for p in candidates(library, music, beside) if _fits(p, sample)]
        prefix, here = best(likely, sample, partial(_is_here, look))
        tried = prefix or next(iter(likely), None)
        missed = tuple(place.wrong for file in sample if not (place := look(tried, file)).file)
        surveys.append(Survey(library.path, prefix, tried, here, len(sample), missed))
    return surveys


def locator_of(surveys: Sequence[Survey], music: Music, folders: Folders) -> Locator | None:
    """None where no file was found: then it is not this or that file that is missing, but the mount."""
    if not any(survey.here for survey in surveys):
        return None
    for survey in surveys:
        if survey.prefix and not survey.prefix.given:
            there, here = survey.prefix.there, survey.prefix.here
            log.info("music found", there=there, here=here, files=f"{survey.here} of {survey.looked_for}")
    tried = {survey.library: survey.tried for survey in surveys if survey.tried}
    return Locator(folders, music.prefixes, tried)


def why_none(surveys: Sequence[Survey]) -> str:
    """Why there is no locator, as a line."""
    looked_for = sum(survey.looked_for for survey in surveys)
    missed = [wrong for survey in surveys for wrong in survey.missed]
    if not missed:
        return "upstream tells no paths"
    return f"the music is not mounted here: of {looked_for} songs none was found ({missed[0]})"


def _fits(prefix: Prefix, sample: Sequence[File]) -> bool:
    return any(prefix.mapped(path_of(file)) for file in sample)


def _look(folders: Folders, named: Sequence[Prefix], own: Prefix | None, file: File) -> Place:
    return _find(folders, [*named, *([own] if own else [])], file)


def _is_here(look: Callable[[Prefix, File], Place], prefix: Prefix, file: File) -> bool:
    return look(prefix, file).file is not None


def _find(folders: Folders, prefixes: Sequence[Prefix], file: File) -> Place:
    """By the first prefix that leads to it; else what is wrong with where the first one leads."""
    wrong = ""
    for prefix in prefixes:
        parts = prefix.mapped(path_of(file))
        if parts is None:
            continue
        place = folders.find(prefix.here, parts)
        if place.file and _is_its_own(place.file, file):
            return place
        reason = place.wrong or "is another file, by its size"
        wrong = wrong or f"{'/'.join([prefix.here.rstrip('/'), *parts])} {reason}"
    return Place(None, wrong or f"{path_of(file)} lies in no folder that is known here")


def _is_its_own(found: Path, file: File) -> bool:
    """A path that upstream made up may be that of another file; one that it tells is the file's."""
    return is_told(file) or not file.size or found.stat().st_size == file.size


def _write(db: apsw.Connection, places: Mapping[str, Place], now: datetime) -> int:
    """How many of them are not here."""
    here = [track_id for track_id, place in places.items() if place.file]
    syncs.succeeded(db, here, "locate", now=timestamp(now))
    missing = places.keys() - set(here)
    for track_id in sorted(missing):
        syncs.failed(db, track_id, "locate", places[track_id].wrong, now=now)
    return len(missing)
