"""Quiet hours: over midnight too, and never half a setting."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from proxy.configuration import read
from proxy.errors import SettingsError
from proxy.refresh.quiet import quiet_of, why_not
from proxy.settings import Settings


@pytest.mark.parametrize(
    ("hours", "clock", "held"),
    [
        ("23:00-07:00", "23:00", True),
        ("23:00-07:00", "02:30", True),
        ("23:00-07:00", "06:59", True),
        ("23:00-07:00", "07:00", False),
        ("23:00-07:00", "12:00", False),
        ("09:30 - 17:00", "09:29", False),
        ("09:30 - 17:00", "09:30", True),
        ("09:30 - 17:00", "17:00", False),
        ("00:00-00:00", "13:00", True),
    ],
)
def test_the_clock_is_within_or_not(hours: str, clock: str, held: bool) -> None:
    quiet = quiet_of(Settings(quiet_hours=hours))
    assert quiet
    assert quiet.holds(time.fromisoformat(clock)) is held
    now = datetime.fromisoformat(f"2026-11-23T{clock}").astimezone()
    assert (why_not(quiet, now) == "") is held


def test_without_hours_any_will_do() -> None:
    assert quiet_of(Settings()) is None
    assert why_not(None, datetime(2026, 1, 1).astimezone()) == ""


@pytest.mark.parametrize(
    "hours", ["23", "23:00", "23:00-", "25:00-07:00", "23:00-07:00-08:00", "night", "23:00Z-07:00Z"]
)
def test_what_are_no_hours_is_refused_by_name(hours: str) -> None:
    with pytest.raises(SettingsError, match="QUIET_HOURS"):
        read({"QUIET_HOURS": hours})
