"""Feishin set up as Navidrome, imitated as its source has it call."""

from __future__ import annotations

from typing import Any

import httpx

from tests.clients.imitations import USER
from tests.fake_navidrome import PASSWORDS
from tests.house import House


class NativeFeishin:
    """Set up as Navidrome: its own API, in whose replies nothing is ours."""

    def __init__(self, house: House, http: httpx.Client) -> None:
        self.url = house.url
        self._http = http
        login = {"username": USER, "password": PASSWORDS[USER]}
        self._token = str(http.post(f"{self.url}/auth/login", json=login).json()["token"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"x-nd-authorization": f"Bearer {self._token}"}
        reply = self._http.request(method, f"{self.url}/api{path}", json=body, headers=headers)
        reply.raise_for_status()
        return reply.json()

    def create(self, name: str) -> str:
        fields = {"name": name, "comment": "", "public": False, "rules": None, "sync": False}
        return str(self.ask("POST", "/playlist", fields)["id"])

    def rename(self, playlist_id: str, name: str) -> None:
        self.ask("PUT", f"/playlist/{playlist_id}", {"name": name, "comment": "", "public": False})

    def songs(self, playlist_id: str) -> list[str]:
        return [row["mediaFileId"] for row in self.ask("GET", f"/playlist/{playlist_id}/tracks")]

    def delete(self, playlist_id: str) -> None:
        self.ask("DELETE", f"/playlist/{playlist_id}")
