"""Pictures that were made for lists, kept in memory."""

from __future__ import annotations

import hashlib

from msgspec import Struct

KEPT = 64  # of 20 to 200 KB each


class Picture(Struct, frozen=True):
    """`etag` is a digest of the content."""

    content: bytes
    etag: str


class Pictures:
    """The last ones made, by list, its moment of change, and size."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Picture] = {}

    def get(self, cover: str, size: int) -> Picture | None:
        return self._kept.get((cover, size))

    def put(self, cover: str, size: int, content: bytes) -> Picture:
        picture = Picture(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
        self._kept[cover, size] = picture
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return picture
