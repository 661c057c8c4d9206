"""What has been counted, and what the index is like, as Prometheus reads it. No name of a user is in it.

The format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import apsw
from anyio import to_thread
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proxy.counts import Counts
from proxy.embedding import Embedder
from proxy.endpoints.own.health import answer
from proxy.errors import LibraryError
from proxy.library import files, loudness, sizes, sounds, syncs, tracks, wrap_errors
from proxy.library.reader import Reader
from proxy.library.sizes import ModelSize
from proxy.library.syncs import SyncReport

if TYPE_CHECKING:
    from prometheus_client.core import Metric

KEPT_SECONDS = 30.0  # the index is counted no more often than that, however often we are asked


class Standing(Struct, frozen=True):
    """The index as it was counted."""

    present: int
    missing: int
    playlists: int
    database: int
    log: int
    models: Sequence[ModelSize]
    done: Sequence[tuple[str, float]]
    failing: Mapping[str, int]
    good: SyncReport | None
    last: SyncReport | None


class Library:
    """Counts the index, and remembers for a while what it came to."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._found: tuple[float, Standing | None] | None = None

    def standing(self) -> Standing | None:
        """None where the database cannot be read."""
        if self._found is None or time.monotonic() - self._found[0] > KEPT_SECONDS:
            self._found = time.monotonic(), self._counted()
        return self._found[1]

    def _counted(self) -> Standing | None:
        try:
            with self._reader.lend() as db, wrap_errors():
                present, missing = tracks.count(db)
                return Standing(
                    present=present,
                    missing=missing,
                    playlists=sizes.prompt_playlists(db),
                    database=sizes.file(self._reader.path),
                    log=sizes.file(self._reader.path, "-wal"),
                    models=sizes.models(db),
                    done=_done(db),
                    failing=syncs.failing(db),
                    good=syncs.last_good(db),
                    last=next(iter(syncs.latest(db, 1)), None),
                )
        except LibraryError:
            return None


async def metrics(request: Request) -> Response:
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    state = request.state
    standing = await to_thread.run_sync(state.library.standing)
    resources = state.resources
    families = [
        *counted(resources.counts),
        *stood(standing, now=resources.now(), embedders=resources.embedders),
    ]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Families(families))
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return answer(encode(registry), content_type=content_type)


class Families:
    """Prometheus' name for what a registry asks for metrics."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


def counted(counts: Counts) -> Iterator[Metric]:
    """What has happened since the server was started, in all of its workers."""
    yield _counter(counts, "requests", ("route", "outcome"), "Requests; handed on ones count at relay too.")
    yield _counter(counts, "relay_bytes", (), "Bytes of relayed answers' bodies.")
    yield _spans(counts, "relay_seconds", "Seconds until a relayed answer began.")
    yield _counter(counts, "lists", ("embedder",), "Lists that were made, by what embedded their prompt.")
    yield _counter(counts, "shortfalls", ("kind",), "What lists did not meet; one may count several times.")
    yield _spans(counts, "list_seconds", "Seconds that choosing the songs of a list took.")


def stood(standing: Standing | None, *, now: datetime, embedders: Sequence[Embedder]) -> Iterator[Metric]:
    yield _gauge("database_up", "1 where the database can be read.", int(standing is not None))
    if standing is None:
        return
    yield _gauge("index_tracks", "Tracks that can be found.", standing.present)
    yield _gauge("index_missing_tracks", "Tracks that have gone upstream.", standing.missing)
    if standing.good:
        age = (now - datetime.fromisoformat(standing.good.started_at)).total_seconds()
        yield _gauge("index_age_seconds", "Since the last refresh that came to its end began.", age)
    yield _gauge("prompt_playlists", "Lists made from a name and not deleted.", standing.playlists)
    yield _gauge("database_bytes", "Of the database file.", standing.database)
    yield _gauge("database_log_bytes", "Of its write-ahead log.", standing.log)
    yield _labelled("index_vectors", "model", "Tracks that have a vector.", _models(standing.models))
    failed = [(stage, standing.failing.get(stage, 0)) for stage in ("embed", *dict(standing.done))]
    yield _labelled("refresh_done_tracks", "stage", "Tracks that a stage has dealt with.", standing.done)
    yield _labelled("refresh_failed_tracks", "stage", "Tracks that a stage could not deal with.", failed)
    if standing.last:
        status = [
            (name, int(standing.last.status == name)) for name in ("running", "ok", "failed", "stopped")
        ]
        yield _labelled("refresh_status", "status", "1 for what became of the last refresh.", status)
    preferred = [(each.model, int(number == 0)) for number, each in enumerate(embedders)]
    yield _labelled("embedder_preferred", "embedder", "1 for the one that is asked first.", preferred)


def _done(db: apsw.Connection) -> list[tuple[str, float]]:
    """The stages that listen; of embed it is the vectors that tell."""
    located = files.found(db).located
    return [("locate", located), ("measure", loudness.count(db)), ("hear", sounds.count(db))]


def _models(models: Sequence[ModelSize]) -> list[tuple[str, float]]:
    return [(size.model, size.vectors) for size in models]


def _counter(counts: Counts, name: str, labels: Sequence[str], told: str) -> Metric:
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(f"playlistgen_{name}", told, labels=labels)
    for values, number in counts.under(name):
        family.add_metric(values, number)
    return family


def _spans(counts: Counts, name: str, told: str) -> Metric:
    from prometheus_client.core import HistogramMetricFamily

    *buckets, (_, microseconds) = counts.under(name)
    below, reached = [], 0
    for (bound,), number in buckets:
        reached += number
        below.append((bound, reached))
    family = HistogramMetricFamily(f"playlistgen_{name}", told)
    family.add_metric((), below, microseconds / 1e6)
    return family


def _gauge(name: str, told: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(f"playlistgen_{name}", told, value=value)


def _labelled(name: str, label: str, told: str, values: Sequence[tuple[str, float]]) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(f"playlistgen_{name}", told, labels=[label])
    for value, number in values:
        family.add_metric([value], number)
    return family
