"""What retrieval looks for: the words of a wish sorted by what they are good for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct

from proxy.playlists import phrases
from proxy.playlists.lexicon import Lexicon, singular, words
from proxy.playlists.steps import ALL, Steps
from proxy.playlists.translation import translated
from proxy.playlists.wish import Wish


class Query(Struct, frozen=True):
    """`words` are looked up, in English; `meant` is embedded, as it was typed.

    `hits` are the words that brought the lexicon's `rows`; `moods` those of `words` that are not looked for
    in names; `phrases` the library's tags that the prompt says. `energy` is +1, 0 or -1: whether the words
    ask for much or little of it. `precise` is the share of the words that phrases cover.
    """

    words: tuple[str, ...]
    meant: str
    rows: tuple[int, ...]
    hits: tuple[str, ...]
    moods: frozenset[str]
    energy: int
    phrases: tuple[str, ...]
    precise: float

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def names(self) -> str:
        """The words that are looked for in titles, artists and albums."""
        return " ".join(word for word in self.words if word not in self.moods)


def query_of(
    wish: Wish,
    lexicon: Lexicon,
    *,
    tags: Collection[str] = (),
    english: Callable[[str], bool] = str.isascii,
    steps: Steps = ALL,
) -> Query:
    """`tags` are the library's as runs of words; `english` tells words that are not to be translated."""
    typed = wish.text.lower()
    named = {word for name in (*wish.artists, *wish.like) for word in words(name)}
    prompt = translated(typed, known=lambda w: w in named or english(w)) if steps.dictionary else typed
    wanted = telling(prompt, lexicon, steps)
    said = phrases.said(words(prompt), tags, idle=lexicon.idle)
    triggers = _triggers(prompt, said)
    brought = [(n, _hit(row.words, triggers)) for n, row in enumerate(lexicon.rows)]
    hits = [(n, word) for n, word in brought if word]
    return Query(
        words=wanted,
        meant=" ".join(telling(typed, lexicon, steps)),
        rows=tuple(n for n, _ in hits),
        hits=tuple(word for _, word in hits),
        moods=frozenset(w for w in wanted if w in lexicon.moods or singular(w) in lexicon.moods),
        energy=bool(lexicon.high & set(triggers)) - bool(lexicon.low & set(triggers)),
        phrases=said,
        precise=phrases.share(said, wanted),
    )


def telling(prompt: str, lexicon: Lexicon, steps: Steps = ALL) -> tuple[str, ...]:
    """The distinct words less those that say nothing, unless nothing else is left."""
    said = words(prompt)
    found = [w for w in said if not w.isdigit() and w not in lexicon.stop | lexicon.polite] or said
    if steps.generic_words:
        found = [w for w in found if w not in lexicon.generic] or found
    return tuple(dict.fromkeys(found))


def _triggers(prompt: str, said: Sequence[str]) -> list[str]:
    """Every form of a word that may stand in the lexicon: alone, singular, and as typed ("r&b", "lo-fi").

    A word inside a tag of several words stands for nothing else: latin in "latin jazz" is no latin pop.
    """
    taken = {word for phrase in said if phrases.weight(phrase) > 1 for word in phrase.split()}
    typed = [word.strip(".,!?\"'()") for word in prompt.split()]
    forms = dict.fromkeys([*typed, *words(prompt), *(singular(word) for word in words(prompt))])
    return [form for form in forms if not taken.issuperset(map(singular, words(form)))]


def _hit(words: frozenset[str], triggers: list[str]) -> str:
    return next((trigger for trigger in triggers if trigger in words), "")
