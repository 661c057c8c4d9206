"""Typos in names: what the library has by nearly that name is what was meant."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.playlists import lexicon
from proxy.playlists.prompt.names import Token, tokens
from proxy.playlists.prompt.spelling import SHORTEST
from proxy.playlists.prompt.vocabulary import Vocabulary
from proxy.playlists.prompt.words import is_everyday

MOST = 8  # words of a prompt that are looked up
BESIDE = 4  # words on either side that may belong to the name, or say that one comes


def respell(text: str, vocabulary: Vocabulary) -> str:
    """The text with the library's spelling of words that are a typo away from a name; in doubt as typed."""
    words, parts, at = tokens(text), [], 0
    for place in _doubtful(words, text, vocabulary)[:MOST]:
        parts += [text[at : words[place].start], _written(text, words, place, vocabulary)]
        at = words[place].end
    return "".join(parts) + text[at:]


def _doubtful(words: Sequence[Token], text: str, vocabulary: Vocabulary) -> list[int]:
    """The places of rare words that are of no name that is said; a word of some name counts beside another:
    alone there is nothing to tell whose it is.
    """
    rare = [place for place, token in enumerate(words) if _is_rare(token.word)]
    named = vocabulary.find(text) if rare else []
    strange = {n for n in rare if not any(hit.start <= words[n].start < hit.end for hit in named)}
    return [
        n for n in sorted(strange) if {n - 1, n + 1} & strange or not _is_known(words[n].word, vocabulary)
    ]


def _is_known(word: str, vocabulary: Vocabulary) -> bool:
    known = vocabulary.spelling.written
    return word in known or lexicon.singular(word) in known


def _is_rare(word: str) -> bool:
    """Whether it is of letters only, and no everyday word."""
    return len(word) >= SHORTEST and word.isalpha() and not is_everyday(word)


def _written(text: str, words: Sequence[Token], place: int, vocabulary: Vocabulary) -> str:
    """The word that makes a name of it, where just one name is as near as that.

    A word that is in names is only put right beside another of the name: Nora before Jones is Norah.
    """
    token, found = words[place], dict[tuple[str, ...], str]()
    is_known = _is_known(token.word, vocabulary)
    before = text[words[max(place - BESIDE, 0)].start : token.start]
    after = text[token.end : words[min(place + BESIDE, len(words) - 1)].end]
    for near in vocabulary.spelling.nearest(token.word):
        written = vocabulary.spelling.written[near]
        for hit in vocabulary.find(f"{before}{written}{after}"):
            alone = hit.start == len(before) and hit.end == len(before) + len(written)
            if hit.start <= len(before) < hit.end and not (is_known and alone):
                found[hit.genres + hit.artists] = written
    return found.popitem()[1] if len(found) == 1 else token.typed
