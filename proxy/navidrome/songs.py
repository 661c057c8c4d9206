"""The whole library, page by page, in the three ways that servers offer.

native  `/api/song`: all that Navidrome knows of a song, and how many there are
search3 an empty query: every Navidrome and most others; an error looks like an empty page
albums  a list of albums and a call for each: what older servers leave us
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import msgspec
from msgspec import Struct

from proxy.errors import UpstreamError, UpstreamRefused
from proxy.navidrome.account import Account, Params

Song = dict[str, Any]

NATIVE_PAGE = 1000
SEARCH_PAGE = 500
ALBUM_PAGE = 500
ALBUMS_AT_ONCE = 4
ALBUMS_TO_A_PAGE = 20


class Page(Struct, frozen=True):
    """Songs as upstream wrote them; `total` is what a sweep must come to, None where it does not tell."""

    songs: Sequence[Song]
    total: int | None = None


def kinds(account: Account) -> tuple[str, ...]:
    """The ways to try, the best first; to be asked after the log-in."""
    return ("native", "search3", "albums") if account.native else ("search3", "albums")


def pages(account: Account, kind: str) -> AsyncIterator[Page]:
    """The library in one of the `kinds`.

    A song may come twice, a page may be short or empty, and songs may be left out where the library changes
    meanwhile: count them.
    Raises UpstreamUnreachable and UpstreamRefused.
    """
    return {"native": _native, "search3": _search3, "albums": _albums}[kind](account)


async def _native(account: Account) -> AsyncIterator[Page]:
    start, total = 0, 1
    while start < total:
        page = await _native_page(account, start)
        yield page
        start, total = start + NATIVE_PAGE, page.total or 0


async def _native_page(account: Account, start: int) -> Page:
    span = [("_start", str(start)), ("_end", str(start + NATIVE_PAGE))]
    order = [("_sort", "id"), ("_order", "ASC"), ("missing", "false")]
    response = await account.get("/api/song", [*span, *order])
    try:
        songs = msgspec.json.decode(response.content, type=list[Song])
        return Page(songs, int(response.headers["x-total-count"]))
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise UpstreamRefused("Upstream's /api/song is not Navidrome's. Is NAVIDROME_URL right?") from error


async def _search3(account: Account) -> AsyncIterator[Page]:
    total = await account.library_count()
    seen: set[str] = set()
    for query in ("", '""'):  # the second is what servers before OpenSubsonic want for "everything"
        offset = 0
        while songs := await _found(account, query, offset):
            fresh = {str(song.get("id")) for song in songs} - seen
            if not fresh:  # a server that does not know songOffset
                return
            yield Page(songs, total)
            seen |= fresh
            offset += len(songs)
        if seen:
            return


async def _found(account: Account, query: str, offset: int) -> list[Song]:
    """Asked twice before it is called empty: Navidrome answers an error of its database with no songs."""
    params = [("query", query), ("songCount", str(SEARCH_PAGE)), ("songOffset", str(offset))]
    params += [("albumCount", "0"), ("artistCount", "0")]
    for _ in range(2):
        if songs := await _list(account, "search3", params, "searchResult3", "song"):
            return songs
    return []


async def _albums(account: Account) -> AsyncIterator[Page]:
    total = await account.library_count()
    offset, seen = 0, set[str]()
    while albums := await _album_list(account, offset):
        fresh = [album_id for album in albums if (album_id := str(album.get("id"))) not in seen]
        if not fresh:
            return
        for start in range(0, len(fresh), ALBUMS_TO_A_PAGE):
            if songs := await _of_albums(account, fresh[start : start + ALBUMS_TO_A_PAGE]):
                yield Page(songs, total)
        seen.update(fresh)
        offset += len(albums)


async def _album_list(account: Account, offset: int) -> list[Song]:
    params = [("type", "alphabeticalByName"), ("size", str(ALBUM_PAGE)), ("offset", str(offset))]
    return await _list(account, "getAlbumList2", params, "albumList2", "album")


async def _of_albums(account: Account, ids: Sequence[str]) -> list[Song]:
    songs: list[list[Song]] = [[] for _ in ids]
    errors: list[UpstreamError] = []
    few = anyio.CapacityLimiter(ALBUMS_AT_ONCE)

    async def read(position: int, album_id: str) -> None:
        async with few:
            try:
                songs[position] = await _list(account, "getAlbum", [("id", album_id)], "album", "song")
            except UpstreamError as error:
                errors.append(error)

    async with anyio.create_task_group() as group:
        for position, album_id in enumerate(ids):
            group.start_soon(read, position, album_id)
    if errors:
        raise errors[0]
    return [song for of_album in songs for song in of_album]


async def _list(account: Account, endpoint: str, params: Params, outer: str, inner: str) -> list[Song]:
    found = (await account.call(endpoint, params)).get(outer)
    items = found.get(inner) if isinstance(found, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
