"""One call to the server behind us, as whoever's credentials are among the parameters."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urlencode

import httpx

from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.navidrome.reads import Reads
from proxy.subsonic import reply

Headers = Sequence[tuple[bytes, bytes]]

_IS_FORM = (b"content-type", b"application/x-www-form-urlencoded")

# A body of ours goes out, and httpx must be able to read what comes back.
_FRAMING = {
    b"accept-encoding",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"transfer-encoding",
}


class Answer(reply.Reply, frozen=True, kw_only=True):
    """A Subsonic reply, and its headers as they came."""

    headers: Headers = ()


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
    # By a name of httpx's own Navidrome would know another player, and what we read need not be compressed.
    del client.headers["user-agent"], client.headers["accept-encoding"]
    return client


class Upstream:
    """The server at `url`, a path such as `/music` included."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self.envelope = reply.OWN_ENVELOPE  # of upstream's last reply, once there was one
        self.url = url.rstrip("/")
        self._client = client
        self._reads = Reads(self.url)

    async def call(
        self, endpoint: str, params: Sequence[tuple[str, str]], *, headers: Headers = ()
    ) -> Answer:
        """The answer to one Subsonic call, also where it is `status="failed"`; always asked for as JSON.

        `headers` are the caller's own, to be passed on. Raises UpstreamUnreachable, and UpstreamRefused where
        what came is not Subsonic.
        """
        response = await self._post(endpoint, params, _compressed(headers))
        answer = Answer(tree=_reply(response).tree, headers=response.headers.raw)
        self.envelope = reply.envelope(answer.tree)
        return answer

    async def calls(
        self, wanted: Sequence[tuple[str, Sequence[tuple[str, str]]]], *, headers: Headers = ()
    ) -> list[Answer]:
        """The answers to many calls that change nothing, in their order: for those that need to be quick.

        Raises UpstreamUnreachable, and UpstreamRefused where any of what came is not Subsonic.
        """
        return await self._read(wanted, _unframed(headers))

    async def read(
        self, endpoint: str, params: Sequence[tuple[str, str]], *, headers: Headers = ()
    ) -> Answer:
        """The same of one call, with the headers that this caller would get. Raises as `calls`."""
        (answer,) = await self._read([(endpoint, params)], _compressed(headers))
        self.envelope = reply.envelope(answer.tree)
        return answer

    async def _read(
        self, wanted: Sequence[tuple[str, Sequence[tuple[str, str]]]], headers: Headers
    ) -> list[Answer]:
        posts = [(f"/rest/{endpoint}", _form(params)) for endpoint, params in wanted]
        try:
            found = [
                httpx.Response(status, headers=list(told), content=body)
                for status, told, body in await self._reads.all(posts, headers)
            ]
        except httpx.DecodingError as error:
            raise UpstreamUnreachable("Navidrome's answer cannot be unpacked.") from error
        return [Answer(tree=_reply(each).tree, headers=each.headers.raw) for each in found]

    def close(self) -> None:
        self._reads.close()

    async def content(
        self, endpoint: str, params: Sequence[tuple[str, str]], *, headers: Headers = ()
    ) -> bytes:
        """The same as it came, for replies too long to make a tree of: never compressed.

        Raises UpstreamUnreachable.
        """
        return (await self._post(endpoint, params, _unframed(headers))).content

    async def get(
        self, endpoint: str, params: Sequence[tuple[str, str]], *, headers: Headers = ()
    ) -> httpx.Response:
        """The answer as it came, whatever it is, in the format that `params` ask for. Raises as `content`."""
        return await self.request("GET", f"/rest/{endpoint}", params=params, headers=_unframed(headers))

    async def save(self, endpoint: str, params: Sequence[tuple[str, str]], file: Path, *, most: int) -> None:
        """The bytes of a song, into `file`, never in memory as a whole.

        Raises UpstreamUnreachable, OSError, and UpstreamRefused where they are more than `most`, or what came
        is no song but a reply that says why.
        """
        with file.open("wb") as copy:
            async with self.song(endpoint, params) as pieces:
                async for piece in pieces:
                    copy.write(piece)
                    if copy.tell() > most:
                        raise UpstreamRefused(f"Upstream's file has more than {most:,} bytes.")

    @contextlib.asynccontextmanager
    async def song(
        self, endpoint: str, params: Sequence[tuple[str, str]], *, headers: Headers = ()
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a song in pieces, as they come.

        Raises UpstreamUnreachable, and UpstreamRefused where what came is no song but a reply that says why.
        """
        url, form = f"{self.url}/rest/{endpoint}", _form(params)
        typed = [*_unframed(headers), _IS_FORM]
        with _map_errors(self.url):
            async with self._client.stream("POST", url, content=form, headers=typed) as response:
                await _only_sound(response)
                yield response.aiter_bytes()

    async def _post(
        self, endpoint: str, params: Sequence[tuple[str, str]], headers: Headers
    ) -> httpx.Response:
        return await self.request(
            "POST",
            f"/rest/{endpoint}",
            content=_form(params),
            headers=[*headers, _IS_FORM],
        )

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


def _form(params: Sequence[tuple[str, str]]) -> bytes:
    kept = [(name, value) for name, value in params if name not in ("f", "callback")]
    return urlencode([*kept, ("f", "json")], errors="surrogateescape").encode("ascii")


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
    """Less what is about the connection, the body and its encoding."""
    return [(name, value) for name, value in headers if name.lower() not in _FRAMING]


def _compressed(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The same, but gzip may still be asked for: Navidrome's `Vary` tells whether it was."""
    kept = _unframed(headers)
    compressed = any(name.lower() == b"accept-encoding" and b"gzip" in value for name, value in headers)
    return [*kept, (b"accept-encoding", b"gzip")] if compressed else kept


async def _only_sound(response: httpx.Response) -> None:
    """Errors come with HTTP 200 as well, and then as a reply."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    if response.is_success and kind not in ("application/json", "text/xml", "application/xml"):
        return
    await response.aread()
    answer = _reply(response)
    reason = answer.error_message or "it gives no reason"
    raise UpstreamRefused(
        f"Upstream does not stream it: {reason} (HTTP {response.status_code}).",
        code=answer.error_code,
        http_status=response.status_code,
    )


def _reply(response: httpx.Response) -> reply.Reply:
    try:
        return reply.read(response.content)
    except ValueError as error:
        raise _no_subsonic(response) from error


def _no_subsonic(response: httpx.Response) -> UpstreamRefused:
    status = response.status_code
    if response.is_redirect:
        target = _shown(response.headers.get("location", "")).partition("?")[0]
        return UpstreamRefused(f"Upstream sent us on to {target}. Set NAVIDROME_URL.", http_status=status)
    return UpstreamRefused(
        f"Upstream answered with HTTP {status} and nothing that is Subsonic. Is NAVIDROME_URL right?",
        http_status=status,
    )
