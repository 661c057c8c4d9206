"""Spans of time as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)


def span(length: timedelta) -> str:
    """`3 minutes`, in the largest unit that fits and rounded down; `a moment` below a second."""
    for name, unit in _UNITS:
        if count := length // unit:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "a moment"


def relative(instant: datetime, *, now: datetime) -> str:
    """`3 minutes ago`, or `in 3 minutes` of what is still to come."""
    return f"{span(now - instant)} ago" if instant <= now else f"in {span(instant - now)}"
