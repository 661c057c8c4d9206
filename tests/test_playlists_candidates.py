"""What a prompt brings: the parts of the score, feedback, and the pool against a full scan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from proxy.arrays import Mask
from proxy.library.index import Index
from proxy.playlists import Sources
from proxy.playlists.candidates import Candidates, candidates
from proxy.playlists.generate import vocabulary_of
from proxy.playlists.reading import query_in, read
from proxy.playlists.steps import ALL, Steps
from tests.factories import NOW, Shop, WordCounter, track

GENRES = (("Jazz",), ("Latin Jazz", "Jazz"), ("Latin Pop",), ("Ambient",), ("Death Metal",))
ROWS = [
    *(track(n, genres=GENRES[n % 5], artist=f"Band {n % 20}") for n in range(60)),
    track(60, title="Rainy Sunday", artist="Storm", genres=("Death Metal",)),
    track(61, title="Rainy Sunday Again", artist="Storm", genres=("Death Metal",)),
    track(62, title="One", artist="Nina Simone, Band 1", genres=("Soul",)),
    track(63, title="Two", artist="Nina Simone", genres=("Soul",)),
]


def search(
    shop: Shop, prompt: str, *, steps: Steps = ALL, count: int = 400, allowed: Mask | None = None
) -> Candidates:
    index = shop.index
    wish = read(prompt, index=index, vocabulary=vocabulary_of(index), now=NOW, steps=steps)
    return candidates(
        wish,
        query_in(index, wish, steps=steps),
        like=np.flatnonzero(index.by_artists(wish.like)),
        allowed=np.ones(len(index), dtype=np.bool_) if allowed is None else allowed,
        index=index,
        sources=Sources(shop.db, shop.embedders),
        count=count,
        deadline=float("inf"),
        steps=steps,
    )


def genres(found: Candidates, index: Index, *, first: int) -> set[str]:
    return {tag for position in found.positions[:first].tolist() for tag in index.tags.of(position)}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path, ROWS)


@pytest.mark.parametrize(("prompt", "comes_first"), [("calm", range(30)), ("energetic", range(30, 60))])
def test_energy_is_as_measured_also_where_tags_say_nothing_of_it(
    tmp_path: Path, prompt: str, comes_first: range
) -> None:
    rows = [track(n, genres=("Score",), replaygain={"trackGain": 10.0 - n / 4}) for n in range(60)]
    found = search(Shop(tmp_path, rows), prompt, steps=structs.replace(ALL, meaning=False))
    assert set(found.positions[:20].tolist()) < set(comes_first)


def test_a_mood_is_no_word_of_a_title(shop: Shop) -> None:
    found = search(shop, "something calm for a rainy sunday")
    assert genres(found, shop.index, first=6) == {"ambient"}
    assert not found.parts.names[60:62].any()


def test_a_phrase_is_more_than_its_words(shop: Shop) -> None:
    found = search(shop, "latin jazz")
    assert genres(found, shop.index, first=12) == {"latin jazz", "jazz"}
    assert found.parts.phrases[1] == 1
    assert not found.parts.lexicon.any(), "latin inside of a tag brings no latin pop"


def test_a_prompt_in_german_brings_what_its_english_twin_does(shop: Shop) -> None:
    twin = set(search(shop, "calm music for the evening").positions[:12].tolist())
    assert set(search(shop, "ruhige Musik für den Abend").positions[:12].tolist()) == twin


def test_a_slip_of_the_pen_brings_what_was_meant(shop: Shop) -> None:
    assert genres(search(shop, "dethh metal"), shop.index, first=12) == {"death metal"}
    assert search(shop, "songs by nina simmone").positions[:2].tolist() == [63, 62]


def test_a_named_artist_comes_first_alone_or_with_others(shop: Shop) -> None:
    found = search(shop, "sad songs by Nina Simone")
    assert set(found.positions[:2].tolist()) == {62, 63}
    assert not found.parts.lexicon.any()
    assert not found.parts.energy.any()


def test_what_is_like_an_artist_may_be_by_them(shop: Shop) -> None:
    assert {62, 63} <= set(search(shop, "like Nina Simone").positions[:2].tolist())


@pytest.mark.parametrize("prompt", ["jazz", "calm", "latin", "Nina Simone", "dethh metal"])
def test_the_pool_gives_what_a_full_scan_gives(shop: Shop, prompt: str) -> None:
    few = search(shop, prompt, count=30)
    every = search(shop, prompt, count=5000)
    assert few.positions[:10].tolist() == every.positions[:10].tolist()


def test_what_is_not_allowed_is_no_candidate_and_takes_nobodys_place(shop: Shop) -> None:
    allowed = np.arange(len(shop.index)) % 5 == 3  # the ambient ones, and a song
    found = search(shop, "jazz", count=12, allowed=allowed)
    assert allowed[found.positions].all()
    assert len(found) >= 12


@pytest.mark.parametrize("step", Steps.__struct_fields__)
def test_every_step_can_be_left_out(shop: Shop, step: str) -> None:
    found = search(shop, "sad latin jazz for the evening", steps=Steps(**{step: False}))
    assert len(found)
    assert found.relevance[0] == 1
    assert (np.diff(found.relevance) <= 0).all()


def test_without_an_embedder_words_and_tags_decide(tmp_path: Path) -> None:
    embedder = WordCounter()
    shop = Shop(tmp_path, ROWS, embedders=[embedder])
    embedder.away = True
    found = search(shop, "jazz")
    assert genres(found, shop.index, first=12) <= {"jazz", "latin jazz"}
    assert found.model == ""
    assert "did not answer" in found.notes[0]
