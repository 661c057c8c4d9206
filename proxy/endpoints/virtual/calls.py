"""The lists that exist only here, where clients meet them: listed, opened, renamed, deleted, shared.

Each returns None where a request is about none of them: it is then forwarded as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from anyio import to_thread
from starlette.responses import Response

from proxy.endpoints.call import Call, User, playlist_of, playlists_of
from proxy.endpoints.callers import caller_of
from proxy.endpoints.prompt.edits import Deleted, songs_after
from proxy.endpoints.prompt.lists import called, describe, emptied, for_clients, holds, id_of_new, is_own
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.prompt.write import FEW, Wanted
from proxy.endpoints.songs import answered, refused, songs_of
from proxy.endpoints.virtual.archive import Sent, archived
from proxy.endpoints.virtual.placeholder import (
    became,
    followed,
    hide,
    placeholder,
    placeholder_by_id,
    real_id,
)
from proxy.endpoints.virtual.playlist import (
    Virtual,
    beginning,
    described,
    is_virtual,
    of_standing,
    without_period,
)
from proxy.errors import UpstreamError, UpstreamRefused
from proxy.navidrome import Answer
from proxy.playlists.name import fold, prompt_of
from proxy.subsonic.params import Params

NOT_ALLOWED = (50, "User is not authorized for the given operation")  # as for upstream's own smart lists

log = structlog.get_logger()


async def with_virtual(call: Call, maker: Maker, answer: Answer) -> Answer:
    """Upstream's answer to getPlaylists with the caller's virtual lists after what he sees there.

    One that is called as a list of his own is left out: clients take two of a name for one (rule 16).
    """
    try:
        user = await maker.callers.accepted(call)
        virtual = await lists_of(call, user) if user else []
        if user is None or not virtual:
            return answer
        taken = {fold(str(each.get("name", ""))) for each in playlists_of(answer) if is_own(each, user.name)}
        virtual = [each for each in virtual if fold(each.name) not in taken]
        form = await maker.callers.form(call, answer, virtual[0].songs[0])
    except UpstreamError as error:
        log.warning("the virtual lists are not shown", reason=str(error))
        return answer
    listed = [*playlists_of(answer), *(described(each, user.name, form) for each in virtual)]
    playlists = {**(answer.tree.get("playlists") or {}), "playlist": listed}
    return Answer(tree={**answer.tree, "playlists": playlists}, headers=answer.headers)


async def lists_of(call: Call, user: User) -> list[Virtual]:
    resources = call.resources
    found = await resources.standing.lists(caller_of(call, user), resources.now())
    waiting = await placeholder(call, user)
    made = (of_standing(each, resources.now()) for each in found)
    return await _that_fit(call, [*made, *([waiting] if waiting else [])])


async def list_of(call: Call, user: User, playlist_id: str) -> Virtual | None:
    resources = call.resources
    found = await resources.standing.open(caller_of(call, user), playlist_id, resources.now())
    shown = of_standing(found, resources.now()) if found else await placeholder_by_id(call, user, playlist_id)
    return (await _that_fit(call, [shown]))[0] if shown else None


async def _that_fit(call: Call, lists: list[Virtual]) -> list[Virtual]:
    """As they are, or their first songs for a client that holds no more (rule 9)."""
    if not call.is_from(call.resources.settings.small_clients):
        return lists
    index = await to_thread.run_sync(call.resources.reader.index)
    return [beginning(each, FEW, index) for each in lists]


async def mine(call: Call, maker: Maker, playlist_id: str) -> tuple[User, Virtual] | None:
    """A virtual list of whoever calls. None where it is no such list, or not his."""
    if not is_virtual(playlist_id):
        return None
    user = await maker.callers.asked(call)
    found = await list_of(call, user, playlist_id) if user else None
    return (user, found) if user and found else None


async def get_playlist(call: Call, maker: Maker) -> Response | None:
    """Its songs as the caller sees them, less those that upstream does not have any more."""
    real = await followed(call, "id")
    if real is not call:
        return call.answer(for_clients(await real.pass_on("getPlaylist")))
    opened = await mine(call, maker, call.params.first("id"))
    if opened is None:
        return None
    user, found = opened
    songs = await songs_of(call, found.songs)
    form = await maker.callers.form(call, None, found.songs[0])
    return await answered(call, {"playlist": described(found, user.name, form, list(songs.values()))})


async def update(call: Call, maker: Maker) -> Response | None:
    """A new name keeps its songs in a playlist of that name, or makes the list that the name asks for.

    The one that waits to be renamed, edited otherwise, becomes a playlist with what was edited.
    """
    opened = await mine(call, maker, call.params.first("playlistId"))
    if opened is None:
        return None
    user, found = opened
    name = call.params.first("name").strip() or found.name
    if fold(name) == fold(found.name):
        if found.readonly:
            return await refused(call, *NOT_ALLOWED)
        if _is_as_it_was(call.params, found):
            return await answered(call, {})
    prompt = prompt_of(name, call.resources.prefixes)
    if prompt is None:
        playlist_id, answer = await _kept(call, user, found, name, songs_after(call.params, found.songs))
    else:
        also = tuple(("public", value) for value in call.params.all("public")[:1])
        added = tuple(song for song in call.params.all("songIdToAdd") if song not in found.songs)
        answer = await maker.make(call, user, Wanted(name=name, prompt=prompt, seeds=added, also=also))
        playlist_id = str(playlist_of(answer).get("id", ""))
    await became(call, found.id, playlist_id)
    return call.answer(emptied(answer))


async def replace(call: Call, maker: Maker) -> Response | None:
    """createPlaylist with its id: these are its songs from now on."""
    opened = await mine(call, maker, call.params.first("playlistId"))
    if opened is None:
        return None
    user, found = opened
    songs = tuple(dict.fromkeys(song for song in call.params.all("songId") if song))
    if found.readonly or not songs:
        return await refused(call, *NOT_ALLOWED)
    playlist_id, answer = await _kept(call, user, found, found.name, songs)
    await became(call, found.id, playlist_id)
    return call.answer(for_clients(await call.playlist(playlist_id) if playlist_id else answer))


async def delete(call: Call, maker: Maker) -> Response | None:
    """It is hidden from its owner until he asks for it again."""
    opened = await mine(call, maker, call.params.first("id"))
    if opened is None:
        return None
    user, found = opened
    resources = call.resources
    hidden = await hide(call, found.id) or await resources.standing.hide(
        caller_of(call, user), found.id, resources.now()
    )
    if not hidden:
        return await refused(call, 0, "The list could not be hidden.")
    maker.deleted.put(call.who, Deleted(playlist_id=found.id, name_key=fold(found.name), songs=found.songs))
    return await answered(call, {})


async def download(call: Call, maker: Maker) -> Response | None:
    """A zip file of its songs, as upstream's of a playlist."""
    real = await followed(call, "id")
    if real is not call:
        answer = await real.playlist(real.params.first("id"))
        kept = playlist_of(answer)
        return await _packed(call, str(kept["name"]), kept.get("entry", [])) if kept else call.answer(answer)
    opened = await mine(call, maker, call.params.first("id"))
    if opened is None:
        return None
    songs = await songs_of(call, opened[1].songs)
    return await _packed(call, opened[1].name, list(songs.values()))


async def create_share(call: Call, maker: Maker) -> Response | None:
    """What is shared are the songs that it has now: upstream does not know the list."""
    found = await _with_songs(call, maker)
    if found is None:
        return None
    params, lists = found
    if lists and not params.first("description"):
        params = params.replaced("description", ", ".join(each.name for each in lists))
    return call.answer(await call.pass_on("createShare", params))


async def save_play_queue(call: Call, maker: Maker) -> Response | None:
    """Its songs are put into the queue: of a list that upstream does not know, it would be emptied."""
    found = await _with_songs(call, maker)
    return call.answer(await call.pass_on("savePlayQueue", found[0])) if found else None


async def _with_songs(call: Call, maker: Maker) -> tuple[Params, list[Virtual]] | None:
    """The parameters with the songs of virtual lists in their places; None where there are no such lists."""
    asked = call.params.all("id")
    ids = [await real_id(call, each) for each in asked]
    opened = [(each, await mine(call, maker, each)) for each in ids if is_virtual(each)]
    lists = {each: found[1] for each, found in opened if found}
    if not lists and ids == asked:
        return None
    songs = [song for each in ids for song in (lists[each].songs if each in lists else (each,))]
    return call.params.replaced("id", *dict.fromkeys(songs)), list(lists.values())


def _is_as_it_was(params: Params, found: Virtual) -> bool:
    """Whether an editor saves what it was shown: Tempus sends all songs again, and makes all lists public."""
    told = {"name": found.name, "comment": found.comment}
    same = all(params.first(field) in ("", value) for field, value in told.items())
    shared = params.first("public").lower() == "true" and not params.has("songIdToAdd")
    return same and not shared and songs_after(params, found.songs) == found.songs


async def _packed(call: Call, name: str, songs: Sequence[Mapping[str, Any]]) -> Response:
    content = archived(call, name, songs, call.resources.now())
    try:
        await anext(content)
    except UpstreamRefused as error:
        return await refused(call, error.subsonic_code, str(error))
    return Sent(content, name)


async def _kept(
    call: Call, user: User, found: Virtual, name: str, songs: Sequence[str]
) -> tuple[str, Answer]:
    """As a playlist upstream, edited as the request says, and its id; of a request that comes again, the one
    that was made."""
    before = await call.look("getPlaylists")
    for each in called(playlists_of(before), name, user):
        if each.get("songCount") == len(songs) and await holds(call, str(each["id"]), songs):
            return str(each["id"]), before
    answer = await call.ask("createPlaylist", ("name", name), *(("songId", song) for song in songs))
    others = frozenset(str(each["id"]) for each in playlists_of(before))
    playlist_id = await id_of_new(call, name, answer, others) if answer.ok else ""
    if playlist_id:
        also = [("public", value) for value in call.params.all("public")[:1]]
        comment = call.params.first("comment") or without_period(found.comment)
        await describe(call, playlist_id, ("comment", comment), *also)
    return playlist_id, answer
