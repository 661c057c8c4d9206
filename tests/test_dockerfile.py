"""The Dockerfile as it is written; `make image-replay` plays its steps."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from proxy import __version__
from proxy.cli import main
from proxy.commands.privileges import CONTAINER, VOLUMES
from proxy.configuration import read
from tests.dockerfile import FILE, stages
from tests.replay_dockerfile import SUITE

ROOT = FILE.parent
STAGES = stages(FILE.read_text(encoding="utf-8"))
IMAGE = STAGES[-1]


def test_every_stage_stands_on_the_same_debian() -> None:
    assert {stage.origin for stage in STAGES} == {f"debian:{SUITE}-slim"}


def test_what_is_installed_is_locked_by_hashes() -> None:
    steps = [step.rest for stage in STAGES for step in stage.all("RUN")]
    installs = [
        one for step in steps for one in re.split(r"&&|;", step) if re.search(r"\bpip\b.* install", one)
    ]
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or "--no-deps wheel/*.whl" in " ".join(install.split())


def test_nothing_is_started_through_a_shell() -> None:
    assert IMAGE.last("ENTRYPOINT").words == ["playlistgen"]
    assert IMAGE.last("CMD").words == ["serve"]
    assert IMAGE.last("HEALTHCHECK").rest == 'CMD ["playlistgen", "health", "--live"]'
    assert {"serve", "health"} <= main.commands.keys()


def test_it_runs_as_nobody_special_and_knows_that_it_is_a_container() -> None:
    user, group = IMAGE.last("USER").rest.split(":")
    assert int(user) >= 1000
    assert int(group) >= 1000
    assert IMAGE.env()[CONTAINER]


def test_its_environment_is_read_by_the_settings() -> None:
    settings = read(IMAGE.env())
    assert settings.listen_host == "0.0.0.0"
    assert settings.listen_port == int(IMAGE.last("EXPOSE").rest)
    folders = [Path(settings.db_path).parent, Path(settings.playlists_path)]
    assert folders == list(VOLUMES) == [Path(word) for word in IMAGE.last("VOLUME").words]
    assert IMAGE.last("WORKDIR").rest == str(folders[0])


def test_it_holds_an_ffmpeg_and_the_package() -> None:
    copied = {(step.options["from"], step.words[-1]) for step in IMAGE.all("COPY")}
    assert copied == {("ffmpeg", "/usr/local/bin/ffmpeg"), ("build", "/opt/playlistgen")}
    assert {origin for origin, _ in copied} <= {stage.name for stage in STAGES}


@pytest.mark.parametrize("label", ["title", "description", "licenses", "version", "revision", "created"])
def test_its_labels_are_those_of_the_open_container_initiative(label: str) -> None:
    assert f"org.opencontainers.image.{label}" in IMAGE.last("LABEL").pairs


def test_its_version_is_ours() -> None:
    assert {"VERSION": __version__}.items() <= IMAGE.all("ARG")[0].pairs.items()


def test_all_that_is_copied_into_it_is_let_in() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {name for stage in STAGES for step in stage.all("COPY") for name in step.words[:-1]}
    ours = {name for name in copied if not name.startswith("/opt/")}
    assert ours == let_in
    assert all((ROOT / name).exists() for name in ours)


def test_hadolint_has_nothing_against_it() -> None:
    hadolint = shutil.which("hadolint", path=str(ROOT / ".venv/bin")) or shutil.which("hadolint")
    if not hadolint:
        pytest.skip("there is no hadolint here")
    ended = subprocess.run([hadolint, "--no-color", FILE], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "")
