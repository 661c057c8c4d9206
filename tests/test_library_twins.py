"""One recording under two names: told by ear, by title and by length together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proxy.library.sonic import DIMENSION
from proxy.library.sounds import Sound
from tests.factories import Shop, sound, track

SIZE = 30


def sounds(*alike: int) -> list[Sound]:
    """Of SIZE tracks, of which those `alike` are one recording, encoded in different ways."""
    chance = np.random.default_rng(3)
    rows = 2 + chance.standard_normal((SIZE, DIMENSION))
    for n in alike:
        rows[n] = rows[alike[0]] + 0.2 * chance.standard_normal(DIMENSION)
    return [sound(n, row) for n, row in enumerate(rows)]


def are_one(folder: Path, one: dict[str, object], other: dict[str, object], *, alike: bool = True) -> bool:
    folder.mkdir(exist_ok=True)
    rows = [track(0, **one), track(1, **other), *(track(n) for n in range(2, SIZE))]
    song = Shop(folder, rows, embedders=(), heard=sounds(*((0, 1) if alike else ()))).index.song
    assert len(set(song[2:].tolist())) == SIZE - 2
    return bool(song[0] == song[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"artist": "Nora Vale", "title": "Harbour"}, {"artist": "Various Artists", "title": "harbour!"}),
        ({"artist": "Nora Vale", "title": "Harbour"}, {"artist": "", "title": "Harbour", "duration": 201.9}),
        (
            {"artist": "Nora Vale", "title": "The Harbour Light"},
            {"artist": "Nora Vale", "title": "Harbor Light"},
        ),
    ],
    ids=["on a sampler", "by nobody", "with a slip"],
)
def test_one_recording_under_two_names_is_one_song(
    tmp_path: Path, one: dict[str, object], other: dict[str, object]
) -> None:
    assert are_one(tmp_path / "alike", one, other)
    assert not are_one(tmp_path / "not", one, other, alike=False)


@pytest.mark.parametrize(
    "other",
    [
        {"artist": "Various Artists", "title": "Harbour", "duration": 203.0},
        {"artist": "Various Artists", "title": "Lighthouse"},
        {"artist": "Nora Vale", "title": "Lighthouse"},
    ],
    ids=["of another length", "by nobody, of another name", "of another name"],
)
def test_what_sounds_alike_is_another_song_where_title_or_length_say_so(
    tmp_path: Path, other: dict[str, object]
) -> None:
    assert not are_one(tmp_path, {"artist": "Nora Vale", "title": "Harbour"}, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Suite in D: II", "Suite in D: III"), ("Long Movement 1", "Long Movement 2"), ("", "")],
)
def test_movements_and_songs_without_a_name_are_no_slips(tmp_path: Path, one: str, other: str) -> None:
    assert not are_one(
        tmp_path, {"artist": "A", "title": one}, {"artist": "B" if not one else "A", "title": other}
    )


def test_three_of_a_recording_are_one_song(tmp_path: Path) -> None:
    names = ["Nora Vale", "Various Artists", "Nora Vale & Friends"]
    rows = [track(n, artist=name, title="Harbour") for n, name in enumerate(names)]
    rows += [track(n) for n in range(3, SIZE)]
    song = Shop(tmp_path, rows, embedders=(), heard=sounds(0, 1, 2)).index.song
    assert len(set(song[:3].tolist())) == 1
