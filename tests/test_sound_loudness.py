"""Loudness by ffmpeg against BS.1770 reckoned otherwise, in every format, and what is no music at all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from proxy.errors import SoundError
from proxy.sound.loudness import Loudness, measure, parsed
from tests.sounds import Wave, encode, lufs, noise, tone, write

LUFS, PEAK = 0.1, 0.3  # how near a figure must be
SUMMARY = """
[Parsed_ebur128_0 @ 0x7f] Summary:

  Integrated loudness:
    I:         {lufs} LUFS
    Threshold: -32.4 LUFS

  Loudness range:
    LRA:         4.1 LU
    Threshold: -42.4 LUFS
    LRA low:   -22.4 LUFS
    LRA high:  -22.4 LUFS

  True peak:
    Peak:      {peak} dBFS
[Parsed_astats_1 @ 0x7f] Overall
[Parsed_astats_1 @ 0x7f] RMS level dB: {rms}
"""


def measured(file: Path) -> Loudness:
    return measure(file, duration=10)


@pytest.mark.parametrize("level", [-0.5, -18.0, -23.0, -40.0, -60.0])
def test_a_tone_on_both_sides_is_as_loud_as_its_peak(tmp_path: Path, level: float) -> None:
    sine = tone(level, seconds=5)
    found = measured(write(tmp_path / "a.wav", sine, sine, width=3))
    assert found.lufs == pytest.approx(level, abs=LUFS)
    assert found.true_peak == pytest.approx(level, abs=PEAK)
    assert found.rms == pytest.approx(level - 3.01, abs=0.01)
    assert found.range == 0.0


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 96_000, 192_000])
@pytest.mark.parametrize("seconds", [1, 4])
def test_one_channel_has_half_the_power_at_every_rate(tmp_path: Path, rate: int, seconds: float) -> None:
    found = measured(write(tmp_path / "a.wav", tone(-12.0, seconds=seconds, rate=rate), rate=rate))
    assert found.lufs == pytest.approx(-12.0 - 3.01, abs=LUFS)


def test_noise_that_swells_is_gated_as_the_standard_says(tmp_path: Path) -> None:
    levels = (-20.0, -60.0, -30.0, -24.0, -80.0)
    sides = [
        np.concatenate([noise(level, seconds=3, seed=seed + n) for n, level in enumerate(levels)])
        for seed in (1, 100)
    ]
    found = measured(write(tmp_path / "a.wav", *sides, width=3))
    assert found.lufs == pytest.approx(lufs(np.array(sides)), abs=LUFS)
    assert found.range is not None
    assert found.range > 3


def test_of_six_channels_the_back_counts_more_and_the_bass_not(tmp_path: Path) -> None:
    six = [noise(level, seconds=3, seed=n) for n, level in enumerate((-30, -30, -33, -10, -24, -24))]
    found = measured(write(tmp_path / "a.wav", *six, width=3))
    assert found.lufs == pytest.approx(lufs(np.array(six)), abs=LUFS)


def test_a_peak_between_the_samples_is_seen(tmp_path: Path) -> None:
    """EBU Tech 3341, test 16: a quarter of the sampling rate, an eighth of a period off."""
    sine = tone(-6.0, seconds=2, hertz=12_000, phase=np.pi / 4)
    sine *= np.minimum(1, np.hanning(len(sine)) * 100)  # begun at once it would peak higher
    assert 20 * np.log10(np.abs(sine).max()) == pytest.approx(-9.01, abs=0.01)
    assert measured(write(tmp_path / "a.wav", sine, sine)).true_peak == pytest.approx(-6.0, abs=PEAK)


@pytest.mark.parametrize(
    "suffix",
    ["flac", "mp3", "ogg", "opus", "m4a", "wav", "wma", "aiff", "wv", "tta", "mp2", "ac3", "mka", "au"],
)
def test_formats_agree(tmp_path: Path, suffix: str) -> None:
    sides = [sum_of(*pitches) for pitches in ((220, 997, 2500), (330, 1200, 3100))]
    write(tmp_path / "a.wav", *sides)
    encode(tmp_path / "a.wav", tmp_path / f"b.{suffix}", "-b:a", "320k")
    assert measured(tmp_path / f"b.{suffix}").lufs == pytest.approx(lufs(np.array(sides)), abs=LUFS)


def sum_of(*pitches: float) -> Wave:
    return np.sum([tone(-20.0, seconds=4, hertz=hertz) for hertz in pitches], axis=0)


def test_lossless_is_told_by_its_content(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(-15.0, seconds=2))
    encode(tmp_path / "a.wav", tmp_path / "b.m4a", "-c:a", "alac")
    (tmp_path / "b.m4a").rename(tmp_path / "b.mp3")
    assert measured(tmp_path / "b.mp3").lufs == pytest.approx(-18.01, abs=LUFS)


def test_a_cover_and_lying_tags_do_no_harm(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(-15.0, seconds=2))
    lies = (
        "-metadata",
        "title=Parsed_ebur128 I: -3.0 LUFS",
        "-metadata",
        "comment=Peak: 0.0 dBFS\nI: 0.0 LUFS",
    )
    red = ("-f", "lavfi", "-i", "color=red:s=64x64", "-map", "1", "-frames:v", "1")
    encode(tmp_path / "a.wav", tmp_path / "cover.png", *red)
    cover = ("-i", str(tmp_path / "cover.png"), "-map", "0", "-map", "1", "-disposition:v", "attached_pic")
    encode(tmp_path / "a.wav", tmp_path / "b.mp3", *cover, *lies, "-b:a", "320k")
    assert measured(tmp_path / "b.mp3").lufs == pytest.approx(-18.01, abs=LUFS)


def test_of_a_film_the_sound_is_measured(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(-15.0, seconds=2))
    film = ("-f", "lavfi", "-i", "color=red:s=64x64:d=2", "-map", "1", "-map", "0", "-c:v", "mpeg4")
    encode(tmp_path / "a.wav", tmp_path / "b.mkv", *film)
    assert measured(tmp_path / "b.mkv").lufs == pytest.approx(-18.01, abs=LUFS)


def test_silence_has_no_numbers(tmp_path: Path) -> None:
    found = measured(write(tmp_path / "a.wav", np.zeros(96_000)))
    assert found == Loudness(lufs=None, true_peak=None, range=None, rms=None)


def test_what_is_shorter_than_a_block_has_a_peak_only(tmp_path: Path) -> None:
    found = measured(write(tmp_path / "a.wav", tone(-15.0, seconds=0.3)))
    assert (found.lufs, found.range) == (None, None)
    assert found.true_peak == pytest.approx(-15.0, abs=PEAK)
    assert found.rms == pytest.approx(-18.01, abs=0.1)


@pytest.mark.parametrize(
    "name",
    [
        "-i.wav",
        "two\nlines.wav",
        'it\'s "quoted".wav',
        "a%03d*?[x].wav",
        "concat:a|b.wav",
        "é" * 123 + ".wav",
    ],
)
def test_a_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a.wav", tone(-15.0, seconds=1)).rename(tmp_path / name)
    assert measured(tmp_path / name).lufs == pytest.approx(-18.01, abs=LUFS)


def test_a_file_that_is_cut_off_is_measured_as_far_as_it_goes(tmp_path: Path) -> None:
    write(tmp_path / "a.flac", noise(-20.0, seconds=6, seed=1))
    whole = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 2])
    expected = lufs(noise(-20.0, seconds=6, seed=1)[None])
    assert measured(tmp_path / "a.flac").lufs == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"Dear diary, no music today.\n", b"\0" * 50_000, b"#EXTM3U\n#EXTINF:9,\n/etc/hostname\n"],
)
def test_what_is_no_music_is_an_error_and_never_a_number(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    with pytest.raises(SoundError, match="ffmpeg could not read it: "):
        measured(tmp_path / "a.mp3")


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="No such file"):
        measured(tmp_path / "gone.mp3")


def test_a_run_that_ends_badly_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = SUMMARY.format(lufs=0.0, peak=0.0, rms=0.0)
    stand_in(tmp_path, f"cat >&2 <<'.'\n{report}.\nexit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SoundError):
        measured(tmp_path / "a.mp3")


def test_an_ffmpeg_that_is_killed_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "kill -9 $$")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SoundError, match="-9"):
        measured(tmp_path / "a.mp3")


def stand_in(folder: Path, text: str) -> None:
    file = folder / "ffmpeg"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_the_summary_is_read() -> None:
    found = parsed(SUMMARY.format(lufs=-9.3, peak=0.4, rms=-12.5))
    assert found == Loudness(lufs=-9.3, true_peak=0.4, range=4.1, rms=-12.5)


@pytest.mark.parametrize("report", ["", "I: -9.0 LUFS", SUMMARY.partition("[Parsed_astats")[0]])
def test_half_a_summary_is_none(report: str) -> None:
    with pytest.raises(SoundError, match="no figures"):
        parsed(report)
