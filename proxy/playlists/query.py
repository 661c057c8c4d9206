"""What retrieval looks for: the words of a wish sorted by what they are good for."""

from __future__ import annotations

import re

from msgspec import Struct

from proxy.playlists.lexicon import Lexicon, singular
from proxy.playlists.wish import Wish


class Query(Struct, frozen=True):
    """`words` are looked up and embedded; `hits` are the words that brought the lexicon's `rows`.

    `energy` is +1, 0 or -1: whether the words ask for much or little of it.
    """

    words: tuple[str, ...]
    rows: tuple[int, ...]
    hits: tuple[str, ...]
    energy: int

    @property
    def text(self) -> str:
        return " ".join(self.words)


def query_of(wish: Wish, lexicon: Lexicon) -> Query:
    """Words that say nothing are dropped, unless nothing else is left (retrieval recipe, prompt step 2)."""
    prompt = wish.text.lower()
    said = re.findall(r"[^\W_]+", prompt)
    words = [w for w in said if not w.isdigit() and w not in lexicon.stop | lexicon.polite] or said
    words = [w for w in words if w not in lexicon.generic] or words
    triggers = _triggers(prompt)
    brought = [(n, _hit(row.words, triggers)) for n, row in enumerate(lexicon.rows)]
    hits = [(n, word) for n, word in brought if word]
    return Query(
        words=tuple(dict.fromkeys(words)),
        rows=tuple(n for n, _ in hits),
        hits=tuple(word for _, word in hits),
        energy=bool(lexicon.high & set(triggers)) - bool(lexicon.low & set(triggers)),
    )


def _triggers(prompt: str) -> list[str]:
    """Every form of a word that may stand in the lexicon: alone, singular, and as typed ("r&b", "lo-fi")."""
    words = re.findall(r"[^\W_]+", prompt)
    typed = [word.strip(".,!?\"'()") for word in prompt.split()]
    return list(dict.fromkeys([*typed, *words, *(singular(word) for word in words)]))


def _hit(words: frozenset[str], triggers: list[str]) -> str:
    return next((trigger for trigger in triggers if trigger in words), "")
