"""OpenSubsonic's extension sonicSimilarity: getSonicSimilarTracks and findSonicPath, and that we have it.

While the index is empty each returns None: Navidrome has both, and says so, only with a plugin.
https://opensubsonic.netlify.app/docs/extensions/sonicsimilarity/
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from anyio import to_thread
from starlette.responses import Response

from proxy.endpoints.asker import Asker, asker
from proxy.endpoints.call import Call
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.similar import count_of
from proxy.endpoints.songs import answered, refused, songs_of
from proxy.errors import UpstreamRefused
from proxy.navidrome import Answer
from proxy.playlists.path import path
from proxy.playlists.similar import Near, Seeds
from proxy.subsonic.reply import Tree

USUAL_TRACKS, USUAL_PATH = 10, 25  # songs; the extension's
EXTENSION: Tree = {"name": "sonicSimilarity", "versions": [1]}
MISSING, NOT_FOUND = 10, 70  # Subsonic's codes


async def extensions(call: Call, maker: Maker) -> Response | None:
    index = await to_thread.run_sync(call.resources.reader.index)
    if not len(index):
        return None
    answer = await call.pass_on("getOpenSubsonicExtensions")
    offered = answer.tree.get("openSubsonicExtensions") or []
    if not answer.ok or any(each.get("name") == EXTENSION["name"] for each in offered):
        return call.answer(answer)
    tree = {**answer.tree, "openSubsonicExtensions": [*offered, EXTENSION]}
    return call.answer(Answer(tree=tree, headers=answer.headers))


async def similar_tracks(call: Call, maker: Maker) -> Response | None:
    who = await asker(call)
    if who is None:
        return None
    found = _positions(call, who, "id")
    if found is None:
        return await _unknown(call, "getSonicSimilarTracks", "id")
    count = count_of(call, USUAL_TRACKS)
    near = await to_thread.run_sync(who.similar, Seeds(np.array(found)), count) if count > 0 else []
    return await _matches(call, who, near)


async def find_path(call: Call, maker: Maker) -> Response | None:
    who = await asker(call)
    if who is None:
        return None
    found = _positions(call, who, "startSongId", "endSongId")
    if found is None:
        return await _unknown(call, "findSonicPath", "startSongId", "endSongId")
    return await _matches(call, who, await to_thread.run_sync(_path, who, found, count_of(call, USUAL_PATH)))


def _path(who: Asker, ends: Sequence[int], count: int) -> list[Near]:
    start, end = ends
    return path(
        start,
        end,
        who.likeness(),
        who.index,
        count=count,
        allowed=who.allowed(),
        owner=who.user.name,
        day=who.day,
    )


def _positions(call: Call, who: Asker, *names: str) -> list[int] | None:
    """Of the songs that these parameters name; None where one of them is none that he may hear."""
    found = [who.index.position.get(call.params.first(name), -1) for name in names]
    return found if all(place >= 0 and who.may_hear(place) for place in found) else None


async def _unknown(call: Call, endpoint: str, *names: str) -> Response:
    """Upstream's answer; Subsonic's own where upstream has no such endpoint."""
    for name in names:
        if not call.params.first(name):
            return await refused(call, MISSING, f"missing parameter: '{name}'")
    try:
        return call.answer(await call.pass_on(endpoint))
    except UpstreamRefused:
        return await refused(call, NOT_FOUND, "data not found")


async def _matches(call: Call, who: Asker, near: Sequence[Near]) -> Response:
    songs = await songs_of(call, [who.index.ids[each.position] for each in near])
    found = [(songs.get(who.index.ids[each.position]), each.similarity) for each in near]
    matches = [{"entry": song, "similarity": similarity} for song, similarity in found if song]
    return await answered(call, {"sonicMatch": matches})
