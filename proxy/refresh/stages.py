"""The stages of a refresh, in their order, and what those after sync share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path

import apsw
from msgspec import Struct

from proxy.embedding import Embedder
from proxy.errors import CannotListen
from proxy.library import files, index, loudness, sounds, timestamp, wrap_errors
from proxy.library.files import File
from proxy.library.syncs import Again
from proxy.library.waiting import most_played_first
from proxy.refresh import hear, measure
from proxy.refresh.crew import cores
from proxy.refresh.embed import EmbedReport, embed, forget_replaced
from proxy.refresh.folders import Folders
from proxy.refresh.listening import ListenReport, Progress, Source, Stage, through
from proxy.refresh.locate import LocateReport, Locator, locate, locator_of, survey, why_none
from proxy.refresh.places import Music
from proxy.refresh.quiet import Quiet, why_not
from proxy.refresh.sources import mounted

# Lists can be had after the first two; the others take hours for a large library, and make them better.
STAGES = ("sync", "embed", "locate", "measure", "hear")

# Of those that read the music: which tracks wait, and how one is listened to.
LISTENING: dict[str, tuple[Callable[..., list[str]], Callable[[], Stage]]] = {
    "measure": (loudness.to_measure, measure.stage),
    "hear": (sounds.to_hear, hear.stage),
}


class Work(Struct, frozen=True, kw_only=True):
    """What a run is to do: which stages, and of those that read the music: where it is, whether upstream is
    to stream what is not here, how many tracks at most, how many of them at a time (0: all cores but one),
    which ones `again`, and in which hours."""

    stages: Sequence[str] = STAGES
    music: Music = Music()
    stream: bool = False
    limit: int | None = None
    workers: int = 0
    again: Again = ""
    quiet: Quiet | None = None


class Stages:
    """The stages after sync; one that is not wanted reports that it did nothing. Raise LibraryError only."""

    def __init__(
        self,
        db: apsw.Connection,
        embedders: Sequence[Embedder],
        work: Work,
        *,
        stream: Source,
        frequent: Callable[[], Sequence[str]],
        now: Callable[[], datetime],
        progress: Progress,
    ) -> None:
        self._db = db
        self._embedders = embedders
        self._work = work
        self._stream = stream
        self._frequent = frequent
        self._now = now
        self._progress = progress
        self._looked: tuple[Locator | None, str] | None = None

    def embed(self) -> tuple[EmbedReport, ...]:
        """Vectors for what has none."""
        embedders = self._embedders if "embed" in self._work.stages else ()
        forget_replaced(self._db, embedders)
        return tuple(
            embed(
                self._db,
                embedder,
                now=self._now,
                progress=partial(self._progress, f"embed ({embedder.model})"),
            )
            for embedder in embedders
        )

    def index(self) -> None:
        """Words and the vectors' index, where anything has changed; whatever stages are wanted."""
        with wrap_errors():
            stale = index.is_stale(self._db)
        if stale:
            hear.rate(self._db)
            with wrap_errors():
                index.rebuild(self._db)

    def locate(self) -> LocateReport:
        again = self._work.again
        if "locate" not in self._work.stages or not self._waiting(files.to_locate):
            return LocateReport()
        locator, why = self._locator()
        if locator is None:
            return LocateReport(skipped="" if self._work.stream else why)
        progress = partial(self._progress, "locate")
        return locate(self._db, locator.find, now=self._now, again=again, progress=progress)

    def listen(self) -> dict[str, ListenReport]:
        """A report of each stage that reads the music, which is looked for only where a track waits."""
        waiting = {
            name: self._waiting(told, anywhere=self._work.stream)
            for name, (told, _) in LISTENING.items()
            if name in self._work.stages
        }
        nothing = dict.fromkeys(LISTENING, ListenReport())
        waiting = {name: ids for name, ids in waiting.items() if ids}
        try:
            return nothing | (self._through(waiting) if waiting else {})
        except CannotListen as error:
            why = str(error)
            return nothing | {n: ListenReport(waiting=len(ids), skipped=why) for n, ids in waiting.items()}

    def _through(self, waiting: dict[str, list[str]]) -> dict[str, ListenReport]:
        """Raises CannotListen in other hours, without a mount, and where the networks are damaged."""
        if why := self._why_not():
            raise CannotListen(why)
        waiting = self._most_played_first(waiting)
        return through(
            self._db,
            self._source,
            [LISTENING[name][1]() for name in waiting],
            waiting,
            now=self._now,
            workers=self._work.workers or cores(),
            limit=self._work.limit,
            halt=self._halt,
            announce=partial(hear.rate, self._db),
            progress=self._progress,
        )

    def _most_played_first(self, waiting: dict[str, list[str]]) -> dict[str, list[str]]:
        albums = self._frequent()
        with wrap_errors():
            return {name: most_played_first(self._db, ids, albums) for name, ids in waiting.items()}

    def _why_not(self) -> str:
        """Nothing is looked for in other hours, nor where upstream streams what is not found."""
        return self._halt() or ("" if self._work.stream else self._locator()[1])

    def _halt(self) -> str:
        return why_not(self._work.quiet, self._now())

    def _source(self, file: File) -> AbstractContextManager[Path]:
        locator, _ = self._locator()
        place = locator.find(file) if locator else None
        if self._work.stream and not (place and place.file):
            return self._stream(file)
        assert place is not None
        return mounted(place)

    def _waiting(self, waiting: Callable[..., list[str]], **options: bool) -> list[str]:
        with wrap_errors():
            return waiting(self._db, now=timestamp(self._now()), again=self._work.again, **options)

    def _locator(self) -> tuple[Locator | None, str]:
        """Where files are; None and the reason where the music is not mounted. Looked for once."""
        if self._looked is None:
            folders = Folders()
            surveys = survey(self._db, self._work.music, folders)
            locator = locator_of(surveys, self._work.music, folders)
            self._looked = locator, "" if locator else why_none(surveys)
        return self._looked
