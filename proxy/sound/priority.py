"""Giving way: whoever listens to files leaves processor and disk to whoever listens to music."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import sys
import threading

NICENESS = 10

# Linux's ioprio_set(2), which the C library has no function for; by machine its number.
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "riscv64": 30, "armv7l": 314, "i686": 289}
_PROCESS, _GROUP = 1, 2
_IDLE = 3 << 13  # the class that gets the disk when nobody else wants it


def group_gives_way(group: int) -> None:
    """A group of processes. Where it has ended or the system has no such priority, nothing happens."""
    _nice(os.PRIO_PGRP, group)
    _disk(_GROUP, group)


def thread_gives_way() -> None:
    """The thread that calls, and the processes it starts from now on; on Linux, where each has its own."""
    if sys.platform == "linux":
        _nice(os.PRIO_PROCESS, threading.get_native_id())
        _disk(_PROCESS, threading.get_native_id())


def _nice(which: int, who: int) -> None:
    """Root might put it before where it was: `serve` and systemd give it the lowest priority already."""
    with contextlib.suppress(OSError):
        os.setpriority(which, who, max(NICENESS, os.getpriority(which, who)))


def _disk(which: int, who: int) -> None:
    if sys.platform == "linux" and (number := _IOPRIO_SET.get(platform.machine())):
        ctypes.CDLL(None).syscall(number, which, who, _IDLE)
