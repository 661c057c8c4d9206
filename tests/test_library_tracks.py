from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest
from msgspec import structs

from proxy.library import Track, connect, migrate, syncs, tracks

MONDAY, TUESDAY, MAY = "2026-11-23", "2026-11-24", "2027-05-01"

WHOLE = Track(
    track_id="a",
    title="Letters\x00\U0001f3b7",
    artist="Bésame Trío",
    album="Hollow Orchard",
    album_artist="Various",
    artist_id="ar",
    album_id="al",
    library_id=2,
    genres=("Bolero", "Latin"),
    moods=("romantic",),
    year=1982,
    bpm=87,
    duration=29.5,
    size=179_362,
    suffix="m4a",
    path="x/03.m4a",
    library_path="/music",
    musicbrainz_id="mb",
    isrc=("GBAAA0000001",),
    replaygain={"trackGain": -0.5},
    song={"id": "a", "nested": {"list": [1, None]}},
    content_hash="h",
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[apsw.Connection]:
    migrate(tmp_path / "library.db")
    with contextlib.closing(connect(tmp_path / "library.db")) as connection:
        yield connection


def track(track_id: str, **fields: object) -> Track:
    return structs.replace(Track(track_id=track_id, title=track_id.upper(), content_hash="h"), **fields)


def present(db: apsw.Connection) -> list[str]:
    return [found.track_id for found in tracks.present(db)]


def test_a_track_comes_back_as_it_was_put(db: apsw.Connection) -> None:
    tracks.put(db, [WHOLE, track("b")], now=MONDAY)
    assert tracks.get(db, ["a", "b"]) == {"a": WHOLE, "b": track("b")}


def test_tracks_come_in_the_order_asked_for_without_the_unknown(db: apsw.Connection) -> None:
    tracks.put(db, map(track, "abc"), now=MONDAY)
    assert list(tracks.get(db, ["c", "nosuch", "a"])) == ["c", "a"]
    assert tracks.get(db, []) == {}


def test_putting_again_replaces_the_row_and_keeps_its_number(db: apsw.Connection) -> None:
    tracks.put(db, [track("a"), track("b")], now=MONDAY)
    syncs.succeeded(db, ["a"], "embed", now=MONDAY)
    tracks.put(db, [track("a", title="New")], now=TUESDAY)
    row = db.execute("SELECT track_row, title, first_seen, last_seen FROM tracks WHERE track_id = 'a'").get
    assert row == (1, "New", MONDAY, TUESDAY)
    assert db.execute("SELECT COUNT(*) FROM navidrome_track_sync_status").get == 1


def test_a_missing_track_is_not_present_and_keeps_its_instant(db: apsw.Connection) -> None:
    tracks.put(db, map(track, "ab"), now=MONDAY)
    assert tracks.mark_missing(db, ["a", "nosuch"], now=MONDAY) == 1
    assert tracks.mark_missing(db, ["a"], now=TUESDAY) == 0
    assert present(db) == ["b"]
    assert tracks.count(db) == (1, 1)
    assert db.execute("SELECT missing_since FROM tracks WHERE track_id = 'a'").get == MONDAY
    assert tracks.traces(db)["a"].missing
    assert list(tracks.get(db, ["a"])) == ["a"]


def test_a_missing_track_that_is_put_is_present_again(db: apsw.Connection) -> None:
    tracks.put(db, [track("a")], now=MONDAY)
    tracks.mark_missing(db, ["a"], now=MONDAY)
    tracks.put(db, [track("a")], now=TUESDAY)
    assert present(db) == ["a"]


def test_tracks_missing_for_long_are_forgotten_with_all_that_hangs_on_them(db: apsw.Connection) -> None:
    tracks.put(db, map(track, "abc"), now=MONDAY)
    syncs.succeeded(db, "abc", "embed", now=MONDAY)
    tracks.mark_missing(db, ["a"], now=MONDAY)
    tracks.mark_missing(db, ["b"], now=MAY)
    assert tracks.delete_missing(db, before=TUESDAY) == 1
    assert set(tracks.traces(db)) == {"b", "c"}
    assert db.execute("SELECT COUNT(*) FROM navidrome_track_sync_status").get == 2


def test_a_renamed_track_keeps_what_is_known_and_says_what_the_new_one_says(db: apsw.Connection) -> None:
    tracks.put(db, [track("old")], now=MONDAY)
    syncs.succeeded(db, ["old"], "embed", now=MONDAY)
    tracks.put(db, [track("new", title="New")], now=TUESDAY)
    tracks.rename(db, "old", "new", now=TUESDAY)
    assert tracks.get(db, ["old", "new"]) == {"new": track("new", title="New")}
    assert db.execute("SELECT track_row, first_seen FROM tracks").fetchall() == [(1, MONDAY)]
    assert db.execute("SELECT track_id, stage FROM navidrome_track_sync_status").fetchall() == [
        ("new", "embed")
    ]


def test_seen_tracks_differ_in_nothing_but_the_instant(db: apsw.Connection) -> None:
    tracks.put(db, [WHOLE], now=MONDAY)
    tracks.mark_seen(db, ["a"], now=TUESDAY)
    trace = tracks.traces(db)["a"]
    assert (trace.first_seen, trace.last_seen) == (MONDAY, TUESDAY)
    assert structs.replace(trace, first_seen="", last_seen="") == tracks.trace(WHOLE)
    assert tracks.get(db, ["a"])["a"] == WHOLE


def test_tags_are_genres_then_moods_once_in_lower_case() -> None:
    assert track("a", genres=("Jazz", "Soul"), moods=("Rainy", "JAZZ")).tags == ("jazz", "soul", "rainy")
