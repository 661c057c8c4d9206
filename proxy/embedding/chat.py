"""A language model of an Ollama server: one question, one answer in JSON, or none in good time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import structlog

from proxy.embedding import answers
from proxy.embedding.ollama import BATCH_SECONDS, KEEP_ALIVE
from proxy.embedding.server import QUESTION_SECONDS, Server
from proxy.errors import EmbeddingError

if TYPE_CHECKING:
    from ollama import Client

log = structlog.get_logger()
T = TypeVar("T")

CONNECT_SECONDS = 0.5  # of the time for an answer; a server that is there takes some milliseconds
SILENCE = 60.0  # after a failure
REMEMBERED = 256  # answers
# About 130 words, for a model that does not find an end. Temperature and seed make answers repeatable as far
# as the model is: other hardware, or another version of Ollama, may answer otherwise.
OPTIONS = {"temperature": 0, "seed": 0, "num_predict": 200}


class Chat:
    """The model of that name of the Ollama at `url`. Safe to share by threads.

    After a failure it is not asked for a minute. The last answers are remembered for as long as the object
    lives, so that the same question has the same answer and costs nothing. `clock` is a time.monotonic().
    """

    def __init__(self, url: str, model: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.model = model
        self._server = Server(url)
        self._clock = clock
        self._thinks: bool | None = None
        self._silent_until = float("-inf")
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()
        self._turn = threading.Lock()

    @property
    def is_silent(self) -> bool:
        """Whether it failed within the last minute."""
        return self._clock() < self._silent_until

    def connect(self) -> None:
        """Ask Ollama whether it has the model, and whether that can chat; does not load it.

        Raises ModelMissing, EmbedderUnreachable, EmbeddingError.
        """
        self._within(QUESTION_SECONDS, self._look)

    def load(self) -> None:
        """Have the model loaded, which may take a minute: Ollama drops a load that nobody awaits any more."""
        self.connect()
        self._within(BATCH_SECONDS, lambda client: self._chat(client, []))

    def answer(
        self, instructions: str, prompt: str, schema: Mapping[str, object], *, timeout: float
    ) -> bytes | None:
        """What the model says, in the form of the JSON schema if it does as told; None where it says nothing.

        Never raises: a failure is a line in the log. A server that is silent for `timeout` seconds, with
        those to connect, is given up; Ollama sends an answer in one piece, and stops when nobody awaits it.
        """
        key = msgspec.json.encode((instructions, prompt, schema))
        known = self._remembered(key)
        if known is not None or self.is_silent:
            return known
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": prompt}]
        try:
            said = self._asked(messages, schema, timeout)
        except EmbeddingError as error:
            self._silent_until = self._clock() + SILENCE
            log.warning("a prompt was read without the model", model=self.model, reason=str(error))
            return None
        self._remember(key, said)
        return said

    def _asked(self, messages: list[dict[str, str]], schema: Mapping[str, object], timeout: float) -> bytes:
        until = self._clock() + timeout
        if self._thinks is None:
            self._within(timeout, self._look)
        return self._within(until - self._clock(), lambda client: self._chat(client, messages, schema))

    def _within(self, seconds: float, question: Callable[[Client], T]) -> T:
        """The time for an answer begins once there is a connection: together they take so many seconds."""
        seconds = max(seconds, 0.05)
        connect = min(CONNECT_SECONDS, seconds / 2)
        return self._server.ask(question, model=self.model, timeout=seconds - connect, connect=connect)

    def _look(self, client: Client) -> None:
        capabilities = client.show(self.model).capabilities
        if capabilities is not None and "completion" not in capabilities:
            raise answers.no_chat_model(self.model)
        self._thinks = "thinking" in (capabilities or ())

    def _chat(
        self, client: Client, messages: list[dict[str, str]], schema: Mapping[str, object] | None = None
    ) -> bytes:
        """`think` is sent only to models that can: what they think is time, and the others may refuse it."""
        said: Any = client.chat(
            self.model,
            messages,
            stream=False,
            think=False if self._thinks else None,
            format=None if schema is None else dict(schema),
            options=OPTIONS,
            keep_alive=KEEP_ALIVE,
        )
        return (said.message.content or "").encode(errors="replace")

    def _remembered(self, key: bytes) -> bytes | None:
        with self._turn:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _remember(self, key: bytes, said: bytes) -> None:
        with self._turn:
            self._answers[key] = said
            if len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
