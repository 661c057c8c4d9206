"""From a recipe's `refresh` and the clock: when its list was due, and when it will be due again."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from msgspec import Struct

from proxy.recipes.recipe import WEEKDAYS, Refresh
from proxy.recipes.wrong import alike

OPENED = timedelta(minutes=10)  # clients open a list twice in a row and want the same songs

_REFRESH = re.compile(
    r"(?P<open>on open)|(?P<hour>hourly)|daily(?: (?P<day>\S+))?"
    r"|weekly (?P<weekday>[a-z]+)(?: (?P<week>\S*\d\S*))?"
)
_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY = {
    "daily": "daily",
    "day": "daily",
    "nightly": "daily",
    "weekly": "weekly",
    "week": "weekly",
    "hourly": "hourly",
    "hour": "hourly",
    "open": "on open",
    "opening": "on open",
}
FORMS = "daily 04:00, weekly mon, weekly mon 04:00, hourly, on open"


class Period(Struct, frozen=True):
    """From `start` until before `end`, in UTC; `day` is the start's in the zone, `key` names the period."""

    key: str
    start: datetime
    end: datetime
    day: date

    @property
    def week(self) -> int:
        """Goes up by one from week to week."""
        return (self.day.toordinal() - 1) // 7


def refresh_of(text: str) -> Refresh:
    """Raises ValueError with a sentence where it is none."""
    found = _REFRESH.fullmatch(" ".join(text.lower().split()))
    if not found:
        near = _meant(text.lower())
        raise ValueError(f"{text!r} is no time to be made anew.{_asked(near)} Write one of: {FORMS}.")
    if found["open"]:
        return Refresh("open")
    if found["hour"]:
        return Refresh("hour")
    if found["weekday"]:
        return Refresh("week", _minute(found["week"]), _weekday(found["weekday"]))
    return Refresh("day", _minute(found["day"]))


def period_of(refresh: Refresh, now: datetime, zone: tzinfo | None = None) -> Period:
    """The period that an aware `now` is in, by the clocks of the zone; None is the machine's.

    Every instant is in one period. A time that the clocks skip is the one that would have been, and of a
    time that they show twice the first counts.
    """
    if refresh.every == "open":
        return Period(now.astimezone(UTC).isoformat(), now, now + OPENED, now.astimezone(zone).date())
    if refresh.every == "hour":  # of UTC: what clocks do in between moves no boundary
        start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        key = start.strftime("%Y-%m-%dT%HZ")
        return Period(key, start, start + timedelta(hours=1), start.astimezone(zone).date())
    for (day, start), (_, end) in pairwise(_boundaries(refresh, now, zone)):
        if start <= now < end:
            return Period(_key(refresh, day), start, end, day)
    raise AssertionError("two boundaries before an instant and two after hold it between them")


def _boundaries(refresh: Refresh, now: datetime, zone: tzinfo | None) -> list[tuple[date, datetime]]:
    """The days about `now` on which the list is due, and the instants."""
    step = timedelta(days=7 if refresh.every == "week" else 1)
    today = now.astimezone(zone).date()
    if refresh.every == "week":
        today -= timedelta(days=(today.weekday() - refresh.weekday) % 7)
    at = time(refresh.minute // 60, refresh.minute % 60)
    days = [today + n * step for n in (-2, -1, 0, 1, 2)]
    return [(day, _instant(datetime.combine(day, at), zone)) for day in days]


def _instant(wall: datetime, zone: tzinfo | None) -> datetime:
    return (wall.replace(tzinfo=zone) if zone else wall).astimezone(UTC)


def _key(refresh: Refresh, day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}" if refresh.every == "week" else day.isoformat()


def _minute(text: str | None) -> int:
    found = _CLOCK.fullmatch(text or "04:00")
    if not found:
        raise ValueError(f"{text!r} is no time of the day. Write it as 04:00.")
    return int(found[1]) * 60 + int(found[2])


def _weekday(text: str) -> int:
    found = [n for n, day in enumerate(_DAYS) if len(text) >= 3 and day.startswith(text)]
    if not found:
        near = alike(text, WEEKDAYS)
        raise ValueError(
            f"{text!r} is no day of the week.{_asked(near)} Write one of: {', '.join(WEEKDAYS)}."
        )
    return found[0]


def _asked(near: str) -> str:
    return f" Did you mean {near}?" if near else ""


def _meant(text: str) -> str:
    """The form that has the words, their slips put right; "" where nothing in it is a time."""
    days = {day: day[:3] for day in (*_DAYS, *WEEKDAYS)}
    words = [alike(word, (*_EVERY, *days)) for word in re.findall("[a-z]{3,}", text)]
    every = next((_EVERY[word] for word in words if word in _EVERY), "")
    day = next((f" {days[word]}" for word in words if word in days), "")
    clock = next((f" {found[0]}" for found in _CLOCK.finditer(text)), "")
    if every in ("hourly", "on open"):
        return every
    if day or every == "weekly":
        return f"weekly{day or ' mon'}{clock}"
    return f"daily{clock or ' 04:00'}" if every or clock else ""
