"""Structured logs: lines for people or JSON for machines, and never a credential in either."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

HIDDEN = "…"

# By what the request that is being answered is found in logs; only asked for where there is a line.
REQUEST_ID: ContextVar[Callable[[], str] | None] = ContextVar("request_id", default=None)

_LONG = r"[\w-]*(?:password|token|salt|secret|authorization)|jwt|api_?key"
_NAME = rf"{_LONG}|p|t|s"  # the last three are Subsonic's password, token and salt; u stays, to be read

# Each shape that a credential is met in, and what is left of it.
_SHAPES = tuple(
    (re.compile(pattern, re.IGNORECASE), left)
    for pattern, left in (
        (r"://[^\s'\"]*@", rf"://{HIDDEN}@"),  # http://user:password@host
        (r"\b(bearer|basic) [\w+/.=-]+", rf"\1 {HIDDEN}"),
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", HIDDEN),  # a JSON web token, wherever it stands
        (rf"\b({_NAME})=(\"[^\"]+\"|'[^']+'|[^&\s'\"]+)", rf"\1={HIDDEN}"),  # queries, forms, reprs
        (rf"\b({_LONG}):\s*(?!bearer|basic)[^\s'\"]+", rf"\1: {HIDDEN}"),  # headers
        # {"password": "x"}, {'p': 'x'}, ('t', 'x'), (b'x-nd-authorization', b'x'), escaped or not
        (rf"(\\*['\"])({_NAME})\1(\s*[:,]\s*b?)(\\*['\"]).*?\4", rf"\1\2\1\3\4{HIDDEN}\4"),
    )
)


def configure(*, format: str, level: str) -> None:
    """Set up once per process; logs go to standard error. `format` is console or json."""
    finish = structlog.processors.JSONRenderer(ensure_ascii=False) if format == "json" else _console()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        with_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_credentials,
    ]
    structlog.configure(
        processors=[*shared, finish],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,  # a cached one would keep the standard error of its first line
    )
    _adopt(shared, finish, level)


def with_request_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: lines that are written while a request is answered name it."""
    name = REQUEST_ID.get()
    if name is not None:
        event["request"] = name()
    return event


def without_credentials(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: what looks like a credential is put out of every value of the event."""
    for name, value in event.items():
        if re.fullmatch(_NAME, name, re.IGNORECASE):
            event[name] = HIDDEN
        elif not (name.startswith("_") or value is None or isinstance(value, int | float)):
            event[name] = scrubbed(str(value))
    return event


def scrubbed(text: str) -> str:
    """The text with `…` for each password, token, salt and key in it; rather one too many than too few."""
    for shape, left in _SHAPES:
        text = shape.sub(left, text)
    return text


def _console() -> Any:
    # Not rich's tracebacks: they show the values of variables.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)


def _adopt(shared: list[Any], finish: Any, level: str) -> None:
    """What libraries write through `logging` looks like ours; of httpx and uvicorn only what is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, finish])
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Not uvicorn's word on answers that broke off: the relay breaks them off because upstream did."""
    return "without completing response" not in record.getMessage() and record.levelno >= logging.WARNING
