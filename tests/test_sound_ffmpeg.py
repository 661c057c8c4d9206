"""ffmpeg as we run it: found, at low priority, and gone at the limit with all that it started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proxy.errors import FfmpegMissing, SoundError
from proxy.sound import ffmpeg
from proxy.sound.priority import NICENESS, thread_gives_way


def script(folder: Path, text: str) -> None:
    """A program of that name, in a shell."""
    file = folder / "ffmpeg"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where programs are looked for first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_the_one_on_the_path_comes_first(first: Path) -> None:
    script(first, "echo ours")
    assert ffmpeg.command() == str(first / "ffmpeg")
    assert ffmpeg.run([], seconds=20) == b"ours\n"


def test_without_one_on_the_path_the_package_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "imageio_ffmpeg" in ffmpeg.command()
    assert ffmpeg.run(["-version"], seconds=20).startswith(b"ffmpeg version")


def test_where_there_is_none_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(FfmpegMissing, match="pip install imageio-ffmpeg"):
        ffmpeg.run([], seconds=20)


def test_what_it_says_is_had_on_request(first: Path) -> None:
    script(first, "echo sound; echo measured >&2")
    assert ffmpeg.run([], seconds=20, report=True) == b"measured\n"


def test_it_gives_way_to_others(first: Path) -> None:
    script(first, f"until [ $(nice) -ge {NICENESS} ]; do :; done; echo gave way")
    assert ffmpeg.run([], seconds=10) == b"gave way\n"


@pytest.mark.parametrize("nice", [0, 19])
def test_a_thread_gives_way_and_is_never_put_before_where_it_was(nice: int) -> None:
    def after() -> int:
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(nice, os.getpriority(os.PRIO_PROCESS, thread)))
        thread_gives_way()
        return os.getpriority(os.PRIO_PROCESS, thread)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(after).result() >= max(nice, NICENESS)


@pytest.mark.skipif(not shutil.which("ionice"), reason="there is no ionice to ask")
def test_it_leaves_the_disk_to_others(first: Path) -> None:
    script(first, "until [ $(ionice) = idle ]; do :; done; echo gave way")
    assert ffmpeg.run([], seconds=10) == b"gave way\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("echo 'first'; echo 'No such file.' >&2; exit 1", r"No such file\."), ("exit 7", "exit code 7")],
)
def test_a_failure_gives_its_last_words(text: str, reason: str, first: Path) -> None:
    script(first, text)
    with pytest.raises(SoundError, match=reason):
        ffmpeg.run([], seconds=20)


def test_a_program_that_is_none_is_named(first: Path) -> None:
    (first / "ffmpeg").write_bytes(b"\x7fELF, but no more")
    (first / "ffmpeg").chmod(0o755)
    with pytest.raises(SoundError, match="cannot be run"):
        ffmpeg.run([], seconds=20)


def test_at_the_limit_it_is_killed_with_its_children(first: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script(first, f'trap "" TERM\nsleep 300 &\necho $$ $! > {pids}\nwait')
    started = time.monotonic()
    with pytest.raises(SoundError, match="after 1 s"):
        ffmpeg.run([], seconds=1)
    assert time.monotonic() - started < 30
    leader, child = (int(pid) for pid in pids.read_text().split())
    assert ended(leader)
    assert ended(child)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell's background job ignores Ctrl-C, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_what_interrupts_us_ends_it_too(first: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script(first, f"sleep 300 &\necho $$ $! > {pids}\nsleep 0.3\nkill -INT $PPID\nwait")
    with pytest.raises(KeyboardInterrupt):
        ffmpeg.run([], seconds=60)
    assert all(ended(int(pid)) for pid in pids.read_text().split())


@pytest.mark.skipif(sys.platform != "linux", reason="nobody else tells of a pipe that was closed")
def test_what_kills_us_ends_it_too(first: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script(first, f'trap "" TERM HUP PIPE\nsleep 300 &\necho $$ $! > {pids}.new\nmv {pids}.new {pids}\nwait')
    ours = [sys.executable, "-c", "from proxy.sound import ffmpeg; ffmpeg.run([], seconds=300)"]
    with subprocess.Popen(ours) as process:
        wait_for(pids.exists)
        process.kill()
    assert all(ended(int(pid)) for pid in pids.read_text().split())


def test_it_may_run_many_times_at_once(first: Path) -> None:
    script(first, "cat > /dev/null & sleep 0.01; kill $!; echo $1")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda number: ffmpeg.run([str(number)], seconds=20), range(20)))
    assert said == [b"-hide_banner\n"] * 20


def test_a_longer_file_has_longer() -> None:
    assert ffmpeg.patience(0) == ffmpeg.START_SECONDS
    assert ffmpeg.patience(3600) >= ffmpeg.START_SECONDS + 600


def ended(pid: int) -> bool:
    """Gone, or a zombie that whoever inherited it has yet to reap; up to ten seconds after its signal."""

    def gone() -> bool:
        status = Path(f"/proc/{pid}/status")
        return not status.exists() or "\nState:\tZ" in status.read_text()

    return wait_for(gone)


def wait_for(happened: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if happened():
            return True
        os.sched_yield()
    return False
