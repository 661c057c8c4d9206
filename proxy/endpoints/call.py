"""One Subsonic request that is ours: what it asks, who asks it, and how it is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import httpx
from anyio import to_thread
from msgspec import Struct
from starlette.responses import Response

from proxy.endpoints.complaint import Complaint
from proxy.errors import LibraryError, UpstreamRefused
from proxy.http1 import Headers
from proxy.navidrome import CLIENT, Answer
from proxy.playlists.store import Store
from proxy.resources import Resources
from proxy.subsonic import reply
from proxy.subsonic.params import Params

# Ours are rendered anew: what describes upstream's bytes, or its connection to us, does not describe ours.
_OF_THE_BODY = frozenset(
    {b"content-encoding", b"content-length", b"content-type", b"etag", b"last-modified", b"server"}
    | {b"connection", b"keep-alive", b"transfer-encoding"}
)

_OF_A_PART = frozenset({b"range", b"if-range", b"if-modified-since", b"if-none-match"})

# Subsonic's codes for credentials that are wrong, or of a kind that the server or the user does not have.
_REJECTED = frozenset({40, 41, 42, 43, 44})

T = TypeVar("T")

Who = tuple[str, str, bytes]


class Rejected(UpstreamRefused):
    """Upstream does not take the caller's credentials; `answer` says so, and would whatever was asked.

    It is the client's answer: asking again would make two failed log-ins of one.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__("Upstream does not take the caller's credentials.", code=answer.error_code)
        self.answer = answer


class User(Struct, frozen=True):
    """The caller as upstream writes his name, and the libraries open to him; None: all there are."""

    name: str
    libraries: frozenset[int] | None
    is_admin: bool = False


class Call(Struct, frozen=True):
    """A request read: its parameters by Go's rules, and its headers as upstream may see them.

    What it asks upstream raises UpstreamError, Rejected among them.
    """

    resources: Resources
    params: Params
    headers: Headers
    complaint: Complaint

    @property
    def who(self) -> Who:
        """The user, or key, in the parameters, and whom a proxy before us names: upstream believes that one.

        Not looked at by anybody yet.
        """
        user_header = self.resources.settings.user_header.lower().encode()
        return self.params.first("u"), self.params.first("apiKey"), self.header(user_header)

    def header(self, name: bytes) -> bytes:
        """The first of that name, which is in lower case; nothing where there is none."""
        return next((value for given, value in self.headers if given.lower() == name), b"")

    def is_from(self, clients: str) -> bool:
        """Whether one of the clients named calls, whatever its version: "substreamer8" is "Substreamer"."""
        client = self.params.first("c").casefold()
        named = [each.strip().casefold() for each in clients.split(",")]
        return any(client.startswith(each) for each in named if each)

    async def ask(self, endpoint: str, *pairs: tuple[str, str]) -> Answer:
        """Call upstream with the caller's own credentials."""
        return await self._send(endpoint, (*self.params.credentials(), *pairs))

    async def ask_all(self, wanted: Sequence[tuple[str, str]]) -> list[Answer]:
        """The same of many calls that change nothing, each an endpoint and an id; the answers in order."""
        credentials = self.params.credentials()
        calls = [(endpoint, (*credentials, ("id", about))) for endpoint, about in wanted]
        return await self.resources.upstream.calls(calls, headers=self.headers)

    async def look(self, endpoint: str, *pairs: tuple[str, str]) -> Answer:
        """The same for our own eyes: Navidrome's `MinimalClients` are not told whose a list is, we are."""
        answer = await self.ask(endpoint, *pairs)
        shown = [*playlists_of(answer), playlist_of(answer)]
        if any(found and "owner" not in found for found in shown):
            own = self.params.replaced("c", CLIENT).credentials()
            answer = await self._send(endpoint, (*own, *pairs))
        return answer

    async def content(self, endpoint: str, pairs: Sequence[tuple[str, str]] = ()) -> bytes:
        """The same as it came, for replies too long to make a tree of."""
        own = self.params.replaced("c", CLIENT).credentials()
        upstream = self.resources.upstream
        return await upstream.content(endpoint, (*own, *pairs), headers=self.headers)

    def song(self, song_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Its bytes in pieces, in the form that the caller asks for, else as the file is."""
        form = self.params.first("format") or "raw"
        asked = [("id", song_id), ("format", form), ("bitrate", self.params.first("bitrate"))]
        pairs = (*self.params.credentials(), *(pair for pair in asked if pair[1]))
        return self.resources.upstream.song("download", pairs, headers=_whole(self.headers))

    async def picture(self, pairs: Sequence[tuple[str, str]]) -> httpx.Response:
        """The picture that is asked for by these parameters, or what upstream says instead."""
        return await self.resources.upstream.get("getCoverArt", pairs, headers=_whole(self.headers))

    async def read(self, endpoint: str) -> Answer:
        """The same as `pass_on` of what changes nothing, in a tenth of the time."""
        return await self._read(endpoint, self.params.pairs)

    async def pass_on(self, endpoint: str, params: Params | None = None) -> Answer:
        """Call upstream with all of the caller's parameters, or with those given."""
        return await self._send(endpoint, (params or self.params).pairs)

    async def user(self) -> User | None:
        """Who is calling, as upstream says; None where it does not accept him."""
        name = self.params.first("u")
        if not name:
            return None
        answer = await self._read("getUser", (*self.params.credentials(), ("username", name)))
        user = answer.tree.get("user")
        if not answer.ok or not isinstance(user, dict):
            return None
        folders = user.get("folder")
        libraries = frozenset(int(folder) for folder in folders) if folders else None
        return User(str(user.get("username", name)), libraries, bool(user.get("adminRole")))

    async def playlist(self, playlist_id: str) -> Answer:
        """A list as upstream shows it to this client."""
        return await self.ask("getPlaylist", ("id", playlist_id))

    async def recall(self, question: Callable[[Store], T]) -> T:
        """What the store answers. Raises LibraryError."""
        return await to_thread.run_sync(question, self.resources.store)

    async def remember(self, change: Callable[[Store], None]) -> None:
        """Tell the store what was done upstream. It is done whether or not the store can take it."""
        try:
            await to_thread.run_sync(change, self.resources.store)
        except LibraryError as error:
            self.complain(error)

    def complain(self, error: LibraryError) -> None:
        self.complaint.make(self.resources.now(), str(error))

    def answer(self, answer: Answer) -> Response:
        """Upstream's answer, in the format that was asked for, with the headers it came with."""
        response = rendered(self.params, answer.tree)
        headers = [(name.lower(), value) for name, value in answer.headers]
        response.raw_headers.extend(header for header in headers if header[0] not in _OF_THE_BODY)
        return response

    async def _read(self, endpoint: str, pairs: tuple[tuple[str, str], ...]) -> Answer:
        return _accepted(await self.resources.upstream.read(endpoint, pairs, headers=self.headers))

    async def _send(self, endpoint: str, pairs: tuple[tuple[str, str], ...]) -> Answer:
        return _accepted(await self.resources.upstream.call(endpoint, pairs, headers=self.headers))


def _accepted(answer: Answer) -> Answer:
    """Raises Rejected."""
    if answer.error_code in _REJECTED:
        raise Rejected(answer)
    return answer


def _whole(headers: Headers) -> Headers:
    """Less what asks for a part, or only for what is new."""
    return [header for header in headers if header[0].lower() not in _OF_A_PART]


def rendered(params: Params, tree: reply.Tree) -> Response:
    body, content_type = reply.render(tree, format=params.format, callback=params.callback)
    return Response(body, headers={"content-type": content_type})


def playlist_of(answer: Answer) -> dict[str, Any]:
    """The playlist in a reply; {} where there is none."""
    playlist = answer.tree.get("playlist")
    return playlist if isinstance(playlist, dict) else {}


def entries_of(answer: Answer) -> list[str]:
    """The ids of a playlist's songs, in order."""
    entries = playlist_of(answer).get("entry") or []
    return [str(entry["id"]) for entry in entries if "id" in entry]


def playlists_of(answer: Answer) -> list[dict[str, Any]]:
    """The playlists of a getPlaylists reply."""
    playlists = answer.tree.get("playlists")
    found = playlists.get("playlist") if isinstance(playlists, dict) else None
    return [playlist for playlist in found or [] if isinstance(playlist, dict) and "id" in playlist]
