"""/auth and /api: the native API that Navidrome's own web interface uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from . import auth
from .envelope import json_reply, text_reply
from .params import Params, parse
from .searching import said_in, searchable
from .songs import Json, Song, words
from .world import User, World

LOGIN_WINDOW = timedelta(seconds=20)
FORWARDED = ("true-client-ip", "x-real-ip", "x-forwarded-for")


class RefusedError(Exception):
    """A refusal of the native API: a status and a JSON error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class NoSuchError(RefusedError):
    def __init__(self, message: str) -> None:
        super().__init__(404, message)


async def login(world: World, request: Request) -> Response:
    """Five attempts in 20 s from one address, right or wrong."""
    if is_too_often(world, caller_address(request)):
        reply = text_reply(request, "Too Many Requests\n", status=429)
        reply.headers["retry-after"] = "20"
        return reply
    given = json_object(await request.body())
    user = world.user(str(given.get("username", "")))
    if user is None or given.get("password") != user.password:
        return json_reply(request, {"error": "Invalid username or password"}, status=401)
    return json_reply(request, auth.login_payload(world, user))


def is_too_often(world: World, address: str) -> bool:
    now = world.clock()
    recent = [at for at in world.logins.get(address, ()) if now - at < LOGIN_WINDOW]
    world.logins[address] = [*recent, now]
    return 0 < world.login_limit <= len(recent)


def caller_address(request: Request) -> str:
    """Forwarding headers are believed, whoever sends them."""
    given = next((value for name in FORWARDED if (value := request.headers.get(name))), None)
    peer = request.client.host if request.client else ""
    return given.partition(",")[0].strip() if given else peer


def json_object(body: bytes) -> Json:
    try:
        return dict(msgspec.json.decode(body))
    except (msgspec.DecodeError, TypeError, ValueError):
        raise RefusedError(422, "Invalid request payload") from None


def query(request: Request) -> Params:
    return Params(parse(request.scope["query_string"])[0])


def list_songs(world: World, user: User, request: Request) -> Response:
    """Also missing ones, of the caller's libraries; ``id`` may be repeated."""
    params = query(request)
    seen = (song for song in world.songs.values() if song.library in user.libraries)
    kept = [song for song in seen if all(accepts(song) for accepts in filters(params))]
    page, total = paged([song.row for song in kept], params)
    return counted(request, [annotated(world, user, row) for row in page], total)


def show_song(world: World, user: User, request: Request) -> Response:
    song_id = request.path_params["id"]
    if (song := world.song(song_id, user)) is None:
        raise NoSuchError(f"song(id:{song_id}) not found")
    return json_reply(request, annotated(world, user, song.row))


def filters(params: Params) -> list[Callable[[Song], bool]]:
    """Those that are asked for; a filter not known here is passed over."""
    asked = {name: params.every(name) for name, _ in params.pairs if name in FILTERS}
    return [partial(FILTERS[name], values) for name, values in asked.items()]


FILTERS: dict[str, Callable[[list[str], Song], bool]] = {
    "id": lambda values, song: song.id in values,
    "album_id": lambda values, song: song.row["albumId"] in values,
    "library_id": lambda values, song: str(song.library) in values,
    "missing": lambda values, song: song.missing == (values[0] == "true"),
    "path": lambda values, song: str(song.row["path"]).startswith(values[0]),
    "title": lambda values, song: said_in(words(values[0]), searchable(song)),
}


def paged(rows: list[Json], params: Params) -> tuple[list[Json], int]:
    """``_sort``, ``_order``, ``_start`` and ``_end``; without an end all. Unknown fields do not sort."""
    field = camel_case(params.get("_sort"))
    if any(field in row for row in rows):
        backwards = params.get("_order").upper() == "DESC"
        rows = sorted(rows, key=lambda row: sort_key(field, row.get(field)), reverse=backwards)
    start, end = params.number("_start", 0), params.number("_end", 0)
    return rows[start : end if end > start else None], len(rows)


def camel_case(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def sort_key(field: str, value: Any) -> tuple[bool, Any]:
    """Names without regard to case, ids with it; what is absent first."""
    is_name = isinstance(value, str) and not field.lower().endswith("id")
    return value is not None, value.lower() if is_name else 0 if value is None else value


def annotated(world: World, user: User, row: Json) -> Json:
    """The row with what the caller did to the song; zero values are left out."""
    own = world.annotation(user, row["id"])
    fields = {
        "playCount": own.play_count,
        "playDate": own.played_at,
        "rating": own.rating,
        "ratedAt": own.rated_at,
        "starred": bool(own.starred_at),
        "starredAt": own.starred_at,
        "averageRating": world.average_rating(row["id"]),
    }
    return row | {name: value for name, value in fields.items() if value}


def counted(request: Request, rows: Iterable[Json], total: int) -> Response:
    reply = json_reply(request, list(rows))
    reply.headers["x-total-count"] = str(total)
    return reply


def list_missing(world: World, user: User, request: Request) -> Response:
    admins_only(user)
    gone = [song.row for song in world.songs.values() if song.missing]
    shown = ("id", "libraryId", "libraryName", "path", "size", "updatedAt")
    page, total = paged([{name: row[name] for name in shown} for row in gone], query(request))
    return counted(request, page, total)


def list_libraries(world: World, user: User, request: Request) -> Response:
    admins_only(user)
    return counted(request, *paged(world.libraries, query(request)))


class AdminsOnlyError(Exception):
    """Becomes 403 in plain text."""


def admins_only(user: User) -> None:
    if not user.admin:
        raise AdminsOnlyError
