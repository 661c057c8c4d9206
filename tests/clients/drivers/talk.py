"""The client's side of the conversation with tests/clients/remote.py.

A line names a step and its arguments; the answer is a line with what the client has from it, or its fault.
What the client itself prints goes to the log.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

BEGINNING = 64 * 1024  # bytes of a song

URL, USER, PASSWORD, WAY, FOLDER = (
    os.environ.get(name, "")
    for name in ("SERVER_URL", "SERVER_USER", "SERVER_PASSWORD", "CLIENT_WAY", "CLIENT_FOLDER")
)


def answer(steps: Mapping[str, Callable[..., Any]]) -> None:
    """Until there are no more lines."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        step, *arguments = json.loads(line)
        try:
            told = {"answer": steps[step](*arguments)}
        except Exception as error:
            told = {"fault": f"{type(error).__name__}: {error}"}
        print(json.dumps(told), file=answers, flush=True)
