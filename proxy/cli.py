"""The commands; the only place that reads the environment.

Exit codes: 0 all is well, 1 done but with faults, 2 it could not be done, 3 another refresh is at work,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial, update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proxy import __version__, settings
from proxy.errors import PlaylistgenError, UpstreamError

if TYPE_CHECKING:  # what a command needs is imported when it runs: --help stays quick
    from proxy.settings import Settings

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
FORMS = ["table", "json", "m3u8"]
STAGES = ["sync", "embed", "locate", "measure", "hear"]
AGAIN = ["failed", "all"]
STOPPED = 128 + 2  # as shells put it: ended by signal 2


def _now() -> datetime:
    return datetime.now(UTC)


def _plain(function: Callable[..., int | None]) -> Callable[..., None]:
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


def _command(function: Callable[..., int | None]) -> Callable[..., None]:
    """The same, with settings and logs before it."""
    return _plain(update_wrapper(lambda **options: function(_settings(), **options), function))


def _settings() -> Settings:
    from proxy import logs

    # OpenBLAS reads it when numpy is imported, which no command has done yet. With its own choice of threads
    # they wait for each other once anybody else wants a core: a list then took 114 ms at p95, with one 20 ms.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    file = os.environ.get("PLAYLISTGEN_CONFIG")
    read = settings.read(os.environ, Path(file) if file else None)
    logs.configure(format=read.log_format, level=read.log_level)
    return read


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="playlistgen")
def main() -> None:
    """A proxy in front of Navidrome that turns a playlist's name into the playlist.

    Settings come from the environment (NAVIDROME_URL and others, see README), and from the TOML file that
    PLAYLISTGEN_CONFIG names. Exit codes: 0 all is well, 1 done but with faults, 2 it could not be done,
    3 another refresh is at work, 130 stopped by Ctrl-C.
    """


@main.command()
@click.option("--host", help="Address to listen on; LISTEN_HOST else.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; LISTEN_PORT else.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, help="Processes; one for each core is most."
)
@click.option("--refresh-every", help="Refresh by itself so often, such as 1h; REFRESH_EVERY else.")
@_command
def serve(
    config: Settings, host: str | None, port: int | None, workers: int, refresh_every: str | None
) -> None:
    """Run the proxy until Ctrl-C."""
    from proxy.commands.serve import serve

    port = config.listen_port if port is None else port
    every = settings.interval(refresh_every or config.refresh_every, "--refresh-every")
    serve(config, host=host or config.listen_host, port=port, workers=workers, refresh_every=every)


@main.command()
@click.option(
    "--force", is_flag=True, help="Read the library even where upstream's scan says nothing is new."
)
@click.option(
    "--stage", "stages", type=click.Choice(STAGES), multiple=True, help="Only this; may be repeated."
)
@click.option("--limit", type=click.IntRange(min=0), help="Songs to listen to at most; the others wait.")
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=0,
    help="Songs to listen to at a time; all cores but one else.",
)
@click.option("--again", type=click.Choice(AGAIN), help="Listen to these without waiting.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@_command
def refresh(config: Settings, force: bool, as_json: bool, **options: Any) -> int:
    """Read the library from Navidrome, embed what is new and, where the music is mounted, measure it.

    Safe to stop and run again.
    """
    import anyio

    from proxy.commands.ending import ended_at_once
    from proxy.commands.progress import Progress
    from proxy.commands.refresh import refresh, told, work_of

    work = work_of(config, **options)
    with Progress(sys.stderr) as progress, ended_at_once(tidy=partial(progress.__exit__, None, None, None)):
        report = anyio.run(lambda: refresh(config, work, now=_now, progress=progress.show, force=force))
    if as_json or not (report.sync and report.sync.error):
        click.echo(told(report, as_json=as_json))
    if report.sync and report.sync.error:
        raise UpstreamError(report.sync.error)
    if report.error:
        return 2
    return 1 if report.failures else 0


@main.command()
@click.argument("prompt")
@click.option("--minutes", type=click.FloatRange(1, 720), help="Total length; wins over the prompt's.")
@click.option("--count", type=click.IntRange(1, 500), help="Number of songs; wins over the prompt's.")
@click.option("--seed", "seeds", multiple=True, metavar="ID", help="A song to start from; may be repeated.")
@click.option("--user", default="", help="For whom; decides what a bare prefix brings.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="As if it were that day; today else.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", help="A table else.")
@click.option("--explain", is_flag=True, help="With relevance and reasons in the table.")
@click.option("--output", type=click.Path(path_type=Path, allow_dash=True), help="A file; - for the screen.")
@click.option("--into-library", is_flag=True, help="Allow --output inside Navidrome's music folder.")
@_command
def generate(config: Settings, prompt: str, day: datetime | None, **options: Any) -> None:
    """Make a list from PROMPT and print it; nothing is written to Navidrome.

    An `.m3u8` goes to PLAYLISTS_PATH unless --output says where.
    """
    from proxy.commands.generate import Wanted, generate

    now = _now().astimezone()
    readable = prompt.encode(errors="replace").decode()  # an argument may hold bytes that are no UTF-8
    wanted = Wanted(prompt=readable, day=(day or now).date(), now=None if day else now, **options)
    click.echo(generate(config, wanted), nl=False)


@main.group(invoke_without_command=True)
@click.option(
    "--check", type=click.Path(path_type=Path), metavar="FILE", help="Only say whether it can be read."
)
@click.option("--user", default="", help="Say too what this user has of them.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def recipes(context: click.Context, /, **options: Any) -> None:
    """The standing lists and when each is made anew; `hide` and `show` one to a user."""
    if context.invoked_subcommand is None:
        _recipes(**options)


@_command
def _recipes(config: Settings, check: Path | None, user: str, as_json: bool) -> None:
    from proxy.commands.recipes import checked, rows, told

    click.echo(checked(check) if check else told(rows(config, user=user, now=_now()), as_json=as_json))


@recipes.command()
@click.argument("name")
@click.option("--user", required=True, help="From whom, as Navidrome writes the name.")
@_command
def hide(config: Settings, name: str, user: str) -> None:
    """Keep the list of recipe NAME from a user, as he does himself by deleting it."""
    from proxy.commands.recipes import hidden

    click.echo(hidden(config, name, user, hide=True, now=_now()))


@recipes.command()
@click.argument("name")
@click.option("--user", required=True, help="To whom, as Navidrome writes the name.")
@_command
def show(config: Settings, name: str, user: str) -> None:
    """Show the list of recipe NAME to a user again."""
    from proxy.commands.recipes import hidden

    click.echo(hidden(config, name, user, hide=False, now=_now()))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with every failure.")
@_command
def status(config: Settings, as_json: bool) -> None:
    """Size of the library, the last syncs, what waits in each stage, and failures."""
    from proxy.commands.status import status, told
    from proxy.refresh.quiet import quiet_of

    found = status(Path(config.db_path), now=_now(), quiet=quiet_of(config))
    click.echo(told(found, as_json=as_json))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@_command
def check(config: Settings, as_json: bool) -> int:
    """Say what is reachable, what is missing and how to mend it. Exit code 1 where something is wrong."""
    import anyio

    from proxy.commands.check import check, told

    findings = anyio.run(lambda: check(config, now=_now()))
    click.echo(told(findings, as_json=as_json))
    return int(any(finding.wrong for finding in findings))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_command
def backup(config: Settings, file: Path) -> None:
    """Copy the database to FILE while it is in use: users' lists, what was measured, vectors.

    An earlier copy of that name is replaced once the new one is whole.
    """
    from proxy.commands.copies import backup

    click.echo(backup(config, file))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_command
def restore(config: Settings, file: Path) -> None:
    """Put what FILE holds, a copy made by backup, into the database. It may be in use meanwhile."""
    from proxy.commands.copies import restore

    click.echo(restore(config, file, now=_now()))


@main.command()
@click.option("--server-name", multiple=True, help="Name that clients ask for; may be repeated.")
@click.option("--certificate", help="Path of the certificate, with its chain; for TLS, beside --key.")
@click.option("--key", help="Path of its key.")
@click.option("--upstream", help="Where nginx reaches Navidrome; NAVIDROME_URL else.")
@click.option(
    "--proxy", help="Where nginx reaches playlistgen, as host:port; LISTEN_HOST and LISTEN_PORT else."
)
@click.option(
    "--listen", multiple=True, help="Address or port of nginx; may be repeated; 80, with TLS 443 else."
)
@click.option("--redirected", help="With TLS: address or port that only sends clients to https; 80 else.")
@_command
def nginx(config: Settings, **options: Any) -> None:
    """Print a configuration for an nginx before playlistgen and Navidrome."""
    from proxy.app import routes
    from proxy.commands.nginx import configuration, front

    click.echo(configuration(front(config, **options), routes()), nl=False)


@main.command()
@click.option("--live", is_flag=True, help="Only whether it answers, whatever else is away.")
@_command
def health(config: Settings, live: bool) -> None:
    """Ask the server at LISTEN_HOST and LISTEN_PORT whether it is ready. Exit code 2 where it is not."""
    from proxy.commands.health import health

    click.echo(health(config, live=live))


@main.command("help")
@click.argument("topic", required=False)
@_plain
def help_on(topic: str | None) -> None:
    """How to install, connect, write prompts, tune, mend, upgrade and uninstall: TOPIC, or what there is."""
    from proxy.commands.topics import told

    click.echo(told(topic))


@main.command()
@click.option("--once", is_flag=True, help="End when the list was printed.")
@click.option("--folder", type=click.Path(path_type=Path), default=".demo", help="Where it keeps its things.")
@_plain
def demo(once: bool, folder: Path) -> int:
    """A whole house on this machine: a Subsonic server, its music, the proxy, and one list made by name."""
    from rich.console import Console

    try:
        from proxy import demo
    except ModuleNotFoundError as error:
        raise PlaylistgenError(f"The demo needs {error.name}. Install playlistgen[demo].") from error
    return demo.run(folder=folder, once=once, environ=os.environ, console=Console())
