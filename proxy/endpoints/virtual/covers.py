"""getCoverArt of a virtual list: four covers of its albums in one, else that of its first song."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from anyio import to_thread
from starlette.responses import Response

from proxy.endpoints.call import Call
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.songs import songs_of
from proxy.endpoints.virtual.calls import mine
from proxy.endpoints.virtual.mosaic import mosaic
from proxy.endpoints.virtual.playlist import Virtual, covered
from proxy.recipes.recipe import FOUR

LEAST, USUAL, MOST = 32, 600, 1200  # pixels
LOOKED_AT = 24  # songs: among so many there are four albums, if there are any
TILES = 8  # pictures asked for, where some cannot be read
CURRENT, OTHER = "private, max-age=31536000, immutable", "private, no-cache"


async def get_cover_art(call: Call, maker: Maker) -> Response | None:
    """None where it is no virtual list's: then, as where four covers cannot be had, upstream has it."""
    asked_for = call.params.first("id")
    opened = await mine(call, maker, covered(asked_for))
    if opened is None:
        return None
    _, found = opened
    if found.art != FOUR:  # asked for by the id of the list
        return await _of_one(call, found.art) if found.art else None
    size = _size(call.params.number("size", 0))
    picture = maker.pictures.get(found.cover, size)
    if picture is None:
        if single := maker.pictures.single.get(found.cover):
            return await _of_one(call, single)
        covers = await _covers(call, found)
        content = await _mosaic(call, covers, size)
        if content is None:
            single = covers[0] if covers else found.songs[0]
            maker.pictures.single.put(found.cover, single)
            return await _of_one(call, single)
        maker.pictures.single.forget(found.cover)
        picture = maker.pictures.put(found.cover, size, content)
    headers = {"etag": picture.etag, "cache-control": CURRENT if asked_for == found.cover else OTHER}
    if picture.etag in _etags(call):
        return Response(status_code=304, headers=headers)
    return Response(picture.content, headers=headers, media_type="image/jpeg")


async def _covers(call: Call, found: Virtual) -> list[str]:
    """Of the albums that its first songs are from."""
    songs = await songs_of(call, found.songs[:LOOKED_AT])
    albums = {str(song.get("albumId", song["id"])): str(song.get("coverArt", "")) for song in songs.values()}
    return [cover for cover in dict.fromkeys(albums.values()) if cover]


async def _mosaic(call: Call, covers: Sequence[str], size: int) -> bytes | None:
    if len(covers) < 4:
        return None
    pictures = await asyncio.gather(*(_picture(call, cover, (size + 1) // 2) for cover in covers[:TILES]))
    return await to_thread.run_sync(mosaic, [picture for picture in pictures if picture], size)


async def _picture(call: Call, cover: str, size: int) -> bytes:
    """Nothing where upstream has no picture of its own for it: that is not to be kept, it says."""
    pairs = (*call.params.credentials(), ("id", cover), ("size", str(size)))
    response = await call.picture(pairs)
    is_picture = response.headers.get("content-type", "").startswith("image/")
    is_its_own = "no-store" not in response.headers.get("cache-control", "")
    return response.content if is_picture and is_its_own else b""


async def _of_one(call: Call, cover: str) -> Response:
    response = await call.picture(call.params.replaced("id", cover).pairs)
    kept = ("content-type", "etag", "last-modified")
    headers = {name: response.headers[name] for name in kept if name in response.headers}
    headers["cache-control"] = OTHER
    if headers.get("etag") in _etags(call):
        return Response(status_code=304, headers=headers)
    return Response(response.content, response.status_code, headers)


def _etags(call: Call) -> Sequence[str]:
    given = call.header(b"if-none-match").decode("latin-1")
    return [tag.strip().removeprefix("W/") for tag in given.split(",")]


def _size(asked: int) -> int:
    return min(max(asked, LEAST), MOST) if asked > 0 else USUAL
