"""Which tracks are one song, and what a title says of the recording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.library.recordings import keys, recording, songs


@pytest.mark.parametrize(
    ("title", "album", "said"),
    [
        ("Lamp (Live)", "", {"live"}),
        ("Lamp - Live at Home", "", {"live"}),
        ("Lamp", "Live at Home", {"live"}),
        ("Lamp", "MTV Unplugged", {"live", "acoustic"}),
        ("Lamp", "Lamp (Live)", {"live"}),
        ("Live and Let Go", "Live Through It", set()),
        ("Alive", "Live and Let Go", set()),
        ("Lamp (Acoustic Version)", "", {"acoustic"}),
        ("Lamp (Night Remix)", "", {"remix"}),
        ("Lamp (Original Mix)", "", set()),
        ("Lamp [Mono Mix]", "", set()),
        ("Lamp (Instrumental)", "", {"instrumental"}),
        ("Lamp (Remastered 2011)", "", set()),
        ("Instrumental", "Remix", set()),
    ],
)
def test_a_title_says_it_in_brackets_or_behind_a_dash(title: str, album: str, said: set[str]) -> None:
    found = recording(title, album)
    assert {name for name in found.__struct_fields__ if getattr(found, name)} == said


def test_a_name_a_recording_and_an_isrc_join_songs() -> None:
    tracks = [
        keys("Ada", "Lamp", recording_id="", isrc=["GBAYE6700001"]),
        keys("Ada", "Lamp (Live)", recording_id="", isrc=[]),
        keys("Ada & Ben", "The Lamp", recording_id="m1", isrc=["GB-AYE-67-00001"]),
        keys("Eve", "Lamp", recording_id="m1", isrc=["none", "none"]),
        keys("Eve", "Other", recording_id="", isrc=["none"]),
    ]
    numbers = songs(tracks).tolist()
    assert numbers[:4] == [0, 0, 0, 0]
    assert numbers[4] == 1


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3)))
def test_tracks_that_share_a_key_are_one_song_whatever_comes_between(tracks: list[list[str]]) -> None:
    numbers = songs(tracks).tolist()
    for one, own in zip(numbers, tracks, strict=True):
        for other, others in zip(numbers, tracks, strict=True):
            if set(own) & set(others):
                assert one == other
    assert set(numbers) == set(range(len(set(numbers))))
