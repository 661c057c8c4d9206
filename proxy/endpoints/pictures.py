"""Pictures that were made for lists, kept in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from proxy.remembered import Remembered

KEPT = 64  # of 20 to 200 KB each
AGAIN = timedelta(minutes=10)  # somebody may have added pictures to his music
MOST = 1000


class Picture(Struct, frozen=True):
    """`etag` is a digest of the content."""

    content: bytes
    etag: str


class Pictures:
    """The last ones made, by list, its moment of change, and size. `now` tells the time.

    `single` has the covers of upstream's that stand for lists of which no picture of four can be made.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._kept: dict[tuple[str, int], Picture] = {}
        self.single: Remembered[str, str] = Remembered(AGAIN, most=MOST, now=now)

    def get(self, cover: str, size: int) -> Picture | None:
        return self._kept.get((cover, size))

    def put(self, cover: str, size: int, content: bytes) -> Picture:
        picture = Picture(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
        self._kept[cover, size] = picture
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return picture
