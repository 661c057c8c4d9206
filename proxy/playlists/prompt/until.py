"""How long a list lasts that ends at a time of day: "until 6 pm"."""

from __future__ import annotations

import re
from datetime import datetime

from proxy.playlists.prompt.durations import MINUTES
from proxy.playlists.prompt.grammar import Reading, clamp, rule_in_context
from proxy.playlists.wish import Wish

_DAY = 24 * 60
_NAMED = {
    "noon": 12, "midday": 12, "midnight": 0, "mittag": 12, "mitternacht": 0, "midi": 12, "minuit": 0,
    "mediodía": 12, "el mediodía": 12, "medianoche": 0, "la medianoche": 0,
}  # fmt: skip


def _until(match: re.Match[str], reading: Reading) -> Wish | None:
    ends = _time_of(match)
    if ends is None:
        return None
    minutes = _left(reading.now, ends)
    if match["oclock"] or match["half"]:
        minutes = min(minutes, _left(reading.now, ends + _DAY // 2))
    return Wish(minutes=clamp(minutes, *MINUTES))


def _time_of(match: re.Match[str]) -> int | None:
    """Minutes since midnight; None for what no clock shows."""
    if match["named"]:
        return _NAMED[match["named"].lower()] * 60
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        hour, minute = hour - 1, 30
    half = (match["noon"] or "").lower()
    if hour > (12 if half else 24) or minute > 59:
        return None
    if half:
        hour = hour % 12 + 12 * half.startswith(("p", "in the a", "in the e", "de la t", "de la n"))
    return (hour * 60 + minute) % _DAY


def _left(now: datetime, ends: int) -> float:
    """Minutes from now to the next time that the clock shows so many minutes after midnight."""
    passed = now.hour * 60 + now.minute + now.second / 60
    return (ends - passed) % _DAY or float(_DAY)


_SAYS = (
    r"(?:(?:from )?(?:now )?(?:until|till|'?til)(?: it's| it is)?|bis(?: um)?(?: zur?)?|jusqu'(?:à|au)|hasta)"
    r"(?: (?:la|las|el))?"
)
_CLOCK = (
    r"(?P<half>halb )?(?P<hour>\d{1,2})(?:"
    r"(?:[:.h](?P<minute>\d\d))?(?:"
    r" ?(?P<noon>[ap]\.?m\b\.?|in the (?:morning|afternoon|evening)|de la (?:mañana|tarde|noche))"
    r"|(?P<oclock> ?o'clock)"
    r"| ?(?:uhr|heures?|h)(?!\w)"
    r"|(?<=[:h]\d\d)(?: ?h)?(?![\w:]))"
    r")(?: (?:today|tonight|heute))?"
)
RULES = (
    rule_in_context(
        rf"(?<!\w){_SAYS} (?:{_CLOCK}|(?P<named>{'|'.join(sorted(_NAMED, key=len, reverse=True))})(?!\w))",
        _until,
    ),
)
