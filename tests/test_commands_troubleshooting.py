"""`playlistgen help troubleshooting`: each message on it is provoked, and is printed as it stands there."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.commands.privileges import CONTAINER, identity
from proxy.commands.topics import text
from proxy.errors import SettingsError
from proxy.library import connect, migrate
from proxy.refresh.lock import hold
from tests.commands import Command, powerless, run
from tests.factories import NOW, library, track
from tests.fake_navidrome import World
from tests.fake_ollama import FakeOllama
from tests.live import serve

MESSAGES = re.findall(r"^## (.*)$", text("troubleshooting"), re.MULTILINE)
WITHOUT_MESSAGE = "A list stays empty, and there is no message"


class Setting:
    """Where a failure is provoked: a fake Navidrome with an account, and a folder for the database."""

    def __init__(self, environ: dict[str, str], world: World, folder: Path) -> None:
        self.environ, self.world, self.folder = environ, world, folder
        self.database = Path(environ["DB_PATH"])

    def said(self, command: str, *options: str, code: int = 2, **changes: str) -> str:
        """By one to whom the rights of files apply."""
        environ = self.environ | changes
        return "".join(run(environ, command, *options, code=code, before=powerless()))


def unreachable(at: Setting) -> str:
    return at.said("refresh", NAVIDROME_URL="http://127.0.0.1:9")


def wrong_password(at: Setting) -> str:
    return at.said("refresh", NAVIDROME_PASSWORD="wr0ng")


def wrong_password_without_the_native_api(at: Setting) -> str:
    at.world.native = False
    return at.said("refresh", NAVIDROME_PASSWORD="wr0ng")


def too_many_log_ins(at: Setting) -> str:
    at.world.logins["127.0.0.1"] = [at.world.clock()] * 10
    return at.said("refresh")


def slip(at: Setting) -> str:
    return at.said("status", NAVIDROME_PASWORD="x")


def root_in_a_container(_at: Setting) -> str:
    with pytest.raises(SettingsError) as refused:
        identity({CONTAINER: "1"}, user=0)
    return str(refused.value)


def folder_of_somebody_else(at: Setting) -> str:
    (at.folder / "theirs").mkdir(mode=0o500)
    return at.said("refresh", DB_PATH=str(at.folder / "theirs" / "library.db"))


def database_of_somebody_else(at: Setting) -> str:
    library(at.folder, [track(1)]).chmod(0)
    return at.said("status")


def refresh_at_work(at: Setting) -> str:
    library(at.folder, [track(1)])
    with hold(at.database, now=NOW):
        return at.said("refresh", code=3)


def newer_version(at: Setting) -> str:
    with contextlib.closing(connect(library(at.folder, [track(1)]))) as db:
        db.execute("INSERT INTO schema_migrations VALUES ('99990101000000')")
    return at.said("status")


def port_in_use(at: Setting) -> str:
    with socket.create_server(("127.0.0.1", 0)) as other:
        return at.said("serve", "--port", str(other.getsockname()[1]))


def empty_index(at: Setting) -> str:
    migrate(at.database)
    return at.said("check", code=1)


def scan_at_work(at: Setting) -> str:
    at.world.scan.scanning = True
    return at.said("refresh", "--stage", "sync")


def music_elsewhere(at: Setting) -> str:
    library(at.folder, [track(1, path="a/1.mp3", library_path="/nowhere")])
    return at.said("check", code=1)


def model_not_there(at: Setting) -> str:
    with serve(FakeOllama().app) as url:
        return at.said("check", code=1, OLLAMA_URL=url, EMBED_MODEL="nope")


def no_ffmpeg(at: Setting) -> str:
    (at.folder / "shadow").mkdir()
    (at.folder / "shadow" / "imageio_ffmpeg.py").write_text("raise ModuleNotFoundError\n")
    shadow = {"PATH": "/nowhere", "PYTHONPATH": str(at.folder / "shadow")}
    return at.said("check", code=1, ANALYSE_FROM="upstream", **shadow)


def server_without_database(at: Setting) -> str:
    with Command(at.environ | {"DB_PATH": "/nowhere/library.db"}, "serve", "--port", "0") as server:
        return server.wait_for("does not take part")


# In the order of the page; those of one message stand together.
PROVOKED: dict[str, list[Callable[[Setting], str]]] = dict(
    zip(
        [message for message in MESSAGES if message != WITHOUT_MESSAGE],
        [
            [unreachable],
            [wrong_password, wrong_password_without_the_native_api],
            [too_many_log_ins],
            [slip],
            [root_in_a_container],
            [folder_of_somebody_else],
            [database_of_somebody_else],
            [refresh_at_work],
            [newer_version],
            [port_in_use],
            [empty_index],
            [scan_at_work],
            [music_elsewhere],
            [model_not_there],
            [no_ffmpeg],
            [server_without_database],
        ],
        strict=True,
    )
)


@pytest.mark.parametrize(
    ("message", "provoke"),
    [(message, provoke) for message, ways in PROVOKED.items() for provoke in ways],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_a_message_is_printed_as_it_stands_there(
    message: str,
    provoke: Callable[[Setting], str],
    environ: dict[str, str],
    world: World,
    tmp_path: Path,
) -> None:
    """`…` is what differs from house to house."""
    said = provoke(Setting(environ, world, tmp_path))
    assert re.search(re.escape(message).replace("…", ".+?"), said), said


def test_there_are_ten_failures_and_more() -> None:
    assert len(set(MESSAGES)) == len(MESSAGES) > 10
