"""The Ollama embedder against recorded answers of a real server."""

from __future__ import annotations

import json
import math
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import respx

from proxy.embedding import Ollama
from proxy.errors import EmbedderUnreachable, EmbeddingError, ModelMissing

RECORDED = Path(__file__).parent / "data" / "ollama"
URL = "http://ollama.test:11434"
DIMENSION = 384
DIGEST = "3916e706937ab68937981d4bebf584c3ea8e2e9ab78cd6306bfa9741c77ddb9e"


def recorded(name: str) -> httpx.Response:
    exchange = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return httpx.Response(exchange["status"], json=exchange["response"])


VECTOR = recorded("embed").json()["embeddings"][0]


def vectors(texts: Sequence[str]) -> httpx.Response:
    """The recorded answer with a vector for each text: that of the recording, turned by the text's length."""
    answer = recorded("embed").json()
    return httpx.Response(200, json=answer | {"embeddings": [vector_of(text) for text in texts]})


def vector_of(text: str) -> list[float]:
    turn = len(text) % DIMENSION
    return [*VECTOR[turn:], *VECTOR[:turn]]


def inputs(route: respx.Route) -> list[list[str]]:
    return [json.loads(call.request.content)["input"] for call in route.calls]


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        router.post("/api/show", name="show").mock(return_value=recorded("show"))
        router.get("/api/tags", name="tags").mock(return_value=recorded("tags"))
        router.post("/api/embed", name="embed").mock(side_effect=answer_all)
        yield router


def answer_all(request: httpx.Request) -> httpx.Response:
    return vectors(json.loads(request.content)["input"])


def ollama(model: str = "all-minilm", *, slept: list[float] | None = None, **options: Any) -> Ollama:
    pauses: list[float] = [] if slept is None else slept
    return Ollama(URL, model, sleep=pauses.append, **options)


def test_opening_it_asks_nothing(server: respx.MockRouter) -> None:
    assert ollama().model == "ollama:all-minilm"
    assert not server.calls


@pytest.mark.parametrize("model", ["all-minilm", "all-minilm:latest", "All-MiniLM"])
def test_dimension_and_digest_are_the_models_with_or_without_its_tag(
    server: respx.MockRouter, model: str
) -> None:
    embedder = ollama(model)
    assert (embedder.dimension, embedder.digest) == (DIMENSION, DIGEST)
    assert len(server.calls) == 2


def test_another_tag_of_the_same_weights_has_its_own_digest(server: respx.MockRouter) -> None:
    assert ollama("all-minilm:ctx256").digest != DIGEST


def test_documents_are_unit_rows_in_the_order_of_the_texts(server: respx.MockRouter) -> None:
    texts = ["word " * n for n in range(1, 71)]
    rows = ollama().documents(texts)
    assert rows.shape == (70, DIMENSION)
    assert rows.dtype == np.float32
    assert rows == pytest.approx(np.array([vector_of(text.strip()) for text in texts]), abs=1e-6)
    assert [len(batch) for batch in inputs(server["embed"])] == [32, 32, 6]


def test_every_request_has_the_same_options_so_that_the_model_stays_loaded(server: respx.MockRouter) -> None:
    embedder = ollama(threads=1)
    embedder.documents(["a"])
    embedder.prompt("b", timeout=1)
    bodies = [json.loads(call.request.content) for call in server["embed"].calls]
    assert [body["options"] for body in bodies] == [{"num_thread": 1}] * 2
    assert all(body["truncate"] is True and body["keep_alive"] == "30m" for body in bodies)


def test_without_a_number_of_threads_none_is_sent(server: respx.MockRouter) -> None:
    ollama().prompt("b", timeout=1)
    assert "options" not in json.loads(server["embed"].calls.last.request.content)


def test_query_and_document_have_the_prefixes_of_the_model(server: respx.MockRouter) -> None:
    tags = recorded("tags").json()
    tags["models"][0] |= {"name": "nomic-embed-text:latest", "model": "nomic-embed-text:latest"}
    server["tags"].mock(return_value=httpx.Response(200, json=tags))
    embedder = ollama("nomic-embed-text")
    embedder.documents(["jazz. So What."])
    embedder.prompt("rainy\nsunday\ud800", timeout=1)
    assert inputs(server["embed"]) == [["search_document: jazz. So What."], ["search_query: rainy sunday"]]


def test_a_prompt_is_one_request_within_its_timeout(server: respx.MockRouter) -> None:
    row = ollama().prompt("rainy sunday jazz", timeout=0.7)
    assert row == pytest.approx(np.array(vector_of("rainy sunday jazz")), abs=1e-6)
    assert [call.request.url.path for call in server.calls] == ["/api/embed"]
    assert server.calls.last.request.extensions["timeout"]["read"] == 0.7


def test_loading_sends_no_text_and_waits_longer_than_a_prompt(server: respx.MockRouter) -> None:
    server["embed"].mock(return_value=recorded("embed_nothing"))
    ollama().load()
    assert inputs(server["embed"]) == [[]]
    assert server.calls.last.request.extensions["timeout"]["read"] >= 60


@pytest.mark.parametrize("ask", [Ollama.connect, lambda embedder: embedder.prompt("x", timeout=1)])
def test_a_missing_model_is_said_with_the_command_that_fetches_it(
    server: respx.MockRouter, ask: Callable[[Ollama], object]
) -> None:
    server["show"].mock(return_value=recorded("show_missing"))
    server["embed"].mock(return_value=recorded("embed_missing"))
    with pytest.raises(ModelMissing, match=r"ollama pull nope$"):
        ask(ollama("nope"))


@pytest.mark.parametrize("ask", [Ollama.connect, lambda embedder: embedder.prompt("x", timeout=1)])
def test_a_model_that_only_talks_is_said_with_one_that_embeds(
    server: respx.MockRouter, ask: Callable[[Ollama], object]
) -> None:
    server["show"].mock(return_value=recorded("show_no_embedding"))
    server["embed"].mock(return_value=recorded("embed_no_embedding"))
    with pytest.raises(EmbeddingError, match=r"smollm2:135m is not .*`ollama pull nomic-embed-text"):
        ask(ollama("smollm2:135m"))


@pytest.mark.parametrize("failure", ["crash", "crash_waiting", "crash_loading", "busy"])
def test_a_passing_failure_is_tried_again_after_a_pause(server: respx.MockRouter, failure: str) -> None:
    slept: list[float] = []
    server["embed"].side_effect = [recorded(failure), recorded(failure), vectors(["a", "bb"])]
    rows = ollama(slept=slept, pauses=(0.5, 2.0, 8.0)).documents(["a", "bb"])
    assert np.isfinite(rows).all()
    assert slept == [0.5, 2.0]


def test_a_server_that_stays_busy_is_unreachable_and_no_text_is_blamed(server: respx.MockRouter) -> None:
    server["embed"].mock(return_value=recorded("busy"))
    with pytest.raises(EmbedderUnreachable, match="busy"):
        ollama(pauses=(1, 1)).documents(["a", "b"])
    assert server["embed"].call_count == 3


def test_a_server_that_crashes_on_everything_is_unreachable_and_no_text_is_blamed(
    server: respx.MockRouter,
) -> None:
    server["embed"].mock(return_value=recorded("crash"))
    with pytest.raises(EmbedderUnreachable):
        ollama(pauses=(1, 1)).documents(["text"] * 32)
    assert server["embed"].call_count < 12


@pytest.mark.parametrize(
    ("status", "unreachable"),
    [(500, True), (502, True), (501, False), (403, False)],
)
def test_a_wording_that_we_do_not_know_is_judged_by_its_status(
    server: respx.MockRouter, status: int, unreachable: bool
) -> None:
    server["embed"].mock(return_value=httpx.Response(status, json={"error": "said otherwise"}))
    with pytest.raises(EmbeddingError) as caught:
        ollama(pauses=()).documents(["a"])
    assert isinstance(caught.value, EmbedderUnreachable) == unreachable
    assert ("ollama pull" in str(caught.value)) == (status == 501)


@pytest.mark.parametrize("failure", ["embed_too_long", "crash"])
def test_one_bad_text_among_many_is_the_only_one_without_a_vector(
    server: respx.MockRouter, failure: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        texts = json.loads(request.content)["input"]
        return recorded(failure) if any("bad" in text for text in texts) else vectors(texts)

    server["embed"].mock(side_effect=answer)
    texts = [f"text {n}" for n in range(40)]
    texts[17] = "b.a.d: bad"
    rows = ollama(pauses=(1,)).documents(texts)
    assert np.flatnonzero(np.isnan(rows).any(axis=1)).tolist() == [17]
    assert np.isnan(rows[17]).all()
    assert rows[18] == pytest.approx(np.array(vector_of(texts[18])), abs=1e-6)


def test_a_bad_text_is_tried_once_more_without_its_punctuation(server: respx.MockRouter) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        texts = json.loads(request.content)["input"]
        return recorded("embed_too_long") if "!!! - !!!." in texts else vectors(texts)

    server["embed"].mock(side_effect=answer)
    assert np.isfinite(ollama().documents(["one", "!!! - !!!.", "three"])).all()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_number_that_is_none_costs_that_text_its_vector(server: respx.MockRouter, number: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        texts = json.loads(request.content)["input"]
        rows = json.dumps([vector_of(text) for text in texts])
        bad = rows.replace(str(VECTOR[0]), number) if "odd" in texts else rows
        return httpx.Response(200, text=f'{{"embeddings": {bad}}}')

    server["embed"].mock(side_effect=answer)
    rows = ollama().documents(["even", "odd"])
    assert np.isfinite(rows).all(axis=1).tolist() == [True, False]


def test_a_vector_of_noughts_is_no_vector(server: respx.MockRouter) -> None:
    server["embed"].mock(return_value=httpx.Response(200, json={"embeddings": [[0.0] * DIMENSION]}))
    with pytest.raises(EmbeddingError, match="nought"):
        ollama().prompt("x", timeout=1)


def test_too_few_vectors_are_an_error_rather_than_shifted_rows(server: respx.MockRouter) -> None:
    server["embed"].mock(return_value=vectors(["a"]))
    with pytest.raises(EmbeddingError, match="1 vectors for 2 texts"):
        ollama().documents(["a", "b"])


def test_vectors_of_another_length_than_the_models_are_an_error(server: respx.MockRouter) -> None:
    server["embed"].mock(return_value=httpx.Response(200, json={"embeddings": [[1.0, 0.0]]}))
    with pytest.raises(EmbeddingError, match=r"of 2 numbers, before 384.*refresh"):
        ollama().documents(["a"])


def test_vectors_that_differ_in_length_are_an_error(server: respx.MockRouter) -> None:
    server["embed"].mock(return_value=httpx.Response(200, json={"embeddings": [[1.0, 0.0], [1.0]]}))
    with pytest.raises(EmbeddingError, match="differ in length"):
        ollama().documents(["a", "b"])


def test_vectors_are_made_unit_where_the_model_does_not(server: respx.MockRouter) -> None:
    long = [3 * number for number in VECTOR]
    server["embed"].mock(return_value=httpx.Response(200, json={"embeddings": [long]}))
    assert math.isclose(np.linalg.norm(ollama().documents(["a"])[0]), 1, abs_tol=1e-6)


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (httpx.ConnectTimeout("x"), "no answer within 1.5 s"),
        (httpx.ReadTimeout("x"), "no answer within 1.5 s"),
        (httpx.ConnectError("x"), "OLLAMA_URL"),
        (httpx.RemoteProtocolError("x"), "OLLAMA_URL"),
    ],
)
def test_silence_is_unreachable(server: respx.MockRouter, failure: Exception, sentence: str) -> None:
    server["embed"].mock(side_effect=failure)
    with pytest.raises(EmbedderUnreachable, match=sentence):
        ollama().prompt("x", timeout=1.5)


def test_a_port_where_nobody_listens_is_unreachable_and_the_password_is_not_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(EmbedderUnreachable, match=f"Nobody answers at 127.0.0.1:{port}") as caught:
            Ollama(f"http://me:secret@127.0.0.1:{port}", "all-minilm").documents(["a"])
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Navidrome</html>"),
        httpx.Response(200, json=["not", "ours"]),
        httpx.Response(400, json=["not", "ours"]),
        httpx.Response(404, text="404 page not found"),
        httpx.Response(401, json={"error": "unauthorized"}),
    ],
)
def test_something_else_at_that_address_is_said_to_be_so(
    server: respx.MockRouter, answer: httpx.Response
) -> None:
    server["show"].mock(return_value=answer)
    with pytest.raises(EmbeddingError, match="OLLAMA_URL"):
        ollama().connect()


def test_a_url_that_is_none_is_an_error_of_ours() -> None:
    with pytest.raises(EmbeddingError, match="OLLAMA_URL"):
        Ollama("http://127.0.0.1:port", "all-minilm").connect()


def test_a_model_that_is_not_in_the_list_has_no_digest(server: respx.MockRouter) -> None:
    server["tags"].mock(return_value=httpx.Response(200, json={"models": []}))
    with pytest.raises(EmbeddingError, match="ollama list"):
        ollama().connect()


def test_connecting_again_sees_a_model_that_was_pulled_anew(server: respx.MockRouter) -> None:
    embedder = ollama()
    assert embedder.digest == DIGEST
    tags = recorded("tags").text.replace(DIGEST, "f" * 64)
    server["tags"].mock(return_value=httpx.Response(200, text=tags))
    embedder.connect()
    assert embedder.digest == "f" * 64
