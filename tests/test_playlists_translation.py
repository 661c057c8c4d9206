"""German, French and Spanish prompts in English words, and English ones as they came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists import lexicon
from proxy.playlists.translation import dictionaries, knows, translated

ENGLISH = lexicon.load().triggers | lexicon.load().idle | {"jazz", "rock", "salsa", "rainy", "songs", "90s"}


def english(word: str) -> bool:
    return word in ENGLISH


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ruhiger Jazz für den Abend", "calm jazz evening"),
        ("fröhliche Musik zum Kochen", "happy cooking"),
        ("Rock der 90er", "rock 90s"),
        ("chansons douces pour un dimanche de pluie", "quiet dimanche rainy"),
        ("musique triste pour l'automne", "sad l'automne"),
        ("canciones tristes de los 80", "sad 80s"),
        ("música alegre para cocinar", "happy cooking"),
    ],
)
def test_what_the_dictionary_has_is_translated_and_small_words_vanish(text: str, wanted: str) -> None:
    assert translated(text, known=english) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "rainy sunday jazz",
        "sad songs for a bad day",
        "songs to die for",
        "salsa",
        "jazz in the evening, please",
        "90s rock",
        "still awake",
        "debut albums",
        "noel gallagher",
        "sombrero fallout",
        "",
    ],
)
def test_english_prompts_stay(text: str) -> None:
    assert translated(text, known=english) == text


@given(st.lists(st.sampled_from(sorted(ENGLISH)), max_size=8))
def test_a_prompt_of_english_words_with_as_many_of_its_small_words_stays(words: list[str]) -> None:
    text = " ".join([*words, *["the"] * len(words)])
    assert translated(text, known=english) == text


def test_no_language_lets_a_word_vanish_that_english_prompts_retrieve_by() -> None:
    for name, language in dictionaries().items():
        assert name == "en" or not language.stop & lexicon.load().triggers - {"chanson"}


def test_every_look_alike_does_look_like_a_foreign_word() -> None:
    others = [dictionary for name, dictionary in dictionaries().items() if name != "en"]
    idle = [w for w in dictionaries()["en"].stop if not any(other.english(w) is not None for other in others)]
    assert not idle


def test_foreign_words_are_known() -> None:
    assert knows("Frühling")
    assert knows("tristeza")
    assert not knows("reggea")
