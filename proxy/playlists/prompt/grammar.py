"""What the rules of the prompt's grammar share: how a rule is written and applied, words for a song.

A rule is a pattern and what it means. Patterns see one line of tidied text (`typography`), single blanks,
names and decades as marks (`marks`), in any case. To teach a language, add its words to the fragments here
and in the modules of rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from proxy.playlists.prompt.marks import GAP, Marks
from proxy.playlists.wish import Wish


class Reading(NamedTuple):
    """What a rule may know besides its match."""

    marks: Marks
    now: datetime


# What a match means, or None where it is not what it looked like. The wish's text stays in the prompt.
Read = Callable[[re.Match[str], Reading], Wish | None]


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    read: Read


def rule(pattern: str, means: Wish | Callable[[re.Match[str]], Wish | None]) -> Rule:
    """For a pattern that always means the same, or whose meaning is in the match alone."""

    def read(match: re.Match[str], reading: Reading) -> Wish | None:
        return means if isinstance(means, Wish) else means(match)

    return rule_in_context(pattern, read)


def rule_in_context(pattern: str, read: Read) -> Rule:
    """For a pattern whose meaning hangs on the names in it or on the time of day."""
    return Rule(re.compile(pattern, re.IGNORECASE), read)


def apply(rules: Iterable[Rule], line: str, reading: Reading) -> tuple[str, Wish]:
    """The line with a gap for all that was understood, and what that was; of two totals the first counts."""
    wish = Wish()
    for each in rules:
        line, said = _apply(each, line, reading)
        for found in said:
            wish |= found
    return line, wish


def notice(rules: Iterable[Rule], line: str, reading: Reading) -> Wish:
    """What the line says while all of it stays."""
    wish = Wish()
    for each in rules:
        for match in each.pattern.finditer(line):
            wish |= each.read(match, reading) or Wish()
    return wish


def opens(match: re.Match[str]) -> bool:
    """Whether nothing but words that lead to a wish stands before the match, in its part of the prompt."""
    return _LEAD.search(match.string, 0, match.start()) is not None


def closes(match: re.Match[str]) -> bool:
    """Whether its part of the prompt ends with the match, or goes on with something else."""
    return closes_at(match.string, match.end())


def closes_at(line: str, at: int) -> bool:
    return _TRAIL.match(line, at) is not None


def _apply(each: Rule, line: str, reading: Reading) -> tuple[str, list[Wish]]:
    said: list[Wish] = []

    def left(match: re.Match[str]) -> str:
        wish = each.read(match, reading)
        if wish is None:
            return match[0]
        said.append(wish)
        return f"{GAP}{wish.text}{GAP}"

    return each.pattern.sub(left, line), said


def either(words: Iterable[str]) -> str:
    """A pattern of any of these, the longest first: a tree of their letters, which fails at the first."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return f"(?:{_branches(tree)})"


def _branches(tree: dict[str, Any]) -> str:
    longer = [re.escape(letter) + _branches(node) for letter, node in tree.items() if letter]
    if "" not in tree:
        return longer[0] if len(longer) == 1 else f"(?:{'|'.join(longer)})"
    return f"(?:{'|'.join(longer)})?" if longer else ""


# Where a phrase may begin: patterns that open with something optional are tried at these places only.
WORD = r"(?<!\w)(?=[\w~<>≤≥])"
START = r"(?<![\w.,:$€£'])"
SONG = (
    r"(?:songs?|tracks?|tunes?|titles?|pieces?|lied(?:er)?|st[üu]cken?|titeln?|chansons?|morceaux?|titres?"
    r"|canci[oó]n(?:es)?|temas?|pistas?)"
)
AT_MOST = (
    r"(?:(?:no|not) (?:more|longer|over|above)(?: than)?|up to|at (?:the )?most|under|below"
    r"|(?:less|shorter) than|max(?:imum|imal)?\.?(?: of)?|<=?|≤|höchstens|unter|bis zu"
    r"|nicht (?:mehr|länger) als|kürzer als"
    r"|moins de|au (?:plus|maximum)|pas plus de|menos de|no más de|como máximo|máximo)"
)
AT_LEAST = (
    r"(?:at least|over|above|more than|longer than|min(?:imum)?\.?(?: of)?|>=?|≥|mindestens|über|mehr als"
    r"|länger als|au moins|plus de|au minimum|al menos|más de|como mínimo|mínimo)"
)
ABOUT = (
    r"(?:for|about|around|roughly|approximately|approx\.?|circa|ca\.?|lasting|exactly|just|only|~"
    r"|etwa|ungefähr|rund|für|environ|pendant|pour|unos|unas|durante|para)"
)
JOINT = "(?:and|or|nor|und|oder|et|ou|y|o|ni)"
EXCEPT = (
    r"(?:without|w/o|except(?: for)?|excluding|exclude|minus|apart from|(?:any|every)thing but"
    r"|ohne|au(?:ß|ss)er|sans|sauf|excepto|salvo)"
)
OF = r"(?: (?:worth )?of(?! all\b)| de(?! \d|\w)| d'(?=\w))"


def clamp(value: float, lowest: float, highest: float) -> float:
    return float(min(max(round(value, 2), lowest), highest))


_LEADS = (
    "something some anything all only just a an the very really mostly more play with then and but etwas nur"
    " alles sehr ganz mit und algo solo muy con y des de très tout avec et"
)
_LEAD = re.compile(rf"(?:^|[,;:.!?(+·{GAP}-]|(?<!\w){either(_LEADS.split())}) ?$", re.IGNORECASE)
_TRAILS = (
    "and but with for from of in at to without no until or please und aber mit für aus von ohne et mais avec"
    " pour sans y pero con para sin"
)
_TRAIL = re.compile(rf" ?(?:$|[,;:.!?)+·{GAP}])| {either(_TRAILS.split())}(?!\w)", re.IGNORECASE)
