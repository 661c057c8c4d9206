"""The nginx configuration under a real nginx: nobody can tell that it is there, whether we are up or down."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from msgspec import structs
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bench.relay import nginx
from proxy.commands.nginx import Front, configuration, front
from proxy.errors import SettingsError
from proxy.settings import Settings
from tests.commands import Command, run
from tests.fake_navidrome import PASSWORDS
from tests.front import BINARY, MISSING, before, nobody
from tests.house import WAYS, House, Listener, connections
from tests.live import Stage, serve

# The suite of the proxy once more, now with nginx between: the fixture `ways` below stands in for theirs.
from tests.test_app_differential import (
    Ways,
    test_a_call_gets_the_same_answer_under_every_condition,  # noqa: F401
    test_a_page_of_the_web_interface_gets_the_same_answer_by_every_method,  # noqa: F401
    test_a_recorded_request_gets_the_same_answer,  # noqa: F401
)
from tests.wire import proxy_before

SHIPPED = Path(__file__).parents[1] / "nginx" / "playlistgen.conf"
COMPOSE = SHIPPED.with_name("compose.conf")
NGINX = frozenset({b"server"})
PROMPT = "ai: jazz 20 min"

# The file.


async def call(scope: Scope, receive: Receive, send: Send) -> None:
    """An endpoint that is never called."""


@pytest.mark.parametrize(
    ("shipped", "options"),
    [
        (SHIPPED, []),
        (COMPOSE, ["--upstream", "http://navidrome:4533", "--proxy", "playlistgen:4532"]),
    ],
)
def test_the_shipped_files_are_what_the_command_prints(shipped: Path, options: list[str]) -> None:
    assert shipped.read_text(encoding="utf-8") == run({}, "nginx", *options)[0]


@pytest.mark.skipif(BINARY is None, reason=MISSING)
def test_nginx_takes_the_shipped_file(tmp_path: Path) -> None:
    try:
        socket.create_server(("", 80)).close()
    except PermissionError:
        pytest.skip("only root may listen on port 80 here, and nginx tries that even when it only checks")
    except OSError:
        pass  # somebody listens there: nginx does not mind as long as it only checks
    config = tmp_path / "nginx.conf"
    config.write_text(nginx.AROUND.format(folder=tmp_path, inside=f"include {SHIPPED};"))
    command = [str(BINARY), "-t", "-p", str(tmp_path), "-c", str(config)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    assert "test is successful" in told
    assert "[warn]" not in told


@pytest.mark.parametrize(
    ("route", "place"),
    [
        (Route("/rest/x.view", call), "= /rest/x.view"),
        (Route("/api/{x}/y", call), "~ ^/api/[^/]+/y$"),
        (Route("/api/{x:int}", call), "~ ^/api/(?P<x>[0-9]+)$"),
        (Mount("/playlistgen", call), "^~ /playlistgen/"),
    ],
)
def test_every_kind_of_route_has_its_kind_of_location(route: BaseRoute, place: str) -> None:
    rest = Mount("", call)
    assert f"location {place} {{ proxy_pass http://playlistgen; }}" in configuration(Front(), [route, rest])
    assert configuration(Front(), [rest]).count("proxy_pass http://playlistgen;") == 0


def test_addresses_are_those_of_the_settings_unless_given() -> None:
    known = Settings(navidrome_url="http://music:4533/", listen_host="0.0.0.0", listen_port=80)
    assert (front(known).proxy, front(known).upstream) == ("127.0.0.1:80", "http://music:4533/")
    assert front(structs.replace(known, listen_host="::")).proxy == "[::1]:80"
    assert front(known, proxy="ours:1", upstream=None).proxy == "ours:1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"certificate": "/etc/pem"}, "both paths"),
        ({"upstream": "https://music"}, "--upstream"),
        ({"server_name": ("music; deny all",)}, "'music; deny all'"),
        ({"listen": ("80", "8{}")}, "'8{}'"),
        ({"proxy": "nonsense"}, "host:port"),
        ({"proxy": "http://ours:1"}, "host:port"),
        ({"proxy": "::1"}, "host:port"),
    ],
)
def test_what_nginx_would_misunderstand_is_refused(given: Any, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        front(Settings(), **given)


# Straight to Navidrome and through nginx, with us up and with us down.


@pytest.fixture(scope="module", params=["up", "down"])
def ways(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    stage, folder = Stage(), tmp_path_factory.mktemp("nginx")
    with ExitStack() as ends:
        straight = ends.enter_context(serve(stage))
        between = proxy_before(straight, folder) if request.param == "up" else nobody()
        running = ends.enter_context(before(folder, ends.enter_context(between), straight))
        yield Ways(stage, straight, running.url, unlike=NGINX, in_order=False)


# A process of ours, killed and started again.


@contextmanager
def ours(house: House, port: str = "0") -> Iterator[tuple[Command, str]]:
    """A process of its own, and its address."""
    environ = {"NAVIDROME_URL": house.upstream, "DB_PATH": str(house.path)}
    with Command(environ, "serve", "--port", port) as process:
        yield process, process.address()


def test_a_prompt_is_filled_while_we_live_and_an_ordinary_name_when_we_are_killed(
    house: House, tmp_path: Path
) -> None:
    with ExitStack() as ends:
        process, url = ends.enter_context(ours(house))
        running = ends.enter_context(before(tmp_path, url, house.upstream))
        http = ends.enter_context(connections())
        ana = [Listener(http, running.url, "ana", PASSWORDS["ana"], way=way) for way in WAYS]
        assert all(each.create(f"{PROMPT} {each.way.method}").songs for each in ana)
        process.kill()
        process.wait()
        typed = [each.create(f"{PROMPT} typed by {each.way.method}") for each in ana]
        names = [each.name for each in house.directly().lists().values()]
        assert [(made.songs, names.count(made.name)) for made in typed] == [((), 1)] * len(WAYS)
        ends.enter_context(ours(house, url.rpartition(":")[2]))
        assert ana[0].create(f"{PROMPT} at once").songs
    assert quote_plus(PASSWORDS["ana"]) not in running.log.read_text()
