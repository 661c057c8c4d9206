"""The stages of a refresh, in their order, and what those after sync share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

import apsw
from msgspec import Struct

from proxy.embedding import Embedder
from proxy.library import files, index, loudness, sounds, timestamp, wrap_errors
from proxy.library.syncs import Again
from proxy.refresh.crew import cores
from proxy.refresh.embed import EmbedReport, embed
from proxy.refresh.folders import Folders
from proxy.refresh.hear import HearReport, hear
from proxy.refresh.locate import LocateReport, Locator, locate, locator_of, survey, why_none
from proxy.refresh.measure import MeasureReport, measure
from proxy.refresh.places import Music

Progress = Callable[[str, int, int | None], None]
R = TypeVar("R")


# Lists can be had after the first two; the others take hours for a large library, and make them better.
STAGES = ("sync", "embed", "locate", "measure", "hear")


class Work(Struct, frozen=True, kw_only=True):
    """What a run is to do: which stages, and of those that read the music: where it is, how many tracks at
    most, how many of them at a time (0: all cores but one), and which ones `again`."""

    stages: Sequence[str] = STAGES
    music: Music = Music()
    limit: int | None = None
    workers: int = 0
    again: Again = ""


class Stages:
    """The stages after sync; one that is not wanted reports that it did nothing. Raise LibraryError only."""

    def __init__(
        self,
        db: apsw.Connection,
        embedders: Sequence[Embedder],
        work: Work,
        *,
        now: Callable[[], datetime],
        progress: Progress,
    ) -> None:
        self._db = db
        self._embedders = embedders
        self._work = work
        self._now = now
        self._progress = progress

    def embed(self) -> tuple[EmbedReport, ...]:
        """Vectors for what has none."""
        embedders = self._embedders if "embed" in self._work.stages else ()
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
            if index.is_stale(self._db):
                index.rebuild(self._db)

    def locate(self) -> LocateReport:
        again = self._work.again
        if "locate" not in self._work.stages or not self._waits(files.to_locate):
            return LocateReport()
        locator, why = self._locator
        if locator is None:
            return LocateReport(skipped=why)
        progress = partial(self._progress, "locate")
        return locate(self._db, locator.find, now=self._now, again=again, progress=progress)

    def measure(self) -> MeasureReport:
        return self._listened("measure", loudness.to_measure, measure, MeasureReport)

    def hear(self) -> HearReport:
        return self._listened("hear", sounds.to_hear, hear, HearReport)

    def _listened(
        self,
        stage: str,
        waiting: Callable[..., list[str]],
        listen: Callable[..., R],
        report: Callable[..., R],
    ) -> R:
        """What a stage that reads the music reports; files are looked for only where a track waits for it."""
        work = self._work
        if stage not in work.stages or not self._waits(waiting):
            return report()
        locator, why = self._locator
        if locator is None:
            return report(skipped=why)
        return listen(
            self._db,
            locator.find,
            now=self._now,
            workers=work.workers or cores(),
            limit=work.limit,
            again=work.again,
            progress=partial(self._progress, stage),
        )

    def _waits(self, waiting: Callable[..., list[str]]) -> bool:
        with wrap_errors():
            return bool(waiting(self._db, now=timestamp(self._now()), again=self._work.again))

    @cached_property
    def _locator(self) -> tuple[Locator | None, str]:
        """Where files are; None and the reason where the music is not mounted."""
        folders = Folders()
        surveys = survey(self._db, self._work.music, folders)
        locator = locator_of(surveys, self._work.music, folders)
        return locator, "" if locator else why_none(surveys)
