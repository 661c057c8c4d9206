"""A virtual list that was deleted and comes again: Tempo edits a list, and renames it, in this manner.

It is answered as if it had been updated: the list stands there again, beside what was made of it.
"""

from __future__ import annotations

from starlette.responses import Response

from proxy.endpoints.call import Call, playlist_of
from proxy.endpoints.callers import caller_of
from proxy.endpoints.prompt.edits import was_edited
from proxy.endpoints.prompt.lists import create, for_clients
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.prompt.write import Wanted
from proxy.endpoints.virtual.placeholder import became
from proxy.playlists.name import fold


async def created_again(
    call: Call, maker: Maker, name: str, prompt: str | None, songs: tuple[str, ...]
) -> Response | None:
    """createPlaylist of what the caller deleted a moment ago. None where it is of something else."""
    last = maker.deleted.get(call.who)
    gone = was_edited([last] if last else [], fold(name), songs)
    user = await call.user() if gone else None
    if gone is None or user is None:
        return None
    if prompt is None:
        playlist_id, answer = await create(call, name)
    else:  # the songs that nobody has chosen do not stay
        added = tuple(song for song in songs if song not in gone.songs)
        answer = await maker.make(call, user, Wanted(name=name, prompt=prompt, seeds=added))
        playlist_id = str(playlist_of(answer).get("id", ""))
    if answer.ok:
        await became(call, gone.playlist_id, playlist_id)
        await call.resources.standing.show(caller_of(call, user), gone.playlist_id, call.resources.now())
    return call.answer(for_clients(answer))
