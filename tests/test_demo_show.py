"""What the demo prints, on a terminal and elsewhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from proxy.demo import show
from proxy.demo.client import Account, Playlist, Song
from proxy.demo.processes import StepFailed

RAIN = Song(id="a", title="Rain [demo]", artist="Ines", year=1959, duration=181)
TRACK = Song(id="b", title="Track 07", artist="[unknown]", duration=3_420)
MADE = Playlist(id="1", name="ai: rain", comment="rain · 2 songs", entry=(RAIN, TRACK))


def printed(*, terminal: bool) -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=terminal, width=100, color_system=None), file


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (9, "0:09"), (181, "3:01"), (3_599, "59:59"), (3_601, "1:00:01")]
)
def test_lengths_are_minutes_and_seconds(seconds: int, text: str) -> None:
    console, file = printed(terminal=False)
    show.playlist(console, Playlist(id="1", name="n", entry=(Song(id="a", title="t", duration=seconds),)), {})
    assert f", {text} in all" in file.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_a_list_is_shown_with_its_songs_their_reasons_its_length_and_its_comment(terminal: bool) -> None:
    console, file = printed(terminal=terminal)
    show.playlist(console, MADE, {"a": "title [rain]"})
    text = file.getvalue()
    for part in (
        "Rain [demo]",
        "[unknown]",
        "1959",
        "3:01",
        "title [rain]",
        "1:00:01 in all",
        "rain · 2 songs",
    ):
        assert part in text


def test_without_a_terminal_the_columns_stand_under_each_other_however_long_they_are() -> None:
    lines = show.aligned([("", "Song", "Year"), ("1", "x" * 120, "1959"), ("2", "y", "")])
    assert lines == [f"   Song{' ' * 118}Year", f"1  {'x' * 120}  1959", "2  y"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('[{"id": "a", "why": "rain"}, {"id": "b"}]', {"a": "rain"}),
        ('{"comment": "c", "songs": [{"id": "a", "why": ["rain", "jazz"]}]}', {"a": "rain, jazz"}),
        ('{"songs": 3}', {}),
        ("[1, null]", {}),
        ("no JSON", {}),
        ("", {}),
    ],
)
def test_reasons_are_read_where_they_are(answer: str, expected: dict[str, str]) -> None:
    assert show.reasons(answer) == expected


@pytest.mark.parametrize("plain_password", [True, False])
def test_only_a_server_without_tokens_asks_for_another_login(plain_password: bool) -> None:
    console, file = printed(terminal=False)
    show.connection(console, Account("http://127.0.0.1:1", "u", "p"), plain_password=plain_password)
    assert ("plain-password" in file.getvalue()) == plain_password


def test_a_failure_ends_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    log.write_text("".join(f"line {n}\n" for n in range(20)), encoding="utf-8")
    console, file = printed(terminal=False)
    show.failure(console, StepFailed("serve ended.", log))
    lines = file.getvalue().splitlines()
    assert lines[:2] == ["serve ended.", f"The end of {log}:"]
    assert [line.strip() for line in lines[2:]] == [f"line {n}" for n in range(12, 20)]
