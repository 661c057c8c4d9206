"""`playlistgen help`: what it tells to type, to set and to look for exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from proxy.cli import main
from proxy.commands.topics import FOLDER, ORDER, text
from proxy.settings import Settings, secrets
from tests.commands import typed
from tests.test_compose import EXAMPLE, VARIABLE
from tests.test_compose import TEXT as COMPOSE

ROOT = Path(__file__).parents[1]
TOPICS = {topic: text(topic) for topic in ORDER}
# Behind a cron line's times and variables, or in the container of that name.
COMMAND = re.compile(
    r"(?:[\d* ]+ |\w+=\S+ |docker compose exec playlistgen |/opt/playlistgen/bin/)*"
    r"playlistgen ([a-z]+)(.*)"
)
NAME = re.compile(r"\b(?:[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]|PUID|PGID)\b")


def code(markdown: str) -> list[str]:
    """What stands between backticks, and the indented lines."""
    return re.findall(r"`([^`]+)`", markdown) + re.findall(r"^ {4,}(.*)$", markdown, re.MULTILINE)


def test_every_topic_is_listed_by_its_title() -> None:
    assert {f"{topic}.md" for topic in ORDER} == {file.name for file in FOLDER.iterdir()}
    listed = typed("help").stdout
    for topic, markdown in TOPICS.items():
        assert re.search(rf"^  {topic} +{re.escape(markdown.splitlines()[0][2:])}$", listed, re.MULTILINE)
        assert typed("help", topic).stdout == markdown


def test_a_slip_is_led_to_the_nearest_topic() -> None:
    result = typed("help", "instal")
    assert result.exit_code == 2
    assert "Did you mean `playlistgen help install`?" in result.stderr


def test_help_is_to_be_had_whatever_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVIDROME_URL", "nonsense")
    assert typed("help", "troubleshooting").exit_code == 0


@pytest.mark.parametrize("topic", ORDER)
def test_commands_in_it_exist_with_their_options(topic: str) -> None:
    found = [match for snippet in code(TOPICS[topic]) if (match := COMMAND.match(snippet.strip()))]
    assert found or topic in ("connect", "uninstall")
    for match in found:
        command = main.commands[match[1]]
        first = match[2].split()[:1]
        if isinstance(command, click.Group) and first and first[0] in command.commands:
            command = command.commands[first[0]]
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", match[2])) <= options, match[0]
        if match[1] == "help":
            assert match[2].split()[0] in (*ORDER, "TOPIC")


@pytest.mark.parametrize("topic", ORDER)
def test_settings_in_it_exist(topic: str) -> None:
    known = {name.upper() for name in Settings.__struct_fields__}
    known |= {f"{name.upper()}_FILE" for name in secrets()} | {"PLAYLISTGEN_CONFIG", "COMPOSE_PROFILES"}
    known |= {name for name, _, _ in VARIABLE.findall(COMPOSE)} | set(
        re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)
    )
    assert set(NAME.findall(TOPICS[topic])) <= known


@pytest.mark.parametrize("topic", ORDER)
def test_files_of_ours_in_it_exist(topic: str) -> None:
    named = re.findall(
        r"(?<![\w/])((?:systemd|nginx|proxy)/[\w./-]*|compose\.yaml|requirements\.lock)", TOPICS[topic]
    )
    for name in named:
        assert (ROOT / name).exists(), name
