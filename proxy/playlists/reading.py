"""A prompt read with a library in hand: slips put right, then its wish and what retrieval looks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

from proxy.library.index import Index
from proxy.playlists import lexicon
from proxy.playlists.dictionary import Dictionary
from proxy.playlists.evidence import evidence_of
from proxy.playlists.prompt import Vocabulary, parse
from proxy.playlists.prompt.spelling import distance
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
    """The wish. Only what grammar left over is held for a slip, so that no number or name is touched: first
    for one in a word of the grammar itself, then for one in a word that retrieval knows.
    """

    @cache  # where nothing is put right, it is the same text every time
    def parsed(text: str) -> Wish:
        return parse(text, vocabulary, now=now, playlists=playlists)

    if not steps.typos or not len(index):
        return parsed(prompt)
    dictionary = evidence_of(index).dictionary
    slips = _slips_in_grammar(_left(parsed(prompt)), dictionary)
    prompt = replaced(prompt, _read_then(slips, prompt, parsed))
    corrections = dictionary.spelling.corrections(parsed(prompt).text)
    return parsed(replaced(prompt, corrections))


def _slips_in_grammar(text: str, dictionary: Dictionary) -> dict[str, str]:
    """Unknown words that are nearly one of the grammar's, and not as near to one that lists are made by.

    The first letter is never wrong: "vince 1990" is not since 1990.
    """
    nearly, grammar = dictionary.grammar.corrections(text), lexicon.load().grammar
    near = {typed: right for typed, right in nearly.items() if typed[0] == right[0]}
    rivals = dictionary.spelling.corrections(text) if near else {}
    return {
        typed: right
        for typed, right in near.items()
        if (rival := rivals.get(typed, right)) in grammar or distance(typed, right) < distance(typed, rival)
    }


def _read_then(slips: Mapping[str, str], prompt: str, parsed: Callable[[str], Wish]) -> dict[str, str]:
    """The slips after whose correction a rule reads the word; what none reads was no slip."""
    left = lexicon.words(_left(parsed(replaced(prompt, slips))))
    return {typed: right for typed, right in slips.items() if right not in left}


def _left(wish: Wish) -> str:
    """The words that no rule has read, and those of which exclusions know only that they are not wanted."""
    return " ".join((wish.text, *wish.without_words))


def query_in(index: Index, wish: Wish, *, steps: Steps = ALL) -> Query:
    """What retrieval looks for in this library."""
    evidence = evidence_of(index)
    return query_of(
        wish, lexicon.load(), tags=evidence.phrases, english=evidence.dictionary.is_english, steps=steps
    )
