"""What lists would hold that nobody has made yet, remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from proxy.remembered import Remembered

A_WHILE = timedelta(minutes=10)
MOST = 64  # of a few hundred ids each

Songs = tuple[str, ...]


class Question(Struct, frozen=True, kw_only=True):
    """What a preview depends on: `generation` is that of the index, `few` is for a small client."""

    user: str
    libraries: frozenset[int] | None
    prompt: str
    few: bool
    generation: int
    day: date


class Previews:
    """Who asks what is being found out waits for that one answer: pages are then of one list.

    `now` tells the time. A question that fails is forgotten.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._asked: Remembered[Question, asyncio.Task[Songs]] = Remembered(A_WHILE, most=MOST, now=now)

    async def of(self, question: Question, find: Callable[[], Coroutine[Any, Any, Songs]]) -> Songs:
        """Raises what `find` raises. It goes on where nobody waits any more: the next one has its answer."""
        finding = self._asked.get(question)
        if finding is None:
            finding = asyncio.create_task(find())
            finding.add_done_callback(lambda task: self._forget_failed(question, task))
            self._asked.put(question, finding)
        return await asyncio.shield(finding)

    def _forget_failed(self, question: Question, finding: asyncio.Task[Songs]) -> None:
        failed = finding.cancelled() or finding.exception() is not None
        if failed and self._asked.get(question) is finding:
            self._asked.forget(question)
