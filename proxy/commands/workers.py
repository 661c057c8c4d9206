"""Several processes that take connections from one listening socket."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

import structlog

from proxy.errors import PlaylistgenError

TOO_SOON_SECONDS = 5.0  # workers that end before that, one after the other, would go on ending

log = structlog.get_logger()


class WorkerFailed(PlaylistgenError):
    """None stays."""


def run(count: int, work: Callable[..., None], *args: Any) -> None:
    """Keep `count` processes at `work` until this one is told to stop; then all of them are.

    A worker that ends is replaced, and SIGHUP is passed on to all. Raises WorkerFailed where they end as soon
    as they begin. Processes are spawned, not forked, which is safe wherever Python runs: `work` and `args`
    must bear being pickled. Before `args` stands the worker's number, from 0; one that is replaced leaves its
    own to the next.
    """
    context = multiprocessing.get_context("spawn")
    started: dict[BaseProcess, float] = {}
    numbers: dict[BaseProcess, int] = {}
    too_soon = 0
    signal.signal(signal.SIGHUP, lambda number, frame: _tell(started, number))
    try:
        while too_soon <= count:
            while len(started) < count:
                number = min(set(range(count)) - set(numbers.values()))
                given = (number, *args)
                worker: BaseProcess = context.Process(target=work, args=given, name="playlistgen worker")
                worker.start()
                numbers[worker] = number
                started[worker] = time.monotonic()
            wait([worker.sentinel for worker in started])
            for worker in [worker for worker in started if not worker.is_alive()]:
                too_soon = too_soon + 1 if time.monotonic() - started.pop(worker) < TOO_SOON_SECONDS else 0
                del numbers[worker]
                log.error("a worker ended; another takes its place", pid=worker.pid, code=worker.exitcode)
    finally:
        _stop(list(started))
    raise WorkerFailed("The workers end as soon as they begin; the lines above say why.")


def _tell(workers: Iterable[BaseProcess], number: int) -> None:
    for worker in workers:
        if worker.pid is not None:
            with suppress(ProcessLookupError):  # it has ended, and is replaced
                os.kill(worker.pid, number)


def _stop(workers: list[BaseProcess]) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave some behind
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join()
    signal.signal(signal.SIGINT, before)
