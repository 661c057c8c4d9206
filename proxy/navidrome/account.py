"""The service account: how refresh logs in, and what it asks that is not about one song."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import httpx
import msgspec
from msgspec import Struct

from proxy.errors import UpstreamRefused
from proxy.navidrome.upstream import Answer, Upstream

CLIENT = "playlistgen"
VERSION = "1.16.1"

Params = Sequence[tuple[str, str]]

# Codes of a server that knows no tokens: supysonic misses parameter p, others have a code for it.
_NO_TOKENS = (10, 41)
_WRONG_PASSWORD = 40


class Server(Struct, frozen=True, kw_only=True):
    """What upstream says it is, as `navidrome` and `0.63.2 (a1b2c3)`; empty where it does not say."""

    type: str = ""
    version: str = ""

    def __str__(self) -> str:
        return f"{self.type} {self.version}".strip()


class ScanStatus(Struct, frozen=True, kw_only=True):
    """`count` is of songs in all libraries; while scanning, of those done. `last_scan` may be empty."""

    scanning: bool
    count: int = 0
    last_scan: str = ""


class Account:
    """`user` at `upstream`; logs in by itself when first asked, for the native API too where there is one.

    Every method raises UpstreamUnreachable and UpstreamRefused.
    """

    def __init__(self, upstream: Upstream, user: str, password: str) -> None:
        self.upstream = upstream
        self.user = user
        self._password = password
        self._credentials: Params = ()
        self._token = ""
        self._server = Server()
        self._entering = anyio.Lock()

    @property
    def native(self) -> bool:
        """Whether the log-in has opened Navidrome's own API; False before it."""
        return bool(self._token)

    async def log_in(self) -> None:
        """Navidrome's log-in, or the check of a salted token where upstream has no such log-in."""
        response = await self.upstream.request(
            "POST",
            "/auth/login",
            content=msgspec.json.encode({"username": self.user, "password": self._password}),
            headers=[(b"content-type", b"application/json")],
        )
        if response.status_code in (401, 429) or response.status_code >= 500:
            raise _refused(response)
        reply = _decoded(response)
        if response.is_success and isinstance(reply, dict) and "token" in reply:
            self._token = str(reply["token"])
            self._credentials = (("t", str(reply["subsonicToken"])), ("s", str(reply["subsonicSalt"])))
            return
        await self._log_in_by_ping()

    async def _log_in_by_ping(self) -> None:
        salt = secrets.token_hex(8)
        token = hashlib.md5(f"{self._password}{salt}".encode(), usedforsecurity=False).hexdigest()
        self._credentials = (("t", token), ("s", salt))
        answer = await self._ask("ping")
        if not answer.ok and answer.error_code in _NO_TOKENS:
            self._credentials = (("p", f"enc:{self._password.encode().hex()}"),)
            answer = await self._ask("ping")
        if not answer.ok:
            self._credentials = ()
            raise _failed("ping", answer)

    async def call(self, endpoint: str, params: Params = ()) -> dict[str, Any]:
        """The inside of the `subsonic-response`; UpstreamRefused also where it says `failed`."""
        if not self._credentials:
            await self.log_in()
        answer = await self._ask(endpoint, params)
        if not answer.ok:
            raise _failed(endpoint, answer)
        return answer.tree

    async def content(self, endpoint: str, params: Params = ()) -> bytes:
        """The reply as it came, also where it says `failed`."""
        if not self._credentials:
            await self.log_in()
        return await self.upstream.content(endpoint, [*self._own, *params])

    async def save(self, track_id: str, file: Path, *, most: int) -> None:
        """A song's file as it is, into `file`; UpstreamRefused also where it has more than `most` bytes."""
        async with self._entering:  # many may begin at once, and Navidrome refuses the sixth log-in
            if not self._credentials:
                await self.log_in()
        song = [("id", track_id), ("format", "raw")]
        await self.upstream.save("stream", [*self._own, *song], file, most=most)

    async def frequent_albums(self, most: int) -> list[str]:
        """The ids of the albums that this user has played most often, that one first."""
        answer = await self.call("getAlbumList2", [("type", "frequent"), ("size", str(most))])
        listed = answer.get("albumList2")
        albums = listed.get("album", []) if isinstance(listed, dict) else []
        return [str(album["id"]) for album in albums if album.get("id")]

    @property
    def _own(self) -> Params:
        return (("u", self.user), *self._credentials, ("v", VERSION), ("c", CLIENT))

    async def _ask(self, endpoint: str, params: Params = ()) -> Answer:
        answer = await self.upstream.call(endpoint, [*self._own, *params])
        tree = answer.tree
        self._server = Server(type=str(tree.get("type", "")), version=str(tree.get("serverVersion", "")))
        return answer

    async def get(self, path: str, params: Params = ()) -> httpx.Response:
        """A page of the native API. A token that is no longer good is renewed by one new log-in."""
        if not self._credentials:
            await self.log_in()
        response = await self._get(path, params)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            await self.log_in()
            response = await self._get(path, params)
        if not response.is_success:
            raise _refused(response)
        return response

    async def _get(self, path: str, params: Params) -> httpx.Response:
        bearer = f"Bearer {self._token}".encode()
        response = await self.upstream.request(
            "GET", path, params=params, headers=[(b"x-nd-authorization", bearer)]
        )
        if response.is_success:
            renewed = response.headers.get("x-nd-authorization", "").removeprefix("Bearer ")
            self._token = renewed or self._token
        return response

    async def server(self) -> Server:
        if not self._server.type:
            await self.call("ping")
        return self._server

    async def scan_status(self) -> ScanStatus | None:
        """None where upstream has none to give, as supysonic without its daemon."""
        try:
            tree = await self.call("getScanStatus")
        except UpstreamRefused as error:
            if not self._credentials or error.subsonic_code == _WRONG_PASSWORD:
                raise
            return None
        status = tree.get("scanStatus")
        return msgspec.convert(_known(status), ScanStatus) if isinstance(status, dict) else None

    async def library_count(self) -> int | None:
        """The songs that a sweep by this account must find; None where upstream does not tell.

        Navidrome's scan status counts the songs of all libraries, so only an admin finds as many.
        """
        if (await self.server()).type != "navidrome":
            return None
        user = (await self.call("getUser", [("username", self.user)])).get("user", {})
        status = await self.scan_status()
        return status.count if status and user.get("adminRole") is True else None


def _known(status: dict[str, Any]) -> dict[str, Any]:
    return {
        "scanning": status.get("scanning") is True,
        "count": int(status.get("count") or 0),
        "last_scan": str(status.get("lastScan") or ""),
    }


def _decoded(response: httpx.Response) -> Any:
    try:
        return msgspec.json.decode(response.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _refused(response: httpx.Response) -> UpstreamRefused:
    status = response.status_code
    if status == httpx.codes.UNAUTHORIZED:
        message = "Navidrome does not accept NAVIDROME_USER and NAVIDROME_PASSWORD. Set both."
        return UpstreamRefused(message, code=_WRONG_PASSWORD, http_status=status)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait = response.headers.get("retry-after", "20")
        message = f"Navidrome has had too many log-ins from this address. Try again in {wait} seconds."
        return UpstreamRefused(message, http_status=status)
    path = response.request.url.path
    return UpstreamRefused(
        f"Upstream answered {path} with HTTP {status}. Look at its log.", http_status=status
    )


def _failed(endpoint: str, answer: Answer) -> UpstreamRefused:
    if answer.error_code == _WRONG_PASSWORD:
        message = "Upstream does not accept NAVIDROME_USER and NAVIDROME_PASSWORD. Set both."
    else:
        reason = answer.error_message or "it gives no reason"
        message = f"Upstream refused {endpoint}: {reason} (code {answer.error_code})."
    return UpstreamRefused(message, code=answer.error_code)
