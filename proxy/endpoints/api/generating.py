"""A list by prompt or wish: looked at, or saved as the caller's playlist; and what was made before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from anyio import fail_after, to_thread
from msgspec import structs
from starlette.responses import Response

from proxy.endpoints.api import standing
from proxy.endpoints.api.door import Refusal, Visit, answered
from proxy.endpoints.api.objects import Asked, AskedPlaylist, Explained
from proxy.endpoints.asker import Asker
from proxy.endpoints.call import playlist_of
from proxy.endpoints.prompt.write import Wanted
from proxy.endpoints.virtual.placeholder import real_id
from proxy.endpoints.virtual.playlist import is_virtual
from proxy.library import Track, tracks, wrap_errors
from proxy.library.reader import Reader
from proxy.playlists.name import opening, prompt_of
from proxy.playlists.prompt import render
from proxy.playlists.rows import listed
from proxy.playlists.store import PromptPlaylist
from proxy.playlists.wish import Wish

NOT_FOUND = 70  # Subsonic's code


async def generate(visit: Visit) -> Response:
    """The list as it would be; it is made nowhere."""
    asked = await visit.body(Asked)
    wanted = wanted_of(
        structs.replace(asked, seeds=await _audible(visit, asked.seeds)), visit.resources.prefixes
    )
    seconds = visit.resources.settings.deadline_seconds
    try:
        with fail_after(seconds):
            made = await visit.maker.generated(visit.call, visit.user, wanted, visit.maker.deadline())
    except TimeoutError as error:
        sentence = f"{seconds:g} seconds were not enough for this list. Ask again."
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, sentence, {"retry-after": "5"}) from error
    found = await to_thread.run_sync(_tracks, visit.resources.reader, made.ids)
    return answered(listed(wanted.prompt, made, found))


async def save(visit: Visit) -> Response:
    """The list as a playlist; one of that name that was made here gets the songs, as by createPlaylist."""
    asked = await visit.body(AskedPlaylist)
    wanted = _named(wanted_of(asked, visit.resources.prefixes), asked.name or "", visit.resources.prefixes)
    answer = await visit.maker.make(visit.call, visit.user, wanted)
    made = await _made(visit, str(playlist_of(answer).get("id", "")))
    return answered(explained(made), HTTPStatus.CREATED, location=f"playlists/{made.playlist_id}")


async def explain(visit: Visit) -> Response:
    """Of a list that was renamed from the one that waits for that, by the id of either."""
    playlist_id = await real_id(visit.call, visit.request.path_params["playlist_id"])
    if is_virtual(playlist_id):
        return answered(await standing.explained(visit, playlist_id))
    made = await _made(visit, playlist_id)
    if (await visit.call.playlist(playlist_id)).error_code == NOT_FOUND:
        raise Refusal(HTTPStatus.NOT_FOUND, "This playlist is gone from Navidrome.")
    return answered(explained(made))


async def _audible(visit: Visit, songs: Sequence[str]) -> tuple[str, ...]:
    """Less those of libraries that are closed to him: upstream, which keeps them from him, is not asked."""
    index = await to_thread.run_sync(visit.resources.reader.index)
    who = Asker(visit.user, visit.resources.now().astimezone().date(), index, visit.resources)
    return tuple(song for song in songs if song in index.position and who.may_hear(index.position[song]))


def wanted_of(asked: Asked, prefixes: Sequence[str]) -> Wanted:
    """Nameless yet: what is asked for, with the lengths that win."""
    typed = _in_a_line(asked.prompt or "")
    prompt = prompt_of(typed, prefixes)
    text = typed.strip() if prompt is None else prompt
    wish = _sized(asked.wish.plain(), asked) if asked.wish else None
    return Wanted(
        name=text,
        prompt=text if wish is None else render(wish) or wish.text,
        seeds=tuple(dict.fromkeys(asked.seeds)),
        wish=wish,
        minutes=asked.minutes,
        songs=asked.songs,
    )


def _in_a_line(prompt: str) -> str:
    """A script may send lines: the list's name is one, without characters that no client can show."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "", re.sub(r"\s", " ", prompt))


def explained(made: PromptPlaylist) -> Explained:
    return msgspec.convert(
        {
            **structs.asdict(made),
            "id": made.playlist_id,
            "wish": msgspec.json.decode(made.wish),
            "explanation": msgspec.json.decode(made.explanation),
        },
        Explained,
    )


def _sized(wish: Wish, asked: Asked) -> Wish:
    if asked.songs is None and asked.minutes is None:
        return wish
    return structs.replace(wish, songs=asked.songs, minutes=None if asked.songs else asked.minutes)


def _named(wanted: Wanted, name: str, prefixes: Sequence[str]) -> Wanted:
    """A name that is a prompt must be this one: it is what the list is made from when it is made again."""
    if not name.strip():
        return structs.replace(wanted, name=f"{opening(prefixes)} {wanted.prompt}".strip())
    if prompt_of(name, prefixes) not in (None, wanted.prompt):
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY, "This name is another prompt. Give a plain name, or none."
        )
    return structs.replace(wanted, name=name.strip())


async def _made(visit: Visit, playlist_id: str) -> PromptPlaylist:
    """One of the caller's own."""
    made = await visit.call.recall(lambda store: store.get(playlist_id)) if playlist_id else None
    if made is None or made.owner != visit.user.name:
        raise Refusal(HTTPStatus.NOT_FOUND, standing.UNKNOWN)
    return made


def _tracks(reader: Reader, ids: Sequence[str]) -> dict[str, Track]:
    with reader.lend() as db, wrap_errors():
        return tracks.get(db, ids)
