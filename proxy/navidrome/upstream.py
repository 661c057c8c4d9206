"""One call to the server behind us, as whoever's credentials are among the parameters."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from msgspec import Struct

from proxy.errors import UpstreamRefused, UpstreamUnreachable

Headers = Sequence[tuple[bytes, bytes]]

# A body of ours goes out, and httpx must be able to read what comes back.
_FRAMING = {
    b"accept-encoding",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"transfer-encoding",
}


class Answer(Struct, frozen=True, kw_only=True):
    """A Subsonic reply. `tree` is the inside of `subsonic-response`; `headers` are as they came."""

    tree: dict[str, Any]
    headers: list[tuple[bytes, bytes]] = []

    @property
    def ok(self) -> bool:
        return self.tree.get("status") == "ok"

    @property
    def code(self) -> int:
        """Of the error; 0 where there is none or it has no number."""
        code = self._error.get("code", 0)
        return code if isinstance(code, int) else 0

    @property
    def message(self) -> str:
        return str(self._error.get("message", ""))

    @property
    def _error(self) -> Mapping[str, Any]:
        error = self.tree.get("error")
        return error if isinstance(error, dict) else {}


def open_client(*, timeout: float = 60.0) -> httpx.AsyncClient:
    """A client that several users may share: it keeps no cookies. To be closed by the caller.

    Navidrome sets a cookie for each user's player; kept, one user's would go out with another's call.
    Proxies named in the environment are not used: upstream is in the house.
    """
    client = httpx.AsyncClient(
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(timeout, connect=5.0),
        verify=ssl.create_default_context(),
        trust_env=False,
    )
    del client.headers["user-agent"]  # by a name of httpx's own Navidrome would know another player
    return client


class Upstream:
    """The server at `url`, a path such as `/music` included."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.url = url.rstrip("/")
        self._client = client

    async def call(
        self, endpoint: str, params: Sequence[tuple[str, str]], *, headers: Headers = ()
    ) -> Answer:
        """The answer to one Subsonic call, also where it is `status="failed"`; always asked for as JSON.

        `headers` are the caller's own, to be passed on. Raises UpstreamUnreachable, and UpstreamRefused where
        what came is not Subsonic.
        """
        form = [(name, value) for name, value in params if name not in ("f", "callback")]
        response = await self.request(
            "POST",
            f"/rest/{endpoint}",
            content=urlencode([*form, ("f", "json")], errors="surrogateescape").encode("ascii"),
            headers=[*_unframed(headers), (b"content-type", b"application/x-www-form-urlencoded")],
        )
        return Answer(tree=_inside(response), headers=response.headers.raw)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        content: bytes | None = None,
        headers: Headers = (),
    ) -> httpx.Response:
        """Any request, answered whole and with any status. Raises UpstreamUnreachable."""
        query = f"?{urlencode(params)}" if params else ""
        with _map_errors(self.url):
            return await self._client.request(
                method, f"{self.url}{path}{query}", content=content, headers=list(headers)
            )


@contextlib.contextmanager
def _map_errors(url: str) -> Iterator[None]:
    # Only the kind of error is told: its text may quote the request.
    at = _shown(url)
    try:
        yield
    except httpx.TimeoutException as error:
        raise UpstreamUnreachable(f"{at} did not answer in time ({type(error).__name__}).") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UpstreamUnreachable(f"{at} is no address. Set NAVIDROME_URL.") from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise UpstreamUnreachable(
            f"{at} cannot be reached ({type(error).__name__}). Is it running, and NAVIDROME_URL right?"
        ) from error


def _shown(url: str) -> str:
    """Without a password that may stand in it."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.rpartition("@")[2]


def _unframed(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in _FRAMING]


def _inside(response: httpx.Response) -> dict[str, Any]:
    tree = _tree(response.content)
    if tree is not None:
        return tree
    status = response.status_code
    if response.is_redirect:
        target = _shown(response.headers.get("location", "")).partition("?")[0]
        raise UpstreamRefused(f"Upstream sent us on to {target}. Set NAVIDROME_URL.", http_status=status)
    raise UpstreamRefused(
        f"Upstream answered with HTTP {status} and nothing that is Subsonic. Is NAVIDROME_URL right?",
        http_status=status,
    )


def _tree(body: bytes) -> dict[str, Any] | None:
    try:
        reply = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    inside = reply.get("subsonic-response") if isinstance(reply, dict) else None
    return inside if isinstance(inside, dict) else None
