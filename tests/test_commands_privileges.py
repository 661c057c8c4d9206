"""Who playlistgen is in a container."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from proxy.commands.privileges import CONTAINER, Identity, identity
from proxy.errors import SettingsError
from tests.commands import typed

INSIDE = {CONTAINER: "1"}
DROP = """
import json, os, sys
from pathlib import Path
from proxy.commands.privileges import drop
drop(os.environ, volumes=[Path(folder) for folder in sys.argv[1:]])
print(json.dumps([os.getresuid(), os.getresgid(), os.getgroups()]))
"""

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another")


@pytest.mark.parametrize(
    ("environ", "user", "expected"),
    [
        ({}, 0, None),
        ({"PUID": "1000"}, 0, None),
        (INSIDE, 1000, None),
        (INSIDE | {"PUID": "1001"}, 1000, None),
        (INSIDE | {"PUID": "1001", "PGID": "100"}, 0, Identity(1001, 100)),
        (INSIDE | {"PUID": "1001"}, 0, Identity(1001, 1001)),
        (INSIDE | {"PUID": "1001", "PGID": ""}, 0, Identity(1001, 1001)),
        (INSIDE | {"PUID": "0"}, 0, None),
    ],
)
def test_root_becomes_whom_it_is_told(
    environ: Mapping[str, str], user: int, expected: Identity | None
) -> None:
    assert identity(environ, user=user) == expected


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (INSIDE, "does not run as root. Set PUID"),
        (INSIDE | {"PUID": ""}, "does not run as root. Set PUID"),
        (INSIDE | {"PUID": "lena"}, "PUID is a number"),
        (INSIDE | {"PUID": "-1"}, "PUID is a number"),
        (INSIDE | {"PUID": "1000", "PGID": "²"}, "PGID is a number"),
    ],
)
def test_root_is_refused_where_it_is_told_nothing(environ: Mapping[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        identity(environ, user=0)


def dropped(*folders: Path, **environ: str) -> list[list[int]]:
    command = [sys.executable, "-c", DROP, *map(str, folders)]
    known = {"PATH": os.defpath, **INSIDE, **environ}
    return list(json.loads(subprocess.check_output(command, env=known, text=True)))


@as_root
def test_nothing_of_root_stays(tmp_path: Path) -> None:
    assert dropped(PUID="1234", PGID="4321") == [[1234] * 3, [4321] * 3, []]


@as_root
def test_a_folder_that_docker_made_is_handed_over_and_no_other(tmp_path: Path) -> None:
    made, own = tmp_path / "made", tmp_path / "own"
    for folder in (made, own, made / "inside"):
        folder.mkdir()
    os.chown(own, 77, 77)
    dropped(made, own, tmp_path / "none", PUID="1234", PGID="4321")
    owners = [(found.st_uid, found.st_gid) for found in map(Path.stat, (made, own, made / "inside"))]
    assert owners == [(1234, 4321), (77, 77), (0, 0)]


@as_root
@pytest.mark.parametrize("command", ["serve", "status", "demo"])
def test_no_command_runs_as_root_in_a_container(command: str) -> None:
    result = typed(command, env=INSIDE | {"PUID": ""})
    assert result.exit_code == 2
    assert result.stderr.startswith("playlistgen: In a container playlistgen does not run as root.")
