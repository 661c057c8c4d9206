"""compose.yaml: a file of the Compose specification, and one that fits the image and the settings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from proxy.cli import main
from proxy.commands.topics import text
from proxy.configuration import read
from proxy.settings import Settings
from tests.dockerfile import FILE, stages

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "tests" / "data" / "compose" / "compose-spec.json"
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
IMAGE = stages(FILE.read_text(encoding="utf-8"))[-1]
VARIABLE = re.compile(r"\$\{(\w+)(?:(:[-+])([^}]*))?\}")


def composed(environ: Mapping[str, str]) -> dict[str, Any]:
    """The file as Compose reads it, with these in .env."""

    def value(found: re.Match[str]) -> str:
        given = environ.get(found[1], "")
        if found[2] == ":+":
            return found[3] if given else ""
        return given or found[3] or ""

    return dict(yaml.safe_load(VARIABLE.sub(value, TEXT)))


def dotenv(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))


def environment(service: dict[str, Any]) -> dict[str, str]:
    """What a container is given, with what its image has."""
    given = dict(line.split("=", 1) for line in service["environment"])
    return {**IMAGE.env(), **given}


WITHOUT = composed({})
ENVIRONS = [{}, dotenv(EXAMPLE), dotenv(EXAMPLE.replace("\n#", "\n"))]
OURS = ["playlistgen", "refresh"]


@pytest.mark.parametrize("environ", ENVIRONS, ids=["no .env", ".env.example", "all of it"])
def test_it_is_what_the_specification_says(environ: dict[str, str]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(composed(environ))


def test_docker_takes_it(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if (
        not docker
        or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("there is no docker compose here")
    for profile in ("", "full", "refresh"):
        environ = {**os.environ, "COMPOSE_PROFILES": profile}
        command = [docker, "compose", "--file", str(ROOT / "compose.yaml"), "config", "--quiet"]
        subprocess.run(command, env=environ, check=True)


def test_what_starts_by_itself_is_the_proxy_alone() -> None:
    profiles = {name: service.get("profiles") for name, service in WITHOUT["services"].items()}
    assert [name for name, profile in profiles.items() if not profile] == ["playlistgen"]
    assert profiles["refresh"] == ["refresh"]
    full = {name for name, profile in profiles.items() if profile == ["full"]}
    assert full == {"navidrome", "ollama", "ollama-model", "nginx"}


@pytest.mark.parametrize("environ", ENVIRONS, ids=["no .env", ".env.example", "all of it"])
@pytest.mark.parametrize("name", OURS)
def test_our_settings_are_read(name: str, environ: dict[str, str]) -> None:
    given = environment(composed(environ)["services"][name])
    given["NAVIDROME_PASSWORD_FILE"] = ""  # its path is the container's
    settings = read(environ | given)
    assert (settings.listen_host, settings.listen_port) == ("0.0.0.0", 4532)
    assert settings.navidrome_url == environ.get("NAVIDROME_URL", "http://navidrome:4533")
    assert settings.ollama_url == environ.get("OLLAMA_URL", "")


@pytest.mark.parametrize("name", OURS)
def test_what_is_kept_lies_in_volumes(name: str) -> None:
    service = WITHOUT["services"][name]
    given = environment(service)
    mounted = {volume.split(":")[1]: volume for volume in service["volumes"]}
    assert mounted.keys() == {"/library", str(Path(given["DB_PATH"]).parent), given["PLAYLISTS_PATH"]}
    assert mounted["/library"] == "/mnt/media:/library:ro"
    assert given["LIBRARY_PATH"] == "/library"


@pytest.mark.parametrize("name", OURS)
def test_ours_may_do_little(name: str) -> None:
    service = WITHOUT["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert set(service["cap_add"]) == {"CHOWN", "SETGID", "SETUID"}
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(environment(service)["PUID"]) > 0


def test_each_command_of_ours_exists() -> None:
    assert WITHOUT["services"]["refresh"]["command"][0] in main.commands
    assert "command" not in WITHOUT["services"]["playlistgen"]  # the image's own
    port = WITHOUT["services"]["playlistgen"]["ports"][0].split(":")[-1]
    assert port == IMAGE.last("EXPOSE").rest


@pytest.mark.parametrize("topic", ["install", "upgrade"])
@pytest.mark.parametrize("name", OURS)
def test_the_labels_of_the_image_get_what_help_exports_before_it_is_built(name: str, topic: str) -> None:
    taken = {name for step in IMAGE.all("ARG") for name, value in step.pairs.items() if not value}
    assert set(WITHOUT["services"][name]["build"]["args"]) == taken
    assert set(re.findall(r"org\.\S+=\"\$\{(\w+)\}\"", IMAGE.last("LABEL").rest)) == taken | {"VERSION"}
    exported = re.search(r"^ +export (.*)\n +docker compose build", text(topic), re.MULTILINE)
    assert exported
    assert set(re.findall(r"(\w+)=", exported[1])) == taken


def test_a_password_comes_from_a_file_or_is_none() -> None:
    assert environment(WITHOUT["services"]["refresh"])["NAVIDROME_PASSWORD_FILE"] == ""
    assert WITHOUT["secrets"]["navidrome_password"]["file"] == "/dev/null"
    secret = composed({"NAVIDROME_PASSWORD_FILE": "./secret"})
    given = environment(secret["services"]["refresh"])["NAVIDROME_PASSWORD_FILE"]
    assert given == f"/run/secrets/{secret['services']['refresh']['secrets'][0]}"
    assert secret["secrets"]["navidrome_password"]["file"] == "./secret"


def test_every_name_in_the_example_means_something() -> None:
    known = {name for name, _, _ in VARIABLE.findall(TEXT)} | {
        name.upper() for name in Settings.__struct_fields__
    }
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert named <= known | {"COMPOSE_PROFILES"}
    assert {name for name, _, _ in VARIABLE.findall(TEXT)} - named <= {"EMBED_MODEL"}


def test_what_a_folder_may_hold_is_not_in_git() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {"/.env", "/playlistgen-data/", "/playlists/"} <= set(ignored)
