"""What else an artist of the library is called: without the band, and by one name alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping

from proxy.playlists.prompt.words import is_everyday

MOST_WORDS = 3  # of a name that one of its words may stand for
SHORTEST = 4  # letters of such a word
MOSTLY = 2 / 3  # of the tracks by all who have a word in their names are by the one it stands for


def head(words: list[str]) -> list[str]:
    """A name's words without the ensemble at their end: Dave Brubeck of the Dave Brubeck Quartet.

    At least two are left, so that a name of a band alone stays whole.
    """
    size = len(words)
    while size > 2 and words[size - 1] in _ENSEMBLES:
        size -= 1
    is_band = size > 0 and words[size - 1] in _ENSEMBLES
    return words if is_band else words[:size]


def called(
    named: Mapping[str, list[str]], *, taken: Collection[str], tracks: Callable[[str], int]
) -> dict[str, tuple[str, ...]]:
    """Whom a first or last name alone stands for: Coltrane for John Coltrane, where few others are called so.

    `named` holds the words of each artist's name, `taken` words that are names or genres themselves,
    `tracks` how many an artist has.
    """
    bearers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for name, words in named.items():
        whole = head(words)
        if 2 <= len(whole) <= MOST_WORDS:
            spellings["".join(whole)].append(name)
            for word in {whole[0], whole[-1]} - set(taken):
                bearers[word]["".join(whole)] += tracks(name)
    found = {word: _mostly(of) for word, of in bearers.items() if _may_stand(word)}
    return {word: tuple(spellings[key]) for word, key in found.items() if key}


def _may_stand(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not is_everyday(word)


def _mostly(bearers: Counter[str]) -> str:
    """The one who has most of the tracks; "" where several share them."""
    ((key, most),) = bearers.most_common(1)
    return key if most >= MOSTLY * bearers.total() else ""


_LIKE_A_BAND = (
    "band bands trio quartet quintet sextet septet octet nonet orchestra ensemble group combo project"
    " collective allstars stars all big and his her the their jazz"
)
_ENSEMBLES = frozenset(_LIKE_A_BAND.split())
