"""Loading models ahead of the first prompt, out of everybody's way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

import structlog

from proxy.errors import EmbeddingError

log = structlog.get_logger()


class Loads(Protocol):
    @property
    def model(self) -> str: ...

    def load(self) -> None: ...


class Warming:
    """`start` loads every embedder in a thread that nobody waits for; again when called again later.

    The built-in model takes a second. Ollama drops a model that it was not asked for in half an hour, and a
    load that nobody awaits, so that after a prompt that timed out it is started once more.
    """

    def __init__(self, embedders: Sequence[Loads]) -> None:
        self._embedders = embedders
        self._running = threading.Lock()

    def start(self) -> None:
        if self._running.acquire(blocking=False):
            threading.Thread(target=self._load, name="warming", daemon=True).start()

    def _load(self) -> None:
        try:
            for embedder in reversed(self._embedders):  # the built-in one is last, and quick
                try:
                    embedder.load()
                except EmbeddingError as error:
                    log.warning("an embedder is away", model=embedder.model, reason=str(error))
        finally:
            self._running.release()
