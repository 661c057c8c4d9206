"""The second stage of refresh: every track's two texts become vectors, by each embedder.

A batch is a transaction, so a run may end anywhere; only tracks whose texts changed are embedded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import apsw
import numpy as np
import structlog
from msgspec import Struct

from proxy.arrays import Floats
from proxy.embedding import Embedder, document, names, text_form
from proxy.errors import EmbeddingError
from proxy.library import Track, embeddings, syncs, timestamp, tracks, transaction, wrap_errors
from proxy.library.embeddings import Embedding, Model

BATCH = 256  # tracks; what a killed run loses

log = structlog.get_logger()


class Texts(Struct, frozen=True):
    """The texts of a track that are embedded."""

    track_id: str
    document: str
    names: str


class EmbedReport(Struct, frozen=True):
    """`embedded` tracks and `failed` ones; `error` where the embedder itself gave up, "" else."""

    model: str
    embedded: int = 0
    failed: int = 0
    error: str = ""


def embed(
    db: apsw.Connection,
    embedder: Embedder,
    *,
    now: Callable[[], datetime],
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> EmbedReport:
    """Embed what has no vector yet, or another text than its vector. Raises LibraryError only.

    A track that the embedder refuses is noted with the reason and tried again later; an embedder that is away
    ends the stage, and the next refresh goes on.
    """
    embedded, failed = 0, 0
    try:
        form = _form(embedder)  # may ask a server, which must not hold up who wants to write
        with transaction(db):
            embeddings.declare(db, form, now=timestamp(now()))
        waiting = _waiting(db, embedder.model, timestamp(now()))
        for batch in _batches(db, waiting):
            rows = _embedded(embedder, batch)
            with transaction(db):
                failed += _write(db, embedder.model, batch, rows, now())
            embedded += len(batch)
            progress(embedded, len(waiting))
    except EmbeddingError as error:
        log.warning("embedding stopped", model=embedder.model, reason=str(error))
        return EmbedReport(embedder.model, embedded - failed, failed, str(error))
    return EmbedReport(embedder.model, embedded - failed, failed)


def forget_replaced(db: apsw.Connection, embedders: Sequence[Embedder]) -> None:
    """Drop the vectors of Ollama's models that another has replaced, once that answers.

    Nobody asks for them any more, and they leave their room to the new ones; until those are there the
    built-in embedder finds. Without Ollama nothing is dropped: it may be turned off for a day, and what it
    made took hours. Raises LibraryError.
    """
    with wrap_errors():
        replaced = set(embeddings.declared(db)) - {embedder.model for embedder in embedders}
    if not replaced or len(embedders) < 2:
        return
    try:
        embedders[0].load()
    except EmbeddingError:  # its own stage tells
        return
    for model in replaced:
        log.info("the vectors of a model that was replaced are dropped", model=model)
        embeddings.forget(db, model)
        with transaction(db):
            syncs.forget(db, stage_of(model))


def stage_of(model: str) -> str:
    """The stage as its failures are noted: what one model refuses another may take."""
    return f"embed {model}"


def texts_of(track: Track) -> Texts:
    about = document(tags=track.tags, title=track.title, artist=track.artist, album=track.album)
    called = names(title=track.title, artist=track.artist, album=track.album)
    return Texts(track.track_id, about, called)


def _form(embedder: Embedder) -> Model:
    return Model(embedder.model, embedder.dimension, embedder.digest, text_form(embedder.model))


def _waiting(db: apsw.Connection, model: str, now: str) -> list[str]:
    with wrap_errors():
        failures = (failure for failure in syncs.failures(db) if failure.stage == stage_of(model))
        resting = {failure.track_id for failure in failures if (failure.next_try or "") > now}
        return [track_id for track_id in embeddings.waiting(db, model) if track_id not in resting]


def _batches(db: apsw.Connection, waiting: Sequence[str]) -> Iterator[Sequence[Texts]]:
    for start in range(0, len(waiting), BATCH):
        with wrap_errors():
            found = tracks.get(db, waiting[start : start + BATCH])
        yield [texts_of(track) for track in found.values()]


def _embedded(embedder: Embedder, batch: Sequence[Texts]) -> Iterator[tuple[Floats, Floats]]:
    documents = embedder.documents([texts.document for texts in batch])
    return zip(documents, embedder.documents([texts.names for texts in batch]), strict=True)


def _write(
    db: apsw.Connection,
    model: str,
    batch: Sequence[Texts],
    rows: Iterator[tuple[Floats, Floats]],
    now: datetime,
) -> int:
    """Store a batch; how many of it the embedder had refused (their rows are NaN)."""
    made = [Embedding(texts.track_id, *row) for texts, row in zip(batch, rows, strict=True)]
    good = [e for e in made if np.isfinite(e.document).all() and np.isfinite(e.names).all()]
    embeddings.put(db, model, good)
    syncs.succeeded(db, (e.track_id for e in good), stage_of(model), now=timestamp(now))
    refused = {e.track_id for e in made} - {e.track_id for e in good}
    for track_id in sorted(refused):
        syncs.failed(db, track_id, stage_of(model), f"{model} has no vector for its text", now=now)
    return len(refused)
