"""Lists that are named through Navidrome's own API: its web UI, and Feishin where it is set up as Navidrome.

The request goes upstream first and its answer is what the client gets; then the list is made with its token.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import msgspec
import structlog
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proxy.endpoints.call import Call, entries_of, playlist_of
from proxy.endpoints.prompt.filling import wanted_of
from proxy.endpoints.prompt.lists import freeze, is_writable
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.prompt.write import Wanted
from proxy.errors import LibraryError, UpstreamError
from proxy.forward import Fetched
from proxy.navidrome import CLIENT, VERSION, Answer
from proxy.playlists.name import fold, prompt_of
from proxy.playlists.store import PromptPlaylist
from proxy.resources import Resources
from proxy.subsonic.params import Params

NOTHING = Answer(tree={})

log = structlog.get_logger()


class Typed(Struct, frozen=True, kw_only=True):
    """What the request says, and what stood there before it: nothing where it creates a list."""

    name: str
    prompt: str | None
    playlist_id: str
    known: PromptPlaylist | None
    before: Answer

    @property
    def former(self) -> str:
        return str(playlist_of(self.before).get("name", ""))

    @property
    def is_rename(self) -> bool:
        return bool(self.name) and fold(self.name) != fold(self.former)


async def playlist(request: Request, body: bytes, maker: Maker, resources: Resources) -> Response | None:
    """`POST /api/playlist` and `PUT /api/playlist/{id}`; None where the name is no prompt and was none."""
    call = _call(request, resources)
    typed = await _typed(request, body, call) if call else None
    if call is None or typed is None:
        return None
    fetched = await resources.relay.fetch(request.scope, body=body)
    if fetched.status < 300:
        await _follow(call, maker, typed, fetched)
    return _whole(fetched)


async def tracks(request: Request, body: bytes, maker: Maker, resources: Resources) -> Response | None:
    """A change of a list's songs: an edit by hand. None where the list is none of ours."""
    call, playlist_id = _call(request, resources), request.path_params["playlist_id"]
    known = await call.recall(lambda store: store.get(playlist_id)) if call else None
    if call is None or known is None:
        return None
    fetched = await resources.relay.fetch(request.scope, body=body)
    if fetched.status < 300:
        await _leave_alone(call, known)
    return _whole(fetched)


async def _leave_alone(call: Call, known: PromptPlaylist) -> None:
    try:
        await freeze(call, known, await call.look("getPlaylist", ("id", known.playlist_id)))
    except UpstreamError as error:
        log.warning("the list does not say that it was edited", reason=str(error))
    except Exception:  # the change is made: it must not be sent again
        log.exception("the list does not say that it was edited")


async def _typed(request: Request, body: bytes, call: Call) -> Typed | None:
    said = _object(body)
    name, playlist_id = str(said.get("name", "")).strip(), str(request.path_params.get("playlist_id", ""))
    prompt = prompt_of(name, call.resources.prefixes)
    known = await call.recall(lambda store: store.get(playlist_id)) if playlist_id else None
    if said.get("rules") or (prompt is None and known is None):
        return None
    before = await call.look("getPlaylist", ("id", playlist_id)) if playlist_id else NOTHING
    return Typed(name=name, prompt=prompt, playlist_id=playlist_id, known=known, before=before)


async def _follow(call: Call, maker: Maker, typed: Typed, fetched: Fetched) -> None:
    """What the change means for us. It is done: whatever fails here, it must not be sent again."""
    try:
        if typed.prompt is None:
            await _keep(call, typed)
        elif wanted := _wanted(call, typed, fetched):
            user = await call.user()
            if user and is_writable(playlist_of(typed.before), user.name):
                await maker.make(call, user, wanted)
    except LibraryError as error:
        call.complain(error)
    except UpstreamError as error:
        log.warning("the list stays as it was typed", reason=str(error))
    except Exception:
        log.exception("the list stays as it was typed")


async def _keep(call: Call, typed: Typed) -> None:
    """A plain name: it is its owner's own list from now on."""
    if typed.is_rename:
        key, now = fold(typed.name), call.resources.now()
        await call.remember(lambda store: store.rename(typed.playlist_id, typed.name, key))
        await call.remember(lambda store: store.freeze(typed.playlist_id, now=now))


def _wanted(call: Call, typed: Typed, fetched: Fetched) -> Wanted | None:
    """The list to be made; None where the name is as it was and the list has its songs."""
    if not typed.playlist_id:
        made = str(_object(fetched.body).get("id", ""))
        return Wanted(name=typed.name, prompt=typed.prompt or "", playlist_id=made) if made else None
    if not typed.is_rename:
        return wanted_of(playlist_of(typed.before), typed.known, call)
    seeds = tuple(dict.fromkeys(entries_of(typed.before)))
    if prompt_of(typed.former, call.resources.prefixes) is not None:
        seeds = typed.known.seeds if typed.known else ()
    return Wanted(name=typed.name, prompt=typed.prompt or "", seeds=seeds, playlist_id=typed.playlist_id)


def _whole(fetched: Fetched) -> Response:
    response = Response(fetched.body, fetched.status)
    response.raw_headers = fetched.headers
    return response


def _call(request: Request, resources: Resources) -> Call | None:
    """Calls to /rest with the caller's token, which Navidrome takes there as `jwt`."""
    bearer = request.headers.get("x-nd-authorization", "").removeprefix("Bearer ")
    token = bearer or request.cookies.get("jwt", "") or request.query_params.get("jwt", "")
    user = _subject(token)
    if not user:
        return None
    pairs = (("u", user), ("jwt", token), ("v", VERSION), ("c", CLIENT))
    own = (b"x-nd-authorization", b"authorization")
    headers = resources.relay.request_headers(request.scope, without=own)
    return Call(resources, Params(pairs), headers, request.state.complaint)


def _subject(token: str) -> str:
    """Whose token it says it is; upstream checks that with every call that is made with it."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (binascii.Error, ValueError):
        return ""
    return str(_object(claims).get("sub", ""))


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
