"""What is counted of lists that are made: how long it took, by which embedder, what they fell short of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.counts import Counts, Spans
from proxy.embedding import Embedder
from proxy.playlists.explain import Explanation

TO_MAKE = (0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds
WORDS_ALONE = "none"
LATE, CUT, CAPS, EMPTY, NOTED = "late", "cut short", "caps", "empty", "noted"


class Tally:
    def __init__(self, counts: Counts, embedders: Sequence[Embedder]) -> None:
        self._counts = counts
        self._to_make = Spans(counts, "list_seconds", TO_MAKE)
        counts.know(("lists", model) for model in (WORDS_ALONE, *(each.model for each in embedders)))
        counts.know(("shortfalls", kind) for kind in (LATE, CUT, CAPS, EMPTY, NOTED))

    def made(self, told: Explanation, seconds: float) -> None:
        self._to_make.add(seconds)
        self._counts.add("lists", told.model or WORDS_ALONE)
        for kind in shortfalls(told):
            self._counts.add("shortfalls", kind)

    def late(self) -> None:
        """A list that got no songs before its deadline."""
        self._counts.add("shortfalls", LATE)


def shortfalls(told: Explanation) -> Iterator[str]:
    """What a list did not meet; one list may count under several."""
    if told.timed_out:
        yield CUT
    if told.relaxed:
        yield CAPS
    if not told.songs:
        yield EMPTY
    if told.notes:
        yield NOTED
