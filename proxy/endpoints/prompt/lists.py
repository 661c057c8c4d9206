"""The caller's lists upstream: which of them is meant, how songs get into it, and how it is described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from msgspec import Struct

from proxy.endpoints.call import Call, User, entries_of, playlist_of, playlists_of
from proxy.endpoints.prompt.edits import frozen
from proxy.errors import UpstreamError, UpstreamRefused
from proxy.navidrome import Answer
from proxy.playlists.explain import CHANGE
from proxy.playlists.name import fold
from proxy.playlists.store import PromptPlaylist
from proxy.subsonic.params import Params

NOTHING_TYPED = Params()
MOST_ASKED = 50  # of songs that came after the last refresh

log = structlog.get_logger()


class Place(Struct, frozen=True):
    """Where a list goes: into the one of that id, or into a new one ("") beside the `others` there are."""

    playlist_id: str = ""
    others: frozenset[str] = frozenset()


async def place_of(call: Call, user: User, name: str, known: PromptPlaylist | None) -> Place:
    """The user's list of that name; where there are several, the one that we know.

    One that we do not know is taken where it is empty, or where its comment is ours: the store was lost.
    Another is its owner's, who gets a second one of that name, as from Navidrome alone.
    """
    answer = await call.look("getPlaylists")
    if not answer.ok:
        raise UpstreamRefused(answer.error_message, answer.error_code)
    shown = playlists_of(answer)
    own = {str(found["id"]): found for found in called(shown, name, user)}
    if known is not None and known.playlist_id in own:
        target = known.playlist_id
    else:
        target = next((playlist_id for playlist_id, found in own.items() if _is_ours(found)), "")
    others = frozenset(str(found["id"]) for found in shown)
    return Place(target or await _begun(call, user, name, own), others)


async def _begun(call: Call, user: User, name: str, own: Mapping[str, dict[str, Any]]) -> str:
    """The list of a create that was cut after upstream had made it; it gets its comment now. "" for none.

    Never one that its owner made: it was not there before that create, it has the very name, nobody has
    described it, we do not know it otherwise, and it holds the very songs.
    """
    bare = [playlist_id for playlist_id, found in own.items() if not found.get("comment")]
    now = call.resources.now()
    begun = await call.recall(lambda store: store.begun(user.name, fold(name), now=now)) if bare else None
    if begun is None:
        return ""
    known = await call.recall(lambda store: store.known(bare))
    for playlist_id in bare:
        is_new = playlist_id not in begun.others and playlist_id not in known
        is_it = is_new and own[playlist_id]["name"] == begun.name
        if is_it and await holds(call, playlist_id, begun.songs):
            await describe(call, playlist_id, ("comment", begun.comment))
            return playlist_id
    return ""


async def holds(call: Call, playlist_id: str, songs: Sequence[str]) -> bool:
    """Whether these are its songs, in this order."""
    return entries_of(await call.ask("getPlaylist", ("id", playlist_id))) == list(songs)


def _is_ours(playlist: dict[str, Any]) -> bool:
    return not playlist.get("songCount") or CHANGE in str(playlist.get("comment", ""))


def called(playlists: Sequence[dict[str, Any]], name: str, user: User) -> list[dict[str, Any]]:
    """Those of that name whose songs are the user's to change."""
    return [each for each in playlists if is_writable(each, user.name) and _is_called(each, name)]


def _is_called(playlist: dict[str, Any], name: str) -> bool:
    return fold(str(playlist.get("name", ""))) == fold(name)


def is_own(playlist: Mapping[str, Any], user: str) -> bool:
    """Whether it is the user's, or upstream does not tell his client whose it is."""
    return bool(playlist.get("owner", user) == user)


def is_writable(playlist: dict[str, Any], user: str) -> bool:
    """Whether its songs are the user's to change: it is his, and no smart list."""
    return is_own(playlist, user) and not playlist.get("readonly")


async def known_songs(call: Call, songs: Sequence[str], indexed: Mapping[str, int]) -> tuple[str, ...]:
    """Those of the songs that upstream knows; it is asked about the few that the index does not.

    A song that nobody knows would stand in the list unseen, and every place after it would be off by one.
    """
    unsure = [song for song in songs if song not in indexed][:MOST_ASKED]
    answers = await call.ask_all([("getSong", song) for song in unsure])
    unknown = {song for song, answer in zip(unsure, answers, strict=True) if not answer.ok}
    return tuple(song for song in songs if song not in unknown)


async def put_songs(call: Call, name: str, songs: Sequence[str], place: Place) -> tuple[str, Answer]:
    """The list's id ("" where upstream does not tell) and upstream's answer. Raises UpstreamError."""
    if place.playlist_id:
        return place.playlist_id, await _replace(call, place.playlist_id, songs)
    pairs = [("songId", song) for song in songs]
    answer = _accepted(await call.ask("createPlaylist", ("name", name), *pairs))
    return await id_of_new(call, name, answer, place.others), answer


async def _replace(call: Call, playlist_id: str, songs: Sequence[str]) -> Answer:
    if songs:
        pairs = [("songId", song) for song in songs]
        return _accepted(await call.ask("createPlaylist", ("playlistId", playlist_id), *pairs))
    # Without songs createPlaylist leaves a list as it is.
    standing = _accepted(await call.playlist(playlist_id))
    places = [("songIndexToRemove", str(place)) for place in range(len(entries_of(standing)))]
    if not places:
        return standing
    return _accepted(await call.ask("updatePlaylist", ("playlistId", playlist_id), *places))


def _accepted(answer: Answer) -> Answer:
    if not answer.ok:
        raise UpstreamRefused(answer.error_message, answer.error_code)
    return answer


async def create(call: Call, name: str) -> tuple[str, Answer]:
    """The list as its client asks for it, under that name; its id is "" where there is none."""
    others = frozenset(str(found["id"]) for found in playlists_of(await call.ask("getPlaylists")))
    answer = await call.pass_on("createPlaylist", call.params.replaced("name", name))
    return await id_of_new(call, name, answer, others) if answer.ok else "", answer


async def id_of_new(call: Call, name: str, answer: Answer, others: frozenset[str]) -> str:
    """The id in the answer to createPlaylist; looked up by name for servers that answer nothing to it."""
    if told := playlist_of(answer).get("id"):
        return str(told)
    try:
        found = playlists_of(await call.ask("getPlaylists"))
    except UpstreamError:
        found = []
    same = (str(one["id"]) for one in found if _is_called(one, name))
    return next((playlist_id for playlist_id in same if playlist_id not in others), "")


async def describe(call: Call, playlist_id: str, *pairs: tuple[str, str]) -> bool:
    """Give a list its comment, its name and the like; whether upstream took it."""
    try:
        answer = await call.ask("updatePlaylist", ("playlistId", playlist_id), *pairs)
        reason = answer.error_message
    except UpstreamError as error:
        answer, reason = None, str(error)
    if answer is None or not answer.ok:
        log.warning("a list was not described", reason=reason)
    return answer is not None and answer.ok


async def freeze(
    call: Call, known: PromptPlaylist, standing: Answer, *, typed: Params = NOTHING_TYPED
) -> None:
    """Leave the list alone from now on, and say so in its comment unless its owner typed another."""
    now = call.resources.now()
    await call.remember(lambda store: store.freeze(known.playlist_id, now=now))
    shown = playlist_of(standing)
    comment = str(shown.get("comment", "" if "owner" in shown else known.comment))
    own = typed.first("comment") if typed.has("comment") else comment
    if own in ("", comment) and frozen(own) != own:
        await describe(call, known.playlist_id, ("comment", frozen(own)))


def for_clients(answer: Answer) -> Answer:
    """With `playlist` or `entry` even where there is none: some clients ask without looking (rule 5)."""
    tree = answer.tree
    for outer, inner in (("playlists", "playlist"), ("playlist", "entry")):
        found = tree.get(outer)
        if isinstance(found, dict) and inner not in found:
            tree = {**tree, outer: {**found, inner: []}}
    return Answer(tree=tree, headers=answer.headers)


def emptied(answer: Answer) -> Answer:
    """As updatePlaylist answers where it succeeds: with the envelope and nothing else."""
    tree = {name: value for name, value in answer.tree.items() if name not in ("playlist", "playlists")}
    return Answer(tree=tree, headers=answer.headers)
