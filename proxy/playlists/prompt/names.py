"""How names are compared: words without case, accents and punctuation, "&" for "and", no leading "the"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import combining, normalize

from proxy.playlists.prompt.typography import tidy


class Token(NamedTuple):
    """A folded word, where it stood, and as what."""

    word: str
    start: int
    end: int
    typed: str


def tokens(text: str) -> list[Token]:
    return [Token(fold(m[0]), m.start(), m.end(), m[0]) for m in _TOKEN.finditer(text)]


def fold(word: str) -> str:
    if not word.isascii():
        word = "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
    word = word.casefold().translate(_LETTERS)
    return _SAME.get(word, word)


def tokens_of(name: str) -> list[Token]:
    """The words of a name: "The Beatles" and "Beatles, The" have one."""
    words = tokens(tidy(name))
    if len(words) > 1 and words[0].word == "the":
        return words[1:]
    return words[:-1] if len(words) > 1 and _INVERTED.search(name) else words


def key(name: str) -> str:
    """What two spellings of one name have in common; "" where it has no letter or digit."""
    return "".join(token.word for token in tokens_of(name))


def runs(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The words from `start` on as names, the longest run first: where each ends, and its key."""
    ahead = tokens(text[start:])[:_MOST_WORDS]
    for size in range(len(ahead), 0, -1):
        end = start + ahead[size - 1].end
        yield end, key(text[start:end])


_MOST_WORDS = 16
# "N.W.A" is one word, or its N would be short for "and".
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?|[^\W_]+(?:['!$][^\W_]+)*|[&+]")
_LETTERS = str.maketrans(
    {"$": "s", "!": "i", "'": None, ".": None, "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}
)
_SAME = {"&": "and", "+": "and", "n": "and", "rnb": "randb", "dnb": "drumandbass"}
_INVERTED = re.compile(r", ?the$", re.IGNORECASE)
