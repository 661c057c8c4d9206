"""When a language model is asked about a prompt, for how long, and what it is told of the library."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import respx

from proxy.embedding import Chat
from proxy.library import connect, index, migrate
from proxy.library.index import Index
from proxy.playlists import Request, understand, vocabulary_of
from proxy.playlists.refining import frequent_genres, refine
from proxy.playlists.wish import Wish
from tests.factories import NOW, Shop, track
from tests.test_embedding_chat import said
from tests.test_embedding_ollama import URL, recorded

ROWS = [
    *(track(n, genres=("Jazz",)) for n in range(3)),
    *(track(n, genres=("hip-hop", "Soul")) for n in range(3, 8)),
    *(track(n, genres=("Hip Hop",)) for n in range(8, 10)),
    track(10, genres=("90s", "Polka"), moods=("happy",)),
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path, ROWS)


@pytest.fixture
def server() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        router.post("/api/show", name="show").mock(return_value=recorded("show_no_embedding"))
        router.post("/api/chat", name="chat").mock(return_value=said('{"genres": ["Polka"]}'))
        yield router


def seconds(server: respx.MockRouter) -> float:
    """How long the last question may take."""
    limits = server.calls.last.request.extensions["timeout"]
    return float(limits["connect"] + limits["read"])


def understood(shop: Shop, deadline: float = float("inf"), prompt: str = "a picnic") -> tuple[Wish, str]:
    request = Request(prompt=prompt, owner="ana", day=NOW.date(), deadline=deadline)
    return refined(request, shop.index)


def refined(request: Request, index: Index) -> tuple[Wish, str]:
    words = vocabulary_of(index)
    wish = understand(request, index=index, vocabulary=words)
    return refine(wish, request, index=index, vocabulary=words, chat=Chat(URL, "model"))


def test_the_most_frequent_genres_come_first_each_in_one_spelling(shop: Shop) -> None:
    words = vocabulary_of(shop.index)
    assert frequent_genres(shop.index, words) == ["hip-hop", "Soul", "Jazz", "Polka"]
    assert frequent_genres(shop.index, words, most=2) == ["hip-hop", "Soul"]


def test_what_the_model_adds_is_in_the_wish_with_its_name(shop: Shop, server: respx.MockRouter) -> None:
    assert understood(shop) == (Wish(text="a picnic Polka", genres=("Polka",)), "model")


def test_a_model_that_adds_nothing_is_not_named(shop: Shop, server: respx.MockRouter) -> None:
    server["chat"].mock(return_value=said("{}"))
    assert understood(shop) == (Wish(text="a picnic"), "")


def test_it_has_three_seconds_at_most(shop: Shop, server: respx.MockRouter) -> None:
    understood(shop)
    assert 2.5 < seconds(server) <= 3


def test_half_of_the_time_is_left_for_the_rest(shop: Shop, server: respx.MockRouter) -> None:
    understood(shop, time.monotonic() + 2)
    assert 0.5 < seconds(server) <= 1


def test_a_long_prompt_is_cut(shop: Shop, server: respx.MockRouter) -> None:
    understood(shop, prompt="a picnic " * 1000)
    assert len(server.calls.last.request.content) < 4000


def test_an_empty_library_is_nothing_to_ask_about(tmp_path: Path, server: respx.MockRouter) -> None:
    migrate(tmp_path / "new.db")
    empty = index.load(connect(tmp_path / "new.db"))
    refined(Request(prompt="a picnic", owner="ana", day=NOW.date()), empty)
    assert not server.calls
