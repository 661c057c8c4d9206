"""What every command runs in: settings, logs, whom it may run as, errors as a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proxy import configuration
from proxy.errors import PlaylistgenError

if TYPE_CHECKING:  # what a command needs is imported when it runs: --help stays quick
    from proxy.settings import Settings

STOPPED = 128 + 2  # as shells put it: ended by signal 2


def now() -> datetime:
    return datetime.now(UTC)


def plain(function: Callable[..., int | None]) -> Callable[..., None]:
    """The command as whom it may run; its errors as one sentence and an exit code."""

    def run(**options: Any) -> None:
        from proxy.commands.privileges import drop

        try:
            drop(os.environ)
            code = function(**options)
        except PlaylistgenError as error:
            click.echo(f"playlistgen: {error}", err=True)
            code = error.exit_code
        except KeyboardInterrupt:
            code = STOPPED
        sys.exit(code or 0)

    return update_wrapper(run, function)


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """The same, with settings and logs before it."""
    return plain(update_wrapper(lambda **options: function(_settings(), **options), function))


def _settings() -> Settings:
    from proxy import logs

    # OpenBLAS reads it when numpy is imported, which no command has done yet. With its own choice of threads
    # they wait for each other once anybody else wants a core: a list then took 114 ms at p95, with one 20 ms.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    file = os.environ.get("PLAYLISTGEN_CONFIG")
    read = configuration.read(os.environ, Path(file) if file else None)
    logs.configure(format=read.log_format, level=read.log_level)
    return read
