"""The systems that are compared: ours, and two that everything has to be better than."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import numpy as np

from bench.quality.shelf import NOW, Shelf
from proxy.arrays import Floats, Ints
from proxy.library import embeddings
from proxy.playlists import lexicon
from proxy.playlists.candidates import POOL
from proxy.playlists.reading import query_in, read
from proxy.playlists.request import Request
from proxy.playlists.retrieval import retrieved
from proxy.playlists.steps import ALL, Steps

Ranker = Callable[[Shelf, str], Ints]
"""The positions for a prompt, the best first."""

COLUMN_WEIGHTS = {"title": 0.3, "artist": 2.0, "album": 0.4, "tags": 3.0}
RRF_K = 60
BM25_SHARE, VECTOR_SHARE = 2.0, 1.0


def ours(shelf: Shelf, prompt: str, *, steps: Steps = ALL, count: int = POOL) -> Ints:
    """The candidates as `generate` gets them, nothing forbidden."""
    index = shelf.index
    wish = read(prompt, index=index, vocabulary=shelf.vocabulary, now=NOW, steps=steps)
    found = retrieved(
        wish,
        query_in(index, wish, steps=steps),
        Request(prompt=prompt, owner="", day=NOW.date(), deadline=time.monotonic() + 10),
        like=np.array([], dtype=np.int64),
        open_to=np.ones(len(index), dtype=np.bool_),
        index=index,
        sources=shelf.sources,
        count=count,
        steps=steps,
    )
    return found.positions


def bm25(shelf: Shelf, prompt: str) -> Ints:
    """BM25 with weighted columns over the words that are left when stop words are dropped."""
    return _best_first(_bm25(shelf, prompt))


def plain_hybrid(shelf: Shelf, prompt: str) -> Ints:
    """Reciprocal ranks of that BM25 and of the documents' own vectors, two to one, k = 60."""
    by_words, by_vector = _best_first(_bm25(shelf, prompt)), _best_first(_cosine(shelf, prompt))
    fused = np.zeros(len(shelf.index))
    for ranking, share in ((by_words, BM25_SHARE), (by_vector, VECTOR_SHARE)):
        fused[ranking] += share / (RRF_K + 1 + np.arange(len(ranking)))
    return _best_first(fused.astype(np.float32))


def _bm25(shelf: Shelf, prompt: str) -> Floats:
    columns = shelf.index.words.scores(shelf.index.words.terms(_cleaned(prompt)))
    weighted = [COLUMN_WEIGHTS[name] * scores for name, scores in columns.items()]
    total: Floats = np.sum(weighted, axis=0, dtype=np.float32)
    return total


def _cosine(shelf: Shelf, prompt: str) -> Floats:
    (embedder,) = shelf.sources.embedders
    vector = embedder.prompt(_cleaned(prompt), timeout=10)
    products = [block.documents.every() @ vector for block in embeddings.blocks(shelf.db, embedder.model)]
    cosine: Floats = np.concatenate(products)
    return cosine


def _cleaned(prompt: str) -> str:
    """The distinct words less stop words, talk and digits."""
    words = re.findall(r"[^\W_]+", prompt.lower())
    idle = lexicon.load().stop | lexicon.load().polite
    return " ".join(dict.fromkeys(word for word in words if word not in idle and not word.isdigit()))


def _best_first(scores: Floats) -> Ints:
    """Positions with a score above the least there is, equal ones in their order."""
    order = np.argsort(-scores, kind="stable")
    best: Ints = order[scores[order] > scores.min()]
    return best
