"""The commands that keep the house: how it stands, copies of it, what stands before it, how to use it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from proxy.cli.command import command, now, plain
from proxy.errors import PlaylistgenError

if TYPE_CHECKING:
    from proxy.settings import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with every failure.")
@command
def status(config: Settings, as_json: bool) -> None:
    """Size of the library, the last syncs, what waits in each stage, and failures."""
    from proxy.commands.status import status, told
    from proxy.refresh.quiet import quiet_of

    found = status(Path(config.db_path), now=now(), quiet=quiet_of(config))
    click.echo(told(found, as_json=as_json))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@command
def check(config: Settings, as_json: bool) -> int:
    """Say what is reachable, what is missing and how to mend it. Exit code 1 where something is wrong."""
    import anyio

    from proxy.commands.check import check, told

    findings = anyio.run(lambda: check(config, now=now()))
    click.echo(told(findings, as_json=as_json))
    return int(any(finding.wrong for finding in findings))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@command
def backup(config: Settings, file: Path) -> None:
    """Copy the database to FILE while it is in use: users' lists, what was measured, vectors.

    Not the settings, nor the file of recipes that RECIPES_PATH names. An earlier copy of that name is
    replaced once the new one is whole.
    """
    from proxy.commands.copies import backup

    click.echo(backup(config, file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@command
def restore(config: Settings, file: Path) -> None:
    """Put what FILE holds, a copy made by backup, into the database. It may be in use meanwhile."""
    from proxy.commands.copies import restore

    click.echo(restore(config, file, now=now()))


@click.command()
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
@command
def nginx(config: Settings, **options: Any) -> None:
    """Print a configuration for an nginx before playlistgen and Navidrome."""
    from proxy.app import routes
    from proxy.commands.nginx import configuration, front

    click.echo(configuration(front(config, **options), routes()), nl=False)


@click.command()
@click.option("--live", is_flag=True, help="Only whether it answers, whatever else is away.")
@command
def health(config: Settings, live: bool) -> None:
    """Ask the server at LISTEN_HOST and LISTEN_PORT whether it is ready. Exit code 2 where it is not."""
    from proxy.commands.health import health

    click.echo(health(config, live=live))


@click.command("help")
@click.argument("topic", required=False)
@plain
def help_on(topic: str | None) -> None:
    """How to install, connect, write prompts and recipes, tune, mend, upgrade, uninstall, by TOPIC."""
    from proxy.commands.topics import told

    click.echo(told(topic))


@click.command()
@click.option("--once", is_flag=True, help="End when the list was printed.")
@click.option("--folder", type=click.Path(path_type=Path), default=".demo", help="Where it keeps its things.")
@plain
def demo(once: bool, folder: Path) -> int:
    """A whole house on this machine: a Subsonic server, its music, the proxy, and one list made by name."""
    from rich.console import Console

    try:
        from proxy import demo
    except ModuleNotFoundError as error:
        raise PlaylistgenError(f"The demo needs {error.name}. Install playlistgen[demo].") from error
    return demo.run(folder=folder, once=once, environ=os.environ, console=Console())
