"""Who asks for songs, and what may be offered to him."""

from __future__ import annotations

from datetime import date

from anyio import to_thread
from msgspec import Struct

from proxy.arrays import Mask
from proxy.endpoints.call import Call, User
from proxy.library.index import Index
from proxy.playlists.allowed import allowed
from proxy.playlists.likeness import Likeness, likeness_of
from proxy.playlists.request import Request
from proxy.playlists.similar import Near, Seeds, similar
from proxy.playlists.wish import Wish
from proxy.resources import Resources, never_of


class Asker(Struct, frozen=True):
    """Who asks on which day, and the generation of the library that answers him."""

    user: User
    day: date
    index: Index
    resources: Resources

    def may_hear(self, position: int) -> bool:
        libraries, library = self.user.libraries, int(self.index.library[position])
        return libraries is None or library < 0 or library in libraries

    def allowed(self) -> Mask:
        """What may be offered to him: nothing that the house's rules keep out of every list."""
        never = never_of(self.resources.settings)
        request = Request(
            prompt="", owner=self.user.name, day=self.day, libraries=self.user.libraries, never=never
        )
        return allowed(Wish(), request, self.index)

    def likeness(self) -> Likeness:
        """By the vectors of the preferred embedder that has made any."""
        preferred = [embedder.model for embedder in self.resources.embedders]
        models = [model for model in (*preferred, *self.index.vectors) if model in self.index.vectors]
        return likeness_of(self.index, models[0] if models else "")

    def similar(self, seeds: Seeds, count: int) -> list[Near]:
        return similar(
            seeds,
            self.likeness(),
            self.index,
            count=count,
            allowed=self.allowed(),
            owner=self.user.name,
            day=self.day,
        )


async def asker(call: Call) -> Asker | None:
    """None where upstream does not know the caller, or the index is empty."""
    index = await to_thread.run_sync(call.resources.reader.index)
    user = await call.user() if len(index) else None
    return Asker(user, call.resources.now().astimezone().date(), index, call.resources) if user else None
