"""getSimilarSongs and getSimilarSongs2: songs like a song, an album, an artist or a list.

Each returns None where we do not know what is asked about: upstream then answers as it would without us.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from anyio import to_thread
from starlette.responses import Response

from proxy.endpoints.asker import Asker, asker
from proxy.endpoints.call import Call, entries_of
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.songs import answered, songs_of
from proxy.endpoints.virtual.calls import list_of
from proxy.endpoints.virtual.placeholder import followed
from proxy.endpoints.virtual.playlist import is_virtual
from proxy.navidrome import Answer
from proxy.playlists.similar import Seeds

USUAL, MOST = 50, 500  # songs; both are Navidrome's


async def similar_songs(call: Call, maker: Maker) -> Response | None:
    return await _similar(call, "similarSongs")


async def similar_songs2(call: Call, maker: Maker) -> Response | None:
    return await _similar(call, "similarSongs2")


def count_of(call: Call, usual: int) -> int:
    return min(call.params.number("count", usual), MOST)


async def _similar(call: Call, element: str) -> Response | None:
    call = await followed(call, "id")
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
    if is_virtual(about):
        found = await list_of(call, who.user, about)
        return _together(found.songs, who) if found else None
    wanted = [(endpoint, about) for endpoint in ("getAlbum", "getPlaylist", "getArtist")]
    album, playlist, artist = await call.ask_all(wanted)
    songs = [str(song.get("id")) for song in _object(album, "album").get("song") or []]
    if together := _together([*songs, *entries_of(playlist)], who):
        return together
    name = str(_object(artist, "artist").get("name", ""))
    own = np.flatnonzero(who.index.by_artists([name])) if name else np.zeros(0, dtype=np.int64)
    return Seeds(own, is_artist=True) if len(own) else None


def _together(songs: Sequence[str], who: Asker) -> Seeds | None:
    """Those of them that are in the index, as the seeds of one answer."""
    position = who.index.position
    known = {position[song] for song in songs if song in position}
    return Seeds(np.array(sorted(known))) if known else None


def _object(answer: Answer, name: str) -> dict[str, Any]:
    found = answer.tree.get(name)
    return found if isinstance(found, dict) else {}
