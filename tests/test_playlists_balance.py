"""Several kinds asked for at once: some of each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.factories import Shop
from tests.test_playlists_generate import song


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder: Path = tmp_path_factory.mktemp("shop")
    return Shop(folder, [song(n) for n in range(600)])  # type: ignore[misc]


@pytest.mark.parametrize("prompt", ["jazz and rock, 20 songs", "ambient, electronic and soul, 30 songs"])
def test_every_genre_gets_its_share(shop: Shop, prompt: str) -> None:
    made = shop.songs(prompt)
    shares = Counter(song.genres[0] for song in made)
    wanted = shop.list(prompt).wish.genres
    assert all(shares[genre] >= 0.6 * len(made) / len(wanted) for genre in wanted)


def test_every_artist_asked_for_is_heard(shop: Shop) -> None:
    shares = Counter(song.artist for song in shop.songs("by Artist 7 and Artist 8, 10 songs"))
    assert shares["Artist 7"] >= 3
    assert shares["Artist 8"] >= 3
    assert sum(shares.values()) == 10


def test_all_who_are_to_be_resembled_count_alike(shop: Shop) -> None:
    prompt, best = "like Artist 7 and Artist 8, 40 songs", Counter()
    for track, chosen in zip(shop.songs(prompt), shop.list(prompt).songs, strict=True):
        best[track.artist] = max(best[track.artist], chosen.relevance)
    assert best["Artist 7"] == best["Artist 8"] > 0


def test_every_decade_gets_its_share(shop: Shop) -> None:
    shares = Counter((song.year or 0) // 10 for song in shop.songs("folk of the 70s and 80s, 16 songs"))
    assert set(shares) == {197, 198}
    assert min(shares.values()) >= 5


def test_one_kind_is_left_as_it_is(shop: Shop) -> None:
    relevance = [song.relevance for song in shop.list("jazz, 20 songs").songs]
    assert len(set(relevance)) > 5
