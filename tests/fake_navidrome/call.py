"""What an endpoint is given, and the songs as its caller may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from . import songs
from .errors import NotAuthorizedError, NotFoundError
from .params import Params
from .songs import Json, Song
from .world import User, World


@dataclass
class Call:
    """An authenticated request. ``headers`` are added to the reply."""

    world: World
    user: User
    params: Params
    request: Request
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> str:
        return self.params.get("c")

    @property
    def is_minimal(self) -> bool:
        return self.client in self.world.minimal_clients

    @property
    def is_legacy(self) -> bool:
        return self.client in self.world.legacy_clients

    def songs(self) -> Iterator[Song]:
        """All that the caller may see, or those of one library."""
        folders = self.params.every("musicFolderId")
        visible = self.world.visible(self.user)
        return (song for song in visible if not folders or str(song.library) in folders)

    def song(self, song_id: str, complaint: str = "data not found") -> Song:
        if (song := self.world.song(song_id, self.user)) is None:
            raise NotFoundError(complaint)
        return song

    def child(self, song: Song) -> Json:
        """The song as this client and this user get it."""
        if self.is_minimal:
            return songs.minimal_child(song.row)
        classic = songs.classic_child(song.row) | self.classic_annotations(song.id)
        if self.is_legacy:
            return classic
        return classic | songs.opensubsonic_child(song.row) | self.played(song.id)

    def children(self, found: Iterable[Song]) -> list[Json]:
        return [self.child(song) for song in found]

    def classic_annotations(self, item: str) -> Json:
        own = self.world.annotation(self.user, item)
        fields = {
            "starred": own.starred_at,
            "playCount": own.play_count,
            "userRating": own.rating,
            "averageRating": self.world.average_rating(item),
        }
        return {name: value for name, value in fields.items() if value}

    def played(self, item: str) -> Json:
        at = self.world.annotation(self.user, item).played_at
        return {"played": at} if at else {}

    def page(self, found: list[Song], count: int, *, offset: str = "offset") -> list[Json]:
        """A slice of songs: ``count`` of them from the parameter ``offset`` on; negative is all."""
        start = max(0, self.params.number(offset, 0))
        return self.children(found[start : start + count] if count >= 0 else found[start:])

    def admins_only(self) -> None:
        if not self.user.admin:
            raise NotAuthorizedError


Endpoint = Callable[[Call], Json | Response]


def listed(name: str, items: list[Json]) -> Json:
    """Navidrome's lists: an empty one has no key."""
    return {name: items} if items else {}
