"""Asking an Ollama server anything: one client a question, and its failures as errors of ours."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from proxy.embedding import answers
from proxy.errors import EmbedderUnreachable, EmbeddingError

if TYPE_CHECKING:
    from ollama import Client

T = TypeVar("T")

QUESTION_SECONDS = 5.0  # what a model is; answered at once even while one loads


class Server:
    """The Ollama at `url`. Nothing is asked until `ask`; safe to share by threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._tls: ssl.SSLContext | None = None

    def ask(
        self,
        question: Callable[[Client], T],
        *,
        model: str,
        timeout: float,
        connect: float = QUESTION_SECONDS,
    ) -> T:
        """What the client answers to a question about `model`; both limits in seconds.

        A client for each question: it has one timeout for all, and nothing is left to close.
        Raises ModelMissing, EmbedderUnreachable, EmbeddingError.
        """
        import httpx  # both here: they cost 0.25 s, which only users of Ollama should pay
        import ollama

        where = self._url.rpartition("@")[2]
        self._tls = self._tls or httpx.create_ssl_context(trust_env=False)
        limits = httpx.Timeout(timeout, connect=min(timeout, connect))
        try:
            with ollama.Client(self._url, timeout=limits, trust_env=False, verify=self._tls) as client:
                return question(client)
        except ollama.ResponseError as error:
            raise answers.refusal(error.status_code, str(error.error), model) from error
        except httpx.TimeoutException as error:
            raise EmbedderUnreachable(
                f"Ollama at {where} gave no answer within {timeout:g} s. If the machine is busy with "
                "something else, EMBED_THREADS=1 helps."
            ) from error
        except (ConnectionError, httpx.TransportError) as error:
            raise EmbedderUnreachable(
                f"Nobody answers at {where}, or not to the end. Start Ollama (`ollama serve`) "
                "or correct OLLAMA_URL."
            ) from error
        except (ValueError, TypeError, AttributeError, httpx.HTTPError, httpx.InvalidURL) as error:
            # The client trips in all these ways over HTML, over a JSON list, over another program's JSON.
            raise EmbeddingError(f"What answers at {where} is not Ollama. Correct OLLAMA_URL.") from error
