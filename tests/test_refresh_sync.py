"""Whole runs against the fake Navidrome; what is decided in them is tested beside its module."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest

from proxy.errors import LibraryError
from proxy.library import connect, migrate, syncs, timestamp, tracks
from proxy.library.syncs import SyncReport
from proxy.navidrome import Account, Upstream
from proxy.refresh.changes import canonical
from proxy.refresh.sync import ATTEMPTS, KEEP_MISSING, sync
from tests.fake_navidrome import PASSWORDS, Fault, World, create_app

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = ["native", "search3", "albums"]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    migrate(tmp_path / "library.db")
    with contextlib.closing(connect(tmp_path / "library.db")) as connection:
        yield connection


class House:
    """A world, the server before it, and the index that is made of it."""

    def __init__(self, world: World, client: httpx.AsyncClient, db: apsw.Connection) -> None:
        self.world = world
        self.client = client
        self.db = db
        self.now = NOW

    async def sync(self, *, user: str = "admin", password: str = "", **options: Any) -> SyncReport:
        self.now += timedelta(minutes=1)
        account = Account(Upstream(self.client, "http://navidrome"), user, password or PASSWORDS[user])
        return await sync(account, self.db, now=lambda: self.now, **{"pause": 0.0} | options)

    def scanned(self) -> None:
        """Upstream's scan has noticed what the test did to its songs."""
        self.world.scan.last_scan = timestamp(self.now)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.world.requests)

    def present(self) -> set[str]:
        return {track.track_id for track in tracks.present(self.db)}

    def replace(self, old: str, new: str, **fields: object) -> None:
        """The song has another id, and whatever else is given."""
        row = self.world.songs.pop(old).row
        self.world.add_song(row | {"id": new} | fields)


def only(world: World, kind: str) -> World:
    """A server with nothing better than that way of listing its songs."""
    world.native = kind == "native"
    world.empty_query = kind != "albums"
    return world


@pytest.fixture
async def house(db: apsw.Connection) -> AsyncIterator[House]:
    async with furnished(World.recorded(), db) as built:
        yield built


@contextlib.asynccontextmanager
async def furnished(world: World, db: apsw.Connection) -> AsyncIterator[House]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app(world))) as client:
        yield House(world, client, db)


def touched(report: SyncReport) -> int:
    """Rows of the index that are not as they were."""
    return report.added + report.changed + report.renamed + report.missing + report.deleted


def first(house: House) -> str:
    return next(iter(house.world.songs))


@pytest.mark.parametrize("kind", KINDS)
async def test_each_way_fills_the_index(house: House, kind: str) -> None:
    only(house.world, kind)
    told: list[tuple[int, int | None]] = []
    report = await house.sync(progress=lambda done, total: told.append((done, total)))
    assert (report.status, report.kind, report.error) == ("ok", kind, "")
    assert (report.seen, report.added, touched(report)) == (82, 82, 82)
    assert report.upstream_version == "navidrome dev"
    assert house.present() == set(house.world.songs)
    assert told[-1] == (82, 82)
    assert syncs.latest(house.db) == [report]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_second_run_reads_nothing_until_upstream_has_scanned(house: House, kind: str) -> None:
    only(house.world, kind)
    await house.sync()
    house.world.requests.clear()
    report = await house.sync()
    assert (report.status, report.kind, report.seen, touched(report)) == ("ok", "unchanged", 0, 0)
    paths = {request.path for request in house.world.requests}
    assert paths <= {"/auth/login", "/rest/ping", "/rest/getScanStatus"}
    house.scanned()
    report = await house.sync()
    assert (report.kind, report.seen, touched(report)) == (kind, 82, 0)


async def test_a_run_may_be_forced(house: House) -> None:
    await house.sync()
    report = await house.sync(force=True)
    assert (report.kind, report.seen, touched(report)) == ("native", 82, 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_stars_ratings_and_plays_change_no_song(house: House, kind: str) -> None:
    only(house.world, kind)
    await house.sync()
    annotation = house.world.annotate(house.world.users["admin"], first(house))
    annotation.starred_at = annotation.played_at = annotation.rated_at = "2026-11-23T08:00:00Z"
    annotation.rating, annotation.play_count = 5, 9
    assert touched(await house.sync(force=True)) == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_new_changed_and_missing_songs_are_found(house: House, kind: str) -> None:
    only(house.world, kind)
    await house.sync()
    gone, changed, *_ = house.world.songs
    row = house.world.songs.pop(gone).row
    house.world.songs[changed].row["title"] = "Retagged"
    house.world.add_song(row | {"id": "new", "path": "new.flac", "title": "New", "size": 1})
    house.scanned()
    report = await house.sync()
    assert (report.status, report.added, report.changed, report.renamed, report.missing) == ("ok", 1, 1, 0, 1)
    assert house.present() == set(house.world.songs)
    assert tracks.get(house.db, [changed])[changed].title == "Retagged"


async def test_a_missing_song_is_forgotten_after_thirty_days(house: House) -> None:
    await house.sync()
    gone = first(house)
    del house.world.songs[gone]
    house.scanned()
    assert (await house.sync()).missing == 1
    house.now += KEEP_MISSING - timedelta(hours=1)
    assert (await house.sync()).deleted == 0
    assert gone in tracks.traces(house.db)
    house.now += timedelta(hours=1)
    report = await house.sync()
    assert (report.kind, report.deleted) == ("unchanged", 1)
    assert gone not in tracks.traces(house.db)


async def test_a_missing_song_may_come_back(house: House) -> None:
    await house.sync()
    gone = first(house)
    house.world.songs[gone].row["missing"] = True
    house.scanned()
    assert (await house.sync()).missing == 1
    house.world.songs[gone].row["missing"] = False
    house.scanned()
    report = await house.sync()
    assert (report.added, report.changed, report.missing) == (0, 1, 0)
    assert gone in house.present()


@pytest.mark.parametrize(("kind", "endpoint"), [("native", "/api/song"), ("search3", "search3")])
async def test_an_empty_page_is_not_an_empty_library(house: House, kind: str, endpoint: str) -> None:
    only(house.world, kind)
    await house.sync()
    house.world.faults |= {endpoint: Fault.EMPTY, "getAlbumList2": Fault.EMPTY}
    house.scanned()
    report = await house.sync()
    assert report.status == "failed"
    assert "gave no song, and the index holds 82" in report.error
    assert report.missing == 0
    assert len(house.present()) == 82


async def test_a_native_api_that_gives_nothing_is_not_passed_over(house: House) -> None:
    # What search3 gives has no library: everybody would be offered everything.
    await house.sync()
    house.world.faults["/api/song"] = Fault.EMPTY
    house.scanned()
    await house.sync()
    assert {track.library_id for track in tracks.present(house.db)} == {1, 2}


async def test_a_library_that_is_empty_from_the_start_is_one(house: House) -> None:
    house.world.songs.clear()
    report = await house.sync()
    assert (report.status, report.seen, report.error) == ("ok", 0, "")


async def test_a_short_sweep_marks_nothing_missing(house: House) -> None:
    only(house.world, "search3")
    await house.sync()
    house.world.scan.count = 100
    del house.world.songs[first(house)]
    house.scanned()
    report = await house.sync()
    assert "told of 100 songs and gave 81" in report.error
    assert len(house.present()) == 82
    assert house.asked("/rest/search3") == 3 + 3 * ATTEMPTS


async def test_after_a_failed_run_the_next_one_reads(house: House) -> None:
    house.world.scan.count = 100
    only(house.world, "search3")
    assert (await house.sync()).status == "failed"
    house.world.scan.count = None
    report = await house.sync()
    assert (report.status, report.kind, report.added) == ("ok", "search3", 0)


async def test_an_account_that_sees_one_library_is_not_told_a_total_of_both(house: House) -> None:
    only(house.world, "search3")
    report = await house.sync(user="ana")
    assert (report.status, report.seen) == ("ok", 72)


async def test_another_account_is_another_library(house: House) -> None:
    await house.sync(user="ana")
    report = await house.sync(user="admin")
    assert (report.kind, report.added) == ("native", 10)


async def test_a_page_that_fails_once_is_read_again(house: House) -> None:
    house.world.faults["/api/song"] = [Fault.CRASH]
    report = await house.sync()
    assert (report.status, report.added) == ("ok", 82)


async def test_a_page_that_fails_for_good_ends_the_run_and_keeps_the_others(db: apsw.Connection) -> None:
    async with furnished(World.generated(2100), db) as house:
        house.world.faults["/api/song"] = [None, Fault.CRASH] * ATTEMPTS
        report = await house.sync()
        assert report.status == "failed"
        assert "HTTP 500" in report.error
        assert (report.seen, report.added) == (1000, 1000)
        assert len(house.present()) == 1000
        report = await house.sync()
        assert (report.status, report.seen, report.added) == ("ok", 2100, 1100)


async def test_nothing_is_read_while_upstream_scans(house: House) -> None:
    house.world.scan.scanning = True
    report = await house.sync()
    assert report.status == "failed"
    assert "is scanning" in report.error
    assert house.asked("/api/song") == 0


async def test_a_scan_during_the_sweep_means_another_sweep(house: House) -> None:
    await house.sync()
    gone = first(house)
    sweeps: list[int] = []

    def scan_once(done: int, total: int | None) -> None:
        if not sweeps:
            house.scanned()
            del house.world.songs[gone]
        sweeps.append(done)

    report = await house.sync(force=True, progress=scan_once)
    assert sweeps == [82, 81]
    assert (report.status, report.missing) == ("ok", 1)


async def test_scans_without_end_mean_no_sweep_is_believed(house: House) -> None:
    await house.sync()
    del house.world.songs[first(house)]
    times = iter(range(100))

    def scan(done: int, total: int | None) -> None:
        house.world.scan.last_scan = f"scan {next(times)}"

    report = await house.sync(force=True, progress=scan)
    assert "while it was read" in report.error
    assert next(times) == ATTEMPTS
    assert len(house.present()) == 82


class PulledPlugError(BaseException):
    pass


async def test_a_run_that_is_cut_off_between_pages_is_gone_on_with(db: apsw.Connection) -> None:
    def cut(done: int, total: int | None) -> None:
        raise PulledPlugError

    async with furnished(World.generated(2100), db) as house:
        with pytest.raises(PulledPlugError):
            await house.sync(progress=cut)
        (stopped,) = syncs.latest(db)
        assert (stopped.status, stopped.added, stopped.error) == ("stopped", 1000, "")
        assert len(house.present()) == 1000
        report = await house.sync()
        assert (report.status, report.seen, report.added, report.changed) == ("ok", 2100, 1100, 0)
        assert house.present() == set(house.world.songs)


async def test_a_run_that_a_killed_process_left_open_is_closed(house: House) -> None:
    syncs.start(house.db, now=timestamp(NOW))
    await house.sync()
    assert [run.status for run in syncs.latest(house.db)] == ["ok", "stopped"]


@pytest.mark.parametrize("kind", KINDS)
async def test_songs_with_new_ids_keep_what_is_known_of_them(house: House, kind: str) -> None:
    only(house.world, kind)
    await house.sync()
    rows = numbers(house.db)
    syncs.succeeded(house.db, house.present(), "embed", now=timestamp(house.now))
    moved = list(house.world.songs)[:5]
    for number, old in enumerate(moved):
        house.replace(old, f"another-{number}")
    house.scanned()
    report = await house.sync()
    assert (report.status, report.renamed, report.added, report.missing) == ("ok", 5, 0, 0)
    assert house.present() == set(house.world.songs)
    assert numbers(house.db)["another-0"] == rows[moved[0]]
    done = house.db.execute("SELECT track_id FROM navidrome_track_sync_status WHERE stage = 'embed'")
    assert {track_id for (track_id,) in done} == house.present()


def numbers(db: apsw.Connection) -> dict[str, int]:
    return dict(db.execute("SELECT track_id, track_row FROM tracks").fetchall())


async def test_a_library_that_went_to_canonical_ids_is_recognised(house: House) -> None:
    olds = {song_id: f"Zz{song_id[2:]}" for song_id in house.world.songs}  # 22 digits, more than 128 bits
    for song_id, old in olds.items():
        house.replace(song_id, old)
    await house.sync()
    rows = numbers(house.db)
    for old in olds.values():
        house.replace(old, canonical(old), path=f"moved/{old}")
    house.world.server_version = "0.64.0"  # and no scan: the migration runs at the start
    report = await house.sync()
    assert (report.status, report.renamed, report.added, report.missing) == ("ok", 82, 0, 0)
    assert numbers(house.db) == {canonical(old): row for old, row in rows.items()}


async def test_a_renaming_that_was_cut_off_is_finished_by_the_next_run(db: apsw.Connection) -> None:
    def cut(done: int, total: int | None) -> None:
        if done > 1000:
            raise PulledPlugError

    async with furnished(World.generated(2100), db) as house:
        await house.sync()
        rows = numbers(db)
        for number, old in enumerate(list(house.world.songs)):
            house.replace(old, f"another-{number}")
        house.scanned()
        with pytest.raises(PulledPlugError):
            await house.sync(progress=cut)
        report = await house.sync()
        assert (report.status, report.renamed, report.missing) == ("ok", 2100, 0)
        assert sorted(numbers(db).values()) == sorted(rows.values())
        assert house.present() == set(house.world.songs)


async def test_a_server_that_is_away_makes_a_failed_run(db: apsw.Connection) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    async with httpx.AsyncClient(transport=httpx.MockTransport(away)) as client:
        report = await House(World(), client, db).sync()
    assert report.status == "failed"
    assert "cannot be reached" in report.error
    assert syncs.latest(db) == [report]


async def test_a_wrong_password_is_told_once_and_nowhere_shown(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await house.sync(password="hunter2-hunter2")
    assert report.status == "failed"
    assert "NAVIDROME_PASSWORD" in report.error
    assert house.asked("/auth/login") == 1
    assert "hunter2" not in report.error + "".join(capsys.readouterr())


async def test_a_song_without_an_id_does_not_stop_the_others(house: House) -> None:
    def songs(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/login":
            return httpx.Response(404)
        found = (
            [{"id": "a", "isDir": False, "title": 7}, {"title": "no id"}]
            if b"Offset=0" in request.content
            else []
        )
        return httpx.Response(
            200,
            json={"subsonic-response": {"status": "ok", "type": "other", "searchResult3": {"song": found}}},
        )

    async with httpx.AsyncClient(transport=httpx.MockTransport(songs)) as client:
        report = await House(World(), client, house.db).sync()
    assert (report.status, report.kind, report.added) == ("ok", "search3", 1)


async def test_a_database_that_cannot_be_written_is_an_error(house: House) -> None:
    house.db.execute("PRAGMA query_only = ON")
    with pytest.raises(LibraryError, match="may not be written"):
        await house.sync()
