"""The reply around a payload, and its three encodings: JSON, JSONP and XML."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from . import xml
from .errors import SubsonicError
from .params import Params
from .world import World

CALLBACK = re.compile(r"[a-zA-Z_$][a-zA-Z0-9_$.]*")
GO_ESCAPES = {b"&": b"\\u0026", b"<": b"\\u003c", b">": b"\\u003e"}


def envelope(world: World, payload: Mapping[str, Any]) -> dict[str, Any]:
    head = {"status": "ok", "version": "1.16.1", "type": world.server_type}
    return {**head, "serverVersion": world.server_version, "openSubsonic": True, **payload}


def failure(world: World, error: SubsonicError) -> dict[str, Any]:
    described = {"error": {"code": error.code, "message": error.message}}
    return {**envelope(world, described), "status": "failed"}


def encoded(world: World, tree: Mapping[str, Any], params: Params) -> tuple[str, bytes]:
    """Content type and body, in the format that ``f`` asks for; XML where it asks for nothing known."""
    wanted = params.get("f")
    if wanted == "json":
        return "application/json", as_json({"subsonic-response": tree})
    if wanted == "jsonp":
        return jsonp(world, tree, params.get("callback"))
    return "application/xml", xml.rendered(tree).encode()


def jsonp(world: World, tree: Mapping[str, Any], callback: str) -> tuple[str, bytes]:
    if not CALLBACK.fullmatch(callback):
        refusal = failure(world, SubsonicError(0, "invalid callback parameter"))
        return "application/json", as_json({"subsonic-response": refusal})
    return "application/javascript", b"%s(%s)" % (callback.encode(), as_json({"subsonic-response": tree}))


def as_json(value: Any) -> bytes:
    """JSON with Go's escapes, which are safe for HTML."""
    body = msgspec.json.encode(value)
    for plain, escape in GO_ESCAPES.items():
        body = body.replace(plain, escape)
    return body


def compressible(request: Request, body: bytes, content_type: str, *, status: int = 200) -> Response:
    """A reply of a type that Navidrome compresses when the client accepts gzip."""
    headers = {"content-type": content_type}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
        body = gzip.compress(body, compresslevel=5, mtime=0)
    return Response(body, status_code=status, headers=headers)


def json_reply(request: Request, value: Any, *, status: int = 200) -> Response:
    return compressible(request, as_json(value), "application/json", status=status)


def text_reply(request: Request, text: str, *, status: int) -> Response:
    return compressible(request, text.encode(), "text/plain; charset=utf-8", status=status)


def bare_text(text: str, *, status: int, **headers: str) -> Response:
    """Text whose type Go guesses after the body is written: it is never compressed."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(text, status_code=status, headers=own | {"content-type": "text/plain; charset=utf-8"})
