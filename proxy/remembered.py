"""What was found out a while ago, and is not found out again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Of the `most` keys that came last what was put within `lasting`; `now` tells the time."""

    def __init__(self, lasting: timedelta, *, most: int, now: Callable[[], datetime]) -> None:
        self._lasting, self._most, self._now = lasting, most, now
        self._kept: dict[K, tuple[datetime, V]] = {}

    def get(self, key: K) -> V | None:
        put_at, value = self._kept.get(key, (None, None))
        return value if put_at is not None and self._now() - put_at < self._lasting else None

    def put(self, key: K, value: V) -> None:
        """In the place of what was there. What is too old goes."""
        now = self._now()
        young = [
            (other, kept)
            for other, kept in self._kept.items()
            if other != key and now - kept[0] < self._lasting
        ]
        self._kept = dict([*young, (key, (now, value))][-self._most :])

    def forget(self, key: K) -> None:
        self._kept.pop(key, None)
