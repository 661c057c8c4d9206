"""Hearing a file: in every format, of every name, and whatever is wrong with it."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import numpy as np
import pytest

from proxy.arrays import Floats
from proxy.demo.recording import Piece, record
from proxy.errors import SoundError
from proxy.sound import ffmpeg
from proxy.sound.hear import (
    MOST_GAIN_DB,
    PATCH,
    PATCH_SECONDS,
    PATCHES,
    Heard,
    Networks,
    decoded,
    hear,
    levelled,
    listen,
    load,
    patches,
    starts,
)
from proxy.sound.mel import RATE
from proxy.sound.network import EMBEDDING, TAGS

SECONDS = 40
FORMATS = ("flac", "mp3", "ogg", "m4a")
OTHERS = ("wav", "opus", "wma", "aiff", "caf", "wv")
NAMES = (
    "two\nlines.flac",
    'it\'s "quoted".flac',
    "-i.flac",
    "100%d [01].flac",
    "https:example.flac",
    "é" * 122 + "x.flac",  # 250 bytes
    "concat:a|b.flac",
)


@pytest.fixture(scope="module")
def networks() -> Networks:
    return load()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same piece in every format that the demo knows."""
    folder = tmp_path_factory.mktemp("shelf")
    for suffix in FORMATS:
        record(Piece(file="song", sound="rock", seconds=SECONDS, bpm=120), folder / f"song.{suffix}")
    return folder


@pytest.fixture(scope="module")
def original(shelf: Path, networks: Networks) -> Heard:
    return heard(shelf / "song.flac", networks)


def test_what_is_heard_has_its_shapes(original: Heard) -> None:
    assert original.embedding.shape == (EMBEDDING,)
    assert original.msd.shape == original.mtt.shape == (TAGS,)
    assert {part.dtype for part in (original.embedding, original.msd, original.mtt)} == {np.dtype("f4")}


def test_a_file_is_heard_twice_the_same(shelf: Path, original: Heard, networks: Networks) -> None:
    again = heard(shelf / "song.flac", networks)
    assert np.array_equal(again.embedding, original.embedding)
    assert np.array_equal(again.mtt, original.mtt)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_song_sounds_the_same_in_every_format(
    suffix: str, shelf: Path, original: Heard, networks: Networks
) -> None:
    file = shelf / f"song.{suffix}"
    assert len(patches(decoded(file, duration=SECONDS))) == PATCHES
    assert alike(heard(file, networks), original) > 0.93


@pytest.mark.parametrize("suffix", OTHERS)
def test_other_formats_are_heard_too(
    suffix: str, shelf: Path, original: Heard, networks: Networks, tmp_path: Path
) -> None:
    file = tmp_path / f"song.{suffix}"
    changed(shelf / "song.flac", file, "-ar", "48000" if suffix == "opus" else "44100", "-ac", "2")
    assert alike(heard(file, networks), original) > 0.98


@pytest.mark.parametrize("options", [("-ac", "6"), ("-ar", "96000"), ("-af", "volume=-20dB")])
def test_channels_rate_and_level_do_not_matter(
    options: tuple[str, ...], shelf: Path, original: Heard, networks: Networks, tmp_path: Path
) -> None:
    file = tmp_path / "song.flac"
    changed(shelf / "song.flac", file, *options)
    assert alike(heard(file, networks), original) > 0.98


def test_different_music_sounds_different(original: Heard, networks: Networks, tmp_path: Path) -> None:
    file = tmp_path / "calm.flac"
    record(Piece(file="calm", sound="ambient", seconds=SECONDS, bpm=60), file)
    assert alike(heard(file, networks), original) < 0.9


@pytest.mark.parametrize("name", NAMES)
def test_any_name_will_do(name: str, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_bytes((shelf / "song.mp3").read_bytes())
    monkeypatch.chdir(tmp_path)
    sound = decoded(shelf / "song.mp3", duration=SECONDS)
    for file in (tmp_path / name, Path(name)):
        assert np.array_equal(decoded(file, duration=SECONDS), sound)


def test_silence_is_not_heard(networks: Networks, tmp_path: Path) -> None:
    file = tmp_path / "silence.flac"
    made(file, "anullsrc=r=44100:cl=stereo", seconds=SECONDS)
    assert hear(file, duration=SECONDS, networks=networks) is None


def test_noise_far_below_all_music_is_silence(networks: Networks) -> None:
    noise = np.random.default_rng(1).standard_normal((PATCHES, PATCH)).astype(np.float32)
    assert listen(levelled(noise * 10 ** (-61 / 20)), networks) is None
    assert listen(levelled(noise * 10 ** (-59 / 20)), networks)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_second_is_heard_as_if_it_went_on(
    suffix: str, original: Heard, networks: Networks, tmp_path: Path
) -> None:
    file = tmp_path / f"short.{suffix}"
    record(Piece(file="song", sound="rock", seconds=1, bpm=120), file)
    assert alike(heard(file, networks, duration=1), original) > 0.8


@pytest.mark.parametrize("duration", [0.0, 0.4, 3 * SECONDS, 100_000])
def test_a_wrong_duration_costs_the_spread_only(
    duration: float, shelf: Path, original: Heard, networks: Networks
) -> None:
    assert alike(heard(shelf / "song.mp3", networks, duration=duration), original) > 0.98


@pytest.mark.parametrize("suffix", ["flac", "mp3", "ogg"])
@pytest.mark.parametrize("share", [0.5, 0.1])
def test_of_a_file_cut_short_the_rest_is_heard(
    suffix: str, share: float, shelf: Path, original: Heard, networks: Networks, tmp_path: Path
) -> None:
    whole = (shelf / f"song.{suffix}").read_bytes()
    file = tmp_path / f"cut.{suffix}"
    file.write_bytes(whole[: int(len(whole) * share)])
    assert alike(heard(file, networks), original) > 0.92


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"This is a note that somebody called a song.\n" * 200,
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
    ],
    ids=["empty", "text", "playlist", "list of files"],
)
def test_what_is_no_sound_is_an_error_with_a_reason(
    content: bytes, networks: Networks, tmp_path: Path
) -> None:
    file = tmp_path / "note.mp3"
    file.write_bytes(content)
    with pytest.raises(SoundError, match="ffmpeg could not read it: "):
        hear(file, duration=SECONDS, networks=networks)


def test_a_playlist_makes_nobody_call_anybody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        file = tmp_path / "song.m3u8"
        place = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        file.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{place}\n#EXT-X-ENDLIST\n")
        with pytest.raises(SoundError):
            decoded(file, duration=SECONDS)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("name", ["nowhere.mp3", ".", "zero\0byte.mp3"])
def test_a_file_that_cannot_be_opened_is_an_error(name: str, networks: Networks, tmp_path: Path) -> None:
    with pytest.raises(SoundError):
        hear(tmp_path / name, duration=SECONDS, networks=networks)


def test_a_picture_without_sound_is_an_error(networks: Networks, tmp_path: Path) -> None:
    file = tmp_path / "cover.png"
    subprocess.run(
        [ffmpeg.command(), "-v", "error", "-f", "lavfi", "-i", "testsrc", "-frames:v", "1", str(file)],
        check=True,
    )
    with pytest.raises(SoundError):
        hear(file, duration=SECONDS, networks=networks)


@pytest.mark.parametrize(("hertz", "decibels"), [(6500, 0.0), (7200, -3.8), (7600, -23.5)])
def test_the_resampler_rolls_off_as_that_of_the_training(hertz: int, decibels: float, tmp_path: Path) -> None:
    assert level(tmp_path, hertz) == pytest.approx(decibels, abs=0.5)


def test_what_sixteen_kilohertz_cannot_hold_is_gone(tmp_path: Path) -> None:
    assert level(tmp_path, 8200) < -80


def test_two_channels_count_as_their_mean(tmp_path: Path) -> None:
    file = tmp_path / "tone.flac"
    made(file, "aevalsrc=0.5*sin(440*2*PI*t)|0.25*sin(440*2*PI*t):s=44100", seconds=SECONDS)
    sound = decoded(file, duration=SECONDS)
    assert np.abs(sound).max() == pytest.approx(0.375, abs=0.005)


@pytest.mark.parametrize("duration", [33.0, 60.0, 244.5, 5400.0])
def test_patches_lie_evenly_and_inside(duration: float) -> None:
    places = starts(duration)
    assert len(places) == PATCHES
    assert places[0] > 0
    assert places[-1] + PATCH_SECONDS < duration
    assert np.diff(places) == pytest.approx(duration / PATCHES)


@pytest.mark.parametrize(("duration", "count"), [(0, 0), (-1, 0), (12, 0), (30, 0), (31.5, 10)])
def test_a_short_file_is_read_in_one_piece(duration: float, count: int) -> None:
    assert len(starts(duration)) == count


@pytest.mark.parametrize(
    ("length", "rows"),
    [
        (1, 1),
        (PATCH - 1, 1),
        (PATCH, 1),
        (2 * PATCH - 1, 1),
        (9 * PATCH + 5, 9),
        (PATCHES * PATCH, PATCHES),
        (PATCHES * (PATCH + 900), PATCHES),
    ],
)
def test_what_is_read_makes_whole_patches(length: int, rows: int) -> None:
    cut = patches(np.arange(length, dtype=np.float32))
    assert cut.shape == (rows, PATCH)
    assert cut[0, 0] == 0
    if rows == PATCHES:
        assert cut[-1, 0] == length // PATCHES * (PATCHES - 1)


def test_one_gain_for_a_track_and_no_more_than_30_db() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(PATCH) / RATE).astype(np.float32)
    loud, soft, silent = tone, tone / 2, tone * 0
    both = levelled(np.array([loud, silent, soft]))
    assert len(both) == 2
    assert np.mean(both**2) == pytest.approx(10 ** (-15 / 10), rel=1e-3)
    assert np.abs(both[0]).max() == pytest.approx(2 * np.abs(both[1]).max(), rel=1e-3)
    faint = levelled(np.array([tone / 500]))
    assert np.abs(faint).max() == pytest.approx(10 ** (MOST_GAIN_DB / 20) / 500, rel=1e-3)


def heard(file: Path, networks: Networks, duration: float = SECONDS) -> Heard:
    found = hear(file, duration=duration, networks=networks)
    assert found
    return found


def alike(one: Heard, other: Heard) -> float:
    """Cosine of the embeddings."""
    return float(one.embedding @ other.embedding / norm(one.embedding) / norm(other.embedding))


def level(folder: Path, hertz: int) -> float:
    """Of a sine wave once decoded, in decibels of the one in the file; without its ends."""
    file = folder / "tone.wav"
    made(file, f"aevalsrc=0.5*sin({hertz}*2*PI*t):s=44100", seconds=5)
    sound = decoded(file, duration=5)[1000:-1000]
    return float(10 * np.log10(np.mean(sound**2) / 0.125 + 1e-12))


def norm(row: Floats) -> float:
    return float(np.linalg.norm(row))


def changed(file: Path, into: Path, *options: str) -> None:
    subprocess.run([ffmpeg.command(), "-v", "error", "-i", str(file), *options, str(into)], check=True)


def made(file: Path, source: str, *, seconds: int) -> None:
    subprocess.run(
        [ffmpeg.command(), "-v", "error", "-f", "lavfi", "-i", source, "-t", str(seconds), str(file)],
        check=True,
    )
