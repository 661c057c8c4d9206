"""Words of a prompt that nobody has ever written, put right: "reggea" is reggae.

A word is put right only where neither the library nor any word list has it: as part of an artist's name
whose other words stand around it, else as the nearest word that a list can be made by.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Ints
from proxy.playlists.prompt.spelling import distance

SHORTEST = 4  # letters; a shorter word has a neighbour at every turn
LONGEST_NAME = 4  # words of an artist's name in which one is put right
TWO_SLIPS = 8  # letters from which two edits are forgiven


Gap = tuple[str, ...]
"""A name of several words, one of them left out as ""."""


class Spelling(Struct, frozen=True, eq=False):
    """`words` that may be meant, the commoner first; `letters` counts each one's letters, a row a word.

    `gaps` holds for a name with one word left out which words belong there.
    """

    words: tuple[str, ...]
    letters: Ints
    gaps: Mapping[Gap, Sequence[str]]
    known: Callable[[str], bool]

    @classmethod
    def of(cls, common: Mapping[str, int], names: Iterable[str], *, known: Callable[[str], bool]) -> Spelling:
        """`common` says how common each word is that may be meant; `names` are folded names of artists.

        `known` words are never touched.
        """
        words = sorted((word for word in common if len(word) >= SHORTEST - 1), key=lambda w: (-common[w], w))
        letters = np.array([_letters(word) for word in words], dtype=np.int64).reshape(-1, _BINS)
        return cls(tuple(words), letters, _gaps(names), known)

    def corrections(self, text: str) -> dict[str, str]:
        """The words of a text that are to be put right, in lower case, and what they become."""
        said = _WORD.findall(text.lower())
        unknown = [place for place, word in enumerate(said) if word.isalpha() and not self.known(word)]
        nearest = {said[place]: self._in_name(said, place) or self._nearest(said[place]) for place in unknown}
        return {word: right for word, right in nearest.items() if right}

    def _in_name(self, said: Sequence[str], place: int) -> str:
        """What the word would be if it and its neighbours were an artist's name, the longest there is."""
        for size in range(LONGEST_NAME, 1, -1):
            for start in range(max(place - size + 1, 0), min(place, len(said) - size) + 1):
                gap = (*said[start:place], "", *said[place + 1 : start + size])
                near = [(distance(said[place], word), word) for word in self.gaps.get(gap, ())]
                best = min(near, default=(0, ""))
                if best[1] and best[0] <= slips(best[1]):
                    return best[1]
        return ""

    def _nearest(self, word: str) -> str:
        if len(word) < SHORTEST:
            return ""
        most = slips(word)
        # An edit changes two counts at most, so that most words need no look at their order.
        near = np.flatnonzero(np.abs(self.letters - _letters(word)).sum(axis=1) <= 2 * most)
        found = [(distance(word, self.words[n]), self.words[n][0] != word[0], n) for n in near.tolist()]
        best = min(found, default=(most + 1, False, 0))
        return self.words[best[2]] if best[0] <= most else ""


def replaced(text: str, corrections: Mapping[str, str]) -> str:
    """The text with its wrong words put right, everything else as typed."""
    return _WORD.sub(lambda match: corrections.get(match[0].lower(), match[0]), text)


def slips(word: str) -> int:
    """How many edits are forgiven."""
    return 2 if len(word) >= TWO_SLIPS else 1


def _gaps(names: Iterable[str]) -> dict[Gap, list[str]]:
    gaps: defaultdict[Gap, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        words = name.split()
        if 1 < len(words) <= LONGEST_NAME:
            for place, word in enumerate(words):
                gaps[(*words[:place], "", *words[place + 1 :])].append(word)
    return dict(gaps)


def _letters(word: str) -> list[int]:
    counts = [0] * _BINS
    for letter in word:
        counts[ord(letter) % _BINS] += 1
    return counts


_BINS = 32
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
