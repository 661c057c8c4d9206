"""The requests that are sent two ways: all that were recorded, a grid of calls, and the pages of the web."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple
from urllib.parse import urlencode

import httpx

from tests.fake_navidrome import PASSWORDS, World, auth, replay
from tests.fake_navidrome.recorded import data
from tests.wire import Headers

CHANGES = re.compile(r"create|update|delete|star$|star_|setRating|scrobble|save")
FORM = b"application/x-www-form-urlencoded"
HOST = (b"Host", b"music.example")
SECRET = b"of the fake server, for tokens that outlive a change of worlds"
PING = replay.Case("ping", "json")


class Case(NamedTuple):
    """One request. `world` is the fake server's as it stood before it."""

    name: str
    method: bytes
    target: bytes
    headers: Headers
    body: bytes = b""
    world: Callable[[], World] = lambda: world_before(PING)

    def __str__(self) -> str:
        return self.name

    @property
    def raw(self) -> bytes:
        length = [(b"Content-Length", b"%d" % len(self.body))] if self.body or self.method == b"POST" else []
        lines = b"".join(b"%b: %b\r\n" % pair for pair in [HOST, *self.headers, *length])
        return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (self.method, self.target, lines, self.body)


class Known(NamedTuple):
    """Who asks, and what there is to ask for."""

    user: str
    password: str
    song: str
    cover: str
    etag: str
    playlist: str

    @property
    def credentials(self) -> dict[str, str]:
        return {"u": self.user, "p": self.password, "v": "1.16.1", "c": "test"}


def recorded_cases() -> list[Case]:
    """Every exchange of tests/data/navidrome in every form, before the world that it was recorded in."""
    return [recorded(case) for case in replay.cases() if case.name not in replay.NOT_REPLAYED]


def recorded(case: replay.Case) -> Case:
    given = replay.headers(case, world_before(PING))
    headers = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
    sent = case.method.encode(), replay.target(case), headers, replay.body(case)
    return Case(str(case), *sent, world=lambda: world_before(case))


def recorded_reads(known: Known) -> list[Case]:
    """The recorded Subsonic calls that change nothing and draw nothing at random, with other credentials."""
    reads = (case for case in replay.cases() if case.method == "GET" and not CHANGES.match(case.name))
    return [
        Case(str(case), b"GET", f"{case.recording['path']}?{urlencode(query_of(case, known))}".encode(), [])
        for case in reads
        if case.recording["path"].startswith("/rest/") and case.name not in replay.AT_RANDOM
    ]


def query_of(case: replay.Case, known: Known) -> list[tuple[str, str]]:
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in case.exchange["query"])]
    return [pair for pair in pairs if pair[0] != "u"] + [("u", known.user), ("p", known.password)]


def world_before(case: replay.Case) -> World:
    """Equal each time, down to what is drawn at random."""
    world = replay.prepared(case)
    world.secret = SECRET
    return world


@cache
def unchanged_world() -> World:
    """For requests that change nothing: made once."""
    return world_before(PING)


def known_to_the_fake() -> Known:
    song = "6Cvn9wpWtkC0YVl3xyryX0"
    drawn = next(row["imageHash"] for row in data("library_native.json") if row["id"] == song)
    etag = f'"{drawn}.300.false.q75"'
    return Known("ana", PASSWORDS["ana"], song, f"mf-{song}", etag, replay.PROMPT_LIST)


def known_to(url: str, user: str, password: str) -> tuple[Known, str]:
    """A song and its cover at a real server, and a token of its web interface."""
    with httpx.Client(base_url=url) as client:
        known = Known(user, password, song="", cover="", etag="", playlist="nobody's")
        listing = known.credentials | {"f": "json", "query": "", "songCount": "1"}
        envelope = client.get("/rest/search3", params=listing).json()["subsonic-response"]
        song = envelope["searchResult3"]["song"][0]
        sized = known.credentials | {"id": song["coverArt"], "size": "300"}
        etag = client.get("/rest/getCoverArt", params=sized).headers.get("etag", '"none"')
        login = client.post("/auth/login", json={"username": user, "password": password}).json()
    return known._replace(song=song["id"], cover=song["coverArt"], etag=etag), login["token"]


def endpoints(known: Known) -> dict[str, dict[str, str]]:
    """One of each kind: a list, a file, an image, a change, a refusal; what is ours, and what nearly is."""
    return {
        "ping": {},
        "search3": {"query": "river", "songCount": "5"},
        "getAlbumList2": {"type": "newest", "size": "2"},
        "getPlaylist": {"id": known.playlist},
        "star": {"id": "nothing's"},
        "stream": {"id": known.song},
        "download": {"id": known.song},
        "getCoverArt": {"id": known.cover, "size": "300"},
        "hls": {"id": known.song},
        "getplaylists": {},
        "get%50laylists": {},
        "getPlaylists": {},
        "createPlaylist": {},
        "updatePlaylist": {"playlistId": "nobody's", "name": "new"},
        "deletePlaylist": {"id": "nobody's"},
    }


FORMATS: dict[str, dict[str, str]] = {
    "json": {"f": "json"},
    "xml": {},
    "jsonp": {"f": "jsonp", "callback": "app.got"},
}


def conditions(known: Known) -> dict[str, Headers]:
    """What a client may ask of the answer's form."""
    return {
        "plain": [(b"Accept-Encoding", b"identity")],
        "compressed": [(b"Accept-Encoding", b"gzip, br"), (b"Origin", b"https://player.example")],
        "a range": [(b"Range", b"bytes=5-99"), (b"Accept-Encoding", b"gzip")],
        "no such range": [(b"Range", b"bytes=99999999-"), (b"X-Real-IP", b"192.0.2.7")],
        "known by its tag": [(b"If-None-Match", known.etag.encode()), (b"Cookie", b"nd-player-616e61=x")],
        "known by its date": [(b"If-Modified-Since", b"Mon, 23 Nov 2099 09:00:00 GMT")],
    }


def grid(known: Known | None = None) -> Iterator[Case]:
    """Endpoint, format, method, `.view` and condition, each with each; of the fake's things by default."""
    known = known or known_to_the_fake()
    table = product(
        endpoints(known).items(), FORMATS.items(), ("GET", "POST", "HEAD"), ("", ".view"), conditions(known)
    )
    for (endpoint, params), (format, told), method, suffix, condition in table:
        params, sent = known.credentials | params | told, conditions(known)[condition]
        name = f"{endpoint}{suffix} {format} {method} {condition}"
        yield call(method, endpoint + suffix, params, name=name, headers=sent)


def call(
    method: str, endpoint: str, params: dict[str, str], *, name: str = "", headers: Headers | None = None
) -> Case:
    """Of the Subsonic API, with the parameters in the query or, by POST, as a form."""
    path, query, sent = f"/rest/{endpoint}".encode(), urlencode(params).encode(), headers or []
    if method == "POST":
        form = [*sent, (b"Content-Type", FORM)]
        return Case(name or endpoint, b"POST", path, form, query, world=unchanged_world)
    target = path + b"?" + query
    return Case(name or endpoint, method.encode(), target, sent, world=unchanged_world)


PAGES = (
    *("/", "/app/x", "/ping", "/rest/", "/rest/ping/", "/auth/", "/x?%zz;", "/share/a%2Fb/%2e%2e/c"),
    *("/api/song?_end=3", "/api/playlist", "/api/playlist/nobodys", "/api/playlist/nobodys/tracks"),
)
METHODS = (b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT", b"PATCH", b"DELETE")


def pages(token: str = "") -> Iterator[Case]:
    """The web interface and its API with every method, for who holds this token; ana's of the fake's else."""
    world = world_before(PING)
    bearer = f"Bearer {token or auth.token(world, world.users['ana'])}".encode()
    asking = [(b"Origin", b"https://x.example"), (b"Access-Control-Request-Method", b"GET")]
    for page, method, more in product(PAGES, METHODS, ([], asking)):
        name = f"{page} {method.decode()}{' from elsewhere' if more else ''}"
        yield Case(name, method, page.encode(), [(b"X-ND-Authorization", bearer), *more])


def by_name(cases: Iterable[Case], words: int) -> dict[str, list[Case]]:
    """In groups of those whose names begin with the same words: a test for each group, not for each case."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(" ".join(case.name.split(" ")[:words]), []).append(case)
    return groups
