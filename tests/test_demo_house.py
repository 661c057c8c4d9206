"""The demo from its first line to its exit code, before a Navidrome that somebody else runs."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path

from rich.console import Console

from proxy.demo import run
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.live import serve

USER = "admin"


def environ(url: str, password: str) -> dict[str, str]:
    return {**os.environ, "NAVIDROME_URL": url, "NAVIDROME_USER": USER, "NAVIDROME_PASSWORD": password}


def demo(folder: Path, url: str, password: str) -> tuple[int, str]:
    printed = io.StringIO()
    code = run(folder=folder, once=True, environ=environ(url, password), console=Console(file=printed))
    return code, printed.getvalue()


def test_one_run_makes_the_list_on_ones_own_server_and_prints_no_password(tmp_path: Path) -> None:
    world = World.recorded()
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    with serve(create_app(world)) as url:
        code, printed = demo(tmp_path, url, PASSWORDS[USER])
    assert code == 0, printed
    for part in (
        "ai: rainy sunday jazz 45 min",
        "created and opened",
        "of audio/",
        " in all",
        "Comment: ",
        url[7:],
    ):
        assert part in printed
    assert PASSWORDS[USER] not in printed
    assert "plain-password" not in printed
    assert [file.read_text(encoding="utf-8")[:7] for file in tmp_path.rglob("*.m3u8")] == ["#EXTM3U"]
    assert not list(tmp_path.glob("music*"))
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == handlers


def test_a_step_that_fails_is_a_sentence_and_a_log(tmp_path: Path) -> None:
    code, printed = demo(tmp_path, "http://127.0.0.1:1/", "open-sesame")
    assert code == 2
    assert "playlistgen refresh ended with exit code 2." in printed
    assert f"The end of {tmp_path / '127.0.0.1-1' / 'refresh.log'}:" in printed
    assert "open-sesame" not in printed


def test_an_address_with_a_password_in_it_is_refused_and_not_printed(tmp_path: Path) -> None:
    code, printed = demo(tmp_path, "http://someone:something@127.0.0.1:1", "open-sesame")
    assert code == 2
    assert "NAVIDROME_URL is no address" in printed
    assert "something" not in printed


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "demo"):
        code, printed = demo(folder, "http://127.0.0.1:1/", "open-sesame")
        assert code == 2
        assert "--folder" in printed
