"""Years that a prompt refuses, as marks of the line: the rules of years would take them for wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from proxy.playlists.prompt.grammar import EXCEPT, JOINT, SONG
from proxy.playlists.prompt.marks import DECADE, REFUSED, Mark, Marks, spell
from proxy.playlists.prompt.years import BETWEEN, DIGITS, ENDS, TO


def mark_refused(line: str, marks: Marks, today: date) -> tuple[str, Marks]:
    """The line with a character for what follows "except", "not" and the like, where that is a list of years
    or spans of them ("1984, from 1986 to 1988"), and what all its characters stand for.

    A decade by itself has its mark already; years that are still to come are refused by nobody.
    """
    made = dict(marks)

    def character(match: re.Match[str]) -> str:
        years = {year for span in _SPAN.findall(match["years"]) for year in _years(span, marks, today)}
        if not years:
            return match[0]
        mark = chr(ord(REFUSED[1]) + len(made))
        made[mark] = Mark(spell(match["years"], marks), refused=tuple(sorted(years)))
        return match["not"] + mark

    return _REFUSED.sub(character, line), made


def _years(span: str, marks: Marks, today: date) -> range:
    """From the first to the last year that is named; a decade has ten."""
    named = sorted(year for point in _POINT.findall(span) for year in _ends(point, marks))
    return range(named[0], min(named[-1], today.year + 1) + 1)


def _ends(point: str, marks: Marks) -> Iterator[int]:
    if point in marks:
        yield from (marks[point].decades[0], marks[point].decades[0] + 9)
    else:
        yield int(point)


_EITHER = rf"(?:(?:the|den|les|los) )?(?:{DIGITS}|{DECADE})"
_POINT = re.compile(rf"{DIGITS}|{DECADE}")
_SPAN = re.compile(
    rf"(?:{BETWEEN} {_EITHER} (?:and|und|et|y) {_EITHER}|{_EITHER}{TO}{_EITHER}|{DIGITS})", re.IGNORECASE
)
_FROM = (
    rf"(?:(?:any(?:thing)?|{SONG}|musi[ck]|is|are|released|recorded|made|from|of|in|the|years?|aus|von|vom|im"
    r"|das|dem|jahr|de|des|del|en|l'année|el|año) )*"
)
_YEARS = f"{_FROM}{_SPAN.pattern}"
_OR = rf"(?: ?[,/&] ?(?:{JOINT} )?| {JOINT} )"
_REFUSED = re.compile(
    rf"(?P<not>(?<![\w\"'-])(?:{EXCEPT}|nothing|none|not|no|nichts?|keine?|rien|pas|nada|sin|menos) )"
    rf"(?P<years>{_YEARS}(?:{_OR}{_YEARS})*{ENDS})",
    re.IGNORECASE,
)
