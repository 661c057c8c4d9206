"""The songs of a list as one zip file, made as it is sent: not compressed, and never in memory as a whole.

Named as in Navidrome's own archives of playlists (its core/archiver.go), its `.m3u` included.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, closing
from datetime import datetime
from typing import Any

import structlog
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from proxy.endpoints.call import Call
from proxy.errors import UpstreamRefused
from proxy.playlists import m3u

NOT_ALLOWED = 50  # Subsonic's code: what holds for one song holds for all
LONG = 2**31 - 1  # bytes of a file that take the longer form of an entry

_NO_FILE_NAME = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))

log = structlog.get_logger()


class Archive:
    """A zip file that is written from front to back. `modified` is told of each of its files."""

    def __init__(self, modified: datetime) -> None:
        self._written: list[bytes] = []
        self._zip = zipfile.ZipFile(_Paper(self._written), "w", zipfile.ZIP_STORED)
        self._modified = max(modified.timetuple()[:6], (1980, 1, 1, 0, 0, 0))

    async def add(
        self, name: str, pieces: AsyncIterator[bytes], *, size: int = 0
    ) -> AsyncGenerator[bytes, None]:
        """A file, in pieces of the archive; `size` is about what to expect of it."""
        entry = zipfile.ZipInfo(name, self._modified)
        with self._zip.open(entry, "w", force_zip64=size > LONG) as file:
            async for piece in pieces:
                file.write(piece)
                yield self._taken()

    def finish(self, name: str, content: str) -> bytes:
        """A last file, and the end of the archive."""
        self._zip.writestr(zipfile.ZipInfo(name, self._modified), content)
        self._zip.close()
        return self._taken()

    def close(self) -> None:
        """Also of one that is not finished."""
        self._zip.close()

    def _taken(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


class _Paper(io.RawIOBase):
    """What a zip file is written on that is never gone back to."""

    def __init__(self, written: list[bytes]) -> None:
        self._written = written

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._written.append(bytes(content))
        return len(content)


class Sent(StreamingResponse):
    """Whatever becomes of the client, what the content is made from is closed at once."""

    def __init__(self, content: AsyncGenerator[bytes, None], name: str) -> None:
        # Bytes as they are, as Navidrome sends them.
        disposition = f'attachment; filename="{name.replace(",", "_")}.zip"'.encode().decode("latin-1")
        headers = {"content-disposition": disposition}
        super().__init__(content, media_type="application/zip", headers=headers)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._content):
            await super().__call__(scope, receive, send)


async def archived(
    call: Call, name: str, songs: Sequence[Mapping[str, Any]], modified: datetime
) -> AsyncGenerator[bytes, None]:
    """The archive in pieces; what upstream does not give is left out. The first piece is empty: by then there
    is a song. Raises UpstreamError, before it where upstream gives none of the songs.
    """
    entries, refusal = list[m3u.Entry](), UpstreamRefused("Upstream has none of the songs.")
    with closing(Archive(modified)) as archive:
        for place, song in enumerate(songs, start=1):
            file = file_name(place, song, call.params.first("format"))
            try:
                async with call.song(str(song["id"])) as pieces:
                    if not entries:
                        yield b""
                    entries.append(_entry(file, song))
                    async with aclosing(archive.add(file, pieces, size=int(song.get("size", 0)))) as added:
                        async for piece in added:
                            yield piece
            except UpstreamRefused as error:
                log.warning("a song is left out of an archive", reason=str(error))
                refusal = error
                if error.subsonic_code == NOT_ALLOWED:
                    break
        if not entries:
            raise refusal
        plain = plain_name(name)
        yield archive.finish(f"{plain}.m3u", m3u.text(plain, entries))


def plain_name(name: str) -> str:
    return name.translate(_NO_FILE_NAME)


def file_name(place: int, song: Mapping[str, Any], form: str) -> str:
    """As `03 - Artist - Title.flac`."""
    suffix = song.get("suffix", "") if form in ("", "raw") else form
    artist, title = (plain_name(str(song.get(part, ""))) for part in ("artist", "title"))
    return f"{place:02} - {artist} - {title}.{plain_name(str(suffix))}"


def _entry(file: str, song: Mapping[str, Any]) -> m3u.Entry:
    artist, title = str(song.get("artist", "")), str(song.get("title", ""))
    return m3u.Entry(file, artist, title, float(song.get("duration", 0)))
