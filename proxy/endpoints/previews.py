"""What lists would hold that nobody has made yet, remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

REMEMBERED = timedelta(minutes=10)
MOST = 64  # of a few hundred ids each

Songs = tuple[str, ...]


class Question(Struct, frozen=True, kw_only=True):
    """What a preview depends on: `generation` is that of the index."""

    user: str
    libraries: frozenset[int] | None
    prompt: str
    generation: int
    day: date


class Previews:
    """Who asks what is being found out waits for that one answer: pages are then of one list.

    `now` tells the time. A question that fails is forgotten.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._asked: dict[Question, tuple[datetime, asyncio.Task[Songs]]] = {}

    async def of(self, question: Question, find: Callable[[], Coroutine[Any, Any, Songs]]) -> Songs:
        """Raises what `find` raises. It goes on where nobody waits any more: the next one has its answer."""
        asked_at, finding = self._asked.get(question, (None, None))
        if asked_at is None or finding is None or self._now() - asked_at >= REMEMBERED:
            finding = asyncio.create_task(find())
            finding.add_done_callback(lambda task: self._forget_failed(question, task))
            self._remember(question, finding)
        return await asyncio.shield(finding)

    def _remember(self, question: Question, finding: asyncio.Task[Songs]) -> None:
        now = self._now()
        kept = [
            (asked, entry)
            for asked, entry in self._asked.items()
            if asked != question and now - entry[0] < REMEMBERED
        ]
        self._asked = {**dict(kept[1 - MOST :]), question: (now, finding)}

    def _forget_failed(self, question: Question, finding: asyncio.Task[Songs]) -> None:
        failed = finding.cancelled() or finding.exception() is not None
        if failed and self._asked.get(question, (None, None))[1] is finding:
            del self._asked[question]
