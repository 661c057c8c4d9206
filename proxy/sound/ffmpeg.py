"""Where ffmpeg is, and one run of it: at low priority, within a limit of time, leaving nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from proxy.errors import FfmpegMissing, SoundError
from proxy.sound.priority import group_gives_way

START_SECONDS = 20.0  # a disk that has to spin up, a share that has to wake
KILL_SECONDS = 5.0
SLOWEST = 5.0  # times real time that ffmpeg is given at least; measured are 200 and more


def command() -> str:
    """The ffmpeg on the PATH, else that of the package imageio-ffmpeg. Raises FfmpegMissing."""
    return shutil.which("ffmpeg") or _packaged()


def version() -> str:
    """What it calls itself, such as `7.0.2-static`. Raises as `run` does."""
    words = run(["-version"], seconds=START_SECONDS).split(maxsplit=3)
    return words[2].decode(errors="replace") if len(words) > 2 else "of no version"


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

    At `seconds`, when we are interrupted, or (on Linux) killed ourselves, it is killed with all that it
    started. Raises SoundError, and FfmpegMissing where there is none.
    """
    with _started([command(), "-hide_banner", "-nostdin", *args]) as process:
        try:
            group_gives_way(process.pid)
            written, said = process.communicate(timeout=seconds)
        except BaseException as error:
            _kill(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise SoundError(
                    f"ffmpeg was not done with it after {seconds:.0f} s, and was ended."
                ) from error
            raise
    if process.returncode:
        raise SoundError(f"ffmpeg could not read it: {_reason(said, process.returncode)}.")
    return said if report else written


@contextlib.contextmanager
def _started(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """In a process group of its own, so that a wrapper's children end with it, and as we do."""
    stdin, ours = os.pipe()
    try:
        process = subprocess.Popen(
            words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
        )
        _killed_when_closed(stdin, process.pid)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        os.close(ours)
        raise SoundError(f"ffmpeg cannot be run: {error} ({words[0]}).") from error
    finally:
        os.close(stdin)
    try:
        yield process
    finally:
        os.close(ours)


def _killed_when_closed(pipe: int, group: int) -> None:
    """Have Linux send SIGKILL to `group` when the other end of its standard input closes.

    Nothing is ever written there, so that it closes when we end, whoever ends us: fcntl(2), "Managing
    signals". prctl(2), made for this, is for the child to call, which Python cannot do beside threads. Killed
    before we come to this, we leave one that ends once it has decoded its file.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox that has no such signals
            fcntl.fcntl(pipe, fcntl.F_SETOWN, -group)
            fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
            fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)


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
