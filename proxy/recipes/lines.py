"""On which line of a TOML file a recipe says what: the parser of the standard library does not tell.

Keys are read from the text in the order in which they stand, and so they come from the parsed tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from proxy.recipes.wrong import Path

_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
  | (?P<long> \"{3}(?:\\.|[^\\])*?\"{3} | '{3}.*?'{3} )
  | (?P<header> ^[ \t]*\[{1,2} [^\]\n=]+ \]{1,2} )
  | (?P<key> (?: [A-Za-z0-9_-]+ | "(?:\\.|[^"\\\n])*" | '[^'\n]*' ) (?= [ \t]*= ) )
  | (?P<short> "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


class Lines(Struct, frozen=True):
    """`start` is the line of the recipe's header."""

    start: int
    of: Mapping[Path, int]

    def at(self, path: Path) -> int:
        """Of that key, else of the one that it stands in."""
        while path and path not in self.of:
            path = path[:-1]
        return self.of.get(path, self.start)


def opening(text: str) -> dict[str, int]:
    """On which line each name of the uppermost level stands first."""
    found: dict[str, int] = {}
    inside = False
    for token in _TOKEN.finditer(text):
        name = _header(token["header"])[0] if token["header"] else token["key"]
        if name and (token["header"] or not inside):
            found.setdefault(name.strip("\"'"), text.count("\n", 0, token.start()) + 1)
        inside = inside or bool(token["header"])
    return found


def lines(text: str, recipes: Sequence[Mapping[str, Any]], table: str = "recipe") -> list[Lines]:
    """Of each `[[recipe]]`, in order; `recipes` are the same as parsed."""
    blocks: list[tuple[int, list[tuple[str, int]]]] = []
    for token in _TOKEN.finditer(text):
        line = text.count("\n", 0, token.start()) + 1
        if token["header"]:
            names = _header(token["header"])
            if names == [table]:
                blocks.append((line, []))
            elif names[0] == table and blocks:
                blocks[-1][1].extend((name, line) for name in names[1:])
        elif token["key"] and blocks:
            blocks[-1][1].append((token["key"].strip("\"'"), line))
    more = [(1, list[tuple[str, int]]())] * (len(recipes) - len(blocks))  # written as one array of tables
    both = zip([*blocks, *more], recipes, strict=False)  # a text in quotes may look like a header
    return [Lines(start, _placed(keys, recipe)) for (start, keys), recipe in both]


def _header(header: str) -> list[str]:
    return [part.strip().strip("\"'") for part in header.strip().strip("[]").split(".")]


def _placed(keys: Sequence[tuple[str, int]], recipe: Mapping[str, Any]) -> dict[Path, int]:
    """Where the orders part, as they do for tables that are written in pieces, the first key of that name."""
    found: dict[Path, int] = {}
    left = list(keys)
    for path in _paths(recipe, ()):
        place = next((n for n, (key, _) in enumerate(left) if key == path[-1]), None)
        if place is not None:
            found[path] = left.pop(place)[1]
    return found


def _paths(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield (*path, key)
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths(inner, (*path, place))
