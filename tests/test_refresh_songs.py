from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.library import Track
from proxy.refresh.songs import NOT_KEPT, PER_USER, content_hash, track_of

Song = dict[str, Any]

DATA = Path(__file__).parent / "data" / "navidrome"
NATIVE: dict[str, Song] = {s["id"]: s for s in json.loads((DATA / "library_native.json").read_text("utf-8"))}
CHILD: dict[str, Song] = {s["id"]: s for s in json.loads((DATA / "library_subsonic.json").read_text("utf-8"))}

OWN_OF_A_FORM = {"library_id", "library_path", "path", "duration", "song", "content_hash"}


def test_a_native_row_is_read() -> None:
    track = track_of(NATIVE["03JT3MFb8WPAXqx0RA3ZVs"])
    assert (track.title, track.artist, track.album) == ("Harbour Garden", "Velvet Quarry", "Station Harbour")
    assert (track.library_id, track.library_path) == (2, "/music/second")
    assert track.path == "Velvet Quarry/Station Harbour/01 Harbour Garden.flac"
    assert (track.genres, track.moods) == (("Soul", "Funk"), ("groovy",))
    assert (track.year, track.bpm, track.duration, track.size) == (2017, 113, 39.0, 2_119_673)
    assert track.replaygain == {"trackGain": -12.5, "trackPeak": 0.71}


def test_a_subsonic_child_is_read() -> None:
    track = track_of(CHILD["1mK5kiVbeq6NibzdDLDG3u"])
    assert (track.title, track.artist, track.album_artist) == ("Letters", "Bésame Trío", "Bésame Trío")
    assert (track.genres, track.moods, track.year, track.bpm) == (("Bolero", "Latin"), (), 1982, 87)
    assert track.library_id is None


@pytest.mark.parametrize("field", sorted({*Track.__struct_fields__} - OWN_OF_A_FORM))
def test_both_forms_of_a_song_make_the_same_row(field: str) -> None:
    for song_id, native in NATIVE.items():
        assert getattr(track_of(native), field) == getattr(track_of(CHILD[song_id]), field)


def test_a_genre_without_a_list_of_genres_counts() -> None:
    assert track_of({"id": "a", "isDir": False, "genre": "Jazz"}).genres == ("Jazz",)


def test_a_song_without_an_id_has_no_row() -> None:
    with pytest.raises(ValueError, match="without an id"):
        track_of({"title": "Nameless"})


def test_what_belongs_to_a_user_is_neither_kept_nor_counted() -> None:
    plain = {"id": "a", "title": "A", "comment": "kept"}
    theirs = plain | dict.fromkeys(PER_USER, 5)
    assert track_of(theirs).song == {"comment": "kept"}
    assert track_of(theirs).content_hash == track_of(plain).content_hash


@pytest.mark.parametrize("name", sorted(NOT_KEPT))
def test_what_is_not_kept_counts_all_the_same(name: str) -> None:
    plain = {"id": "a", "title": "A"}
    assert track_of(plain | {name: "b"}).content_hash != track_of(plain).content_hash


@pytest.mark.parametrize("field", ["title", "path", "comment", "size", "somethingNew"])
def test_every_other_field_counts(field: str) -> None:
    assert content_hash({"id": "a", field: "1"}) != content_hash({"id": "a", field: "2"})


def test_the_order_of_fields_and_of_contributors_does_not_count() -> None:
    drums, bass = {"role": "drums", "artist": {"id": "1"}}, {"artist": {"id": "2"}, "role": "bass"}
    first = {"id": "a", "contributors": [drums, bass], "participants": {"x": [drums, bass], "y": []}}
    second = {"participants": {"y": [], "x": [bass, drums]}, "contributors": [bass, drums], "id": "a"}
    assert content_hash(first) == content_hash(second)
    assert content_hash(first) != content_hash(first | {"contributors": [drums]})


def test_the_order_of_genres_counts() -> None:
    assert content_hash({"genres": [1, 2]}) != content_hash({"genres": [2, 1]})


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted({field for song in (*NATIVE.values(), *CHILD.values()) for field in song} | {"isDir"})


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_no_song_is_too_odd_for_a_row(song: Song) -> None:
    track = track_of(song | {"id": "a"})
    assert track.track_id == "a"
    assert isinstance(track.duration, float)
    assert track.year is None or -(2**63) < track.year < 2**63
    assert all(isinstance(text, str) and text for text in (*track.genres, *track.moods))
