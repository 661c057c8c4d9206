"""How a refresh ends that is told to stop: at once, and with a sentence."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

SENTENCE = "playlistgen: stopped. What was done is kept; the next `playlistgen refresh` goes on."


@contextmanager
def ended_at_once(*, tidy: Callable[[], None]) -> Iterator[None]:
    """SIGINT and SIGTERM end the process, after `tidy`, with 128 and the signal's number as exit code.

    Nothing is waited for: a thread that computes vectors cannot be interrupted, and need not be, for each
    page and each batch is a transaction. As process 1 of a container we would not end by SIGTERM otherwise.
    """

    def end(number: int, frame: FrameType | None) -> None:
        try:
            tidy()
            click.echo(SENTENCE, err=True)
        finally:  # also where nobody reads it any more
            os._exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
