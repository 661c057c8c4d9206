"""Whether the server says that it lives, whether it is ready, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from proxy.settings import Settings
from tests.factories import NOW, WordCounter
from tests.house import House, open_house
from tests.live import serve_proxy


def checks(response: httpx.Response) -> dict[str, tuple[bool, str]]:
    return {check["name"]: (check["ok"], check["reason"]) for check in response.json()["checks"]}


@pytest.fixture
def proxy(house: House) -> Iterator[str]:
    """One that has not looked at anything yet."""
    with house.proxy() as url:
        yield url


def test_a_server_that_has_all_it_needs_is_ready_and_says_why(proxy: str, house: House) -> None:
    found = httpx.get(f"{proxy}/playlistgen/health/ready")
    assert found.status_code == 200
    assert found.json()["ready"] is True
    assert checks(found) == {
        "upstream": (True, "Navidrome answers."),
        "database": (True, "The database can be read."),
        "index": (True, f"{len(house.world.songs)} tracks."),
        "age": (True, "Refreshed 0.0 hours ago."),
    }


def test_an_old_index_is_told_and_is_ready_all_the_same(proxy: str, house: House) -> None:
    house.now.forward(timedelta(days=8).total_seconds())
    found = httpx.get(f"{proxy}/playlistgen/health/ready")
    assert found.status_code == 200
    assert checks(found)["age"] == (False, "Refreshed 192.0 hours ago.")


def test_a_server_without_upstream_and_database_lives_and_is_not_ready(tmp_path: Path) -> None:
    secret = tmp_path / "nowhere" / "x.db"
    settings = Settings(navidrome_url="http://127.0.0.1:9", db_path=str(secret))
    with serve_proxy(settings, embedders=[WordCounter()], now=lambda: NOW) as url:
        live = httpx.get(f"{url}/playlistgen/health/live")
        found = httpx.get(f"{url}/playlistgen/health/ready")
    assert (live.status_code, live.json()) == (200, {"live": True})
    assert found.status_code == 503
    assert {name: ok for name, (ok, _) in checks(found).items()} == {"upstream": False, "database": False}
    assert "nowhere" not in found.text
    assert "127.0.0.1" not in found.text


def test_a_server_without_tracks_is_not_ready(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house:
        found = httpx.get(f"{house.url}/playlistgen/health/ready")
    assert found.status_code == 503
    assert checks(found)["index"][0] is False


def test_asking_often_does_not_ask_upstream_often(proxy: str, house: House) -> None:
    for _ in range(5):
        httpx.get(f"{proxy}/playlistgen/health/ready")
    assert house.calls("ping") == 1
    house.now.forward(6)
    httpx.get(f"{proxy}/playlistgen/health/ready")
    assert house.calls("ping") == 2


def test_nothing_under_our_name_goes_upstream(house: House) -> None:
    before = len(house.world.requests)
    found = httpx.get(f"{house.url}/playlistgen/secret/../x")
    assert found.status_code == 404
    assert len(house.world.requests) == before


def sent_id(url: str, told: str) -> Any:
    return httpx.get(f"{url}/playlistgen/health/live", headers={"X-Request-Id": told}).headers["x-request-id"]


def test_a_request_is_called_as_a_trusted_hop_calls_it_and_by_a_name_of_ours_else(house: House) -> None:
    assert sent_id(house.url, "mine-1") != "mine-1"
    with house.proxy(trusted_hops="127.0.0.1") as url:
        assert sent_id(url, "mine-1") == "mine-1"
        assert sent_id(url, "two words") != "two words"
