"""The replies in ``tests/data/navidrome/replies`` as httpx gets them."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

REPLIES = Path(__file__).parent / "data" / "navidrome" / "replies"
FRAMING = ("content-length", "transfer-encoding")


def response(case: str) -> httpx.Response:
    """In JSON where the format is chosen by ``f``, else in the only form there is."""
    forms = json.loads((REPLIES / f"{case}.json").read_text("utf-8"))
    exchange = forms.get("json") or forms["raw"]
    body = exchange["body"]
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {name: value for name, value in exchange["headers"].items() if name not in FRAMING}
    return httpx.Response(exchange["status"], headers=headers, content=content)
