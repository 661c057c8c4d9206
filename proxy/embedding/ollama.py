"""Vectors from an Ollama server: what is asked, and how often (failures measured on Ollama 0.33)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import structlog

from proxy.embedding import answers
from proxy.embedding.answers import Rows, RunnerCrashed, ServerBusy, TextRefused
from proxy.embedding.prefixes import prefixes
from proxy.embedding.server import QUESTION_SECONDS, Server
from proxy.embedding.texts import plain
from proxy.errors import EmbeddingError

if TYPE_CHECKING:
    from ollama import Client

log = structlog.get_logger()
T = TypeVar("T")

BATCH_SECONDS = 120.0  # 32 texts take 0.2 s, but 40 s when another process wants the same cores
PAUSES = (0.5, 2.0, 8.0)
KEEP_ALIVE = "30m"
ANY_TEXT = "music"


class Ollama:
    """A model of the Ollama at `url`. Asked what it is when that is first needed. Safe to share by threads.

    `threads` is Ollama's num_thread; 0 sends none. The options are the same in every request, for Ollama
    loads the model anew when they change. `pauses` are the seconds between attempts at one batch.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        threads: int = 0,
        batch: int = 32,
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model = f"ollama:{model}"
        self._name = model
        self._server = Server(url)
        self._options = {"num_thread": threads} if threads else None
        self._batch = batch
        self._pauses = pauses
        self._sleep = sleep
        self._prefixes = prefixes(model)
        self._card: answers.Card | None = None

    @property
    def dimension(self) -> int:
        return (self._card or self.connect()).dimension

    @property
    def digest(self) -> str:
        """The manifest's, 64 hexadecimal digits, as `connect` saw it last."""
        return (self._card or self.connect()).digest

    def connect(self) -> answers.Card:
        """Ask Ollama (again) what the model is; does not load it.

        Raises ModelMissing, EmbedderUnreachable, or EmbeddingError where the model is no embedding model.
        """
        shown = self._ask(lambda client: client.show(self._name), timeout=QUESTION_SECONDS)
        listed = self._ask(lambda client: client.list(), timeout=QUESTION_SECONDS)
        digests = {entry.model or "": entry.digest or "" for entry in listed.models}
        # Not by the capabilities in /api/tags: there, all-minilm can pass for a model that only talks.
        if shown.capabilities is not None and "embedding" not in shown.capabilities:
            raise answers.no_embedding_model(self._name)
        self._card = answers.Card(
            answers.dimension(shown.modelinfo or {}, self._name), answers.digest(digests, self._name)
        )
        return self._card

    def load(self) -> None:
        """Have the model loaded. Needed after a prompt that timed out: Ollama drops a load nobody awaits."""
        self.connect()
        self._ask(lambda client: self._embed(client, []), timeout=BATCH_SECONDS)

    def documents(self, texts: Sequence[str]) -> Rows:
        """Unit rows in batches, one in flight, so that a prompt from elsewhere waits for one batch at most.

        A text that Ollama refuses, also without its punctuation, has a row of NaN.
        Raises ModelMissing, EmbedderUnreachable, EmbeddingError.
        """
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(texts), self._batch):
            batch = [plain(text) for text in texts[first : first + self._batch]]
            rows[first : first + len(batch)] = self._patiently(batch, iter(self._pauses))
        return rows

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        """One request, one attempt. Raises ModelMissing, EmbedderUnreachable, EmbeddingError."""
        row: npt.NDArray[np.float32] = self._rows([self._prefixes.query + plain(text)], timeout=timeout)[0]
        return row

    def _patiently(self, texts: Sequence[str], pauses: Iterator[float]) -> Rows:
        """All of `texts`; each half for itself where one text is refused or crashes Ollama every time."""
        try:
            return self._again_after(pauses, texts)
        except (TextRefused, RunnerCrashed):
            if len(texts) == 1:
                return self._stripped(texts[0])
        half = len(texts) // 2
        return np.concatenate([self._patiently(part, pauses) for part in (texts[:half], texts[half:])])

    def _again_after(self, pauses: Iterator[float], texts: Sequence[str]) -> Rows:
        """`pauses` are one batch's: what is left of them is for its halves."""
        while True:
            try:
                return self._documents(texts)
            except (RunnerCrashed, ServerBusy) as error:
                pause = next(pauses, None)
                if pause is None:
                    raise
                log.info("ollama is asked again", model=self._name, pause=pause, error=str(error))
                self._sleep(pause)

    def _stripped(self, text: str) -> Rows:
        """Some models give NaN for odd punctuation alone (ollama#14657), so once more without it."""
        try:
            return self._documents([re.sub(r"[^\w\s]+", " ", text)])
        except (TextRefused, RunnerCrashed):
            self._documents([ANY_TEXT])  # raises if it is not this text's fault
        log.warning("a text was refused", model=self._name, text=text[:80])
        return np.full((1, self.dimension), np.nan, dtype=np.float32)

    def _documents(self, texts: Sequence[str]) -> Rows:
        return self._rows([self._prefixes.document + text for text in texts], timeout=BATCH_SECONDS)

    def _rows(self, texts: Sequence[str], *, timeout: float) -> Rows:
        vectors = self._ask(lambda client: self._embed(client, texts), timeout=timeout)
        if len(vectors) != len(texts):
            raise EmbeddingError(f"Ollama gave {len(vectors)} vectors for {len(texts)} texts. Update Ollama.")
        rows = answers.unit(vectors)
        if self._card and rows.shape[1] != self._card.dimension:
            raise EmbeddingError(
                f"{self._name} now gives vectors of {rows.shape[1]} numbers, before {self._card.dimension}. "
                "The model was exchanged: restart, then run `playlistgen refresh`."
            )
        return rows

    def _embed(self, client: Client, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        answer = client.embed(self._name, texts, truncate=True, options=self._options, keep_alive=KEEP_ALIVE)
        return answer.embeddings

    def _ask(self, question: Callable[[Client], T], *, timeout: float) -> T:
        return self._server.ask(question, model=self._name, timeout=timeout)
