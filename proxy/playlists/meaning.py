"""Which tracks are near in meaning: the prompt's vector, or that of its seeds, against the tracks'."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import apsw
import numpy as np
import structlog
from msgspec import Struct

from proxy.arrays import Floats, Ints
from proxy.embedding import Chat, Embedder
from proxy.errors import EmbeddingError
from proxy.library.index import Index
from proxy.library.vectors import Vectors

PROMPT_SECONDS = 2.0  # at most; Ollama answers in 10 ms once its model is loaded
SILENT = "did not answer"
NOBODY = "nothing could embed the prompt: chosen by words alone"

log = structlog.get_logger()


class Meaning(Struct, frozen=True):
    """`rows` are those of the nearest tracks; `of` gives deviations above the library's mean per position.

    `names_like(positions, some, weights)` gives the same of how near the positions' names are to the
    weighted names of some others.
    """

    rows: Ints
    of: Callable[[Ints], Floats]
    names_like: Callable[[Ints, Ints, Floats], Floats]
    model: str


class Sources(Struct, frozen=True):
    """Where meaning comes from: a connection of this thread, and the embedders, the preferred one first.

    `chat` is a language model that helps to read prompts, where there is one.
    """

    db: apsw.Connection
    embedders: Sequence[Embedder]
    chat: Chat | None = None


def meaning_of(
    text: str, seeds: Ints, index: Index, sources: Sources, *, count: int, deadline: float
) -> tuple[Meaning | None, list[str]]:
    """The `count` nearest tracks by the first embedder that answers and has an index, and what to say of it.

    An embedder that is away costs at most two seconds and is named in the note; None where none is left.
    """
    notes: list[str] = []
    if not text and not len(seeds):
        return None, notes
    for embedder in sources.embedders:
        vectors = index.vectors.get(embedder.model)
        if vectors is None:
            continue
        try:
            asked = [_prompt(text, embedder, deadline)] if text else []
            if embedder.digest != vectors.digest:  # its vectors and those of the index are of two worlds
                notes.append(f"{embedder.model} was exchanged: a refresh is due")
                continue
        except EmbeddingError as error:
            log.warning("the prompt was not embedded", embedder=embedder.model, reason=str(error))
            notes.append(f"{embedder.model} {SILENT}")
            continue
        vector = _mean([*asked, *_of_seeds(seeds, index, vectors)])
        rows = vectors.nearest(sources.db, vector, count)
        of, names_like = _deviations(index, vectors, vector)
        return Meaning(rows, of, names_like, embedder.model), notes
    return None, [*notes, NOBODY]


def _prompt(text: str, embedder: Embedder, deadline: float) -> Floats:
    timeout = min(PROMPT_SECONDS, max(deadline - time.monotonic(), 0.05))
    return embedder.prompt(text, timeout=timeout)


def _of_seeds(seeds: Ints, index: Index, vectors: Vectors) -> list[Floats]:
    return [_unit(vectors.smoothed(index.rows[seeds]).mean(axis=0))] if len(seeds) else []


def _mean(parts: Sequence[Floats]) -> Floats:
    """The prompt's vector and the seeds' in equal shares; of unit length."""
    return _unit(np.sum(parts, axis=0, dtype=np.float32))


def _deviations(
    index: Index, vectors: Vectors, vector: Floats
) -> tuple[Callable[[Ints], Floats], Callable[[Ints, Ints, Floats], Floats]]:
    def of(positions: Ints) -> Floats:
        return vectors.standard(index.rows[positions], vector)

    def names_like(positions: Ints, some: Ints, weights: Floats) -> Floats:
        mean = weights @ vectors.names(index.rows[some])
        return vectors.standard_names(index.rows[positions], mean)

    return of, names_like


def _unit(vector: Floats) -> Floats:
    unit: Floats = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return unit
