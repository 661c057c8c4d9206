"""Five pieces of four minutes, each as FLAC and as MP3, of the kind most libraries hold: 44.1 kHz, stereo."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bench.progress import Say
from proxy.demo.tones import BANDS, RATE, song
from proxy.sound import ffmpeg

MINUTES = 4
SECONDS = 60 * MINUTES
SOUNDS = ("rock", "jazz", "electronic", "classical", "hiphop")
FORMATS = {"flac": (), "mp3": ("-b:a", "192k")}

# The demo's music ends at 8 kHz and has one channel; noise that differs by channel makes work of both.
STEREO = "[0]aresample=44100,pan=stereo|c0=c0|c1=0.8*c0[music];[music][1]amix=weights=1 0.02:normalize=0"
NOISE = "anoisesrc=r=44100:a=0.5:c=pink:seed=1[l];anoisesrc=r=44100:a=0.5:c=pink:seed=2[r];[l][r]amerge"


def recorded(folder: Path, say: Say) -> None:
    """`folder` holds NAME.flac and NAME.mp3 afterwards."""
    for number, sound in enumerate(SOUNDS):
        say(f"recording {sound}, {MINUTES} minutes")
        samples = song(BANDS[sound], seconds=SECONDS, bpm=96 + 8 * number, seed=2 * number).tobytes()
        for suffix, encoder in FORMATS.items():
            raw = ("-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-f", "lavfi", "-i", NOISE)
            made = (
                "-filter_complex",
                STEREO,
                "-t",
                str(SECONDS),
                *encoder,
                str(folder / f"{sound}.{suffix}"),
            )
            subprocess.run([ffmpeg.command(), "-v", "error", *raw, *made], input=samples, check=True)


def files(folder: Path, suffix: str) -> list[Path]:
    return [folder / f"{sound}.{suffix}" for sound in SOUNDS]
