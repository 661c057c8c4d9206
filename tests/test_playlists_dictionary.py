"""Which words are known, and which of them a slip was meant to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.playlists.dictionary import Dictionary
from proxy.playlists.evidence import evidence_of
from tests.factories import Shop, track

ROWS = [*(track(n, genres=("Death Metal",)) for n in range(3)), track(3, genres=("Grunge",))]


@pytest.fixture
def dictionary(tmp_path: Path) -> Dictionary:
    return evidence_of(Shop(tmp_path, ROWS).index).dictionary


def test_words_are_known_from_the_library_the_lists_and_the_dictionary(dictionary: Dictionary) -> None:
    assert all(dictionary.knows(word) for word in ("grunge", "artist", "sunday", "please", "regen"))
    assert not dictionary.knows("reggea")
    assert dictionary.spelling.corrections("deth metal for a sundya") == {
        "deth": "death",
        "sundya": "sunday",
    }


def test_an_everyday_word_that_no_list_has_is_no_slip(dictionary: Dictionary) -> None:
    assert dictionary.spelling.corrections("something creative, deaht") == {"deaht": "death"}
