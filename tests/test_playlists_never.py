"""What no list gets, and what one gets by asking."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from proxy.playlists.never import Never, spared
from proxy.playlists.wish import Wish
from tests.factories import Shop, track

NOVEMBER, DECEMBER = date(2026, 11, 23), date(2026, 12, 1)
ROWS = [
    track(0, artist="Ada"),
    track(1, duration=30.0),
    track(2, duration=1000.0),
    track(3, genres=("Audiobook",)),
    track(4, genres=("German Hörspiel",)),
    track(5, title="Last Christmas"),
    track(6, genres=("Christmas",)),
    track(7, title="Silent Night, Loud Day", artist="Noel Christmas"),
    track(8, artist="Ben", path="/music/kids/one.mp3"),
    track(9, genres=("Metal",)),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("never"), ROWS)


def left_out(shop: Shop, wish: Wish = Wish(), *, never: Never = Never(), day: date = NOVEMBER) -> set[int]:  # noqa: B008
    left: set[int] = set((~spared(wish, shop.index, never=never, day=day)).nonzero()[0].tolist())
    return left


@pytest.mark.parametrize(
    ("wish", "day", "out"),
    [
        (Wish(), NOVEMBER, {1, 2, 3, 4, 5, 6, 7}),
        (Wish(), DECEMBER, {1, 2, 3, 4}),
        (Wish(text="christmas songs"), NOVEMBER, {1, 2, 3, 4}),
        (Wish(text="Xmas jazz"), NOVEMBER, {1, 2, 3, 4}),
        (Wish(text="an audiobook"), DECEMBER, {1, 2}),
        (Wish(genres=("German Hörspiel",)), DECEMBER, {1, 2}),
        (Wish(longest=60.0), DECEMBER, {3, 4}),
        (Wish(shortest=900.0), DECEMBER, {3, 4}),
    ],
)
def test_what_is_short_long_spoken_or_out_of_season_has_to_be_asked_for(
    shop: Shop, wish: Wish, day: date, out: set[int]
) -> None:
    assert left_out(shop, wish, day=day) == out


@pytest.mark.parametrize(
    ("never", "out"),
    [
        (Never(), set()),
        (Never(genres=("metal",)), {9}),
        (Never(artists=("ADA", "ben")), {0, 8}),
        (Never(paths=("*/kids/*",)), {8}),
        (Never(words=("loud",)), {7}),
        (Never(genres=("Metal",), paths=("/music/*",)), {8, 9}),
    ],
)
def test_the_rules_of_the_house_are_lifted_by_nothing(shop: Shop, never: Never, out: set[int]) -> None:
    asked = Wish(
        text="christmas audiobook metal loud", genres=("Metal",), artists=("Ada", "Ben"), longest=2000
    )
    assert left_out(shop, asked, never=never) == out


@pytest.mark.parametrize("seconds", [20.0, 2000.0])
def test_a_library_of_short_or_long_pieces_is_wanted_as_it_is(tmp_path: Path, seconds: float) -> None:
    shop = Shop(tmp_path, [track(n, duration=seconds if n < 6 else 200.0) for n in range(10)])
    assert left_out(shop) == set()


def test_no_list_gets_them(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ROWS)
    for prompt in ("everything", "metal", "", "silent songs"):
        ids = {song.track_id for song in shop.list(prompt).songs}
        assert not ids & {"t0001", "t0002", "t0003", "t0004", "t0005", "t0006", "t0007"}, prompt
    assert "t0006" in shop.list("christmas").ids
