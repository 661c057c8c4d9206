"""Logs: of one form whoever writes them, and without a credential."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog

from proxy import logs
from proxy.settings import Settings

SECRET = "hush-4f9a"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl-_x"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logs are set up as they were when the test ends."""
    root, error = logging.root, logging.getLogger("uvicorn.error")
    before = root.handlers[:], root.level, error.filters[:]
    yield
    root.handlers[:], root.level, error.filters[:] = before
    structlog.reset_defaults()


CREDENTIALS = [
    f"GET /rest/ping?u=ana&p={SECRET}&v=1.16.1",
    f"GET /rest/ping?t={SECRET}&s={SECRET}&u=ana",
    f"GET /rest/ping?u=ana&P={SECRET}",
    f"u=ana&p=enc:{SECRET}",
    f"/rest/stream?u=ana&jwt={SECRET}&id=1",
    f"/rest/ping?apiKey={SECRET}&u=ana",
    f"/share?u=ana&token={SECRET}",
    f"u=ana at http://admin:{SECRET}@nas:4533/music",
    f"u=ana at https://{SECRET}@nas",
    f"u=ana at http://admin:{SECRET}@x@nas:4533",
    f"u=ana Authorization: Bearer {SECRET}",
    f"u=ana authorization: Basic {SECRET}=",
    f"u=ana x-nd-authorization: {SECRET}",
    f"u=ana cookie jwt={JWT}",
    f"u=ana sent {JWT} as it is",
    f"u=ana {{'username': 'x', 'password': '{SECRET}'}}",
    f'u=ana {{"username":"x","password":"{SECRET}"}}',
    f'u=ana "{{\\"subsonicToken\\": \\"{SECRET}\\"}}"',
    f"u=ana [('v', '1'), ('p', '{SECRET}'), ('t', '{SECRET}')]",
    f"u=ana [(b'X-ND-Authorization', b'Bearer {SECRET}')]",
    f"u=ana navidrome_password='{SECRET}'",
    f"u=ana QueryParams('u=x&p={SECRET}')",
]


@pytest.mark.parametrize("text", CREDENTIALS)
def test_no_credential_is_left_in_a_text(text: str) -> None:
    clean = logs.scrubbed(text)
    assert SECRET not in clean
    assert JWT not in clean
    assert "…" in clean
    assert "u=ana" in clean


@pytest.mark.parametrize(
    "text",
    [
        "82 songs read (native): 5 added, 2 changed",
        "http://nas:4533/music cannot be reached (ConnectError). Is it running, and NAVIDROME_URL right?",
        "GET /rest/getPlaylists?u=ana&v=1.16.1&c=Symfonium&f=json&id=p-1",
        "/music/Prince/1999 @ home/01 t.flac",
        "3.2 s, then: 4 s",
        "navidrome_password=''",
    ],
)
def test_what_is_no_credential_stays(text: str) -> None:
    assert logs.scrubbed(text) == text


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("text", CREDENTIALS)
def test_no_credential_reaches_the_log_by_any_way(
    text: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(format=form, level="debug")
    ours, theirs = structlog.get_logger(), logging.getLogger("somebody.else")
    ours.info(text, reason=text, nested={"deep": [text]}, error=ValueError(text), raw=text.encode())
    theirs.info(text)
    theirs.info("%s and %r", text, [text])
    try:
        raise httpx.ConnectError(text)
    except httpx.ConnectError:
        ours.exception("ours")
        theirs.exception("theirs")
    written = capsys.readouterr().err
    assert SECRET not in written
    assert JWT not in written
    assert written.count("ConnectError") >= 2


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("name", ["password", "p", "t", "s", "jwt", "token", "salt", "navidrome_password"])
def test_a_value_under_the_name_of_a_secret_is_never_written(
    name: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(format=form, level="info")
    structlog.get_logger().info("log-in", **{name: SECRET})
    assert SECRET not in capsys.readouterr().err


def test_the_settings_can_be_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(format="json", level="info")
    settings = Settings(navidrome_url=f"http://me:{SECRET}@nas", navidrome_password=SECRET)
    structlog.get_logger().info("starts", settings=repr(settings), again=settings)
    written = capsys.readouterr().err
    assert SECRET not in written
    assert "listen_port=4532" in written


def test_json_is_a_line_an_event_whoever_wrote_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(format="json", level="info")
    structlog.get_logger().info("refreshed", tracks=82, share=0.5, all=True, last=None, name="Björk")
    logging.getLogger("uvicorn.error").error("port taken")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (ours.pop("timestamp")[-1], theirs.pop("timestamp")[-1]) == ("Z", "Z")
    known = {"tracks": 82, "share": 0.5, "all": True, "last": None, "name": "Björk"}
    assert ours == {"event": "refreshed", "level": "info", **known}
    assert theirs == {"event": "port taken", "level": "error"}


def test_lines_for_people_have_no_colours_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(format="console", level="info")
    structlog.get_logger().info("refreshed", tracks=82)
    written = capsys.readouterr().err
    assert "\x1b" not in written
    assert "refreshed" in written
    assert "tracks=82" in written


def test_a_traceback_shows_no_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(format="console", level="info")
    told_by_nobody = "-".join(["hush", "hush"])
    try:
        raise RuntimeError(len(told_by_nobody))
    except RuntimeError:
        structlog.get_logger().exception("failed")
    written = capsys.readouterr().err
    assert "RuntimeError: 9" in written
    assert told_by_nobody not in written


@pytest.mark.parametrize(("level", "written"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_what_is_below_the_level_is_not_written(
    level: str, written: int, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(format="json", level=level)
    for log in (structlog.get_logger(), logging.getLogger("somebody.else")):
        for method in ("debug", "info", "warning", "error"):
            getattr(log, method)("something")
    assert len(capsys.readouterr().err.splitlines()) == 2 * written


@pytest.mark.parametrize(
    ("name", "level", "text", "heard"),
    [
        ("httpx", logging.INFO, "HTTP Request: GET http://nas", False),
        ("httpcore", logging.DEBUG, "connect_tcp.started", False),
        ("uvicorn.access", logging.INFO, "GET / 200", False),
        ("uvicorn.error", logging.INFO, "Shutting down", False),
        ("uvicorn.error", logging.ERROR, "ASGI callable returned without completing response.", False),
        ("uvicorn.error", logging.ERROR, "ASGI callable returned without starting response.", True),
        ("uvicorn.error", logging.ERROR, "Exception in ASGI application", True),
        ("asyncio", logging.ERROR, "Task exception was never retrieved", True),
    ],
)
def test_of_libraries_only_what_is_wrong_is_heard(
    name: str, level: int, text: str, heard: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(format="console", level="debug")
    logging.getLogger(name).log(level, text)
    assert (text in capsys.readouterr().err) == heard


def test_logs_may_be_set_up_again(capsys: pytest.CaptureFixture[str]) -> None:
    log = structlog.get_logger()
    for form in ("console", "json"):
        logs.configure(format=form, level="info")
        log.info("told")
        logging.getLogger("somebody.else").info("told")
    *_, ours, theirs = capsys.readouterr().err.splitlines()
    assert json.loads(ours)["event"] == json.loads(theirs)["event"] == "told"
