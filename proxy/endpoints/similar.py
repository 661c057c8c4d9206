"""getSimilarSongs and getSimilarSongs2: songs like a song, an album, an artist or a playlist.

Each returns None where we do not know what is asked about: upstream then answers as it would without us.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from anyio import to_thread
from msgspec import Struct
from starlette.responses import Response

from proxy.arrays import Mask
from proxy.endpoints.call import Call, User, entries_of
from proxy.endpoints.prompt_playlists import Maker
from proxy.endpoints.songs import answered, songs_of
from proxy.library.index import Index
from proxy.navidrome import Answer
from proxy.playlists.allowed import allowed
from proxy.playlists.likeness import Likeness, likeness_of
from proxy.playlists.request import Request
from proxy.playlists.similar import Near, Seeds, similar
from proxy.playlists.wish import Wish
from proxy.resources import Resources, never_of

USUAL, MOST = 50, 500  # songs; both are Navidrome's


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


async def similar_songs(call: Call, maker: Maker) -> Response | None:
    return await _similar(call, "similarSongs")


async def similar_songs2(call: Call, maker: Maker) -> Response | None:
    return await _similar(call, "similarSongs2")


async def asker(call: Call) -> Asker | None:
    """None where upstream does not know the caller, or the index is empty."""
    index = await to_thread.run_sync(call.resources.reader.index)
    user = await call.user() if len(index) else None
    return Asker(user, call.resources.now().astimezone().date(), index, call.resources) if user else None


def count_of(call: Call, usual: int) -> int:
    """As Navidrome reads it: what is no number is not there."""
    try:
        return min(int(call.params.first("count")), MOST)
    except ValueError:
        return usual


async def _similar(call: Call, element: str) -> Response | None:
    count, about = count_of(call, USUAL), call.params.first("id")
    if not about or count <= 0:
        return None
    who = await asker(call)
    seeds = await _seeds(call, who, about) if who else None
    if who is None or seeds is None:
        return None
    near = await to_thread.run_sync(who.similar, seeds, count)
    songs = await songs_of(call, [who.index.ids[each.position] for each in near])
    return await answered(call, {element: {"song": list(songs.values())} if songs else {}})


async def _seeds(call: Call, who: Asker, about: str) -> Seeds | None:
    """A song of the index, else what upstream knows by that id; None where nobody knows it."""
    position = who.index.position
    if about in position:
        return Seeds(np.array([position[about]])) if who.may_hear(position[about]) else None
    wanted = [(endpoint, about) for endpoint in ("getAlbum", "getPlaylist", "getArtist")]
    album, playlist, artist = await call.ask_all(wanted)
    songs = [str(song.get("id")) for song in _object(album, "album").get("song") or []]
    known = {position[song] for song in (*songs, *entries_of(playlist)) if song in position}
    if known:
        return Seeds(np.array(sorted(known)))
    name = str(_object(artist, "artist").get("name", ""))
    own = np.flatnonzero(who.index.by_artists([name])) if name else np.zeros(0, dtype=np.int64)
    return Seeds(own, is_artist=True) if len(own) else None


def _object(answer: Answer, name: str) -> dict[str, Any]:
    found = answer.tree.get(name)
    return found if isinstance(found, dict) else {}
