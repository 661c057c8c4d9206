"""A prompt read with a library in hand: slips put right, then its wish and what retrieval looks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from proxy.library.index import Index
from proxy.playlists import lexicon
from proxy.playlists.evidence import evidence_of
from proxy.playlists.prompt import Vocabulary, parse
from proxy.playlists.query import Query, query_of
from proxy.playlists.steps import ALL, Steps
from proxy.playlists.typos import replaced
from proxy.playlists.wish import Wish


def read(
    prompt: str,
    *,
    index: Index,
    vocabulary: Vocabulary,
    now: datetime,
    playlists: Sequence[str] = (),
    steps: Steps = ALL,
) -> Wish:
    """The wish. Only what grammar left over is held for a slip, so that no number or name is touched."""
    wish = parse(prompt, vocabulary, now=now, playlists=playlists)
    if not steps.typos or not len(index):
        return wish
    corrections = evidence_of(index).spelling.corrections(wish.text)
    return (
        parse(replaced(prompt, corrections), vocabulary, now=now, playlists=playlists)
        if corrections
        else wish
    )


def query_in(index: Index, wish: Wish, *, steps: Steps = ALL) -> Query:
    """What retrieval looks for in this library."""
    evidence = evidence_of(index)
    return query_of(wish, lexicon.load(), tags=evidence.phrases, english=evidence.is_english, steps=steps)
