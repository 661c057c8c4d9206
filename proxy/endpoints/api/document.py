"""The description of the API by OpenAPI 3.1, made from its table and the structures that it speaks in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proxy import __version__
from proxy.endpoints.api.door import Endpoint
from proxy.endpoints.api.objects import EITHER, Problem

Schema = dict[str, Any]

ABOUT = (
    "Playlists by what they should sound like. A caller is a user of Navidrome and says so by HTTP Basic, "
    "or by Subsonic's parameters u, t and s, or u and p, in the query."
)
SECURITY: Schema = {
    "basic": {"type": "http", "scheme": "basic"},
    **{
        name: {"type": "apiKey", "in": "query", "name": letter}
        for name, letter in (("user", "u"), ("token", "t"), ("salt", "s"), ("password", "p"))
    },
}
WAYS_IN: list[Schema] = [{"basic": []}, {"user": [], "token": [], "salt": []}, {"user": [], "password": []}]
REFUSALS: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "the request cannot be read",
    HTTPStatus.UNAUTHORIZED: "Navidrome does not take this user and password",
    HTTPStatus.BAD_GATEWAY: "Navidrome cannot be reached, or refused",
    HTTPStatus.SERVICE_UNAVAILABLE: "the database does not answer, or there was no time",
}
OF_A_BODY: dict[HTTPStatus, str] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is too long",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "the body is not said to be JSON",
    HTTPStatus.UNPROCESSABLE_ENTITY: "the body is JSON, but not what is taken here",
}
OF_A_PLACE = {HTTPStatus.NOT_FOUND: "there is nothing of the caller's by this name, or not yet"}
PLACES = {
    "playlist_id": "as Subsonic's getPlaylists and our `recipes` tell it",
    "recipe": "its `key` or its name, as our `recipes` tells it",
}


class Operation(Struct, frozen=True):
    """One method of one path."""

    verb: str
    path: str
    endpoint: Endpoint
    summary: str
    gives: type[Struct] | None
    takes: type[Struct] | None = None
    status: int = HTTPStatus.OK


def document(operations: Sequence[Operation]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that serves the description: the same for everybody but for the path that leads here."""
    tree = described(operations)

    async def serve(request: Request) -> Response:
        servers = [{"url": request.scope["root_path"]}]
        return Response(msgspec.json.encode({**tree, "servers": servers}), media_type="application/json")

    return serve


def described(operations: Sequence[Operation]) -> Schema:
    kinds = {kind for each in operations for kind in (each.gives, each.takes) if kind}
    _, components = msgspec.json.schema_components(
        sorted({*kinds, Problem}, key=lambda kind: kind.__name__), ref_template="#/components/schemas/{name}"
    )
    for name, ways in EITHER.items():
        components[name]["oneOf"] = ways
    paths: dict[str, Schema] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.verb] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "playlistgen", "version": __version__, "description": ABOUT},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": SECURITY},
        "security": WAYS_IN,
    }


def _operation(of: Operation) -> Schema:
    places = re.findall(r"{(\w+)}", of.path)
    refusals = REFUSALS | (OF_A_BODY if of.takes else {}) | (OF_A_PLACE if places else {})
    schema: Schema = {
        "operationId": of.endpoint.__name__,
        "summary": of.summary,
        "responses": {str(int(of.status)): _given(of), **dict(_problems(refusals))},
    }
    if places:
        schema["parameters"] = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": PLACES[name],
                "schema": {"type": "string"},
            }
            for name in places
        ]
    if of.takes:
        schema["requestBody"] = {"required": True, "content": _json(of.takes)}
    return schema


def _given(of: Operation) -> Schema:
    return {"description": of.summary, "content": _json(of.gives)} if of.gives else {"description": "done"}


def _problems(refusals: dict[HTTPStatus, str]) -> Iterable[tuple[str, Schema]]:
    for status, why in sorted(refusals.items()):
        yield str(int(status)), {"description": why, "content": _json(Problem, "application/problem+json")}


def _json(kind: type[Struct], media_type: str = "application/json") -> Schema:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}}
