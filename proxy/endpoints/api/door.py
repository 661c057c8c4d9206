"""Who comes in, and how what goes wrong is told: a problem in JSON (RFC 9457) with a sentence.

A caller is whom upstream takes for one, by HTTP Basic or by Subsonic's parameters in the query; nobody is
checked here. What changes something needs a verb or a content type that no page of another site can send
without asking: browsers remember passwords given by Basic.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TypeVar

import msgspec
import structlog
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from proxy.endpoints.api.objects import IN_WORDS, Problem
from proxy.endpoints.call import Call, Rejected, User
from proxy.endpoints.prompt.maker import Maker
from proxy.errors import LibraryError, UpstreamRefused, UpstreamUnreachable
from proxy.http1 import INFORMATIONAL
from proxy.inbox import collected
from proxy.navidrome import CLIENT, VERSION
from proxy.resources import Resources
from proxy.subsonic.params import BadParams, Params

MOST_BODY = 256 * 1024
CHALLENGE = {"www-authenticate": 'Basic realm="playlistgen", charset="UTF-8"'}
NOT_TAKEN = "Navidrome does not take this user and password."
PRIVATE = {"cache-control": "no-store"}

T = TypeVar("T")

log = structlog.get_logger()


class Refusal(Exception):
    """Answered as a problem with that status and sentence."""

    def __init__(self, status: HTTPStatus, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers or {}


class Visit(Struct, frozen=True):
    """A request of somebody whom upstream knows. `call` asks upstream as him."""

    request: Request
    call: Call
    user: User
    maker: Maker

    @property
    def resources(self) -> Resources:
        return self.call.resources

    async def body(self, kind: type[T]) -> T:
        """Raises Refusal where it is not JSON of that kind."""
        content_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json":
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON, as Content-Type: application/json.")
        body, _ = await collected(self.request.receive, most=MOST_BODY)
        if body is None:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"That is more than {MOST_BODY} bytes.")
        return _read(body, kind)


Endpoint = Callable[[Visit], Awaitable[Response]]


class Door:
    """The methods of one path."""

    def __init__(self, **methods: Endpoint) -> None:
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.headers.get("expect", "").lower() == "100-continue":
            await send({"type": INFORMATIONAL, "status": 100})
        try:
            response = await self._answered(request)
        except Exception as error:
            response = _told(error)
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        endpoint = self._methods.get(request.method)
        if endpoint is None:
            allow = {"allow": ", ".join(sorted(self._methods))}
            sentence = f"{request.method} is nothing that can be done here."
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, sentence, allow)
        call = _call(request)
        user = await call.user()
        if user is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, NOT_TAKEN, CHALLENGE)
        return await endpoint(Visit(request, call, user, request.state.maker))


async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer at every path that is none."""
    await _told(Refusal(HTTPStatus.NOT_FOUND, "There is nothing here. See openapi.json."))(
        scope, receive, send
    )


def answered(content: Struct, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response:
    return Response(
        msgspec.json.encode(content), status, {**PRIVATE, **headers}, media_type="application/json"
    )


def _number(written: str) -> float:
    """In JSON 3.0 is an integer too."""
    number = float(written)
    return int(number) if number.is_integer() else number


_JSON = msgspec.json.Decoder(float_hook=_number)


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.convert(_JSON.decode(body), kind)
    except msgspec.ValidationError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, _sentence(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from error
    except RecursionError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, "The body is too deep to be read.") from error


def _sentence(error: msgspec.ValidationError) -> str:
    told = str(error)
    for expression, words in IN_WORDS.items():
        told = told.replace(f"matching regex {expression!r}", words)
    return f"{told[0].upper()}{told[1:]}."


def _call(request: Request) -> Call:
    resources: Resources = request.state.resources
    headers = resources.relay.request_headers(request.scope, without=(b"authorization", b"expect"))
    return Call(resources, _credentials(request), headers, request.state.complaint)


def _credentials(request: Request) -> Params:
    """Those of the query, else those of the Authorization header."""
    try:
        query = Params.parse(request.scope["query_string"])
    except BadParams as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"The query cannot be read: {error}.") from error
    given = dict(reversed(query.credentials()))
    if not given.get("u"):
        given |= _basic(request.headers.get("authorization", ""))
    if not given.get("u"):
        raise Refusal(HTTPStatus.UNAUTHORIZED, "Say who you are, as you do to Navidrome.", CHALLENGE)
    return Params(tuple({"v": VERSION, "c": CLIENT, **given}.items()))


def _basic(header: str) -> dict[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return {}
    if scheme.lower() != "basic" or not colon:
        return {}
    return {"u": name, "p": f"enc:{password.encode().hex()}"}


def _told(error: Exception) -> Response:
    match error:
        case Refusal():
            status, sentence, headers = error.status, str(error), error.headers
        case Rejected():
            status, sentence, headers = HTTPStatus.UNAUTHORIZED, NOT_TAKEN, CHALLENGE
        case UpstreamUnreachable():
            log.warning("upstream is away", reason=str(error))
            status, sentence, headers = HTTPStatus.BAD_GATEWAY, "Navidrome cannot be reached.", {}
        case UpstreamRefused():
            log.warning("upstream refused a call of ours", reason=str(error))
            status, sentence, headers = HTTPStatus.BAD_GATEWAY, f"Navidrome refused: {error}", {}
        case LibraryError():
            log.error("the database does not take part", reason=str(error))
            status, sentence, headers = HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer.", {}
        case _:
            log.error("the API failed", exc_info=error)
            status, sentence, headers = HTTPStatus.INTERNAL_SERVER_ERROR, "That failed; the log says why.", {}
    content = msgspec.json.encode(Problem(title=status.phrase, status=status, detail=sentence))
    return Response(content, status, {**PRIVATE, **headers}, media_type="application/problem+json")
