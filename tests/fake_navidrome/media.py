"""Binary endpoints: stream, download and cover art. Errors come with status 200 and a Subsonic body."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

from .body import Body, byte_range
from .call import Call
from .envelope import text_reply
from .errors import NotFoundError, SubsonicError
from .songs import CONTENT_TYPES, Song
from .world import World

Transcode = tuple[str, str, int]

DEFAULT_FORMAT = "opus"
DEFAULT_BIT_RATE = 128
IMAGE_BYTES = 791
PLACEHOLDER_BYTES = 69_228
DRAWN_AT = "Mon, 23 Nov 2026 08:54:12 GMT"


def stream(call: Call) -> Response:
    song = call.song(call.params.required("id"))
    duration = {"x-content-duration": f"{song.seconds:g}"}
    wanted = transcode_wanted(call, song)
    if wanted is None:
        return file(call, song, song.row["size"], duration, song.row["suffix"])
    if size := call.world.transcodes.get(wanted):
        return file(call, song, size, duration, wanted[1])
    return transcoding(call, song, wanted, duration)


def download(call: Call) -> Response:
    """Of songs only: this server packs no zip files."""
    if not call.world.downloads:
        raise SubsonicError(50, "downloads are disabled")
    song = call.song(call.params.required("id"))
    name = f"{song.row['title']}.{song.row['suffix']}".encode().decode("latin-1")
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return file(call, song, song.row["size"], disposition, song.row["suffix"])


def transcode_wanted(call: Call, song: Song) -> Transcode | None:
    """None where the file is served as it is."""
    wanted, limit = call.params.get("format"), call.params.number("maxBitRate", 0)
    fits = not limit or limit >= song.row["bitRate"]
    if wanted == "raw" or (wanted in {"", song.row["suffix"]} and fits):
        return None
    return song.id, wanted or DEFAULT_FORMAT, limit or DEFAULT_BIT_RATE


def file(call: Call, song: Song, size: int, extra: dict[str, str], suffix: str) -> Response:
    """Go's http.ServeContent: ranges, If-Range, If-Modified-Since; several ranges at once give the whole."""
    modified = last_modified(song)
    if is_unmodified(call.request, modified):
        return Response(status_code=304, headers={"last-modified": modified})
    try:
        span = byte_range(range_header(call.request, modified), size)
    except ValueError as invalid:
        return unsatisfiable(call, str(invalid), size, extra)
    start, stop = span or (0, size)
    headers = {
        "accept-ranges": "bytes",
        "content-length": str(stop - start),
        "content-type": content_type(suffix),
    }
    headers |= {"last-modified": modified, **extra}
    if span:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{size}"
    return Body(call.world, song.id, (start, stop), headers=headers, status=206 if span else 200)


def range_header(request: Request, modified: str) -> str | None:
    unchanged = request.headers.get("if-range", modified) == modified
    return request.headers.get("range") if unchanged else None


def is_unmodified(request: Request, modified: str) -> bool:
    since = request.headers.get("if-modified-since")
    return since is not None and parsedate_to_datetime(since) >= parsedate_to_datetime(modified)


def last_modified(song: Song) -> str:
    changed = datetime.fromisoformat(song.row["updatedAt"][:19]).replace(tzinfo=UTC)
    return format_datetime(changed, usegmt=True)


def content_type(suffix: str) -> str:
    return CONTENT_TYPES.get(suffix, "application/octet-stream")


def unsatisfiable(call: Call, message: str, size: int, extra: dict[str, str]) -> Response:
    reply = text_reply(call.request, message + "\n", status=416)
    reply.headers.update(extra | {"content-range": f"bytes */{size}"})
    return reply


class Transcoding(Body):
    """A transcode as it is made; once it is done it is kept, and served like a file."""

    wanted: Transcode

    def finished(self) -> None:
        self.world.transcodes[self.wanted] = self.span[1]


def transcoding(call: Call, song: Song, wanted: Transcode, duration: dict[str, str]) -> Response:
    """Without a length, or with ``estimateContentLength`` with one that promises more than comes."""
    _, suffix, kilobits = wanted
    headers = {"accept-ranges": "none", "content-type": content_type(suffix), **duration}
    if call.params.flag("estimateContentLength"):
        headers["content-length"] = str(int(song.seconds * kilobits / 8 * 1024))
    body = Transcoding(call.world, song.id, (0, int(song.seconds * kilobits / 8 * 1000)), headers=headers)
    body.wanted = wanted
    return body


def get_cover_art(call: Call) -> Response:
    """A placeholder for what has no image, code 70 for what there is not."""
    given = call.params.get("id")
    if not given:
        return placeholder(call.world)
    if given in call.world.images:
        return Response(call.world.images[given], headers={"content-type": "image/png"})
    kind, _, rest = given.rpartition("-")
    item, _, asked_for = rest.partition("_")
    drawn = image_hash(call, kind, item)
    return image(call, drawn, current=asked_for == drawn) if drawn else placeholder(call.world)


def image_hash(call: Call, kind: str, item: str) -> str | None:
    """The hash of the image of a song, album, artist or playlist, None where it has none."""
    if kind in {"pl", ""} and item in call.world.playlists:
        return call.world.playlists[item].artwork.get("imageHash")
    key = {"mf": "id", "al": "albumId", "ar": "albumArtistId", "dc": "albumId"}.get(kind)
    keys = [key] if key else ["id", "albumId", "albumArtistId"]
    rows = [song.row for song in call.world.songs.values() if kind in {"mf", "al", "ar", "dc", ""}]
    found = next((row for row in rows if any(row[each] == item for each in keys)), None)
    if found is None:
        raise NotFoundError("Artwork not found")
    return found.get("imageHash") if found["libraryId"] in call.user.libraries else None


def image(call: Call, drawn: str, *, current: bool) -> Response:
    etag = f'"{drawn}.{call.params.number("size", 0)}.false.q75"'
    caching = "public, max-age=31536000, immutable" if current else "public, no-cache"
    headers = {"cache-control": caching, "etag": etag, "last-modified": DRAWN_AT}
    if call.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    headers |= {"content-type": "image/jpeg", "content-length": str(IMAGE_BYTES)}
    return Body(call.world, f"image {drawn}", (0, IMAGE_BYTES), headers=headers)


def placeholder(world: World) -> Response:
    headers = {"cache-control": "no-store", "content-type": "image/webp"}
    return Body(world, "placeholder", (0, PLACEHOLDER_BYTES), headers=headers)


ENDPOINTS = {"stream": stream, "download": download, "getCoverArt": get_cover_art}
