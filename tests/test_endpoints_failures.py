"""What a client gets when something fails: upstream, the database, an embedder, or time."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np
import numpy.typing as npt
import pytest
from structlog.testing import capture_logs

from proxy.endpoints.prompt.maker import AT_ONCE
from proxy.endpoints.prompt.write import OUT_OF_TIME
from tests.factories import WordCounter
from tests.fake_navidrome import Fault
from tests.house import WAYS, House, Listener, broken, open_house, tree_of

JAZZ = "ai: rainy jazz 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
UNPAID = "the database does not take part: lists stay as typed, or are forgotten"


@pytest.fixture
def house(standing: House) -> House:
    standing.furnish()
    standing.embedders[0].away = False  # type: ignore[attr-defined]
    return standing


def called(house: House, name: str) -> list[str]:
    return [found.id for found in house.world.playlists.values() if found.name == name]


@pytest.mark.parametrize("endpoint", ["updatePlaylist", "getUser", "getPlaylists", "getPlaylist"])
def test_a_call_that_fails_upstream_costs_no_list(house: House, ana: Listener, endpoint: str) -> None:
    house.world.faults[endpoint] = [Fault.CRASH]
    made = ana.create(JAZZ)
    assert (made.name, called(house, JAZZ)) == (JAZZ, [made.id])


@pytest.mark.parametrize("endpoint", ["updatePlaylist", "getPlaylist"])
def test_a_list_is_full_though_the_calls_after_its_making_fail(
    house: House, ana: Listener, endpoint: str
) -> None:
    house.world.faults[endpoint] = Fault.CRASH
    assert len(ana.create(JAZZ).songs) > 1


def test_a_rename_that_fails_is_upstreams_to_do(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.world.faults["updatePlaylist"] = [Fault.CRASH]
    assert ana.update(made.id, name="ai: folk")["status"] == "ok"
    assert ana.open(made.id).name == "ai: folk"


def test_a_create_that_fails_upstream_is_upstreams_answer(house: House, ana: Listener) -> None:
    house.world.faults["createPlaylist"] = Fault.CRASH
    reply = ana.send("createPlaylist", name=JAZZ)
    assert (reply.status_code, reply.content) == (500, b"")


def test_a_listing_is_upstreams_though_nothing_can_be_filled(house: House, ana: Listener) -> None:
    empty = house.world.add_playlist("ana", JAZZ)
    house.world.faults["getUser"] = Fault.CRASH
    assert ana.lists()[empty.id].count == 0


def test_upstream_away_is_code_0_with_a_sentence(tmp_path: Path) -> None:
    with open_house(tmp_path) as house, house.proxy(navidrome_url="http://127.0.0.1:9") as url:
        for way in WAYS:
            ana = house.listener("ana", way)
            ana.url = url
            for endpoint, params in (("createPlaylist", {"name": JAZZ}), ("getPlaylists", {})):
                failed = ana.ask(endpoint, **params)
                assert failed["status"] == "failed"
                assert failed["error"]["code"] == 0
                assert "cannot be reached" in failed["error"]["message"]
        assert httpx.get(f"{url}/app/").status_code == 502


def test_an_empty_index_says_what_to_do_and_the_list_fills_after_a_refresh(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house:
        for way in WAYS:
            made = house.listener("ana", way).create(f"{JAZZ} {way}")
            assert made.songs == ()
            assert "`playlistgen refresh`" in made.comment
        seeded = house.listener().create("ai: folk", BRIGHT)
        assert seeded.songs == (BRIGHT,)
        assert house.listener().lists()[made.id].count == 0
        house.refresh()
        listed = house.listener().lists()
        assert all(one.count > 1 for one in listed.values() if one.name.startswith("ai: rainy"))
        assert listed[seeded.id].count > 1
        assert house.listener().open(seeded.id).songs[0] == BRIGHT


def unpaid(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.db"
    if kind == "corrupt":
        path.write_bytes(b"no database at all" * 500)
    return path


@pytest.mark.parametrize("kind", ["missing", "corrupt"])
def test_without_a_database_everything_is_forwarded(house: House, tmp_path: Path, kind: str) -> None:
    path = unpaid(tmp_path, kind)
    with house.proxy(db_path=str(path)) as url, capture_logs() as logs:
        for way in WAYS:
            ana = house.listener("ana", way)
            ana.url = url
            made = ana.create(f"{JAZZ} {way}", BRIGHT)
            assert (made.songs, made.comment) == ((BRIGHT,), "")
            ana.update(made.id, name="ai: folk", songIdToAdd=BRIGHT)
            assert ana.open(made.id).songs == (BRIGHT, BRIGHT)
            assert made.id in ana.lists()
            assert ana.create("Plain", BRIGHT, playlistId=made.id).songs == (BRIGHT,)
            assert ana.ask("deletePlaylist", id=made.id)["status"] == "ok"
        assert [log["event"] for log in logs if log["log_level"] == "error"] == [UNPAID]


def test_it_is_said_once_a_minute(house: House, tmp_path: Path) -> None:
    with house.proxy(db_path=str(tmp_path / "missing.db")) as url, capture_logs() as logs:
        ana = house.listener()
        ana.url = url
        house.world.add_playlist("ana", JAZZ)
        for seconds in (0, 30, 29, 2, 58):
            house.now.forward(seconds)
            ana.lists()
            ana.create(JAZZ)
        assert [log["event"] for log in logs if log["log_level"] in ("error", "warning")] == [UNPAID] * 2


def test_a_list_typed_without_a_database_is_filled_once_there_is_one(house: House, tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    with house.proxy(db_path=str(path)) as url:
        ana = house.listener()
        ana.url = url
        made = ana.create(JAZZ)
        assert ana.lists()[made.id].count == 0
        shutil.copy(house.path, path)
        assert ana.lists()[made.id].count > 0


@pytest.fixture
def unwritable(house: House, tmp_path: Path) -> Iterator[str]:
    """A proxy whose database can be read only, for root too: SQLite knows no such write format."""
    path = tmp_path / "unwritable.db"
    shutil.copy(house.path, path)
    with path.open("r+b") as file:
        file.seek(18)
        file.write(b"\x03")
    with house.proxy(db_path=str(path)) as url:
        yield url


def test_a_database_that_cannot_be_written_still_makes_lists(
    house: House, ana: Listener, unwritable: str
) -> None:
    ana.url = unwritable
    with capture_logs() as logs:
        made = ana.create(JAZZ)
        assert len(made.songs) > 1
        assert ana.create(JAZZ).id == made.id
        assert ana.lists()[made.id].count == made.count
    assert sum(log["event"] == UNPAID for log in logs) == 1


def test_nothing_is_done_twice_where_it_cannot_be_remembered(house: House, tmp_path: Path) -> None:
    """Upstream has done it by the time that the database refuses to note it."""
    path = tmp_path / "locked.db"
    shutil.copy(house.path, path)
    with house.proxy(db_path=str(path)) as url:
        ana = house.listener()
        ana.url = url
        made = ana.create(JAZZ)
        with path.open("r+b") as file:
            file.seek(18)
            file.write(b"\x03")
    with house.proxy(db_path=str(path)) as url:
        ana.url = url
        ana.update(made.id, songIdToAdd=BRIGHT)
        assert ana.open(made.id).songs == (*made.songs, BRIGHT)
        ana.update(made.id, songIndexToRemove="0")
        assert ana.open(made.id).songs == (*made.songs[1:], BRIGHT)
        assert ana.ask("deletePlaylist", id=made.id)["status"] == "ok"


def test_an_embedder_that_is_away_costs_no_list(house: House, ana: Listener) -> None:
    house.embedders[0].away = True  # type: ignore[attr-defined]
    made = ana.create(JAZZ)
    assert len(made.songs) > 1
    assert "words did not answer" in made.comment


class Sleepy(WordCounter):
    """Answers no prompt; says when it is told to load."""

    def __init__(self) -> None:
        super().__init__("sleepy", away=True)
        self.loads = threading.Event()

    def load(self) -> None:
        self.loads.set()


def test_one_that_did_not_answer_is_told_to_load_while_the_next_one_answers(tmp_path: Path) -> None:
    sleepy = Sleepy()
    with open_house(tmp_path, filled=False) as house:
        sleepy.away, house.embedders = False, [sleepy, WordCounter()]
        house.refresh()
        sleepy.away = True
        with house.proxy() as url:
            assert sleepy.loads.wait(10)
            sleepy.loads.clear()
            ana = house.listener()
            ana.url = url
            made = ana.create(JAZZ)
            assert "sleepy did not answer" in made.comment
            assert sleepy.loads.wait(10)


def test_a_fault_of_ours_is_in_the_log_and_the_list_as_it_was_typed(house: House, ana: Listener) -> None:
    with broken(house) as ana.url, capture_logs() as logs:
        made = ana.create(JAZZ, BRIGHT)
        assert (made.songs, called(house, JAZZ)) == ((BRIGHT,), [made.id])
    assert [log["log_level"] for log in logs] == ["error"]


class Hanging(WordCounter):
    """Answers no prompt until `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        self.go.wait()
        return super().prompt(text, timeout=timeout)


@pytest.fixture
def hanging(house: House) -> Iterator[Hanging]:
    before, embedder = house.embedders, Hanging()
    house.embedders = [embedder]
    yield embedder
    embedder.go.set()
    house.embedders = before


def test_a_list_that_is_not_made_in_time_is_upstreams_and_fills_when_it_is_listed(
    house: House, hanging: Hanging
) -> None:
    with house.proxy(deadline_seconds=0.3) as url:
        for way in WAYS:
            hanging.go.clear()
            ana = house.listener("ana", way)
            ana.url = url
            reply = ana.send("createPlaylist", name=f"{JAZZ} {way}", songId=BRIGHT)
            assert reply.elapsed < timedelta(seconds=3)
            made = tree_of(reply)["playlist"]
            assert [entry["id"] for entry in made["entry"]] == [BRIGHT]
            assert "listed again" in made["comment"]
            hanging.go.set()
            assert ana.lists()[made["id"]].count > 1
            assert ana.open(made["id"]).songs[0] == BRIGHT


def test_ten_requests_that_are_out_of_time_make_one_list(house: House, hanging: Hanging) -> None:
    with house.proxy(deadline_seconds=0.3) as url:
        ana = house.listener()
        ana.url = url
        with ThreadPoolExecutor(10) as pool:
            made = list(pool.map(lambda _: ana.create(JAZZ).id, range(10)))
        assert called(house, JAZZ) == [made[0]]
        assert set(made) == {made[0]}
        assert house.calls("updatePlaylist") < 10
        hanging.go.set()


def test_a_list_comes_in_time_though_every_thread_for_lists_hangs(house: House, hanging: Hanging) -> None:
    with house.proxy(deadline_seconds=0.3) as url:
        ana = house.listener()
        ana.url = url
        for number in range(AT_ONCE + 1):
            assert OUT_OF_TIME in ana.create(f"{JAZZ} {number}").comment
        hanging.go.set()


def test_a_rename_that_is_out_of_time_is_done_when_the_lists_are_listed(
    house: House, hanging: Hanging
) -> None:
    with house.proxy(deadline_seconds=0.3) as url:
        ana = house.listener()
        ana.url = url
        plain = ana.create("Sunday", BRIGHT)
        assert ana.update(plain.id, name=JAZZ)["status"] == "ok"
        after = ana.open(plain.id)
        assert (after.name, after.songs) == (JAZZ, (BRIGHT,))
        hanging.go.set()
        assert ana.lists()[plain.id].count > 1
        assert ana.open(plain.id).songs[0] == BRIGHT


def test_so_is_one_from_prompt_to_prompt(house: House, hanging: Hanging) -> None:
    hanging.go.set()
    with house.proxy(deadline_seconds=0.5) as url:
        ana = house.listener()
        ana.url = url
        made = ana.create(JAZZ)
        hanging.go.clear()
        ana.update(made.id, name="ai: folk 3 min")
        assert ana.open(made.id).songs == made.songs
        hanging.go.set()
        ana.lists()
        anew = ana.open(made.id)
        assert {house.world.songs[song].row["genre"] for song in anew.songs} == {"Folk"}


def test_a_listing_keeps_to_one_deadline_however_many_lists_wait(house: House, hanging: Hanging) -> None:
    for number in range(8):
        house.world.add_playlist("ana", f"ai: jazz {number}")
    with house.proxy(deadline_seconds=0.3) as url:
        ana = house.listener()
        ana.url = url
        reply = ana.send("getPlaylists")
        assert reply.elapsed < timedelta(seconds=2)
        assert house.calls("updatePlaylist") == 1
        hanging.go.set()
        assert all(one.count for one in ana.lists().values() if one.name.startswith("ai: jazz"))


def test_no_credential_reaches_the_log(house: House, ana: Listener, unwritable: str) -> None:
    ana.url = unwritable
    house.world.faults["updatePlaylist"] = [Fault.CRASH]
    with capture_logs() as logs:
        ana.create(JAZZ)
        house.world.faults["getPlaylists"] = [Fault.CRASH]
        ana.create("ai: folk")
    assert logs
    assert ana.credentials["p"] not in str(logs)
