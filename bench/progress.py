"""What the bench is at, on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

Say = Callable[[str], None]


def teller() -> Say:
    """Lines with the seconds since now."""
    started = time.monotonic()

    def say(text: str) -> None:
        click.echo(f"{time.monotonic() - started:6.1f} s  {text}", err=True)

    return say
