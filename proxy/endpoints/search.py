"""search3 and search2 for what would be a list's name: the songs of that list, in order; none is made.

Each returns None where the query is no prompt, or nothing comes of it: upstream then searches for the words.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from msgspec import structs
from starlette.responses import Response

from proxy.endpoints.call import Call, User
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.songs import answered, songs_of
from proxy.playlists.name import prompt_of

LEAST_LETTERS = 4  # after the prefix: before, somebody has only begun to type
USUAL, MOST = 20, 500  # songs of a page; the first is Navidrome's

log = structlog.get_logger()


async def search2(call: Call, maker: Maker) -> Response | None:
    return await _preview(call, maker, "searchResult2")


async def search3(call: Call, maker: Maker) -> Response | None:
    return await _preview(call, maker, "searchResult3")


def searched_prompt(query: str, prefixes: Sequence[str]) -> str | None:
    """What follows the prefix, without the marks that clients put around it; None where that is too short."""
    prompt = prompt_of(query.strip().strip('"').rstrip("*"), prefixes)
    letters = sum(character.isalnum() for character in prompt or "")
    return prompt if letters >= LEAST_LETTERS else None


async def _preview(call: Call, maker: Maker, element: str) -> Response | None:
    prompt = searched_prompt(call.params.first("query"), call.resources.prefixes)
    count, offset = call.params.number("songCount", USUAL), call.params.number("songOffset", 0)
    if prompt is None or count <= 0:
        return None
    user = await _searcher(call)
    found = await _found(call, maker, user, prompt) if user else ()
    if not found:
        return None
    songs = await songs_of(call, found[max(offset, 0) :][: min(count, MOST)])
    return await answered(call, {element: {"song": list(songs.values())} if songs else {}})


async def _found(call: Call, maker: Maker, user: User, prompt: str) -> Sequence[str]:
    try:
        return await maker.preview(call, user, prompt)
    except TimeoutError:
        log.info("there was no time to preview a list: upstream searches for its words")
        return ()


async def _searcher(call: Call) -> User | None:
    """The caller, with the libraries that he wants to search; None where that leaves none."""
    user = await call.user()
    wanted = {int(folder) for folder in call.params.all("musicFolderId") if _is_id(folder)}
    if user is None or not wanted:
        return user
    chosen = frozenset(wanted if user.libraries is None else wanted & user.libraries)
    return structs.replace(user, libraries=chosen) if chosen else None


def _is_id(folder: str) -> bool:
    return folder.isdecimal() and len(folder) < 19
