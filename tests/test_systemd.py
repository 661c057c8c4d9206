"""The units in systemd/: what they start exists, and they may do no more than they must."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from proxy.cli import main
from proxy.configuration import read

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "systemd"
SERVICES = sorted(FOLDER.glob("*/*.service"))
PLAIN = sorted(FOLDER.glob("plain/*.service"))
TIMER = FOLDER / "playlistgen-refresh.timer"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSURE = 2.0  # of 10, as systemd-analyze reckons; "OK" ends at 4

needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="there is no systemd here")


def name(file: Path) -> str:
    return str(file.relative_to(FOLDER))


def values(file: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)


def installed(file: Path, folder: Path) -> Path:
    """As on a machine that has docker, and playlistgen where the unit says."""
    text = file.read_text(encoding="utf-8").replace("/usr/bin/docker", sys.executable)
    text = text.replace("/opt/playlistgen/bin/playlistgen", sys.executable)
    copy = folder / file.name
    copy.write_text(text, encoding="utf-8")
    (folder / "docker.service").write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    return copy


@needs_systemd
@pytest.mark.parametrize("file", SERVICES, ids=name)
def test_systemd_takes_each_service(file: Path, tmp_path: Path) -> None:
    command = [str(ANALYZE), "verify", str(installed(file, tmp_path))]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@needs_systemd
def test_systemd_takes_the_timer(tmp_path: Path) -> None:
    timer = shutil.copy(TIMER, tmp_path)
    installed(FOLDER / "plain" / "playlistgen-refresh.service", tmp_path)
    ended = subprocess.run([str(ANALYZE), "verify", timer], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("file", SERVICES, ids=name)
def test_each_is_fenced_in(file: Path, tmp_path: Path) -> None:
    command = [str(ANALYZE), "security", "--offline=true", "--no-pager", str(installed(file, tmp_path))]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"exposure level for \S+: (\d+\.\d+)", told)
    assert found, told
    assert float(found[1]) < MOST_EXPOSURE


def test_the_timer_starts_the_job_by_its_name() -> None:
    assert {file.stem for file in SERVICES if "refresh" in file.stem} == {TIMER.stem}
    assert values(TIMER, "WantedBy") == ["timers.target"]


@pytest.mark.parametrize("file", PLAIN, ids=name)
def test_plain_ones_run_a_command_with_settings_of_ours(file: Path) -> None:
    program, command = values(file, "ExecStart")[0].split()
    assert program == "/opt/playlistgen/bin/playlistgen"
    assert command in main.commands
    given = dict(pair.split("=", 1) for line in values(file, "Environment") for pair in line.split())
    state = f"/var/lib/{values(file, 'StateDirectory')[0]}/"
    assert all(value.startswith((state, "%d/")) for value in given.values())
    assert given.pop("NAVIDROME_PASSWORD_FILE") == "%d/navidrome_password"
    assert read(given).db_path == f"{state}playlist.db"


def test_both_plain_ones_share_their_user_and_their_settings() -> None:
    for key in ("User", "StateDirectory", "Environment", "EnvironmentFile", "LoadCredential"):
        assert len({tuple(values(file, key)) for file in PLAIN}) == 1, key


def test_the_one_for_compose_runs_a_job_that_is_there() -> None:
    (command,) = values(FOLDER / "compose" / "playlistgen-refresh.service", "ExecStart")
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert command.split()[1:4] == ["compose", "run", "--rm"]
    assert services[command.split()[-1]]["command"] == ["refresh"]


@pytest.mark.parametrize("file", [file for file in SERVICES if "refresh" in file.stem], ids=name)
def test_a_refresh_that_had_nothing_to_do_is_no_failure(file: Path) -> None:
    codes = set(values(file, "SuccessExitStatus")[0].split())
    assert codes == {"1", "3"}
