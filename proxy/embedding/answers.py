"""What Ollama's answers mean; the wordings are those of Ollama 0.33."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from proxy.errors import EmbedderUnreachable, EmbeddingError, ModelMissing

Rows = npt.NDArray[np.float32]


class TextRefused(EmbeddingError):
    """There is no vector for one of the texts sent; the others may be good."""


class RunnerCrashed(EmbedderUnreachable):
    """The process under Ollama that does the work died; Ollama starts it again for the next request."""


class ServerBusy(EmbedderUnreachable):
    """Too many requests wait for a model to load; nothing was computed."""


class Card(NamedTuple):
    dimension: int
    digest: str


def refusal(status: int, text: str, model: str) -> EmbeddingError:
    """What an answer of 400 or more means. A 400 may be a crash: that text is looked at, not the status."""
    if status == 501 or "does not support embeddings" in text:
        return no_embedding_model(model)
    if "does not support chat" in text:
        return no_chat_model(model)
    if status == 404 and "not found" in text and model.split(":")[0].lower() in text.lower():
        return ModelMissing(f"Ollama does not have the model {model}. Run: ollama pull {model}")
    if status in (429, 502, 503, 504):
        return ServerBusy(f"Ollama is busy (HTTP {status}: {text.strip()[:200]}). Try again later.")
    if status == 500 or "do embedding request" in text or "process no longer running" in text:
        return RunnerCrashed(f"Ollama failed on {model} (HTTP {status}: {text.strip()[:200]}). See its log.")
    if status == 400:
        return TextRefused(f"Ollama refused a text for {model}: {text.strip()[:200]}.")
    return EmbeddingError(f"Ollama answered HTTP {status} ({text.strip()[:200]}). Check OLLAMA_URL.")


def no_embedding_model(model: str) -> EmbeddingError:
    return EmbeddingError(
        f"{model} is not an embedding model. Run `ollama pull nomic-embed-text` and set "
        "EMBED_MODEL=nomic-embed-text."
    )


def no_chat_model(model: str) -> EmbeddingError:
    return EmbeddingError(
        f"{model} cannot be talked to. Run `ollama pull llama3.2` and set PROMPT_MODEL=llama3.2."
    )


def dimension(info: Mapping[str, Any], model: str) -> int:
    length = info.get(f"{info.get('general.architecture')}.embedding_length")
    if not isinstance(length, int) or length < 1:
        raise EmbeddingError(f"Ollama does not say how long the vectors of {model} are. Update Ollama.")
    return length


def digest(digests: Mapping[str, str], model: str) -> str:
    """Names are compared as Ollama does: without regard to case, and `:latest` where there is no tag."""
    for name, digest in digests.items():
        if _tagged(name) == _tagged(model) and digest:
            return digest
    raise EmbeddingError(f"`ollama list` does not show {model}. Set EMBED_MODEL to a name as it is listed.")


def _tagged(model: str) -> str:
    name = model.lower()
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def unit(vectors: Sequence[Sequence[float]]) -> Rows:
    """Rows of length 1. Raises TextRefused if one is nought or not finite, EmbeddingError if ragged."""
    try:
        rows = np.array(vectors, dtype=np.float64).reshape(len(vectors), -1)
    except ValueError as error:
        raise EmbeddingError("Ollama's vectors differ in length. Update Ollama.") from error
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise TextRefused("Ollama gave a vector that is nought or not finite.")
    return np.asarray(rows / lengths, dtype=np.float32)
