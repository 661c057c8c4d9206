"""The language model of an Ollama: what is asked, how long it may take, and what comes of its failures.

The refusals are recorded; an answer that is none is in the form that Ollama's API documents for /api/chat.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from structlog.testing import capture_logs

from proxy.embedding import Chat, open_chat
from proxy.embedding.chat import REMEMBERED
from proxy.errors import EmbedderUnreachable, EmbeddingError, ModelMissing
from proxy.settings import Settings
from tests.test_embedding_ollama import URL, recorded

MODEL = "smollm2:135m"
SCHEMA = {"type": "object", "properties": {"energy": {"type": "number"}}}
CALM = '{"energy": 0.2}'


def said(content: str) -> httpx.Response:
    message = {"role": "assistant", "content": content}
    told = {"model": MODEL, "created_at": "2026-11-23T09:19:08.5Z", "message": message}
    return httpx.Response(200, json={**told, "done_reason": "stop", "done": True, "eval_count": 9})


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        router.post("/api/show", name="show").mock(return_value=recorded("show_no_embedding"))
        router.post("/api/chat", name="chat").mock(return_value=said(CALM))
        yield router


class Hour:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def hour() -> Hour:
    return Hour()


@pytest.fixture
def chat(hour: Hour) -> Chat:
    return Chat(URL, MODEL, clock=hour)


def ask(chat: Chat, prompt: str = "a picnic", *, timeout: float = 3.0) -> bytes | None:
    return chat.answer("Fill in.", prompt, SCHEMA, timeout=timeout)


def body(route: respx.Route) -> dict[str, Any]:
    return dict(json.loads(route.calls.last.request.content))


def test_a_question_is_asked_in_a_form_and_without_chance(server: respx.MockRouter, chat: Chat) -> None:
    assert ask(chat) == CALM.encode()
    asked = body(server["chat"])
    assert asked["messages"] == [
        {"role": "system", "content": "Fill in."},
        {"role": "user", "content": "a picnic"},
    ]
    assert (asked["model"], asked["stream"], asked["format"]) == (MODEL, False, SCHEMA)
    assert (asked["options"]["temperature"], asked["options"]["seed"]) == (0, 0)
    assert asked["keep_alive"] == "30m"


def test_only_a_model_that_thinks_is_told_not_to(server: respx.MockRouter, chat: Chat) -> None:
    ask(chat)
    assert "think" not in body(server["chat"])
    shown = recorded("show_no_embedding").json() | {"capabilities": ["completion", "thinking"]}
    server["show"].mock(return_value=httpx.Response(200, json=shown))
    ask(Chat(URL, MODEL))
    assert body(server["chat"])["think"] is False


def test_what_the_model_can_do_is_asked_once(server: respx.MockRouter, chat: Chat) -> None:
    ask(chat)
    ask(chat, "another")
    assert (server["show"].call_count, server["chat"].call_count) == (1, 2)


@pytest.mark.parametrize("timeout", [3.0, 0.3])
def test_connecting_and_reading_together_take_no_longer_than_allowed(
    server: respx.MockRouter, chat: Chat, timeout: float
) -> None:
    ask(chat, timeout=timeout)
    for call in server.calls:
        limits = call.request.extensions["timeout"]
        assert limits["connect"] + limits["read"] <= timeout + 1e-9


def test_time_that_the_first_question_took_is_gone_for_the_second(
    server: respx.MockRouter, chat: Chat, hour: Hour
) -> None:
    def slowly(request: httpx.Request) -> httpx.Response:
        hour.time += 2
        return recorded("show_no_embedding")

    server["show"].mock(side_effect=slowly)
    ask(chat, timeout=3)
    limits = server["chat"].calls.last.request.extensions["timeout"]
    assert limits["connect"] + limits["read"] == pytest.approx(1)


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        recorded("embed_missing"),
        recorded("chat_refused"),
        recorded("busy"),
        httpx.Response(500, json={"error": "llama-server process no longer running: unknown"}),
        httpx.Response(200, text="<html>Navidrome</html>"),
        httpx.Response(200, json={"done": True}),
        httpx.Response(200, json=["not", "ours"]),
    ],
    ids=str,
)
def test_a_failure_is_no_answer_and_one_line_in_the_log(
    server: respx.MockRouter, chat: Chat, failure: Exception | httpx.Response
) -> None:
    if isinstance(failure, httpx.Response):
        server["chat"].mock(return_value=failure)
    else:
        server["chat"].mock(side_effect=failure)
    with capture_logs() as logs:
        assert ask(chat) is None
        assert ask(chat, "another") is None
    assert [(log["log_level"], log["model"]) for log in logs] == [("warning", MODEL)]
    assert server["chat"].call_count == 1


def test_after_a_failure_it_is_left_alone_for_a_minute(
    server: respx.MockRouter, chat: Chat, hour: Hour
) -> None:
    server["chat"].mock(side_effect=httpx.ReadTimeout("x"))
    assert ask(chat) is None
    assert chat.is_silent
    server["chat"].mock(return_value=said(CALM), side_effect=None)
    hour.time += 59
    assert ask(chat) is None
    hour.time += 1
    assert not chat.is_silent
    assert ask(chat) == CALM.encode()


def test_a_model_that_is_missing_is_not_asked_to_chat(server: respx.MockRouter, chat: Chat) -> None:
    server["show"].mock(return_value=recorded("show_missing"))
    assert ask(chat) is None
    assert not server["chat"].called


def test_an_answer_is_remembered_also_while_the_model_is_away(
    server: respx.MockRouter, chat: Chat, hour: Hour
) -> None:
    ask(chat)
    server["chat"].mock(side_effect=httpx.ConnectError("x"))
    assert ask(chat, "another") is None
    assert ask(chat) == CALM.encode()
    assert server["chat"].call_count == 2


def test_only_the_last_answers_are_remembered(server: respx.MockRouter, chat: Chat) -> None:
    for number in range(REMEMBERED):
        ask(chat, f"prompt {number}")
    ask(chat, "prompt 0")
    ask(chat, "one more")
    assert server["chat"].call_count == REMEMBERED + 1
    ask(chat, "prompt 0")
    assert server["chat"].call_count == REMEMBERED + 1
    ask(chat, "prompt 1")
    assert server["chat"].call_count == REMEMBERED + 2


def test_another_form_is_another_question(server: respx.MockRouter, chat: Chat) -> None:
    ask(chat)
    chat.answer("Fill in.", "a picnic", {"type": "object"}, timeout=3)
    assert server["chat"].call_count == 2


def test_loading_asks_nothing_and_waits_longer(server: respx.MockRouter, chat: Chat) -> None:
    chat.load()
    assert body(server["chat"])["messages"] == []
    assert "format" not in body(server["chat"])
    assert server["chat"].calls.last.request.extensions["timeout"]["read"] >= 60


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        ("show_missing", ModelMissing, "Run: ollama pull smollm2:135m"),
        ("show", EmbeddingError, "PROMPT_MODEL=llama3.2"),
        ("busy", EmbedderUnreachable, "Try again later"),
    ],
)
def test_connecting_says_what_is_the_matter(
    server: respx.MockRouter, chat: Chat, answer: str, error: type[Exception], sentence: str
) -> None:
    shown = recorded(answer)
    text = shown.text.replace("nope:latest", MODEL).replace("nope", MODEL)
    server["show"].mock(return_value=httpx.Response(shown.status_code, text=text))
    with pytest.raises(error, match=sentence):
        chat.connect()


def test_there_is_none_unless_one_is_named() -> None:
    assert open_chat(Settings(ollama_url=URL)) is None
    named = open_chat(Settings(ollama_url=URL, prompt_model=MODEL))
    assert named is not None
    assert named.model == MODEL
