"""Which processor core a process runs on.

Where the kernel chooses, two processes that talk share a core or do not from one second to the next, and one
connection carries twice as many requests when they do: more than the relays differ by.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence


def can_be_given() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


@contextlib.contextmanager
def given(to: int, rest: Sequence[int]) -> Iterator[None]:
    """One core for `to` alone; the others for `rest`, for us and for what we start in the block."""
    if sys.platform != "linux" or not can_be_given():
        yield
        return
    ours = os.sched_getaffinity(0)
    last = max(ours)
    try:
        for pid in (0, *rest):
            os.sched_setaffinity(pid, ours - {last})
        os.sched_setaffinity(to, {last})
        yield
    finally:
        os.sched_setaffinity(0, ours)
