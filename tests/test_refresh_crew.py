"""Threads that work through tasks: all are done, none runs away, and what fails is told."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from proxy.errors import CannotListen, SoundError
from proxy.refresh.crew import AHEAD, cores, outcomes
from proxy.sound.priority import NICENESS

SECONDS = 30


def odd(number: int) -> int:
    if number % 2 == 0:
        raise SoundError(f"{number} is even")
    return number * 10


def test_every_task_is_done_once_and_failures_are_outcomes() -> None:
    found = {task: outcome for batch in outcomes(iter(range(50)), odd, workers=3) for task, outcome in batch}
    assert [found[n] for n in range(1, 50, 2)] == [n * 10 for n in range(1, 50, 2)]
    assert all(str(found[n]) == f"{n} is even" for n in range(0, 50, 2))


def test_no_more_work_at_a_time_than_there_are_workers_and_little_is_read_ahead() -> None:
    together = threading.Barrier(3)
    read: list[int] = []

    def tasks():  # type: ignore[no-untyped-def]
        for number in range(9):
            read.append(number)
            yield number

    def work(number: int) -> int:
        together.wait(SECONDS)  # three have to be at work for any of them to end
        return number

    first = outcomes(tasks(), work, workers=3)
    done = next(first)
    assert len(read) == 3 * AHEAD
    assert sorted(task for batch in [done, *first] for task, _ in batch) == list(range(9))


@pytest.mark.parametrize("error", [CannotListen("none"), ZeroDivisionError()])
def test_what_concerns_all_of_them_ends_it(error: Exception) -> None:
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        raise error

    with pytest.raises(type(error)):
        list(outcomes(iter(range(1000)), work, workers=2))
    assert len(begun) < 10


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_the_threads_give_way_and_we_do_not() -> None:
    def niceness(_: int = 0) -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    assert {found for batch in outcomes(iter(range(5)), niceness, workers=2) for _, found in batch} == {
        NICENESS
    }
    assert niceness() == before < NICENESS


def test_nothing_to_do_is_nothing() -> None:
    assert list(outcomes(iter([]), odd, workers=2)) == []


def test_there_is_always_one_worker() -> None:
    assert cores() >= 1
