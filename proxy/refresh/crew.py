"""A few threads that work through tracks, each on one at a time and giving way to others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

from proxy.errors import CannotListen, SoundError
from proxy.sound.priority import thread_gives_way

AHEAD = 2  # tasks for each thread, so that none waits for us; what a killed run loses

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """All cores that we may use but one, which is for who listens to music meanwhile."""
    return max(1, len(os.sched_getaffinity(0)) - 1)


def outcomes(
    tasks: Iterator[T], work: Callable[[T], R], *, workers: int
) -> Iterator[list[tuple[T, R | SoundError]]]:
    """Each task with what `work` made of it or could not, in the order in which they are done.

    `tasks` is read in the caller's thread. What `work` raises else, CannotListen too, ends it; so does
    closing it, once those at work are done.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="crew", initializer=thread_gives_way) as pool:
        running: dict[Future[R], T] = {}
        try:
            while True:
                for task in islice(tasks, workers * AHEAD - len(running)):
                    running[pool.submit(work, task)] = task
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                found = [_outcome(running.pop(future), future) for future in done]
                yield found
        finally:
            pool.shutdown(cancel_futures=True)


def _outcome(task: T, future: Future[Any]) -> tuple[T, Any]:
    try:
        return task, future.result()
    except CannotListen:
        raise
    except SoundError as error:
        return task, error
