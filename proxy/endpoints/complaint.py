"""What is said in the log when the database does not take part: once a minute, however many ask."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

BETWEEN_COMPLAINTS = timedelta(minutes=1)

log = structlog.get_logger()


class Complaint:
    def __init__(self) -> None:
        self._made_at: datetime | None = None

    def make(self, now: datetime, reason: str) -> None:
        if self._made_at is None or now - self._made_at >= BETWEEN_COMPLAINTS:
            self._made_at = now
            log.error("the database does not take part: lists stay as typed, or are forgotten", reason=reason)
