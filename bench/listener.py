"""A Subsonic client: what it asks of the proxy, and what the proxy asks of upstream in its name."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import httpx

from bench.house import LISTENER
from bench.processes import Failed
from tests.fake_navidrome import PASSWORDS

CREDENTIALS = (("u", LISTENER), ("p", PASSWORDS[LISTENER]), ("v", "1.16.1"), ("c", "bench"), ("f", "json"))

Pairs = Sequence[tuple[str, str]]


class Listener:
    """Calls to one server over connections that are kept; several threads may share it."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=60)

    def close(self) -> None:
        self._client.close()

    def call(self, endpoint: str, pairs: Pairs = ()) -> dict[str, Any]:
        """The inside of the reply. Raises Failed where that is an error, or no reply of Subsonic's."""
        form: dict[str, Any] = {}
        for name, value in (*CREDENTIALS, *pairs):
            form.setdefault(name, []).append(value)
        response = self._client.post(f"/rest/{endpoint}", data=form)
        if not response.headers.get("content-type", "").startswith("application/json"):
            raise Failed(f"{endpoint}: HTTP {response.status_code}, {response.text[:200]}")
        reply: dict[str, Any] = response.json()["subsonic-response"]
        if reply["status"] != "ok":
            raise Failed(f"{endpoint}: {reply['error']}")
        return reply

    def create(self, name: str) -> tuple[dict[str, Any], float]:
        """The list and the milliseconds that it took."""
        started = time.perf_counter()
        made = self.call("createPlaylist", [("name", name)])["playlist"]
        return made, (time.perf_counter() - started) * 1000

    def delete(self, playlist_id: str) -> None:
        self.call("deletePlaylist", [("id", playlist_id)])

    def by_hand(self, name: str, songs: Sequence[str], comment: str) -> float:
        """The calls that the proxy makes upstream for one new list, made straight; in milliseconds."""
        started = time.perf_counter()
        self.call("getUser", [("username", LISTENER)])
        self.call("getPlaylists")
        made = self.call("createPlaylist", [("name", name), *(("songId", song) for song in songs)])[
            "playlist"
        ]
        self.call("updatePlaylist", [("playlistId", made["id"]), ("comment", comment)])
        self.call("getPlaylist", [("id", made["id"])])
        milliseconds = (time.perf_counter() - started) * 1000
        self.delete(made["id"])
        return milliseconds
