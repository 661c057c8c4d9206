"""The stage that finds the files: what is noted of each, and what where the music is not mounted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from proxy.library import Track, connect, files, migrate, syncs, tracks, transaction
from proxy.library.files import File, Found
from proxy.refresh.folders import Folders
from proxy.refresh.locate import LocateReport, Locator, locate, locator_of, survey, why_none
from proxy.refresh.places import Music, Prefix
from tests.factories import NOW, track


@pytest.fixture
def db(tmp_path: Path) -> apsw.Connection:
    migrate(tmp_path / "library.db")
    return connect(tmp_path / "library.db")


def put(db: apsw.Connection, rows: Sequence[Track], *, now: object = NOW) -> None:
    stamp = now.isoformat()  # type: ignore[attr-defined]
    with transaction(db):
        tracks.put(db, rows, now=stamp)
        syncs.succeeded(db, (row.track_id for row in rows), "sync", now=stamp)


def song(number: int, library: str = "/upstream", **values: object) -> Track:
    path = f"Artist {number % 7}/Song {number}.mp3"
    return track(number, **({"library_path": library, "path": path} | values))


def lay(root: Path, rows: Sequence[Track], content: str = "x") -> None:
    for row in rows:
        file = root / row.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def locator(db: apsw.Connection, music: Music) -> Locator | None:
    folders = Folders()
    return locator_of(survey(db, music, folders), music, folders)


def looked(db: apsw.Connection, music: Music, **values: object) -> LocateReport:
    found = locator(db, music)
    assert found
    return locate(db, found.find, **({"now": lambda: NOW} | values))  # type: ignore[arg-type]


def test_files_are_found_once_and_what_is_missing_waits(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n) for n in range(10)]
    put(db, rows)
    lay(tmp_path / "m", rows[1:])
    music = Music(str(tmp_path / "m"))
    assert looked(db, music) == LocateReport(located=9, failed=1)
    assert looked(db, music) == LocateReport()
    assert files.found(db) == Found(located=9, missing=1)
    (failure,) = syncs.failures(db)
    assert (failure.track_id, failure.stage) == ("t0000", "locate")
    assert failure.error == f"{tmp_path}/m/Artist 0/Song 0.mp3 is not there"
    lay(tmp_path / "m", rows[:1])
    assert looked(db, music) == LocateReport()
    assert looked(db, music, again="failed") == LocateReport(located=1)
    assert looked(db, music, again="all") == LocateReport(located=10)


def test_what_is_missing_is_looked_for_again_in_time(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n) for n in range(3)]
    put(db, rows)
    lay(tmp_path, rows[1:])
    looked(db, Music(str(tmp_path)))
    lay(tmp_path, rows[:1])
    later = NOW + timedelta(minutes=11)
    assert looked(db, Music(str(tmp_path)), now=lambda: later) == LocateReport(located=1)


def test_a_track_that_moved_upstream_is_looked_for_anew(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n) for n in range(3)]
    put(db, rows)
    lay(tmp_path, rows)
    looked(db, Music(str(tmp_path)))
    put(db, [song(1, path="elsewhere.mp3", content_hash="new")], now=NOW + timedelta(hours=1))
    assert looked(db, Music(str(tmp_path))) == LocateReport(failed=1)


def test_a_folder_that_is_mounted_one_deeper_is_found_and_said(
    db: apsw.Connection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [song(n, library="/srv/music") for n in range(40)]
    put(db, rows)
    lay(tmp_path / "nas" / "audio" / "music", rows)
    (found,) = survey(db, Music(str(tmp_path / "nas" / "audio")), Folders())
    assert (found.prefix, found.here) == (Prefix("/srv/music", f"{tmp_path}/nas/audio/music"), 40)
    (found,) = survey(db, Music(str(tmp_path / "nas")), Folders())
    assert (found.prefix, found.here) == (Prefix("/srv", f"{tmp_path}/nas/audio"), 40)


def test_where_upstream_has_it_needs_no_setting(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n, library=str(tmp_path / "m")) for n in range(10)]
    put(db, rows)
    lay(tmp_path / "m", rows[:4])
    (found,) = survey(db, Music(), Folders())
    assert (found.here, found.looked_for, len(found.missed)) == (4, 10, 6)
    assert looked(db, Music()) == LocateReport(located=4, failed=6)


def test_libraries_have_prefixes_of_their_own(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n, library=f"/lib{n % 2}") for n in range(20)]
    put(db, rows)
    for side in (0, 1):
        lay(tmp_path / f"{side}", rows[side::2])
    pairs = [Prefix(f"/lib{side}", f"{tmp_path}/{side}", given=True) for side in (0, 1)]
    assert looked(db, Music(prefixes=tuple(pairs))) == LocateReport(located=20)
    assert looked(db, Music(str(tmp_path)), again="all") == LocateReport(located=20)


def test_a_library_that_is_not_mounted_is_told_with_what_was_tried(
    db: apsw.Connection, tmp_path: Path
) -> None:
    rows = [song(n, library=f"/lib{n % 2}") for n in range(20)]
    put(db, rows)
    lay(tmp_path / "0", rows[::2])
    pairs = Music(prefixes=(Prefix("/lib0", f"{tmp_path}/0", given=True),))
    assert looked(db, pairs) == LocateReport(located=10, failed=10)
    assert syncs.failures(db)[0].error == "/lib1/Artist 1/Song 1.mp3 is not there"


def test_a_folder_of_many_artists_is_not_searched_for_libraries(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n, library="/lib") for n in range(20)]
    put(db, rows)
    lay(tmp_path / "deep", rows)
    assert locator(db, Music(str(tmp_path)))
    for n in range(50):
        (tmp_path / f"Artist {n}").mkdir()
    assert locator(db, Music(str(tmp_path))) is None


def test_a_path_that_clients_are_told_counts_where_the_size_is_right(
    db: apsw.Connection, tmp_path: Path
) -> None:
    rows = [song(n, library="", size=5 if n else 4) for n in range(30)]
    put(db, rows)
    lay(tmp_path, rows, "12345")
    assert looked(db, Music(str(tmp_path))) == LocateReport(located=29, failed=1)
    assert "another file, by its size" in syncs.failures(db)[0].error


def test_a_file_that_upstream_names_may_have_grown_since(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n, size=9) for n in range(3)]
    put(db, rows)
    lay(tmp_path, rows, "12345")
    assert looked(db, Music(str(tmp_path))) == LocateReport(located=3)


def test_a_path_that_leads_out_is_none(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n) for n in range(3)]
    put(db, [song(9, path="../secret.mp3"), *rows])
    lay(tmp_path / "m", rows)
    (tmp_path / "secret.mp3").write_text("x")
    assert looked(db, Music(str(tmp_path / "m"))) == LocateReport(located=3, failed=1)
    assert syncs.failures(db)[0].error == "/upstream/../secret.mp3 lies in no folder that is known here"


def test_without_a_mount_nobody_is_blamed(db: apsw.Connection, tmp_path: Path) -> None:
    put(db, [song(n) for n in range(3)])
    surveys = survey(db, Music(str(tmp_path)), Folders())
    assert locator_of(surveys, Music(str(tmp_path)), Folders()) is None
    assert why_none(surveys).startswith("the music is not mounted here: of 3 songs none was found (")
    assert str(tmp_path) in why_none(surveys)


def test_an_upstream_without_paths_is_said(db: apsw.Connection) -> None:
    put(db, [song(1, path="")])
    assert why_none(survey(db, Music(), Folders())) == "upstream tells no paths"


def test_a_missing_track_is_not_looked_for(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n) for n in range(3)]
    put(db, rows)
    lay(tmp_path, rows)
    tracks.mark_missing(db, ["t0001"], now=NOW.isoformat())
    assert looked(db, Music(str(tmp_path))) == LocateReport(located=2)


def test_a_file_is_found_again_without_a_note(db: apsw.Connection, tmp_path: Path) -> None:
    rows = [song(n) for n in range(3)]
    put(db, rows)
    lay(tmp_path, rows)
    found = locator(db, Music(str(tmp_path)))
    assert found
    assert [found.find(file).file for file in files.get(db, ["t0002", "gone", "t0000"])] == [
        tmp_path / rows[2].path,
        tmp_path / rows[0].path,
    ]
    assert found.find(File("x", "/elsewhere", "a.mp3")).file is None
