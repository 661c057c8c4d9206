"""Songs as the caller sees them: with his stars, ratings and plays, in the form that his client gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from proxy.endpoints.call import Call
from proxy.navidrome import Answer
from proxy.subsonic import reply


async def songs_of(call: Call, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By id. Those that upstream does not have, or not for him, are left out.

    Subsonic has no call for songs by their ids, so that this takes as many calls as there are songs.
    """
    found = await call.ask_all([("getSong", song_id) for song_id in ids])
    songs = [answer.tree.get("song") for answer in found if answer.ok]
    return {str(song["id"]): song for song in songs if isinstance(song, dict) and "id" in song}


async def answered(call: Call, content: reply.Tree) -> Response:
    """A reply of our own, with the headers and the envelope of one of upstream's."""
    like = await call.read("ping")
    tree = {"status": "ok", **reply.envelope(like.tree), **content}
    return call.answer(Answer(tree=tree, headers=like.headers))


async def refused(call: Call, code: int, message: str) -> Response:
    """The same of a reply that says no."""
    like = await call.read("ping")
    return call.answer(
        Answer(tree=reply.failed(reply.envelope(like.tree), code, message), headers=like.headers)
    )
