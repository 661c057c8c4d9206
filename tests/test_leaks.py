"""The ear at the log: what it would hear, and that every test has it on."""

from __future__ import annotations

import logging
from base64 import b64encode, urlsafe_b64encode
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import structlog

from tests.commands import Command, run, typed
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.house import WAYS, Listener, connections
from tests.leaks import SECRETS, Ear, forms, secret
from tests.live import serve

SECRET = "plum-and-vinegar"


@pytest.mark.parametrize("level", ["debug", "info", "error"])
def test_a_line_that_tells_a_secret_is_heard(ear: Ear, level: str) -> None:
    secret(SECRET)
    getattr(structlog.get_logger(), level)("what nobody would take for one", told=f"it is {SECRET}!")
    assert [SECRET in line for line in ear.leaked()] == [True]
    SECRETS.difference_update(forms(SECRET))


@pytest.mark.parametrize("user", ["ana", "zoe?", "Lena", "ß"])
@pytest.mark.parametrize("password", ["~tilde~and~more~", "a/slash?and more", "ünter-den-Linden"])
def test_a_secret_is_heard_in_each_form_in_which_it_is_sent(ear: Ear, user: str, password: str) -> None:
    """Base64 is that of HTTP's Basic, of user and password together."""
    pair = f"{user}:{password}".encode()
    basic, urlsafe = b64encode(pair).decode(), urlsafe_b64encode(pair).decode()
    percent, hexadecimal = quote(password, safe=""), password.encode().hex()
    secret(password)
    for form in (basic, basic.rstrip("="), urlsafe, quote(basic, safe=""), percent, hexadecimal):
        structlog.get_logger().info("told", header=f"it was {form}")
        assert len(ear.leaked()) == 1, form
    SECRETS.difference_update(forms(password))


def test_a_line_of_a_librarys_is_heard_too(ear: Ear) -> None:
    secret(SECRET)
    logging.getLogger("some.library").warning("it is %s", SECRET)
    assert len(ear.leaked()) == 1
    SECRETS.difference_update(forms(SECRET))


def test_a_command_is_heard_too(ear: Ear, tmp_path: Path) -> None:
    secret(SECRET)
    environ = {"DB_PATH": str(tmp_path / f"{SECRET}.db")}
    typed("status", env=environ)
    assert len(ear.leaked()) == 1
    run(environ, "status", code=2)
    assert len(ear.leaked()) == 1
    with Command(environ, "status") as process:
        process.wait()  # nobody reads what it says
    assert len(ear.leaked()) == 1
    SECRETS.difference_update(forms(SECRET))


def test_the_names_of_credentials_hide_them(ear: Ear) -> None:
    secret(SECRET)
    structlog.get_logger().info(f"GET /rest/ping?u=ana&p={SECRET}", password=SECRET)
    assert ear.leaked() == []
    SECRETS.difference_update(forms(SECRET))


def test_a_server_says_nothing_of_the_credentials_that_pass_through_it(tmp_path: Path) -> None:
    """As a process, with each kind of credential, while all is well and when upstream has gone."""
    with ExitStack() as stack:
        with serve(create_app(World.recorded())) as upstream:
            process = stack.enter_context(serving(upstream, tmp_path))
            url = process.address()
            calls(url, upstream)
        calls(url, upstream)  # nobody is there any more
        process.terminate()
        assert "upstream is away" in process.ended(code=0)[1]


def serving(upstream: str, folder: Path) -> Command:
    """`playlistgen serve` at its most talkative."""
    environ = {
        "NAVIDROME_URL": upstream,
        "NAVIDROME_USER": "admin",
        "NAVIDROME_PASSWORD": PASSWORDS["admin"],
        "DB_PATH": str(folder / "x.db"),
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
        "LISTEN_PORT": "0",
    }
    return Command(environ, "serve")


def calls(url: str, upstream: str) -> None:
    with connections() as http:
        for user, password in PASSWORDS.items():
            for way in WAYS:
                listener = Listener(http, url, user, password, way=way)
                listener.send("createPlaylist", name="ai: jazz 20 min")
                listener.by_token()
                listener.send("getSimilarSongs", id="x")
                listener.send("stream", id="x")
            http.get(f"{url}/app/", auth=(user, password))
        secret(jwt := token(upstream, http))
        http.get(f"{url}/api/playlist", headers={"X-ND-Authorization": f"Bearer {jwt}"})
        http.get(f"{url}/rest/getPlaylists", params={"u": "ana", "jwt": jwt, "v": "1.16.1", "c": "test"})
        http.post(f"{url}/api/playlist?jwt={jwt}", json={"name": "ai: jazz"})
        http.post(f"{url}/auth/login", json={"username": "ana", "password": PASSWORDS["ana"]})


def token(upstream: str, http: httpx.Client) -> str:
    """Of a log-in; one as good as any where nobody answers."""
    try:
        given = http.post(f"{upstream}/auth/login", json={"username": "ana", "password": PASSWORDS["ana"]})
    except httpx.ConnectError:
        return "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.bm90aGluZw"
    return str(given.json()["token"])
