"""What is wrong in a file of recipes, where, and the right word that is nearest."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any

Path = tuple[str | int, ...]
"""From a recipe inwards, such as ("all", 1, "inTheLast", "lastplayed")."""

ALIKE = 0.6  # of `difflib`'s ratio


class Wrong(Exception):
    """A sentence about what stands at that place of a recipe."""

    def __init__(self, sentence: str, *path: str | int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.path: Path = path


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that is written most alike, in whatever case."""
    return _near(word, known, cutoff=0)[0]


def alike(word: str, known: Collection[str]) -> str:
    """The same where it is much alike, else ""."""
    return next(iter(_near(word, known, cutoff=ALIKE)), "")


def shown(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float) else "this"


def _near(word: str, known: Collection[str], *, cutoff: float) -> list[str]:
    spelled = {each.lower(): each for each in known}
    return [spelled[each] for each in difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=cutoff)]
