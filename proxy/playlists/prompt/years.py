"""Years and spans of decades; a decade by itself is a mark (`marks`) and stays in the text."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import SONG, Reading, rule_in_context
from proxy.playlists.prompt.marks import DECADE
from proxy.playlists.prompt.numbers import NUMBER, amount
from proxy.playlists.wish import EARLIEST, LATEST, Wish

MANY_YEARS = 100


def _ends(point: str, reading: Reading) -> tuple[int, int] | None:
    """The first and last year of a year as typed or of a decade's mark; None where it is still to come."""
    latest = reading.now.year + 1
    if point in reading.marks:
        decade = reading.marks[point].decades[0]
        return decade, min(decade + 9, latest)
    year = int(point)
    return (year, year) if year <= latest else None


def _between(match: re.Match[str], reading: Reading) -> Wish | None:
    first, last = _ends(match["first"], reading), _ends(match["last"], reading)
    spans_decades = match["first"] in reading.marks and match["last"] in reading.marks
    if not first or not last or spans_decades:
        return None
    return Wish(years=(min(first[0], last[0]), max(first[1], last[1])))


def _decades(match: re.Match[str], reading: Reading) -> Wish | None:
    """ "60s to 80s" asks for the 70s too; the words stay."""
    first, last = sorted(reading.marks[match[end]].decades[0] for end in ("first", "last"))
    return Wish(decades=tuple(range(first, last + 1, 10)), text=match[0])


def _since(match: re.Match[str], reading: Reading) -> Wish | None:
    ends = _ends(match["since"] or match["on"] or match["onwards"], reading)
    return Wish(years=(ends[0], LATEST)) if ends else None


def _after(match: re.Match[str], reading: Reading) -> Wish | None:
    ends = _ends(match["year"], reading)
    if not ends:
        return None
    if match["nothing"]:
        return Wish(years=(EARLIEST, ends[1]))
    return Wish(years=(ends[1] + 1, LATEST)) if ends[1] <= reading.now.year else None


def _before(match: re.Match[str], reading: Reading) -> Wish | None:
    ends = _ends(match["year"], reading)
    if not ends:
        return None
    return Wish(years=(ends[0], LATEST) if match["nothing"] else (EARLIEST, ends[0] - 1))


def _until(match: re.Match[str], reading: Reading) -> Wish | None:
    ends = _ends(match["until"] or match["backwards"], reading)
    return Wish(years=(EARLIEST, ends[1])) if ends else None


def _exact(match: re.Match[str], reading: Reading) -> Wish | None:
    ends = None if match["nothing"] else _ends(match["year"], reading)
    return Wish(years=ends) if ends else None


def _this_year(match: re.Match[str], reading: Reading) -> Wish | None:
    year = reading.now.year - (match["which"].lower() in ("last", "letztes"))
    return Wish(years=(year, year))


def _lately(match: re.Match[str], reading: Reading) -> Wish | None:
    years = amount(match["years"]) if match["years"] else 10 * amount(match["decades"] or "one")
    if not 1 <= years <= MANY_YEARS:
        return None
    return Wish(years=(reading.now.year - int(years) + 1, LATEST))


# Tags hold the years of recordings, so "the War of 1812" is no year.
DIGITS = r"(?:19|20)\d\d"
ENDS = r"(?![\w:-]|[.,]\d)"
_YEAR = rf"(?<![\w.,:])(?<!\d-){DIGITS}{ENDS}"
_THE = r"(?:(?:the|year|den|dem|jahr|les|los|l'an|año) )*"


def _point(name: str) -> str:
    return rf"{_THE}(?P<{name}>{_YEAR}|{DECADE})"


_NOTHING = (
    rf"(?:(?<!\w)(?P<nothing>(?:nothing|not|none|nichts|nicht|rien|pas|nada"
    rf"|(?:no|keine|aucune?) (?:{SONG}|musi[ck]))"
    r"(?: (?:is|are|from|released|recorded|made))*) )?"
)
BETWEEN = r"\b(?:between|zwischen|entre)"
_OR_LATER = r"(?:\+| onwards?| (?:and|or|oder|und) (?:later|newer|after|später|neuer))(?!\w)"
_LATER_THAN = r"\b(?:after|post|(?:later|newer|more recent) than|nach|neuer als|après|después de)"
_EARLIER_THAN = r"\b(?:before|pre|(?:older|earlier) than|vor|älter als|avant|antes de)"
TO = r" ?(?:-|to|through|thru|till|until|bis|à|a|au|aux|hasta) ?"

RULES = (
    rule_in_context(
        rf"(?:\b(?:from|von|de|des) )?{_THE}(?P<first>{DECADE}){TO}{_THE}(?P<last>{DECADE})", _decades
    ),
    rule_in_context(
        rf"{BETWEEN} {_THE}(?P<first>{DECADE}) (?:and|und|et|y) {_THE}(?P<last>{DECADE})",
        _decades,
    ),
    rule_in_context(rf"{BETWEEN} {_point('first')} (?:and|und|et|y) {_point('last')}", _between),
    rule_in_context(
        rf"(?:\b(?:from|years?|in|von|de|desde|depuis) )?(?<![\w.,:-])"
        rf"{_THE}(?P<first>{DIGITS}|{DECADE}){TO}"
        rf"{_THE}(?P<last>{DIGITS}|{DECADE}){ENDS}",
        _between,
    ),
    rule_in_context(
        rf"\b(?:since|starting (?:in|from)|seit|ab|depuis|desde|à partir de) {_point('since')}"
        rf"|\b(?:from|von) {_point('on')} on(?:wards?)?(?!\w)"
        rf"|{_point('onwards')}{_OR_LATER}",
        _since,
    ),
    rule_in_context(rf"{_NOTHING}{_LATER_THAN}[ -]{_point('year')}", _after),
    rule_in_context(rf"{_NOTHING}{_EARLIER_THAN}[ -]{_point('year')}", _before),
    rule_in_context(
        rf"\b(?:until|till|up to|bis|jusqu'(?:en|à|aux?)|hasta) {_point('until')}"
        rf"|{_point('backwards')} (?:and|or|oder|und) (?:earlier|older|before|früher|älter)(?!\w)",
        _until,
    ),
    rule_in_context(
        rf"{_NOTHING}\b(?:in|from|of|year|anno|aus|im|vom|en|de|del) {_THE}(?P<year>{_YEAR})", _exact
    ),
    rule_in_context(
        r"\b(?:(?:from|of|in|aus) )?(?P<which>this|last|dieses|letztes|este) (?:year|jahr|año)(?:'s)?(?!\w)",
        _this_year,
    ),
    rule_in_context(
        rf"\b(?:(?:from|of|in|within) )?(?:the )?(?:last|past) "
        rf"(?:(?:(?P<decades>{NUMBER}) )?decades?|(?P<years>{NUMBER}) years)(?!\w)",
        _lately,
    ),
)
