"""Models are loaded ahead of the first prompt."""

from __future__ import annotations

import threading

from proxy.embedding.warming import Warming
from proxy.errors import EmbedderUnreachable


class Slow:
    """Loads when it is let, and counts."""

    def __init__(self, model: str, *, away: bool = False) -> None:
        self.model = model
        self.away = away
        self.loads = 0
        self.begun, self.let, self.done = threading.Event(), threading.Event(), threading.Event()

    def load(self) -> None:
        self.begun.set()
        self.let.wait(10)
        self.loads += 1
        self.done.set()
        if self.away:
            raise EmbedderUnreachable("nobody answers")


def test_nobody_waits_and_no_load_is_started_twice() -> None:
    slow = Slow("slow")
    warming = Warming([slow])
    warming.start()
    assert slow.begun.wait(10)
    warming.start()
    slow.let.set()
    assert slow.done.wait(10)
    assert slow.loads == 1


def test_the_built_in_one_is_first_and_one_that_is_away_stops_no_other() -> None:
    far, near = Slow("far"), Slow("near", away=True)
    near.let.set()
    Warming([far, near]).start()
    assert far.begun.wait(10)
    assert near.loads == 1
    far.let.set()
    assert far.done.wait(10)
