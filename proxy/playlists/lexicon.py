"""The word lists of retrieval, from `data/`: what to drop from a prompt, and what its words mean in tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Row(Struct, frozen=True):
    """Any of `words` in a prompt stands for all of `tags`."""

    words: frozenset[str]
    tags: tuple[str, ...]


class Lexicon(Struct, frozen=True):
    """`decades` maps 1990 to the tags of the nineties; `high` and `low` hold words of prompts."""

    stop: frozenset[str]
    polite: frozenset[str]
    generic: frozenset[str]
    high: frozenset[str]
    low: frozenset[str]
    high_tags: tuple[str, ...]
    low_tags: tuple[str, ...]
    decades: dict[int, tuple[str, ...]]
    rows: tuple[Row, ...]


@cache
def load() -> Lexicon:
    words = dict(_sections(_lines("prompt_words.txt")))
    lists = dict(_tag_list(line) for line in _lines("tag_lists.txt"))
    return Lexicon(
        **words,
        high_tags=lists.pop("high"),
        low_tags=lists.pop("low"),
        decades={int(decade): tags for decade, tags in lists.items()},
        rows=tuple(_row(line) for line in _lines("lexicon.txt")),
    )


def singular(word: str) -> str:
    """A word less a final s, where it has more than three letters and does not end in ss."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def tag_weights(tags: Sequence[str], phrases: Sequence[str], *, part: float) -> list[float]:
    """Per tag: 1 where it equals a phrase, `part` where it holds one as a run of whole words, else 0."""
    wanted = [_run(phrase) for phrase in phrases]
    return [_weight(_run(tag), wanted, part) for tag in tags]


def _weight(tag: str, phrases: Sequence[str], part: float) -> float:
    if tag in phrases:
        return 1.0
    return part if any(phrase in tag for phrase in phrases) else 0.0


def _run(text: str) -> str:
    """The words with a blank before, between and after, so that `in` finds whole words only."""
    return " " + " ".join(singular(word) for word in re.findall(r"[^\W_]+", text.lower())) + " "


def _lines(name: str) -> Iterator[str]:
    text = (files("proxy.playlists") / "data" / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _sections(lines: Iterator[str]) -> Iterator[tuple[str, frozenset[str]]]:
    name, words = "", set[str]()
    for line in lines:
        if not line.startswith("["):
            words.update(line.split())
            continue
        if name:
            yield name, frozenset(words)
        name, words = line.strip("[]"), set()
    yield name, frozenset(words)


def _tag_list(line: str) -> tuple[str, tuple[str, ...]]:
    name, _, tags = line.partition(":")
    return name, tuple(tag.strip() for tag in tags.split(","))


def _row(line: str) -> Row:
    words, _, tags = line.partition(" > ")
    return Row(frozenset(words.split()), tuple(tag.strip() for tag in tags.split(",")))
