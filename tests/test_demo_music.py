"""The demo's invented library: what it must hold, and that its files are real, tagged and made once."""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path

import mutagen
import numpy as np
import pytest
from rich.console import Console

from proxy.demo import music, tones
from proxy.demo.processes import StepFailed
from proxy.demo.recording import Piece, record

PIECES = music.pieces()
TAGGED = tuple(piece for piece in PIECES if piece.title)

TAGS = {
    "title": ["Wet Shoes Waltz"],
    "artist": ["The Ferry Road Quartet"],
    "albumartist": ["The Ferry Road Quartet"],
    "album": ["Eleven Umbrellas"],
    "tracknumber": ["3"],
    "date": ["1961"],
    "genre": ["Cool Jazz", "Jazz"],
    "mood": ["mellow", "rainy"],
    "bpm": ["92"],
}


def piece(suffix: str, *, file: str = "song", seconds: int = 2) -> Piece:
    return Piece(
        file=f"{file}.{suffix}",
        sound="jazz",
        seconds=seconds,
        bpm=92,
        title="Wet Shoes Waltz",
        artist="The Ferry Road Quartet",
        album="Eleven Umbrellas",
        number=3,
        year=1961,
        genres=("Cool Jazz", "Jazz"),
        moods=("mellow", "rainy"),
    )


def quiet() -> Console:
    return Console(file=io.StringIO())


def test_the_library_is_large_and_old_enough() -> None:
    assert len(TAGGED) >= 150
    assert len({piece.artist for piece in TAGGED}) >= 25
    assert {piece.year // 10 * 10 for piece in TAGGED} == set(range(1950, 2021, 10))


def test_every_tagged_song_has_every_tag() -> None:
    for piece in TAGGED:
        assert piece.artist
        assert piece.album
        assert piece.genres
        assert piece.moods
        assert 40 <= piece.bpm <= 220


def test_every_song_has_a_file_of_its_own_in_one_of_four_formats() -> None:
    assert len({piece.file.lower() for piece in PIECES}) == len(PIECES)
    assert {Path(piece.file).suffix for piece in PIECES} == {".flac", ".mp3", ".ogg", ".m4a"}


def test_songs_last_from_twenty_seconds_to_five_minutes_and_most_of_them_two_to_four() -> None:
    assert all(20 <= piece.seconds <= 300 for piece in PIECES)
    usual = [piece for piece in PIECES if 120 <= piece.seconds <= 260]
    assert len(usual) > 0.75 * len(PIECES)


def test_some_files_have_no_tags_at_all() -> None:
    assert len(PIECES) - len(TAGGED) >= 3


def test_one_song_is_there_three_times_as_it_was_live_and_remastered() -> None:
    twins = [piece for piece in TAGGED if piece.title.startswith("Glass Bicycle")]
    assert len(twins) == 3
    assert len({piece.album for piece in twins}) == 3


def test_there_is_jazz_for_45_minutes_with_three_songs_an_artist_and_two_an_album() -> None:
    albums: dict[tuple[str, str], list[int]] = defaultdict(list)
    for song in TAGGED:
        if any("Jazz" in genre for genre in song.genres) and "Live" not in song.title:
            albums[song.artist, song.album].append(song.seconds)
    artists: dict[str, list[int]] = defaultdict(list)
    for (artist, _), lengths in albums.items():
        artists[artist] += lengths[:2]
    many = [artist for artist in artists if sum(artist == who for who, _ in albums) >= 2]
    assert len(many) >= 8
    assert sum(sum(lengths[:3]) for lengths in artists.values()) >= 2 * 45 * 60


@pytest.mark.parametrize("name", sorted({piece.sound for piece in PIECES}))
def test_every_band_is_heard_for_exactly_as_long_as_it_should_and_fades_out(name: str) -> None:
    samples = tones.song(tones.BANDS[name], seconds=21, bpm=97, seed=5)
    loudest = np.abs(samples.astype(int))
    assert len(samples) == 21 * tones.RATE
    assert 6_000 < loudest.max() <= tones.LOUDEST
    assert loudest[-tones.RATE // 20 :].max() < 1_000


def test_the_same_seed_plays_the_same_and_another_does_not() -> None:
    first, again, other = (
        tones.song(tones.BANDS["folk"], seconds=5, bpm=100, seed=seed) for seed in (8, 8, 10)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "ogg", "m4a"])
def test_a_file_is_real_audio_with_the_tags_of_its_song(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"song.{suffix}"
    record(piece(suffix), file)
    audio = mutagen.File(file, easy=True)
    assert audio.info.length == pytest.approx(2.0, abs=0.2)
    for name, value in TAGS.items():
        assert audio[name] == value, name


def test_an_untagged_file_says_nothing_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "Track 07.mp3"
    record(Piece(file=file.name, sound="rock", seconds=1, bpm=120), file)
    assert not mutagen.File(file, easy=True).tags


def test_a_second_run_makes_nothing_anew(tmp_path: Path) -> None:
    folder, wanted = tmp_path / "music", (piece("mp3", file="a/one"), piece("flac", file="b/two"))
    assert music.make(folder, wanted, quiet()).new == 2
    before = written(folder)
    assert music.make(folder, wanted, quiet()).new == 0
    assert written(folder) == before


def test_a_run_that_was_cut_short_is_taken_up_where_it_ended(tmp_path: Path) -> None:
    folder, wanted = tmp_path / "music", (piece("mp3", file="a/one"), piece("flac", file="b/two"))
    music.make(folder, wanted, quiet())
    (folder / "b" / "two.flac").unlink()
    kept = written(folder)
    assert music.make(folder, wanted, quiet()).new == 1
    assert written(folder).items() >= kept.items()
    assert (folder / "b" / "two.flac").exists()


def test_files_of_another_catalogue_go(tmp_path: Path) -> None:
    folder = tmp_path / "music"
    music.make(folder, [piece("mp3", file="old")], quiet())
    music.make(folder, [piece("mp3", file="new")], quiet())
    assert [file.name for file in folder.rglob("*.*")] == ["new.mp3"]


def test_a_file_that_could_not_be_made_is_not_there_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text(
        '#!/bin/sh\ncat > /dev/null\nfor last; do :; done\necho half > "$last"\necho Disk full >&2\nexit 1\n'
    )
    broken.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken))
    folder = tmp_path / "music"
    with pytest.raises(StepFailed, match=r"song\.mp3: Disk full"):
        music.make(folder, [piece("mp3")], quiet())
    assert list(folder.rglob("*.mp3")) == []


def test_an_ffmpeg_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "nowhere"))
    with pytest.raises(StepFailed, match="nowhere"):
        record(piece("mp3"), tmp_path / "song.mp3")


def written(folder: Path) -> dict[str, int]:
    return {str(file.relative_to(folder)): file.stat().st_mtime_ns for file in folder.rglob("*.*")}
