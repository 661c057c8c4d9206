"""What came to the library lately: "added this month", "recently added"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from proxy.playlists.prompt.grammar import SONG, Reading, rule_in_context
from proxy.playlists.prompt.numbers import NUMBER, amount
from proxy.playlists.wish import Wish

RECENTLY = 30  # days that "recently added" goes back
LONGEST_AGO = 36_500


def _added(match: re.Match[str], reading: Reading) -> Wish | None:
    today = reading.now.date()
    if match["on"]:
        return _since(match["on"])
    if month := match["month"] or match["since"]:
        return Wish(added_since=_month(month.lower(), match["year"] or match["in_year"], today))
    if match["n"]:
        days = amount(match["n"]) * _DAYS[match["unit"][0].lower()]
        return Wish(added_since=today - timedelta(days=min(int(days), LONGEST_AGO)))
    return Wish(added_since=_first_of((match["this"] or match["before"] or "").lower(), today))


def _since(written: str) -> Wish | None:
    try:
        return Wish(added_since=date.fromisoformat(written if "-" in written else f"{written}-01-01"))
    except ValueError:
        return None


def _month(name: str, year: str | None, today: date) -> date:
    """Its first day, in the year that is said, else the last time that there was one."""
    month = _MONTHS[name]
    return date(int(year) if year else today.year - (month > today.month), month, 1)


def _first_of(which: str, today: date) -> date:
    """The first day of "this week", "last month" and so on; where nothing is said, RECENTLY ago."""
    if not which:
        return today - timedelta(days=RECENTLY)
    if _TODAY.search(which):
        return today - timedelta(days=which == "yesterday")
    last = which.startswith(("last", "letzt"))
    if _WEEK.search(which):
        return today - timedelta(days=today.weekday() + 7 * last)
    if _YEAR.search(which):
        return date(today.year - last, 1, 1)
    first = today.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1) if last else first


# By the first letter of their names in four languages.
_DAYS = {"d": 1, "t": 1, "j": 1, "w": 7, "s": 7, "m": 30, "y": 365, "a": 365}
_TODAY = re.compile(r"^(?:today|yesterday|heute|hoy|aujourd'hui)$")
_WEEK = re.compile("week|woche|sema")
_YEAR = re.compile("year|jahr|ann|año")

_MONTHS = {
    name: month
    for month, names in enumerate(
        [
            "january januar jänner janvier enero", "february februar février febrero",
            "march märz mars marzo",
            "april avril abril", "may mai mayo", "june juni juin junio", "july juli juillet julio",
            "august août agosto", "september septembre septiembre", "october oktober octobre octubre",
            "november novembre noviembre", "december dezember décembre diciembre",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_ADDED = r"(?:(?:newly |recently )?added|hinzugefügte?[nrs]?|ajoutée?s?|añadid[oa]s?|agregad[oa]s?)"
_SINCE = r"(?:since|after|in|seit|im|nach|depuis|en|desde)"
_THIS = (
    r"(?:(?:this|last|diese[nrsm]?|letzte[nrsm]?|cette|est[ea]) "
    r"(?:week|month|year|woche|monat|jahr|semaine|année|mes|semana|año)"
    r"|ce mois(?:-ci)?|today|yesterday|heute|hoy|aujourd'hui)"
)
_SPAN = (
    rf"(?P<n>{NUMBER}) (?P<unit>days?|weeks?|months?|years?|tagen?|wochen?|monaten?|semaines?|mois|jours?"
    r"|d[ií]as?|semanas?|meses)"
)
_THE_LAST = (
    r"(?:(?:in|within|during|over|en|dans|in den|the|les|los) )*"
    r"(?:(?:last|past|letzten|derniers|dernières|últimos|últimas) )?"
)
_LATELY = (
    r"(?:(?:recently|newly|freshly|just|lately) added|added (?:recently|lately)"
    r"|(?:recent|latest|new) (?:additions|arrivals)|(?:neu|kürzlich|frisch|zuletzt) hinzugefügte?[nrs]?"
    r"|neuzugänge|récemment ajoutée?s?|ajoutée?s? récemment"
    r"|(?:recién|recientemente) (?:añadid|agregad)[oa]s?)"
)
RULES = (
    rule_in_context(
        rf"(?<!\w)(?:(?:{SONG}|music|everything) )?(?:"
        rf"{_ADDED} (?:since |after |in )?(?P<on>(?:19|20)\d\d(?:-\d\d-\d\d)?)"
        rf"|{_ADDED} {_SINCE} (?P<month>{_MONTH})(?: (?P<year>(?:19|20)\d\d))?"
        rf"|{_SINCE} (?P<since>{_MONTH})(?: (?P<in_year>(?:19|20)\d\d))? {_ADDED}"
        rf"|{_ADDED} {_THE_LAST}{_SPAN}"
        rf"|{_ADDED} (?P<this>{_THIS})|(?P<before>{_THIS}) {_ADDED}"
        rf"|{_LATELY})(?!\w)(?: (?:{SONG}|music|albums?)(?!\w))?",
        _added,
    ),
)
