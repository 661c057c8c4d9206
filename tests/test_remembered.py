"""What was found out a while ago."""

from __future__ import annotations

from datetime import timedelta

from proxy.remembered import Remembered
from tests.factories import NOW


class Clock:
    def __init__(self) -> None:
        self.time = NOW


def remembered(clock: Clock) -> Remembered[str, int]:
    return Remembered(timedelta(minutes=1), most=3, now=lambda: clock.time)


def test_it_is_there_until_its_time_has_passed() -> None:
    clock = Clock()
    some = remembered(clock)
    some.put("a", 1)
    clock.time += timedelta(seconds=59)
    assert some.get("a") == 1
    clock.time += timedelta(seconds=1)
    assert some.get("a") is None


def test_what_was_put_again_lasts_from_then_on() -> None:
    clock = Clock()
    some = remembered(clock)
    some.put("a", 1)
    clock.time += timedelta(seconds=40)
    some.put("a", 2)
    clock.time += timedelta(seconds=40)
    assert some.get("a") == 2


def test_of_many_the_last_ones_are_there() -> None:
    for keys, kept in (("abcad", [3, None, 2, 4]), ("abacd", [2, None, 3, 4])):
        some = remembered(Clock())
        for number, key in enumerate(keys):
            some.put(key, number)
        assert [some.get(key) for key in "abcd"] == kept


def test_what_is_forgotten_is_not_there() -> None:
    some = remembered(Clock())
    some.put("a", 1)
    some.forget("a")
    some.forget("b")
    assert some.get("a") is None
