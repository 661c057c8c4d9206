"""Where ffmpeg is, and one run of it: at low priority, within a limit of time, leaving nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from proxy.errors import FfmpegMissing, SoundError

NICENESS = 10
START_SECONDS = 20.0  # a disk that has to spin up, a share that has to wake
KILL_SECONDS = 5.0
SLOWEST = 5.0  # times real time that ffmpeg is given at least; measured are 200 and more


def command() -> str:
    """The ffmpeg on the PATH, else that of the package imageio-ffmpeg. Raises FfmpegMissing."""
    return shutil.which("ffmpeg") or _packaged()


def source(file: Path) -> str:
    """A file as ffmpeg's `-i` takes it, whatever its name: no option, no protocol, no pattern.

    What a file taken so names in its turn, as a playlist does, ffmpeg does not fetch from a network.
    """
    return f"file:{file}"


def patience(duration: float) -> float:
    """Seconds after which ffmpeg hangs rather than works, for a file of `duration` seconds."""
    return START_SECONDS + duration / SLOWEST


def run(args: Sequence[str], *, seconds: float, report: bool = False) -> bytes:
    """What ffmpeg writes to its standard output; with `report`, what it says on standard error.

    At `seconds`, or when we are interrupted, it is killed with all that it started. Raises SoundError,
    and FfmpegMissing where there is none.
    """
    process = _started([command(), "-hide_banner", "-nostdin", *args])
    try:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, process.pid, NICENESS)
        written, said = process.communicate(timeout=seconds)
    except BaseException as error:
        _kill(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise SoundError(f"ffmpeg was not done with it after {seconds:.0f} s, and was ended.") from error
        raise
    if process.returncode:
        raise SoundError(f"ffmpeg could not read it: {_reason(said, process.returncode)}.")
    return said if report else written


def _started(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own, so that a wrapper's children end with it."""
    nothing, pipe = subprocess.DEVNULL, subprocess.PIPE
    try:
        return subprocess.Popen(words, stdin=nothing, stdout=pipe, stderr=pipe, process_group=0)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise SoundError(f"ffmpeg cannot be run: {error} ({words[0]}).") from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    """What hangs in a share that is gone cannot be killed; nor are we held up by it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=KILL_SECONDS)


def _reason(said: bytes, code: int) -> str:
    last = said.decode(errors="replace").strip().rpartition("\n")[2]
    return last.rstrip(".") or f"exit code {code}"


def _packaged() -> str:
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise FfmpegMissing(
            "There is no ffmpeg. Install it, so that it is on the PATH, or run: pip install imageio-ffmpeg."
        ) from error
