"""One song of the demo as a file: its sound, encoded by ffmpeg, and its tags, written by mutagen."""

from __future__ import annotations

import subprocess
import zlib
from pathlib import Path

import imageio_ffmpeg
import mutagen
from msgspec import Struct
from mutagen.easymp4 import EasyMP4Tags

from proxy.demo.processes import StepFailed
from proxy.demo.tones import BANDS, RATE, song

# Goes up with every change here or in tones.py that is worth making all files again.
FORM = 1

# 40 kbit/s are plenty for one channel of sixteen kilohertz; level 9 is the fastest search of LAME.
_ENCODERS = {
    "flac": ("-c:a", "flac"),
    "mp3": ("-c:a", "libmp3lame", "-b:a", "40k", "-compression_level", "9"),
    "ogg": ("-c:a", "libvorbis", "-q:a", "0"),
    "m4a": ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "32k", "-f", "ipod"),
}

# MP4 has no atom for a mood; this is the name that Picard and Navidrome use.
EasyMP4Tags.RegisterFreeformKey("mood", "MOOD")  # type: ignore[no-untyped-call]


class Piece(Struct, frozen=True, kw_only=True):
    """A song to be made. `file` is relative and its ending decides the format; no title means no tags."""

    file: str
    sound: str
    seconds: int
    bpm: int
    title: str = ""
    artist: str = ""
    album: str = ""
    number: int = 0
    year: int = 0
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()


def record(piece: Piece, file: Path) -> None:
    """Writes `file`, whatever was there. Raises StepFailed where ffmpeg is missing or fails."""
    seed = 2 * zlib.crc32(piece.file.encode())
    _encode(song(BANDS[piece.sound], seconds=piece.seconds, bpm=piece.bpm, seed=seed).tobytes(), file)
    if piece.title:
        _tag(piece, file)


def _encode(samples: bytes, file: Path) -> None:
    raw = ("-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-")
    plain = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    encoder = _ENCODERS[file.suffix[1:]]
    command = [_ffmpeg(), "-v", "error", "-nostdin", "-y", *raw, *plain, *encoder, str(file)]
    try:
        run = subprocess.run(command, input=samples, capture_output=True, check=False)
    except OSError as error:
        raise StepFailed(f"ffmpeg cannot be run: {error.strerror} ({command[0]}).") from error
    if run.returncode:
        reason = run.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise StepFailed(f"ffmpeg could not make {file.name}: {reason or f'exit code {run.returncode}'}.")


def _ffmpeg() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise StepFailed(
            "There is no ffmpeg for this machine. Install it, so that it is on the PATH."
        ) from error


def _tag(piece: Piece, file: Path) -> None:
    audio = mutagen.File(file, easy=True)
    if audio.tags is None:
        audio.add_tags()
    audio.update(
        {
            "title": [piece.title],
            "artist": [piece.artist],
            "albumartist": [piece.artist],
            "album": [piece.album],
            "tracknumber": [str(piece.number)],
            "date": [str(piece.year)],
            "genre": list(piece.genres),
            "mood": list(piece.moods),
            "bpm": [str(piece.bpm)],
        }
    )
    audio.save()
