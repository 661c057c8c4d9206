"""An Ollama with one model that says what it is told to, in the form of its /api/show and /api/chat."""

from __future__ import annotations

import json
import threading
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class FakeOllama:
    """`says` is the next answers' content; `status` is that of a failure; `go` is cleared to let all wait."""

    def __init__(self, model: str = "llama3.2") -> None:
        self.model = model
        self.says: object = {}
        self.status = 200
        self.go, self.loaded = threading.Event(), threading.Event()
        self.go.set()
        self.asked: list[dict[str, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/api/show", self._show, methods=["POST"]),
                Route("/api/chat", self._chat, methods=["POST"]),
            ]
        )

    @property
    def prompts(self) -> list[str]:
        """What it was asked to read."""
        return [asked["messages"][-1]["content"] for asked in self.asked]

    async def _show(self, request: Request) -> Response:
        if (await request.json())["model"] != self.model:
            return JSONResponse({"error": "model 'nope' not found"}, 404)
        return JSONResponse({"capabilities": ["completion"], "model_info": {}})

    async def _chat(self, request: Request) -> Response:
        asked = await request.json()
        if not asked["messages"]:
            self.loaded.set()
            return self._said("")
        self.asked.append(asked)
        await run_in_threadpool(self.go.wait, 10)
        if self.status != 200:
            return JSONResponse({"error": "llama-server process no longer running: unknown"}, self.status)
        return self._said(self.says if isinstance(self.says, str) else json.dumps(self.says))

    def _said(self, content: str) -> Response:
        message = {"role": "assistant", "content": content}
        return JSONResponse({"model": self.model, "message": message, "done": True, "done_reason": "stop"})
