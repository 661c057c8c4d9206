"""Processes that are measured or needed: started, watched from outside, and always ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

GRACE_SECONDS = 15
MEGABYTE = 1_000_000
PROC = Path("/proc/self/stat")


class Failed(Exception):
    """A process did not do what it was started for; the sentence holds the last it said."""


class Run(Struct, frozen=True):
    """A command that ran to its end: wall clock, processor time and the most memory it held, in MB."""

    seconds: float
    processor_seconds: float
    peak: float
    output: str


def run(command: Sequence[str], *, environ: Mapping[str, str], folder: Path) -> Run:
    """Raises Failed for any exit code but 0; output and errors go through a file in `folder`."""
    paper = folder / "output.txt"
    with paper.open("wb") as output, (folder / "errors.txt").open("wb") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=dict(environ)
        )
        with _ended(process):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}: {tail(folder / 'errors.txt')}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, _peak(usage.ru_maxrss), paper.read_text())


@contextlib.contextmanager
def running(
    command: Sequence[str], *, environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[str]]:
    """A process from here to the end of the block; it may read a pipe and write one, errors go to `log`.

    In a session of its own, so that Ctrl-C reaches only us and we end it.
    """
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=dict(environ),
            text=True,
            start_new_session=True,
        )
        with process, _ended(process):
            yield process


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for_line(process: subprocess.Popen[str], log: Path, sought: str, *, seconds: float = 60) -> str:
    """The first line of `log` that has `sought` in it; Failed where the process ends first or is too slow."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for line in log.read_text(errors="replace").splitlines():
            if sought in line:
                return line
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise Failed(f"A process never said “{sought}”: {tail(log)}")


def processor_seconds(pid: int) -> float:
    """What a process has used so far, by Linux's proc(5), in steps of a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """The memory that a process holds now, in MB."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        kilobytes = line.split()[1]
    else:
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
        )
        kilobytes = told.stdout
    return int(kilobytes) * 1024 / MEGABYTE


def _peak(maximum: int) -> float:
    """ru_maxrss is in bytes on macOS and in kilobytes elsewhere."""
    return maximum * (1 if sys.platform == "darwin" else 1024) / MEGABYTE


def tail(log: Path) -> str:
    """The last that a process said."""
    return log.read_text(errors="replace")[-2000:].strip() or "it said nothing"
