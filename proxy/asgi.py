"""An endpoint of ours as an ASGI app: whatever fails on our side, the client gets upstream's own answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from proxy.endpoints.answers import Stamped
from proxy.endpoints.call import Call, Rejected, rendered
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.virtual.playlist import is_virtual
from proxy.errors import LibraryError, UpstreamRefused, UpstreamUnreachable
from proxy.forward import Unasked
from proxy.http1 import INFORMATIONAL
from proxy.inbox import collected
from proxy.navidrome import Upstream
from proxy.resources import Resources
from proxy.subsonic import reply
from proxy.subsonic.params import FORM, BadParams, Params

Endpoint = Callable[[Call, Maker], Awaitable[Response | None]]
NativeEndpoint = Callable[[Request, bytes, Maker, Resources], Awaitable[Response | None]]

OUTCOMES = ("answered", "handed on", "failed", "away")

AWAY = "Navidrome cannot be reached. Is it running?"  # its address is for the log, not for every client
FOR_NOW = "That cannot be done for the moment. Try again later."
MOST_BODY = 10 * 1024 * 1024  # of a form, as in Go; what is longer is upstream's alone

log = structlog.get_logger()


def bad_gateway(sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", 502)


async def forward(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    body: bytes | None = None,
    away: Callable[[str], Response] | None = None,
) -> None:
    """Upstream's answer; where it is away, what `away` makes of the sentence that says so."""
    try:
        await scope["state"]["resources"].relay.forward(scope, receive, send, body=body)
    except UpstreamUnreachable as error:
        log.warning("upstream is away", reason=str(error))
        request = Request(scope, receive)
        request.state.resources.counts.add("requests", "relay", "away")
        if away is None and isinstance(error, Unasked) and is_form(request):
            body, _ = await _body(request, receive, send)
        answer = away or away_for(request, body)
        await Stamped(answer(str(error)))(scope, receive, send)


def away_for(request: Request, body: bytes | None) -> Callable[[str], Response]:
    """A Subsonic client is told in the format that it asked for; anybody else by HTTP's 502."""
    path: str = request.scope["path"].removeprefix(request.scope["root_path"])
    if not path.startswith("/rest/"):
        return bad_gateway
    try:
        params = params_of(request, body)
    except BadParams:
        return bad_gateway
    return partial(_failed, params, request.state.resources.upstream)


class Subsonic:
    """An endpoint of ours. Whatever fails on our side, the client gets upstream's own answer.

    But of a list that upstream does not know: it would say that there is none, and clients would throw away
    what they keep of it (rule 14).
    """

    def __init__(self, name: str, endpoint: Endpoint) -> None:
        self._name = name
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if is_escaped(request):
            return await forward(scope, receive, send)
        body = None
        if is_form(request):
            body, receive = await _body(request, receive, send)
            if body is None:
                return await forward(scope, receive, send)
        try:
            params = params_of(request, body)
        except BadParams:
            return await forward(scope, receive, send, body=body)
        away = partial(_failed, params, request.state.resources.upstream)
        ours = request.method != "OPTIONS"
        answer = self._answer(request, params) if ours else _handed_on()
        failed = away if names_virtual(params) else None
        response = await guarded(request, self._name, answer, away, failed=failed)
        if response is None:
            return await forward(scope, receive, send, body=body, away=away)
        return await Stamped(response)(scope, receive, send)

    async def _answer(self, request: Request, params: Params) -> Response | None:
        resources: Resources = request.state.resources
        headers = resources.relay.request_headers(request.scope)
        call = Call(resources, params, headers, request.state.complaint)
        try:
            return await self._endpoint(call, request.state.maker)
        except Rejected as rejected:
            return call.answer(rejected.answer)


class Native:
    """A call of Navidrome's own API that may name a list or change its songs."""

    def __init__(self, name: str, methods: frozenset[str], endpoint: NativeEndpoint) -> None:
        self._name = name
        self._methods = methods
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method not in self._methods:
            return await forward(scope, receive, send)
        body, receive = await _body(request, receive, send)
        if body is None:
            return await forward(scope, receive, send)
        resources: Resources = request.state.resources
        answer = self._endpoint(request, body, request.state.maker, resources)
        response = await guarded(request, self._name, answer, bad_gateway)
        if response is None:
            return await forward(scope, receive, send, body=body)
        return await Stamped(response)(scope, receive, send)


async def guarded(
    request: Request,
    name: str,
    answer: Awaitable[Response | None],
    away: Callable[[str], Response],
    *,
    failed: Callable[[str], Response] | None = None,
) -> Response | None:
    """The answer of an endpoint of ours; where something fails on our side, what `failed` makes of a sentence
    that says so, or None, for upstream to answer."""
    counts, outcome = request.state.resources.counts, "failed"
    try:
        response = await answer
        outcome = "answered" if response else "handed on"
        return response
    except UpstreamUnreachable as error:
        log.warning("upstream is away", reason=str(error))
        outcome = "away"
        return away(AWAY)
    except LibraryError as error:
        request.state.complaint.make(request.state.resources.now(), str(error))
    except UpstreamRefused as error:
        log.warning("upstream refused a call of ours: it answers", reason=str(error))
    except Exception:
        log.exception("an endpoint of ours failed: upstream answers", endpoint=request.url.path)
    finally:
        counts.add("requests", name, outcome)
    return failed(FOR_NOW) if failed else None


async def _handed_on() -> None:
    """Nothing of ours: upstream answers."""


async def _body(request: Request, receive: Receive, send: Send) -> tuple[bytes | None, Receive]:
    """The whole body, also of a client that waits to be told that it is wanted; None where it is too long."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BODY:
        return None, receive
    if request.headers.get("expect", "").lower() == "100-continue":
        await send({"type": INFORMATIONAL, "status": 100})
    return await collected(receive, most=MOST_BODY)


def params_of(request: Request, body: bytes | None) -> Params:
    """Raises BadParams."""
    content_type = request.headers.get("content-type", "")
    return Params.parse(request.scope["query_string"], body or b"", content_type)


def names_virtual(params: Params) -> bool:
    return any(map(is_virtual, (*params.all("id"), *params.all("playlistId"))))


def is_form(request: Request) -> bool:
    """Whether the body holds parameters: Go reads those of POST, PUT and PATCH only."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.method in ("POST", "PUT", "PATCH") and content_type == FORM


def is_escaped(request: Request) -> bool:
    """Starlette unescapes a path before it looks for its route; Navidrome does not, and answers 404."""
    return b"%" in request.scope["raw_path"]


def _failed(params: Params, upstream: Upstream, sentence: str) -> Response:
    return rendered(params, reply.failed(upstream.envelope, 0, sentence))
