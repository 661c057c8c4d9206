"""The commands that read the library, make lists of it and serve them."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proxy.cli.command import command, now
from proxy.errors import UpstreamError
from proxy.notation import interval

if TYPE_CHECKING:
    from proxy.settings import Settings

FORMS = ["table", "json", "m3u8"]
STAGES = ["sync", "embed", "locate", "measure", "hear"]
AGAIN = ["failed", "all"]


@click.command()
@click.option("--host", help="Address to listen on; LISTEN_HOST else.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; LISTEN_PORT else.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, help="Processes; one for each core is most."
)
@click.option("--refresh-every", help="Refresh by itself so often, such as 1h; REFRESH_EVERY else.")
@command
def serve(
    config: Settings, host: str | None, port: int | None, workers: int, refresh_every: str | None
) -> None:
    """Run the proxy until Ctrl-C."""
    from proxy.commands.serve import serve

    port = config.listen_port if port is None else port
    every = interval(refresh_every or config.refresh_every, "--refresh-every")
    serve(config, host=host or config.listen_host, port=port, workers=workers, refresh_every=every)


@click.command()
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
@command
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
        report = anyio.run(lambda: refresh(config, work, now=now, progress=progress.show, force=force))
    if as_json or not (report.sync and report.sync.error):
        click.echo(told(report, as_json=as_json))
    if report.sync and report.sync.error:
        raise UpstreamError(report.sync.error)
    if report.error:
        return 2
    return 1 if report.failures else 0


@click.command()
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
@command
def generate(config: Settings, prompt: str, day: datetime | None, **options: Any) -> None:
    """Make a list from PROMPT and print it; nothing is written to Navidrome.

    An `.m3u8` goes to PLAYLISTS_PATH unless --output says where.
    """
    from proxy.commands.generate import Wanted, generate

    here = now().astimezone()
    readable = prompt.encode(errors="replace").decode()  # an argument may hold bytes that are no UTF-8
    wanted = Wanted(prompt=readable, day=(day or here).date(), now=None if day else here, **options)
    click.echo(generate(config, wanted), nl=False)


@click.group(invoke_without_command=True)
@click.option(
    "--check",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Only say whether it can be read.",
)
@click.option("--user", default="", help="Say too what this user has of them.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def recipes(context: click.Context, /, **options: Any) -> None:
    """The standing lists and when each is made anew; `hide` and `show` one to a user."""
    if context.invoked_subcommand is None:
        _recipes(**options)


@command
def _recipes(config: Settings, check: Path | None, user: str, as_json: bool) -> None:
    from proxy.commands.recipes import checked, rows, told

    click.echo(checked(check) if check else told(rows(config, user=user, now=now()), as_json=as_json))


@recipes.command()
@click.argument("name")
@click.option("--user", required=True, help="From whom, as Navidrome writes the name.")
@command
def hide(config: Settings, name: str, user: str) -> None:
    """Keep the list of recipe NAME from a user, as he does himself by deleting it."""
    from proxy.commands.recipes import hidden

    click.echo(hidden(config, name, user, hide=True, now=now()))


@recipes.command()
@click.argument("name")
@click.option("--user", required=True, help="To whom, as Navidrome writes the name.")
@command
def show(config: Settings, name: str, user: str) -> None:
    """Show the list of recipe NAME to a user again."""
    from proxy.commands.recipes import hidden

    click.echo(hidden(config, name, user, hide=False, now=now()))
