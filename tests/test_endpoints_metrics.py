"""What is counted, as Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from proxy.library import connect, syncs, timestamp
from tests.factories import NOW
from tests.fake_navidrome import PASSWORDS
from tests.house import House, broken

Sample = tuple[str, frozenset[tuple[str, str]]]


class Scrape(dict[Sample, float]):
    """Samples by name and labels."""

    def of(self, name: str, **labels: str) -> float:
        return self[f"playlistgen_{name}", frozenset(labels.items())]


def scraped(url: str) -> Scrape:
    text = httpx.get(f"{url}/playlistgen/metrics").raise_for_status().text
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return Scrape({(s.name, frozenset(s.labels.items())): s.value for s in samples})


@pytest.fixture
def proxy(house: House) -> Iterator[str]:
    """One that has counted nothing yet."""
    with house.proxy() as url:
        yield url


def test_relayed_answers_are_counted_with_their_bytes_and_times(house: House, proxy: str) -> None:
    ana = house.listener("ana")
    ana.url = proxy
    body = ana.send("ping").content
    httpx.get(f"{proxy}/rest/nothing-of-that-name")
    found = scraped(proxy)
    assert found.of("requests_total", route="relay", outcome="2xx") == 1
    assert found.of("requests_total", route="relay", outcome="4xx") == 1
    assert found.of("relay_bytes_total") >= len(body)
    assert found.of("relay_seconds_count") == 2
    assert found.of("relay_seconds_bucket", le="+Inf") == 2
    assert 0 < found.of("relay_seconds_sum") < 20


UNDER_OUR_NAME = [
    ("GET", "/health/live", "/health/live", "2xx"),
    ("POST", "/health/live", "/health/live", "4xx"),
    ("GET", "/metrics", "/metrics", "2xx"),
    ("GET", "/nothing/of/that/name", "/{rest:path}", "4xx"),
    ("GET", "/api/status", "/api/status", "2xx"),
    ("BREW", "/api/status", "/api/status", "4xx"),
    ("GET", "/api/playlists/x7Gq", "/api/playlists/{playlist_id}", "4xx"),
    ("GET", "/api/playlists/x7Gr", "/api/playlists/{playlist_id}", "4xx"),
    ("PUT", "/api/recipes/of%20mine/hidden", "/api/recipes/{recipe}/hidden", "4xx"),
    ("GET", "/api/openapi.json", "/api/openapi.json", "2xx"),
    ("POST", "/api/openapi.json", "/api/{rest:path}", "4xx"),
    ("GET", "/api/nothing/of/that/name", "/api/{rest:path}", "4xx"),
]


@pytest.mark.parametrize("prefix", ["", "/music"])
def test_requests_under_our_own_name_are_counted_by_their_place_in_the_table(
    house: House, prefix: str
) -> None:
    with house.proxy(base_url="/music") as url:
        for method, path, _, _ in UNDER_OUR_NAME:
            httpx.request(method, f"{url}{prefix}/playlistgen{path}", auth=("ana", PASSWORDS["ana"]))
        found = scraped(url)
    for (route, outcome), number in Counter(each[2:] for each in UNDER_OUR_NAME).items():
        assert found.of("requests_total", route=f"/playlistgen{route}", outcome=outcome) == number
    assert not [labels for _, labels in found if "x7Gq" in str(labels) or "of mine" in str(labels)]


def test_what_fails_under_our_own_name_is_counted_too(house: House) -> None:
    with broken(house) as url:
        auth = ("ana", PASSWORDS["ana"])
        httpx.post(f"{url}/playlistgen/api/generate", auth=auth, json={"prompt": "jazz"})
        found = scraped(url)
    assert found.of("requests_total", route="/playlistgen/api/generate", outcome="5xx") == 1


def test_lists_are_counted_by_embedder_with_their_times_and_shortfalls(house: House, proxy: str) -> None:
    ana = house.listener("ana")
    ana.url = proxy
    ana.create("ai: jazz 20 min")
    ana.create("no prompt")
    ana.create("ai: jazz 20 hours")
    found = scraped(proxy)
    assert found.of("requests_total", route="createPlaylist", outcome="answered") == 2
    assert found.of("requests_total", route="createPlaylist", outcome="handed on") == 1
    assert found.of("lists_total", embedder="words") == 2
    assert found.of("shortfalls_total", kind="noted") >= 1
    assert found.of("shortfalls_total", kind="late") == 0
    assert found.of("list_seconds_count") == 2


def test_the_index_is_told_with_its_size_age_and_stages(house: House, proxy: str) -> None:
    house.now.forward(3600)
    found = scraped(proxy)
    songs = len(house.world.songs)
    assert found.of("index_tracks") == songs
    assert found.of("index_age_seconds") == 3600
    assert found.of("index_vectors", model="words") == songs
    assert found.of("refresh_done_tracks", stage="measure") == 0
    assert found.of("refresh_failed_tracks", stage="embed") == 0
    assert found.of("refresh_status", status="ok") == 1
    assert found.of("embedder_preferred", embedder="words") == 1
    assert found.of("database_bytes") == house.path.stat().st_size


def test_what_a_stage_could_not_deal_with_is_told(house: House, proxy: str) -> None:
    song = next(iter(house.world.songs))
    with closing(connect(house.path)) as db:
        syncs.failed(db, song, "embed words", "it was refused", now=NOW)
        syncs.failed(db, song, "hear", "it is silent", now=NOW)
    found = scraped(proxy)
    assert [found.of("refresh_failed_tracks", stage=stage) for stage in ("embed", "hear", "locate")] == [
        1,
        1,
        0,
    ]
    with closing(connect(house.path)) as db:
        for stage in ("embed words", "hear"):
            syncs.succeeded(db, [song], stage, now=timestamp(NOW))


def test_no_name_of_a_user_or_list_is_told(house: House, proxy: str) -> None:
    for user in PASSWORDS:
        listener = house.listener(user)
        listener.url = proxy
        listener.create(f"ai: jazz for {user}")
    text = httpx.get(f"{proxy}/playlistgen/metrics").text
    assert not [user for user in PASSWORDS if user in text]
    assert "jazz" not in text


def test_without_a_database_what_was_counted_is_told(house: House) -> None:
    with house.proxy(db_path="/nowhere/x.db") as url:
        found = scraped(url)
    assert found.of("database_up") == 0
    assert ("playlistgen_index_tracks", frozenset()) not in found
