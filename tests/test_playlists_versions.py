"""Versions, tempo, moods to leave out, and how long a track is here."""

from __future__ import annotations

from datetime import date

import pytest

from proxy.playlists import lexicon, versions
from proxy.playlists.evidence import evidence_of
from proxy.playlists.wish import Wish
from tests.factories import Shop, track

ROWS = [
    track(0, title="One", bpm=120),
    track(1, title="One (Live)", bpm=60),
    track(2, title="Two", album="Live at Home", genres=("Emo",)),
    track(3, title="Three (Acoustic)", bpm=90),
    track(4, title="Four (Some Remix)", bpm=240),
    track(
        5, title="Five", genres=("Instrumental Hip-Hop",), song={"created": "2026-10-01T10:00:00.123456789Z"}
    ),
    track(6, title="Six", genres=("Instrumental",), bpm=0),
    track(7, title="Seven (Instrumental)"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("versions"), ROWS)


def refused(shop: Shop, wish: Wish) -> list[int]:
    out = versions.refused(wish, shop.index, evidence_of(shop.index), lexicon.load())
    return out.nonzero()[0].tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("wish", "out"),
    [
        (Wish(), []),
        (Wish(without_versions=("live",)), [1, 2]),
        (Wish(without_versions=("live", "remix")), [1, 2, 4]),
        (Wish(without_moods=("sad",)), [2]),
        (Wish(without_moods=("unheard",)), []),
        (Wish(added_since=date(2026, 11, 1)), [5]),
        (Wish(added_since=date(2026, 10, 1)), []),
    ],
)
def test_what_is_not_wanted_is_refused(shop: Shop, wish: Wish, out: list[int]) -> None:
    assert refused(shop, wish) == out


@pytest.mark.parametrize(
    ("bpm", "out"),
    [(None, []), ((110, 130), [3]), ((100, 110), [0, 1, 3, 4]), ((40, 200), []), ((178, 182), [0, 1, 4])],
)
def test_a_known_tempo_counts_in_full_half_and_double_time(
    shop: Shop, bpm: tuple[float, float] | None, out: list[int]
) -> None:
    assert versions.out_of_tempo(Wish(bpm=bpm), shop.index).nonzero()[0].tolist() == out


def test_an_instrumental_is_told_by_its_title_or_its_tags(shop: Shop) -> None:
    fits = versions.fits(Wish(instrumental=True), shop.index, evidence_of(shop.index))
    assert fits.nonzero()[0].tolist() == [5, 6, 7]
    both = versions.fits(Wish(instrumental=True, version="live"), shop.index, evidence_of(shop.index))
    assert both[[0, 1, 7]].tolist() == [0, 0.5, 0.5]
