"""Names of lists: which of them are prompts, and which of one user's are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import category, normalize

# Longest prefix and separator that are looked for, in typed characters.
_REACH = 40
KEPT = 4096  # names: each getPlaylists has all of its lists looked at
_NOT_IN_FILES = re.compile(r'\.\.|[/\\:"?*<>|]')


def prompt_of(name: str, prefixes: Sequence[str]) -> str | None:
    """What follows the prefix, as typed and trimmed; "" after a prefix alone; None where it is no prompt.

    `ai:`, `Ai.`, `AI -`, `ai;` and so on: the prefix in any case and width, then one of `: ; . , ! -` or any
    other dash. A blank alone does not do: real names begin so. A prefix that is given with such a mark, as
    `mix:`, wants that one: there are many lists called "Mix-Tape" or "Mix - Summer".
    """
    return _prompt_of(name.strip(), tuple(prefixes))


@lru_cache(KEPT)
def _prompt_of(name: str, prefixes: tuple[str, ...]) -> str | None:
    opening = re.compile("|".join(filter(None, map(_opening, prefixes))) or "(?!)")
    for end in range(1, min(len(name), _REACH) + 1):
        if opening.fullmatch(_folded(name[:end]).lstrip()):
            rest = name[end:].strip()
            return rest if any(_says_something(character) for character in rest) else ""
    return None


def opening(prefixes: Sequence[str]) -> str:
    """What a prompt's name begins with, as `ai:`; nothing where there is no prefix."""
    prefix = next(iter(prefixes), "")
    return prefix if not prefix or prefix[-1] in ":;.,!-" else f"{prefix}:"


@lru_cache(KEPT)
def fold(name: str) -> str:
    """The key under which two names of one user are the same list.

    Case, width and blanks do not matter, nor what cannot stand in a file's name: DSub and Ultrasonic write
    `<name>.m3u`. Folding twice changes nothing more.
    """
    visible = "".join(c for c in name if c.isspace() or category(c) not in ("Cc", "Cf", "Cs"))
    text = normalize("NFKC", normalize("NFKC", normalize("NFD", visible).casefold()).casefold())
    return " ".join(_NOT_IN_FILES.sub("-", text).split())


def _opening(prefix: str) -> str:
    word = _folded(prefix).strip()
    bare = word.rstrip(":;.,!-").rstrip()
    return rf"{re.escape(bare)}\s*{re.escape(word[-1]) if bare != word else '[:;.,!-]'}+" if bare else ""


def _folded(text: str) -> str:
    """For comparing: no marks that nobody sees, one dash for all, wide forms and capitals made plain."""
    seen = "".join(c for c in text if category(c) != "Cf")
    text = normalize("NFKC", normalize("NFKC", seen).casefold())
    return "".join("-" if category(c) == "Pd" or c == "−" else c for c in text)


def _says_something(character: str) -> bool:
    """A letter, a digit or a symbol such as an emoji; not punctuation, blanks or marks."""
    return category(character)[0] in "LNS"
