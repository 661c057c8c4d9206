"""One generation of the library in memory."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from proxy.errors import LibraryError
from proxy.library import connect, index, tracks, transaction
from proxy.library.artists import fold
from proxy.library.reader import Reader
from proxy.library.recordings import is_version, song_key
from tests.factories import NOW, library, track


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Beatles", "beatles"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("Sigur Rós", "sigur ros"),
        ("AC/DC", "ac dc"),
        ("The The", "the the"),
    ],
)
def test_names_are_equal_however_they_are_written(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "title",
    [
        "Blue Lamp (Remastered 2011)",
        "Blue Lamp - Live",
        "Blue Lamp - 2009 Remaster",
        "Blue Lamp (feat. Somebody)",
        "Blue Lamp feat. Somebody",
        "Blue Lamp [Mono]",
        "blue lamp – acoustic version",
    ],
)
def test_versions_of_a_song_are_that_song(title: str) -> None:
    assert song_key("ada", title) == song_key("ada", "Blue Lamp")
    assert is_version(title)


@pytest.mark.parametrize("title", ["Blue Lamp II", "Live and Let Go", "(Untitled)", "Lamp", "…"])
def test_other_songs_are_not(title: str) -> None:
    assert song_key("Ada", title) != song_key("Ada", "Blue Lamp")


def test_the_same_title_by_another_artist_is_another_song() -> None:
    assert song_key("Ada", "Blue Lamp") != song_key("Ben", "Blue Lamp")


def test_tracks_are_found_by_tag_artist_and_word(tmp_path: Path) -> None:
    rows = [
        track(1, genres=("Jazz",), artist="The Ones"),
        track(2, genres=("Rock",), moods=("Rainy",), title="Jazz hands"),
        track(3, title="Live at home"),
    ]
    found = index.load(connect(library(tmp_path, rows)))
    assert found.tagged(["JAZZ"]).tolist() == [True, False, False]
    assert found.tagged(["rainy", "jazz"]).tolist() == [True, True, False]
    assert found.by_artists(["ones"]).tolist() == [True, False, False]
    assert found.saying("jazz").tolist() == [True, True, False]
    assert found.saying("live home").tolist() == [False, False, True]
    assert found.saying("?!").tolist() == [False, False, False]
    assert found.in_titles("jazz", times=1)
    assert not found.in_titles("jazz")
    assert not found.in_titles("hands jazz", times=1)
    assert found.tags.of(1) == ("rock", "rainy")


def test_a_change_makes_the_index_stale_and_a_rebuild_current_again(tmp_path: Path) -> None:
    db = connect(library(tmp_path, [track(1)]))
    assert not index.is_stale(db)
    tracks.mark_seen(db, ["t0001"], now=NOW.isoformat())
    assert not index.is_stale(db)
    with transaction(db):
        tracks.put(db, [track(2)], now=NOW.isoformat())
    assert index.is_stale(db)
    before = index.generation(db)
    index.rebuild(db)
    assert not index.is_stale(db)
    assert index.generation(db) == before + 1


def test_vectors_without_an_index_are_stale(tmp_path: Path) -> None:
    db = connect(library(tmp_path, [track(1)]))
    near = "SELECT name FROM sqlite_master WHERE name LIKE 'near%' AND sql LIKE 'CREATE VIRTUAL%'"
    db.execute(f"DROP TABLE {db.execute(near).get}")
    assert not index.load(db).vectors
    assert index.is_stale(db)
    index.rebuild(db)
    assert not index.is_stale(db)
    assert index.load(db).vectors


def test_a_reader_loads_the_index_anew_only_after_a_rebuild(tmp_path: Path) -> None:
    path = library(tmp_path, [track(1)])
    reader, db = Reader(path), connect(path)
    first = reader.index()
    assert reader.index() is first
    with transaction(db):
        tracks.put(db, [track(2)], now=NOW.isoformat())
    assert reader.index() is first
    index.rebuild(db)
    assert reader.index().ids == ("t0001", "t0002")
    reader.close()


@pytest.mark.parametrize(
    ("asked_before", "seconds", "loaded"),
    [(True, 1.0, True), (True, 0.5, False), (False, 1.0, False)],
    ids=["ahead", "looks once a second", "nothing that nobody asks for"],
)
def test_a_newer_index_is_loaded_before_it_is_asked_for(
    tmp_path: Path, asked_before: bool, seconds: float, loaded: bool
) -> None:
    path = library(tmp_path, [track(1)])
    reader, db = Reader(path), connect(path)
    if asked_before:
        reader.index()
    reader.ahead(now=0.0)
    reader.close()  # has waited for the look
    with transaction(db):
        tracks.put(db, [track(2)], now=NOW.isoformat())
    index.rebuild(db)
    reader.ahead(now=seconds)
    reader.close()
    db.execute("DROP TABLE track_words")  # so that nobody can load it any more
    if loaded:
        assert reader.index().ids == ("t0001", "t0002")
    else:
        with pytest.raises(LibraryError):
            reader.index()
    reader.close()


def test_looking_ahead_leaves_errors_to_whoever_asks(tmp_path: Path) -> None:
    path = library(tmp_path, [track(1)])
    reader = Reader(path)
    reader.index()
    path.unlink()
    reader.ahead(now=0.0)
    reader.close()
    with pytest.raises(LibraryError, match="There is no database"):
        reader.index()


def test_a_reader_keeps_no_more_connections_than_were_lent_at_once(tmp_path: Path) -> None:
    reader = Reader(library(tmp_path, [track(1)]))
    with reader.lend() as one, reader.lend() as other:
        assert one is not other
    kept = {id(one), id(other)}
    for _ in range(5):
        with reader.lend() as again:
            assert id(again) in kept
    reader.close()


def test_a_database_that_was_put_in_the_place_of_the_old_one_is_read(tmp_path: Path) -> None:
    path = library(tmp_path, [track(1)])
    reader = Reader(path)
    assert reader.index().ids == ("t0001",)
    path.rename(tmp_path / "old.db")
    with pytest.raises(LibraryError, match="There is no database"):
        reader.index()
    (tmp_path / "new").mkdir()
    library(tmp_path / "new", [track(2)]).rename(path)
    assert reader.index().ids == ("t0002",)
    reader.close()


def test_an_artist_is_found_in_a_joint_credit_and_by_upstreams_list(tmp_path: Path) -> None:
    rows = [
        track(1, artist="Drake, Nicki Minaj"),
        track(2, artist="Drake"),
        track(3, artist="A & B", song={"artists": [{"name": "A & B"}, {"name": "Drake"}]}),
        track(4, artist="B", song={"participants": {"artist": [{"name": "B"}, {"name": "C"}]}}),
    ]
    found = index.load(connect(library(tmp_path, rows)))
    assert found.by_artists(["drake"]).tolist() == [True, True, True, False]
    assert found.by_artists(["C"]).tolist() == [False, False, False, True]


@pytest.mark.parametrize("artists", [None, 5, "C", {"name": "C"}, [None], ["C"], [{"name": None}], [{}]])
def test_artists_that_upstream_lists_in_no_known_way_stop_no_other_song(
    tmp_path: Path, artists: object
) -> None:
    found = index.load(
        connect(library(tmp_path, [track(1, artist="A"), track(2, song={"artists": artists})]))
    )
    assert found.by_artists(["A"]).tolist() == [True, False]
    assert found.by_artists(["C", "None"]).tolist() == [False, False]


def test_words_in_brackets_are_none_of_a_title(tmp_path: Path) -> None:
    rows = [track(n, title=f"Song {n} (feat. Drake)") for n in range(5)]
    found = index.load(connect(library(tmp_path, rows)))
    assert not found.in_titles("Drake", times=1)
    assert found.in_titles("song", times=5)


def test_what_was_measured_and_tagged_is_read_and_nan_where_unknown(tmp_path: Path) -> None:
    rows = [
        track(1, bpm=100, replaygain={"trackGain": -7.5}, song={"created": "1970-01-03T00:00:00Z"}),
        track(2, bpm=0),
    ]
    path = library(tmp_path, rows)
    db = connect(path)
    db.execute("INSERT INTO track_loudness VALUES ('t0001', -9.0, -1.0, 5.0, -12.0, 'ffmpeg', '', '')")
    columns = "track_id, embedding, styles, energy, tempo, heard_at, heard_of"
    db.execute(f"INSERT INTO track_sound ({columns}) VALUES ('t0001', x'', x'', 0.5, 101.5, '', '')")
    found = index.load(db)
    assert found.tempo[0] == 101.5
    assert found.loudness[0] == -9.0
    assert found.heard_energy[0] == 0.5
    assert found.added.tolist() == [2, (NOW.date() - date(1970, 1, 1)).days]
    assert np.isnan([found.tempo[1], found.loudness[1], found.heard_energy[1]]).all()
    db.execute("UPDATE track_loudness SET lufs = NULL")
    assert np.isnan(index.load(db).loudness[0])
    db.execute("DELETE FROM track_loudness")
    db.execute("DELETE FROM track_sound")
    again = index.load(db)
    assert again.loudness[0] == -10.5
    assert again.tempo[0] == 100


def test_a_track_of_few_tags_has_its_artists_too_and_is_found_by_them(tmp_path: Path) -> None:
    rows = [track(1, artist="Ada", genres=("Jazz", "Bop", "Soul")), track(2, artist="Ada")]
    found = index.load(connect(library(tmp_path, rows)))
    assert found.tags.of(1) == ("jazz", "bop", "soul")
    assert found.tags.inherited.tolist() == [False] * 3 + [True] * 3
    assert found.words.where("jazz", 1) == {"tags"}
    assert index.load(connect(tmp_path / "library.db"), inherit=False).tags.of(1) == ()
