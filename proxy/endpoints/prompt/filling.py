"""Prompt lists that were typed behind our back, or could not be made before: made when lists are listed."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from anyio import to_thread

from proxy.endpoints.call import Call, User, playlists_of
from proxy.endpoints.prompt.lists import is_writable
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.prompt.write import Wanted
from proxy.errors import LibraryError, UpstreamError
from proxy.navidrome import Answer
from proxy.playlists.name import prompt_of
from proxy.playlists.store import PromptPlaylist

log = structlog.get_logger()


async def fill(call: Call, maker: Maker, answer: Answer) -> bool:
    """Those in the answer to getPlaylists; whether any was made. What cannot be made stays as it is."""
    try:
        waiting = await _waiting(call, answer)
        user = await call.user() if waiting else None
        return await _make(call, maker, user, waiting) if user else False
    except LibraryError as error:
        call.complain(error)
    except UpstreamError as error:
        log.warning("prompt lists were not filled", reason=str(error))
    return False


async def _make(call: Call, maker: Maker, user: User, waiting: Sequence[Wanted]) -> bool:
    """All of them, or as many as there is time for."""
    deadline, made = maker.deadline(), False
    for wanted in waiting:
        if time.monotonic() < deadline:
            made |= await _made(call, maker, user, wanted, deadline)
    return made


async def _made(call: Call, maker: Maker, user: User, wanted: Wanted, deadline: float) -> bool:
    try:
        await maker.make(call, user, wanted, deadline=deadline)
    except UpstreamError as error:
        log.warning("a prompt list was not filled", reason=str(error))
        return False
    return True


async def _waiting(call: Call, answer: Answer) -> list[Wanted]:
    prompts = _prompts(answer, call)
    if any("owner" not in found for found in prompts):
        prompts = _prompts(await call.look("getPlaylists"), call)
    mine = {str(found["id"]): found for found in prompts if _is_mine(found, call)}
    if not mine:
        return []
    known = await call.recall(lambda store: store.known(list(mine)))
    wanted = [wanted_of(found, known.get(playlist_id), call) for playlist_id, found in mine.items()]
    return await _that_may_do_better([each for each in wanted if each], known, call)


def _prompts(answer: Answer, call: Call) -> list[dict[str, Any]]:
    prefixes = call.resources.prefixes
    return [
        found for found in playlists_of(answer) if prompt_of(str(found.get("name", "")), prefixes) is not None
    ]


def _is_mine(found: dict[str, Any], call: Call) -> bool:
    """Before upstream is asked who is calling: `u` may be written in another case."""
    caller = call.params.first("u")
    owner = str(found.get("owner", caller))
    return owner.casefold() == caller.casefold() and is_writable(found, owner)


def wanted_of(found: Mapping[str, Any], known: PromptPlaylist | None, call: Call) -> Wanted | None:
    """The list to be made of one that waits for its songs; None for one that does not.

    One that we do not know waits while it is empty. One that we know waits where we had nothing to give it
    and its owner has not changed it since; one that he has emptied does not.
    """
    name, count = str(found.get("name", "")), int(found.get("songCount") or 0)
    prompt = prompt_of(name, call.resources.prefixes)
    if prompt is None or (known is None and count):
        return None
    if known and (known.is_filled or known.frozen_at or count > len(known.songs)):
        return None
    seeds = known.seeds if known else ()
    return Wanted(name=name, prompt=prompt, seeds=seeds, playlist_id=str(found["id"]))


async def _that_may_do_better(
    wanted: Sequence[Wanted], known: Mapping[str, PromptPlaylist], call: Call
) -> list[Wanted]:
    """Less those that the index had nothing for and has not changed since."""
    if not wanted:
        return []
    generation = (await to_thread.run_sync(call.resources.reader.index)).generation
    return [
        each
        for each in wanted
        if each.playlist_id not in known or known[each.playlist_id].generation != generation
    ]
