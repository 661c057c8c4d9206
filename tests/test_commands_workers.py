"""Several processes at one socket: each answers, one that ends is replaced, and all end together."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx

from tests.commands import Command
from tests.wire import listening

TWO = ("serve", "--port", "0", "--workers", "2")
TOLD = "playlistgen serves"


@contextmanager
def serving(folder: Path, **environ: str) -> Iterator[tuple[Command, Iterator[dict[str, Any]]]]:
    """`playlistgen serve` with two workers, and the lines of its log."""
    known = {"PATH": os.defpath, "NAVIDROME_URL": "http://127.0.0.1:9", "LOG_FORMAT": "json"}
    with Command(known | environ, *TWO, cwd=folder) as process:
        yield process, map(json.loads, process.lines())


def until(lines: Iterator[dict[str, Any]], event: str) -> dict[str, Any]:
    return next(line for line in lines if line["event"] == event)


def test_a_worker_that_ends_is_replaced_and_all_end_together(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, lines):
        first, second = until(lines, TOLD), until(lines, TOLD)
        assert first["address"] == second["address"]
        os.kill(first["pid"], signal.SIGKILL)
        assert until(lines, "a worker ended; another takes its place")["pid"] == first["pid"]
        third = until(lines, TOLD)
        assert len({first["pid"], second["pid"], third["pid"], process.pid}) == 4
        assert {httpx.get(third["address"]).status_code for _ in range(20)} == {502}
        process.terminate()
        assert process.wait() == 0
        assert not [line for line in lines if line["event"] == TOLD]  # its end is that of all who could write


def test_workers_that_cannot_begin_are_given_up(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif '--multiprocessing-fork' in sys.argv: sys.exit('cannot begin')"
    )
    environ = {"PATH": os.defpath, "PYTHONPATH": str(tmp_path)}
    with Command(environ, *TWO, cwd=tmp_path) as process:
        *_, last = process.lines()
        assert process.wait() == 2
    assert last.startswith("playlistgen: The workers end as soon as they begin")


def test_metrics_have_a_port_of_their_own_and_any_worker_tells_them_for_all(tmp_path: Path) -> None:
    with listening() as free:
        port = free.getsockname()[1]
    with serving(tmp_path, METRICS_PORT=str(port)) as (_, lines):
        told = [until(lines, TOLD) for _ in range(4)]  # two workers, two ports
        public = next(line["address"] for line in told if not line["address"].endswith(f":{port}"))
        own = f"http://127.0.0.1:{port}/playlistgen"
        assert httpx.get(f"{public}/playlistgen/metrics").status_code == 404
        assert httpx.get(f"{own}/health/live").status_code == 200
        nothing = httpx.get(f"http://127.0.0.1:{port}/rest/ping")
        assert (nothing.status_code, nothing.headers["x-frame-options"]) == (404, "DENY")
        pids = {line["pid"] for line in told}
        assert len(pids) == 2
        for _ in range(20):
            httpx.get(f"{public}/app/")
        away = 'playlistgen_requests_total{outcome="away",route="relay"} 20.0'
        assert [away in httpx.get(f"{own}/metrics").text for _ in range(10)] == [True] * 10


def test_every_worker_reads_the_recipes_again_on_sighup(tmp_path: Path) -> None:
    recipes = tmp_path / "recipes.toml"
    shutil.copy(files("proxy.recipes").joinpath("built_in.toml"), recipes)
    with serving(tmp_path, RECIPES_PATH=str(recipes)) as (process, lines):
        pids = {until(lines, TOLD)["pid"] for _ in range(2)}
        process.send_signal(signal.SIGHUP)
        read = [until(lines, "the recipes were read") for _ in range(2)]
        assert {line["file"] for line in read} == {str(recipes)}
        recipes.write_text("[[recipe]]\nnothing = true")
        for pid in pids:
            os.kill(pid, signal.SIGHUP)
        for _ in range(2):
            until(lines, "the recipes stay as they were")
        process.terminate()
        assert process.wait() == 0
        assert not [line for line in lines if "ended" in line["event"]]
