"""Asking a language model about a prompt, where there is one and the grammar left it something to read."""

from __future__ import annotations

import time

import numpy as np

from proxy.embedding import Chat
from proxy.library.index import Index
from proxy.playlists.prompt import LONGEST, Vocabulary, refinement
from proxy.playlists.prompt.names import key
from proxy.playlists.request import Request
from proxy.playlists.wish import Wish

MODEL_SECONDS = 3.0  # at most, and half of what is left until the deadline
MOST_GENRES = 60  # that a model is told of; about 200 tokens


def refine(
    wish: Wish, request: Request, *, index: Index, vocabulary: Vocabulary, chat: Chat | None
) -> tuple[Wish, str]:
    """The grammar's wish with what the model adds, and the model's name where that is something.

    The grammar's wish is the same every time; what a model adds is only as repeatable as the model. It is not
    asked where the grammar has read every word.
    """
    if chat is None or not len(index) or not refinement.unread(wish):
        return wish, ""
    genres = frequent_genres(index, vocabulary)
    answer = chat.answer(
        refinement.instructions(genres),
        request.prompt[:LONGEST],
        refinement.schema(wish, genres),
        timeout=min(MODEL_SECONDS, (request.deadline - time.monotonic()) / 2),
    )
    better = refinement.refined(wish, answer, vocabulary, now=request.instant) if answer else wish
    return better, chat.model if better != wish else ""


def frequent_genres(index: Index, vocabulary: Vocabulary, *, most: int = MOST_GENRES) -> list[str]:
    """The genres that most tracks have, the most frequent first, each in one spelling."""
    names = index.tags.names
    tracks = dict(zip(names, np.bincount(index.tags.tag, minlength=len(names)).tolist(), strict=True))
    once: dict[str, str] = {}
    for genre in sorted(index.genres, key=lambda genre: (-tracks[genre.lower()], genre.lower())):
        once.setdefault(key(genre), genre)
    return [genre for folded, genre in once.items() if folded in vocabulary.genres][:most]
