"""The commands; the only place that reads the environment.

Exit codes: 0 all is well, 1 done but with faults, 2 it could not be done, 3 another refresh is at work,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import click

from proxy import __version__
from proxy.cli import house, lists

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
COMMANDS = (
    lists.serve,
    lists.refresh,
    lists.generate,
    lists.recipes,
    house.status,
    house.check,
    house.health,
    house.backup,
    house.restore,
    house.nginx,
    house.demo,
    house.help_on,
)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="playlistgen")
def main() -> None:
    """A proxy in front of Navidrome that turns a playlist's name into the playlist.

    Settings come from the environment (NAVIDROME_URL and others, see README), and from the TOML file that
    PLAYLISTGEN_CONFIG names. Exit codes: 0 all is well, 1 done but with faults, 2 it could not be done,
    3 another refresh is at work, 130 stopped by Ctrl-C.
    """


for each in COMMANDS:
    main.add_command(each)
