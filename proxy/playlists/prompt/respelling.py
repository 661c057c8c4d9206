"""Typos in names: what the library has by nearly that name is what was meant."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.playlists import lexicon
from proxy.playlists.prompt.names import Token, tokens
from proxy.playlists.prompt.spelling import SHORTEST
from proxy.playlists.prompt.vocabulary import Vocabulary
from proxy.playlists.prompt.words import is_everyday

MOST = 8  # unknown words of a prompt that are looked up
BESIDE = 4  # words on either side that may belong to the name, or say that one comes


def respell(text: str, vocabulary: Vocabulary) -> str:
    """The text with the library's spelling of words that are a typo away from a name; in doubt as typed."""
    words, parts, at = tokens(text), [], 0
    unknown = [place for place, token in enumerate(words) if _is_unknown(token.word, vocabulary)]
    for place in unknown[:MOST]:
        parts += [text[at : words[place].start], _written(text, words, place, vocabulary)]
        at = words[place].end
    return "".join(parts) + text[at:]


def _is_unknown(word: str, vocabulary: Vocabulary) -> bool:
    """Whether it is of letters only, in no name of the library, and no everyday word."""
    known = vocabulary.spelling.written
    if len(word) < SHORTEST or not word.isalpha() or word in known or lexicon.singular(word) in known:
        return False
    return not is_everyday(word)


def _written(text: str, words: Sequence[Token], place: int, vocabulary: Vocabulary) -> str:
    """The word that makes a name of it, where just one name is as near as that."""
    token, found = words[place], dict[tuple[str, ...], str]()
    before = text[words[max(place - BESIDE, 0)].start : token.start]
    after = text[token.end : words[min(place + BESIDE, len(words) - 1)].end]
    for near in vocabulary.spelling.nearest(token.word):
        written = vocabulary.spelling.written[near]
        for hit in vocabulary.find(f"{before}{written}{after}"):
            if hit.start <= len(before) < hit.end:
                found[hit.genres + hit.artists] = written
    return found.popitem()[1] if len(found) == 1 else token.typed
