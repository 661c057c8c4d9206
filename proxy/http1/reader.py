"""Requests out of bytes, whatever llhttp thinks of their first lines."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from proxy.http1 import Headers, says_upgrade

MOST_HEAD = 2 * 1024 * 1024  # bytes; Go's server, and so Navidrome, answers 431 from 1 MiB

# What llhttp is told where it would not take a request line that Go takes. The line is ours to read then.
USUAL = frozenset(b"GET HEAD POST PUT DELETE PATCH OPTIONS".split())
IN_PLACE_OF_OTHERS = b"POST"
FRAMING = (b"content-length", b"transfer-encoding")


class Refused(Exception):
    """What came is no request; `status` is what to answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Request(NamedTuple):
    """A head as it was written; `lowered` are its headers again, as ASGI has them."""

    method: bytes
    target: bytes
    version: str
    headers: Headers
    lowered: Headers
    keep_alive: bool


class Listens(Protocol):
    """Hears what was read, in its order."""

    def on_request(self, request: Request) -> None: ...
    def on_body(self, data: bytes) -> None: ...
    def on_end(self) -> None: ...


class Reader:
    """Reads one connection. `held` is what came behind a request that may leave HTTP/1.1; None otherwise.

    Raw bytes and uncommon methods are taken where a request comes by itself: behind another in one piece they
    are refused. No client is known to send such.
    """

    def __init__(self, listener: Listens) -> None:
        self.held: bytes | None = None
        self._listener = listener
        self._parser = HttpRequestParser(self)
        self._line = bytearray()  # of a request line, until its end has come
        self._is_between = True  # two requests
        self._is_head = True
        self._head_size = 0
        self._is_resumed = False  # llhttp is told a head again that it has told us
        self._own_method, self._own_target = b"", b""  # as read by us, where llhttp was told another

    def feed(self, data: bytes) -> None:
        """Raises Refused."""
        if self.held is not None:
            self.held += data
            return
        if self._is_between:
            data = self._from_line(data)
        if not data:
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._leave(data[upgrade.args[0] :])
        except HttpParserError as error:
            raise Refused(400) from error
        self._head_size = self._head_size + len(data) if self._is_head else 0
        if self._head_size > MOST_HEAD:
            raise Refused(431)

    def go_on(self) -> None:
        """Take what was held for requests. Raises Refused."""
        held, self.held = self.held, None
        self._parser = HttpRequestParser(self)
        self.feed(held or b"")

    def _from_line(self, data: bytes) -> bytes:
        """Nothing until the request line is whole; then all that came, the line as llhttp will have it."""
        self._line += data.lstrip(b"\r\n") if not self._line else data
        end = self._line.find(b"\n")
        if end < 0:
            if len(self._line) > MOST_HEAD:
                raise Refused(431)
            return b""
        data = bytes(self._line)
        self._line.clear()
        method, _, rest = data[:end].partition(b" ")
        if method in USUAL and rest.isascii():
            return data
        target, _, version = rest.rpartition(b" ")
        self._own_method, self._own_target = method, target
        return b"%b / %b%b" % (method if method in USUAL else IN_PLACE_OF_OTHERS, version, data[end:])

    def _leave(self, rest: bytes) -> None:
        """What follows a request for another protocol is held until the answer says whether it is one.

        Of those but WebSocket nobody says yes here, and llhttp takes no body of them: it gets another start.
        """
        if says_upgrade(self._lowered) == b"websocket":
            self._end()
            self.held = rest
            return
        framing = [b"%b: %b\r\n" % pair for pair in self._lowered if pair[0] in FRAMING]
        self._parser, self._is_resumed = HttpRequestParser(self), True
        self.feed(b"POST / HTTP/1.1\r\n%b\r\n%b" % (b"".join(framing), rest))

    def _end(self) -> None:
        self._is_between = True
        self._listener.on_end()

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._is_between, self._is_head = False, True
        if not self._is_resumed:
            self._url: list[bytes] = []
            self._headers: Headers = []
            self._lowered: Headers = []

    def on_url(self, url: bytes) -> None:
        self._url.append(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_resumed:
            self._headers.append((name, value))
            self._lowered.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._is_head = False
        if self._is_resumed:
            self._is_resumed = False
            return
        request = Request(
            method=self._own_method or self._parser.get_method(),
            target=self._own_target or b"".join(self._url),
            version=self._parser.get_http_version(),
            headers=self._headers,
            lowered=self._lowered,
            keep_alive=self._parser.should_keep_alive(),
        )
        self._own_method, self._own_target = b"", b""
        self._listener.on_request(request)

    def on_body(self, data: bytes) -> None:
        self._listener.on_body(data)

    def on_message_complete(self) -> None:
        if not self._parser.should_upgrade():
            self._end()
