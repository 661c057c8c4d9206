"""The word lists of retrieval, from `data/`: what to drop from a prompt, and what its words mean in tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from msgspec import Struct


class Row(Struct, frozen=True):
    """Any of `words` in a prompt stands for all of `tags`; whether they are moods or styles."""

    words: frozenset[str]
    tags: tuple[str, ...]
    mood: bool


class Lexicon(Struct, frozen=True):
    """`decades` maps 1990 to the tags of the nineties; `high` and `low` hold words of prompts.

    Nothing is retrieved by `idle` words while there are others; `triggers` mean something beyond themselves,
    and of these the `moods` nothing in a name. A slip in a word of `grammar` would hide a wish from its rule.
    """

    stop: frozenset[str]
    polite: frozenset[str]
    generic: frozenset[str]
    grammar: frozenset[str]
    high: frozenset[str]
    low: frozenset[str]
    high_tags: tuple[str, ...]
    low_tags: tuple[str, ...]
    decades: dict[int, tuple[str, ...]]
    rows: tuple[Row, ...]
    idle: frozenset[str]
    triggers: frozenset[str]
    moods: frozenset[str]


@cache
def load() -> Lexicon:
    listed = {name: words_of(lines) for name, lines in sections("prompt_words.txt").items() if name}
    lists = dict(_tag_list(line) for line in sections("tag_lists.txt")[""])
    rows = tuple(
        _row(line, mood=name == "moods") for name, lines in sections("lexicon.txt").items() for line in lines
    )
    return Lexicon(
        **listed,
        high_tags=lists.pop("high"),
        low_tags=lists.pop("low"),
        decades={int(decade): tags for decade, tags in lists.items()},
        rows=rows,
        idle=listed["stop"] | listed["polite"] | listed["generic"],
        triggers=listed["high"].union(listed["low"], *(row.words for row in rows)),
        moods=frozenset().union(*(row.words for row in rows if row.mood)),
    )


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """A word less a final s, where it has more than three letters and does not end in ss."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def run(text: str) -> str:
    """The words in singular with a blank before, between and after, so that `in` finds whole words only."""
    return " " + " ".join(singular(word) for word in words(text)) + " "


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def tag_weights(tags: Sequence[str], phrases: Sequence[str], *, part: float) -> list[float]:
    """Per tag: 1 where it equals a phrase, `part` where it holds one as a run of whole words, else 0."""
    wanted = [run(phrase) for phrase in phrases]
    return [run_weight(run(tag), wanted, part=part) for tag in tags]


def run_weight(tag: str, phrases: Sequence[str], *, part: float) -> float:
    """The same of one tag and phrases that are runs already."""
    return 1.0 if tag in phrases else part * any(phrase in tag for phrase in phrases)


def words_of(lines: Iterable[str]) -> frozenset[str]:
    """All words of some lines."""
    return frozenset(word for line in lines for word in line.split())


def sections(name: str) -> dict[str, list[str]]:
    """The lines of a file of `data/` by the [name] above them, "" for none; less comments and empty ones."""
    text = (files("proxy.playlists") / "data" / name).read_text(encoding="utf-8")
    found: dict[str, list[str]] = {"": []}
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif line and not line.startswith("#"):
            found[section].append(line)
    return found


def _tag_list(line: str) -> tuple[str, tuple[str, ...]]:
    name, _, tags = line.partition(":")
    return name, tuple(tag.strip() for tag in tags.split(","))


def _row(line: str, *, mood: bool) -> Row:
    triggers, _, tags = line.partition(" > ")
    return Row(frozenset(triggers.split()), tuple(tag.strip() for tag in tags.split(",")), mood)
