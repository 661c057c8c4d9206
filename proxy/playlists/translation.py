"""German, French and Spanish words of a prompt in English, in which tags and word lists are written.

By a dictionary of word beginnings, no grammar: what is not in it stays as it is, which is right for names
and for genres. The prompt's vector is made of the original; the built-in embedder reads these languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from msgspec import Struct

from proxy.playlists import lexicon

WHOLE = 3  # letters up to which an entry is a whole word and no beginning
NOT_ENGLISH = 0.5  # more that a word counts which neither English nor the library knows


class Dictionary(Struct, frozen=True):
    """One language: `stop` words vanish, what has one of the `beginnings` is in English what that is."""

    stop: frozenset[str]
    beginnings: dict[str, str]

    def english(self, word: str) -> str | None:
        """The word in English, "" where it vanishes, None where it is not in here."""
        if word in self.stop:
            return ""
        sizes = range(len(word), WHOLE, -1) if len(word) > WHOLE else [len(word)]
        return next((self.beginnings[word[:size]] for size in sizes if word[:size] in self.beginnings), None)


def translated(text: str, *, known: Callable[[str], bool]) -> str:
    """The text in English where it is in another language, else as it came.

    `known` tells words of English prompts and of the library's tags. A text is foreign with two stop words of
    a language, with one beside an unknown word, or with an unknown word that the dictionary has; but not
    where as much speaks for English.
    """
    words = re.findall(r"[\w'-]+", text.lower())
    plain = [fold(word) for word in words]
    look_alike = dictionaries()["en"].stop

    def english(word: str) -> bool:
        return word in look_alike or known(word)

    language = max(_foreign(), key=lambda language: _evidence(language, plain, english))
    small = sum(word in lexicon.load().stop | lexicon.load().polite for word in plain)
    if small >= _evidence(language, plain, english) or not _is_foreign(language, plain, english):
        return text
    translations = [language.english(word) for word in plain]
    rest = [word if found is None else found for word, found in zip(words, translations, strict=True)]
    return " ".join(_DECADE.sub(r"\1s", word) for word in rest if word)


def knows(word: str) -> bool:
    """Whether any of the languages has the word: then it is no slip of the pen."""
    return any(language.english(fold(word)) is not None for language in dictionaries().values())


def fold(word: str) -> str:
    """Lower case without accents, ss for ß."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@cache
def dictionaries() -> dict[str, Dictionary]:
    """By language: de, fr, es; and en, whose words are those that look like one of the others."""
    found = lexicon.sections("dictionary.txt")
    beginnings: dict[str, dict[str, str]] = {language: {} for language in _LANGUAGES}
    for line in found.pop(""):
        english, _, columns = line.partition(": ")
        for language, column in zip(_LANGUAGES, columns.split(" / "), strict=True):
            for start in column.removeprefix("-").split():
                beginnings[language].setdefault(start, english)
    return {
        name: Dictionary(lexicon.words_of(lines), beginnings.get(name, {})) for name, lines in found.items()
    }


def _foreign() -> list[Dictionary]:
    return [dictionaries()[language] for language in _LANGUAGES]


def _evidence(language: Dictionary, words: list[str], known: Callable[[str], bool]) -> float:
    hits = [word for word in words if language.english(word)]
    stops = [word for word in words if word in language.stop]
    return len(stops) + len(hits) + NOT_ENGLISH * sum(not known(word) for word in hits)


def _is_foreign(language: Dictionary, words: list[str], known: Callable[[str], bool]) -> bool:
    stops = sum(word in language.stop for word in words)
    unknown = [word for word in words if word not in language.stop and not known(word)]
    return stops >= 2 or (stops and unknown != []) or any(language.english(word) for word in unknown)


_LANGUAGES = ("de", "fr", "es")  # in the order of the dictionary's columns
_DECADE = re.compile(r"^((?:19|20)?\d0)(?:er[ns]?)?$")
