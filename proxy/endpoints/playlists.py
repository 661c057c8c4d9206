"""createPlaylist, updatePlaylist and deletePlaylist, where a list's name is or was a prompt.

Each returns None where the request is none of ours: it is then forwarded as it came. The rules are numbered
as in the study of 25 clients that they come from; what a rule is for stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from msgspec import structs
from starlette.responses import Response

from proxy.endpoints.call import Call, User, entries_of, playlist_of
from proxy.endpoints.prompt.edits import EDIT_BY_DELETING, edit_of, frozen, songs_after, was_edited
from proxy.endpoints.prompt.filling import fill
from proxy.endpoints.prompt.lists import create, describe, emptied, for_clients, freeze, is_own
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.prompt.write import Wanted
from proxy.endpoints.virtual import calls
from proxy.endpoints.virtual.deleted import created_again
from proxy.endpoints.virtual.placeholder import drawn_for, following
from proxy.endpoints.virtual.playlist import is_virtual
from proxy.navidrome import Answer
from proxy.playlists.name import fold, prompt_of
from proxy.playlists.store import PromptPlaylist

FOLLOW_UP = timedelta(seconds=60)  # what clients send right after a create is no edit (rule 23)


async def get_playlists(call: Call, maker: Maker) -> Response | None:
    """Upstream's lists, and after them the virtual ones; those that wait for their songs get them first."""
    answer = await call.read("getPlaylists")
    if answer.ok and await fill(call, maker, answer):
        answer = await call.read("getPlaylists")
    return call.answer(for_clients(await calls.with_virtual(call, maker, answer)) if answer.ok else answer)


async def create_playlist(call: Call, maker: Maker) -> Response | None:
    return await following(call, "playlistId", "createPlaylist", partial(_create, maker=maker))


async def update_playlist(call: Call, maker: Maker) -> Response | None:
    return await following(call, "playlistId", "updatePlaylist", partial(_update, maker=maker))


async def delete_playlist(call: Call, maker: Maker) -> Response | None:
    return await following(call, "id", "deletePlaylist", partial(_delete, maker=maker))


async def _create(call: Call, maker: Maker) -> Response | None:
    if is_virtual(call.params.first("playlistId")):
        return await calls.replace(call, maker)
    if call.params.first("playlistId"):
        return await _replaced_by_hand(call)
    name = call.params.first("name").strip()
    prompt = prompt_of(name, call.resources.prefixes)
    songs = tuple(dict.fromkeys(song for song in call.params.all("songId") if song))
    if again := await created_again(call, maker, name, prompt, songs):
        return again
    user = await call.user() if prompt is not None else None
    if prompt is None or user is None:
        return None
    before = await _just_deleted(call, user, name, songs)
    if before and before.name_key == fold(name):
        return await _edited_by_deleting(call, before, name, songs)
    if before:  # renamed: the songs that the prompt before had found do not stay
        songs = tuple(song for song in songs if song in before.seeds or song not in before.songs)
    answer = await maker.make(call, user, Wanted(name=name, prompt=prompt, seeds=songs))
    return call.answer(for_clients(answer))


async def _update(call: Call, maker: Maker) -> Response | None:
    playlist_id, name = call.params.first("playlistId"), call.params.first("name").strip()
    if is_virtual(playlist_id):
        return await calls.update(call, maker)
    prompt = prompt_of(name, call.resources.prefixes)
    known = await call.recall(lambda store: store.get(playlist_id)) if playlist_id else None
    if not playlist_id or (known is None and prompt is None):
        return None
    standing, user = await call.look("getPlaylist", ("id", playlist_id)), await call.user()
    if not standing.ok or user is None or not is_own(playlist_of(standing), user.name):
        return None
    renamed = bool(name) and fold(name) != fold(str(playlist_of(standing).get("name", "")))
    if renamed and prompt is not None:
        wanted = await _renamed(call, name, prompt, known, standing)
        return call.answer(emptied(await maker.make(call, user, wanted)))
    return await _edited_by_hand(call, known, standing, name=name if renamed else "") if known else None


async def _delete(call: Call, maker: Maker) -> Response | None:
    playlist_id = call.params.first("id")
    if is_virtual(playlist_id):
        return await calls.delete(call, maker)
    known = await call.recall(lambda store: store.get(playlist_id)) if playlist_id else None
    if known is None:
        return None
    songs = entries_of(await call.playlist(playlist_id)) or known.songs
    answer = await call.pass_on("deletePlaylist")
    if answer.ok:
        now = call.resources.now()
        await call.remember(lambda store: store.delete(playlist_id, songs, now=now))
    return call.answer(answer)


async def _just_deleted(call: Call, user: User, name: str, songs: Sequence[str]) -> PromptPlaylist | None:
    """The prompt list that this one was a moment ago, for a client that edits by deleting and creating."""
    since = call.resources.now() - EDIT_BY_DELETING
    gone = await call.recall(lambda store: store.lately_deleted(user.name, since=since)) if songs else []
    prompts = [before for before in gone if prompt_of(before.name, call.resources.prefixes) is not None]
    return was_edited(prompts, fold(name), songs)


async def _edited_by_deleting(
    call: Call, before: PromptPlaylist, name: str, songs: Sequence[str]
) -> Response:
    """Stored as it was sent; and known, so that the next edit in this manner is one as well."""
    playlist_id, answer = await create(call, name)
    if playlist_id:
        await describe(call, playlist_id, ("comment", frozen(before.comment)))
        now = call.resources.now()
        row = structs.replace(before, playlist_id=playlist_id, name=name, made_at=now, songs=tuple(songs))
        await call.remember(lambda store: store.put(row))
        await call.remember(lambda store: store.freeze(playlist_id, now=now))
    return call.answer(for_clients(answer))


async def _replaced_by_hand(call: Call) -> Response | None:
    """createPlaylist with an id replaces a list's songs: an edit (rule 24 b)."""
    playlist_id = call.params.first("playlistId")
    known = await call.recall(lambda store: store.get(playlist_id))
    if known is None:
        return None
    answer = await call.pass_on("createPlaylist")
    if answer.ok and call.params.all("songId"):
        await freeze(call, known, answer)
    return call.answer(for_clients(answer))


async def _renamed(
    call: Call, name: str, prompt: str, known: PromptPlaylist | None, standing: Answer
) -> Wanted:
    """`public` comes with the name from every client that has a dialog for both; the comment becomes ours."""
    former = str(playlist_of(standing).get("name", ""))
    added = call.params.all("songIdToAdd")
    if prompt_of(former, call.resources.prefixes) is None:
        ours = await drawn_for(call, str(playlist_of(standing)["id"]), former)
        seeds = tuple(song for song in songs_after(call.params, entries_of(standing)) if song not in ours)
    else:
        seeds = tuple(dict.fromkeys([*(known.seeds if known else ()), *added]))
    return Wanted(
        name=name,
        prompt=prompt,
        seeds=seeds,
        playlist_id=str(playlist_of(standing)["id"]),
        rename=True,
        also=tuple(("public", value) for value in call.params.all("public")[:1]),
    )


async def _edited_by_hand(call: Call, known: PromptPlaylist, standing: Answer, *, name: str) -> Response:
    """`name` is the one that the list gets, "" where that stays."""
    young = known.age(call.resources.now()) < FOLLOW_UP
    edit = edit_of(call.params, entries_of(standing), young=young, renamed=bool(name))
    answer = await call.pass_on("updatePlaylist", edit.params)
    if not answer.ok:
        return call.answer(answer)
    if name:
        await call.remember(lambda store: store.rename(known.playlist_id, name, fold(name)))
    if edit.freezes:
        await freeze(call, known, standing, typed=edit.params)
    elif edit.seeds:
        await call.remember(lambda store: store.add_seeds(known.playlist_id, edit.seeds))
    return call.answer(answer)
