"""search3 with what would be a list's name: all of it at once, again, and letter by letter as it is typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.calls import timed, whole
from bench.figures import Figure
from proxy.endpoints.search import LEAST_LETTERS
from tests.house import Listener

SEARCHING_MS = 300.0


def searched(listener: Listener, names: Sequence[str], typed: str) -> Iterator[Figure]:
    """None of the `names` may have been asked for before, nor anything that begins as `typed` does."""
    first, again = [], []
    for name in names:
        first.append(search(listener, name))
        again.append(search(listener, name))
    letters = [search(listener, query) for query in beginnings(typed)]
    yield whole("search3 with a prompt, first", first, limit=SEARCHING_MS)
    yield whole("search3 with a prompt, again", again, limit=SEARCHING_MS)
    yield whole(f"search3 with each of {len(letters)} letters, as typed", letters, limit=SEARCHING_MS)


def search(listener: Listener, query: str) -> float:
    """Milliseconds; of a page as long as upstream makes it where no length is asked for."""
    return timed(listener, "search3", query=query)[0]


def beginnings(typed: str) -> list[str]:
    """What a client asks at each letter, from the one on that makes it a prompt."""
    prefix, _, prompt = typed.partition(" ")
    return [f"{prefix} {prompt[:end]}" for end in range(LEAST_LETTERS, len(prompt) + 1)]
