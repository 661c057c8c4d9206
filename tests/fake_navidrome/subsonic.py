"""/rest: from a request to the endpoint and back to an encoded reply, in Navidrome's order of checks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from . import activity, album_lists, albums, auth, media, playlists, searching, system
from .body import wait_for
from .call import Call, Endpoint
from .envelope import bare_text, compressible, encoded, envelope, failure, text_reply
from .errors import SubsonicError
from .params import Params, merged
from .songs import Json
from .world import Fault, World

ENDPOINTS: dict[str, Endpoint] = {
    **system.ENDPOINTS,
    **playlists.ENDPOINTS,
    **albums.ENDPOINTS,
    **album_lists.ENDPOINTS,
    **searching.ENDPOINTS,
    **activity.ENDPOINTS,
    **media.ENDPOINTS,
}
EXTENSIONS = "getOpenSubsonicExtensions"
WITHOUT_ENDPOINT = system.NEVER_COMING | system.NOT_YET | system.NEEDS_A_PLUGIN
WITHOUT_PLAYER = system.NEVER_COMING | system.NOT_YET | {"getCoverArt"}
EMPTY: dict[str, Json] = {
    "search3": {"searchResult3": {}},
    "getPlaylists": {"playlists": {}},
    "getAlbumList2": {"albumList2": {}},
    "getRandomSongs": {"randomSongs": {}},
    "getSimilarSongs": {"similarSongs": {}},
    "getSimilarSongs2": {"similarSongs2": {}},
    "getTopSongs": {"topSongs": {}},
    "getStarred2": {"starred2": {}},
}


async def answer(world: World, request: Request) -> Response:
    """The reply to any request under /rest; what is not an endpoint is not even asked for a password."""
    name = request.path_params["endpoint"].removesuffix(".view")
    if name not in ENDPOINTS and name not in WITHOUT_ENDPOINT and name != EXTENSIONS:
        return text_reply(request, "404 page not found\n", status=404)
    content_type = request.headers.get("content-type", "")
    params, complaint = merged(request.scope["query_string"], content_type, await request.body())
    fault = await trouble(world, name)
    if fault is Fault.CRASH:
        return Response(status_code=500)
    if complaint:
        return in_envelope(world, request, params, failure(world, SubsonicError(0, complaint)))
    if name == EXTENSIONS:
        return in_envelope(world, request, params, envelope(world, system.extensions(world)))
    return for_caller(world, request, params, name=name, empty=fault is Fault.EMPTY)


async def trouble(world: World, name: str) -> Fault | None:
    """The fault that is next for this endpoint; waits first where a wait is what was ordered."""
    due = world.faults.get(name)
    if isinstance(due, list):
        due = due.pop(0) if due else None
    if due is None or isinstance(due, Fault):
        return due
    await wait_for(due)
    return None


def for_caller(world: World, request: Request, params: Params, *, name: str, empty: bool) -> Response:
    try:
        user = auth.authenticated(world, params)
    except SubsonicError as refused:
        return in_envelope(world, request, params, failure(world, refused))
    call = Call(world, user, params, request)
    reply = (
        in_envelope(world, request, params, envelope(world, EMPTY.get(name, {})))
        if empty
        else run(call, name)
    )
    if name not in WITHOUT_PLAYER:
        reply.headers["set-cookie"] = player_cookie(call)
    return reply


def run(call: Call, name: str) -> Response:
    if name in WITHOUT_ENDPOINT:
        return absent(name)
    try:
        outcome = ENDPOINTS[name](call)
    except SubsonicError as refused:
        return in_envelope(call.world, call.request, call.params, failure(call.world, refused))
    if isinstance(outcome, Response):
        return outcome
    reply = in_envelope(call.world, call.request, call.params, envelope(call.world, outcome))
    reply.headers.update(call.headers)
    return reply


def absent(name: str) -> Response:
    if name in system.NEVER_COMING:
        return bare_text("This endpoint will not be implemented", status=410)
    if name in system.NOT_YET:
        told = "This endpoint is not implemented, but may be in future releases"
        return bare_text(told, status=501, cache_control="no-cache")
    return Response(status_code=404)


def in_envelope(world: World, request: Request, params: Params, tree: Json) -> Response:
    content_type, body = encoded(world, tree, params)
    return compressible(request, body, content_type)


def player_cookie(call: Call) -> str:
    """A player is known by its cookie, else by user, client and user agent."""
    name = f"nd-player-{call.user.name.encode().hex()}"
    agent = call.request.headers.get("user-agent", "")
    known = call.world.players.setdefault((call.user.id, call.client, agent), call.world.new_id())
    player = call.request.cookies.get(name, known)
    return f"{name}={player}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
