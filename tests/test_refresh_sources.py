"""Music that is not mounted: upstream streams each song once, and none is blamed for what is not its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from proxy.errors import UpstreamRefused
from proxy.library import connect, syncs
from proxy.navidrome import Account, Upstream, open_client
from proxy.refresh import RefreshReport, Work, run
from proxy.refresh.listening import ListenReport
from proxy.refresh.places import Music
from proxy.refresh.quiet import Quiet
from tests.factories import NOW
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.live import serve
from tests.sounds import tone, write

pytestmark = pytest.mark.anyio

COUNT = 3


class Shop:
    """An upstream whose every song is the same second of a tone, but for those in `instead`."""

    def __init__(self, folder: Path) -> None:
        self.world = World.recorded()
        self.file = write(folder / "tone.wav", tone(-20.0, seconds=1))
        self.streamed: Counter[str] = Counter()
        self.instead: list[Callable[[], Response]] = []
        self.app = Starlette(
            routes=[Route("/rest/stream", self.stream, methods=["POST"]), Mount("/", create_app(self.world))]
        )

    async def stream(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        assert (form["u"], form["format"], "t" in form, "p" in form) == ("admin", "raw", True, False)
        self.streamed[str(form["id"])] += 1
        return self.instead.pop()() if self.instead else FileResponse(self.file)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def url(shop: Shop) -> Iterator[str]:
    with serve(shop.app) as url:
        yield url


async def listened(
    url: str, folder: Path, *stages: str, now: datetime = NOW, **work: object
) -> RefreshReport:
    options = {"stream": True, "limit": COUNT, "workers": 2, "stages": stages or ("sync", "measure", "hear")}
    async with open_client() as client:
        account = Account(Upstream(client, url), "admin", PASSWORDS["admin"])
        wanted = Work(**options | work)  # type: ignore[arg-type]
        return await run(folder / "library.db", account, [], now=lambda: now, work=wanted)


def errors(folder: Path) -> list[str]:
    return [failure.error for failure in syncs.failures(connect(folder / "library.db"))]


async def test_each_song_is_streamed_once_for_both_stages_and_not_kept(
    url: str, shop: Shop, tmp_path: Path
) -> None:
    copies = tmp_path / "library.db.listening"
    copies.mkdir()
    (copies / "left by a run that was killed").touch()
    report = await listened(url, tmp_path)
    assert report.measured == report.heard == ListenReport(done=COUNT, waiting=82 - COUNT)
    assert shop.streamed.total() == len(shop.streamed) == COUNT
    assert not copies.exists()
    rows = connect(tmp_path / "library.db").execute("SELECT lufs FROM track_loudness").fetchall()
    assert rows == [(pytest.approx(-23.0, abs=0.1),)] * COUNT


async def test_without_the_setting_nothing_is_streamed_and_one_line_says_so(
    url: str, shop: Shop, tmp_path: Path
) -> None:
    report = await listened(url, tmp_path, stream=False)
    assert report.measured == ListenReport()
    assert "not mounted" in (await listened(url, tmp_path, "locate", stream=False)).located.skipped
    assert not shop.streamed


async def test_what_is_mounted_is_not_streamed(url: str, shop: Shop, tmp_path: Path) -> None:
    songs = list(shop.world.songs.values())
    for song in songs[COUNT:]:
        path = tmp_path / "music" / Path(song.row["libraryPath"]).name / song.row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(shop.file)
    await listened(url, tmp_path, "sync")
    music = Music(str(tmp_path / "music"))
    report = await listened(url, tmp_path, "locate", "measure", music=music, limit=None)
    assert report.measured == ListenReport(done=len(songs))
    assert sorted(shop.streamed) == sorted(song.row["id"] for song in songs[:COUNT])


def refused(code: int) -> Response:
    error = {"code": code, "message": "no"}
    return JSONResponse({"subsonic-response": {"status": "failed", "version": "1.16.1", "error": error}})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: refused(70), r"Upstream does not stream it: no \(HTTP 200\)"),
        (lambda: PlainTextResponse("gone", status_code=404), "HTTP 404"),
        (lambda: PlainTextResponse("not found"), "ffmpeg could not read it"),
        (lambda: Response(b"RIFF", headers={"content-length": "9000"}), "Upstream broke off"),
    ],
)
async def test_what_one_song_lacks_is_noted_of_it_and_the_others_are_heard(
    answer: Callable[[], Response], reason: str, url: str, shop: Shop, tmp_path: Path
) -> None:
    shop.instead.append(answer)
    report = await listened(url, tmp_path, "sync", "measure")
    assert report.measured == ListenReport(done=COUNT - 1, failed=1, waiting=82 - COUNT)
    (error,) = errors(tmp_path)
    assert reason.replace("\\", "") in error


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: refused(40), "does not stream it"),
        (lambda: PlainTextResponse("slow down", status_code=429), "HTTP 429"),
    ],
)
async def test_what_concerns_all_songs_ends_it_and_blames_none(
    answer: Callable[[], Response], reason: str, url: str, shop: Shop, tmp_path: Path
) -> None:
    shop.instead = [answer] * 9
    report = await listened(url, tmp_path, "sync", "measure", workers=1)
    assert report.measured.done == report.measured.failed == 0
    assert (report.measured.waiting, reason in report.measured.skipped) == (82, True)
    assert errors(tmp_path) == []


async def test_an_upstream_that_is_away_blames_no_song(url: str, tmp_path: Path) -> None:
    await listened(url, tmp_path, "sync")
    report = await listened("http://127.0.0.1:9", tmp_path, "hear")
    assert report.heard.waiting == 82
    assert "cannot be reached" in report.heard.skipped
    assert errors(tmp_path) == []


async def test_no_room_for_a_song_blames_no_song(url: str, tmp_path: Path) -> None:
    (tmp_path / "library.db.listening").touch()
    report = await listened(url, tmp_path, "sync", "measure")
    assert "library.db.listening while it is listened to (File exists)" in report.measured.skipped
    assert errors(tmp_path) == []


async def test_damaged_networks_leave_the_library_as_it_is(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    report = await listened(url, tmp_path)
    assert "Install playlistgen anew" in report.heard.skipped
    assert (report.tracks, errors(tmp_path)) == (82, [])


async def test_a_song_is_fetched_up_to_a_bound(url: str, shop: Shop, tmp_path: Path) -> None:
    async with open_client() as client:
        account = Account(Upstream(client, url), "admin", PASSWORDS["admin"])
        await account.save("s1", tmp_path / "a", most=shop.file.stat().st_size)
        assert (tmp_path / "a").read_bytes() == shop.file.read_bytes()
        with pytest.raises(UpstreamRefused, match="more than"):
            await account.save("s1", tmp_path / "b", most=shop.file.stat().st_size - 1)


async def test_in_other_hours_nothing_is_listened_to(url: str, shop: Shop, tmp_path: Path) -> None:
    local = NOW.astimezone().time()
    other = Quiet(local.replace(hour=(local.hour + 2) % 24), local.replace(hour=(local.hour + 3) % 24))
    report = await listened(url, tmp_path, quiet=other)
    assert report.measured == ListenReport(waiting=82, skipped=f"it is not {other} (QUIET_HOURS)")
    assert report.tracks == 82
    assert not shop.streamed
    assert (await listened(url, tmp_path, quiet=Quiet(other.end, other.begin))).measured.done == COUNT
