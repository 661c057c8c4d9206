"""What a running server counts, in whole numbers: a row of them for each worker, added up when somebody asks.

Counting has to cost nothing beside a request: a name is given its place once, at start, and counting is then
an addition in memory. The memory may be shared, so that any worker can tell the numbers of all of them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.sharedctypes import RawArray
from typing import Any

PLACES = 512  # numbers of one worker
BYTES = 8  # of a number

Name = tuple[str, ...]
Row = memoryview


def memory_for(workers: int) -> Any:
    """All zero, for `workers` processes that are given it when they are started."""
    return RawArray("Q", PLACES * workers)


class Counts:
    """The numbers of `worker` in `memory`, or in memory of its own; only one thread may count.

    Processes that share memory must name the same things in the same order before they count.
    """

    def __init__(self, memory: Any = None, worker: int = 0) -> None:
        whole = memoryview(array("Q", bytes(PLACES * BYTES)) if memory is None else memory)
        self._all = whole.cast("B").cast("Q")
        self.row: Row = self._all[worker * PLACES : (worker + 1) * PLACES]
        self._places: dict[Name, int] = {}

    def place(self, *name: str) -> int:
        """Where in `row` the number of that name stands; it is given a place where it has none."""
        return self._places.setdefault(name, len(self._places))

    def know(self, names: Iterable[Name]) -> None:
        for name in names:
            self.place(*name)

    def add(self, *name: str, amount: int = 1) -> None:
        """What was not named at the start is not counted."""
        if name in self._places:
            self.row[self._places[name]] += amount

    def under(self, first: str) -> Iterator[tuple[Name, int]]:
        """The names that begin with that word, less the word, and their numbers over all workers."""
        for name, place in self._places.items():
            if name[0] == first:
                yield name[1:], sum(self._all[place::PLACES])


class Spans:
    """How many spans of time were at most as long as each bound, in seconds, and how long all were."""

    def __init__(self, counts: Counts, name: str, bounds: Sequence[float]) -> None:
        self.bounds = tuple(bounds)
        self._row = counts.row
        self._places = [counts.place(name, str(bound)) for bound in (*self.bounds, "+Inf")]
        self._microseconds = counts.place(name, "microseconds")

    def add(self, seconds: float) -> None:
        self._row[self._places[bisect_left(self.bounds, seconds)]] += 1
        self._row[self._microseconds] += int(seconds * 1e6)
