"""A prompt read with a library in hand: what is put right in it, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.playlists import vocabulary_of
from proxy.playlists.prompt import Vocabulary, parse
from proxy.playlists.reading import read
from proxy.playlists.wish import Wish
from tests.data import prompts
from tests.factories import Shop, track

Read = Callable[[str], Wish]

ROWS = [
    *(track(n, artist=artist) for n, artist in enumerate(prompts.ARTISTS)),
    *(track(100 + n, artist="Queen", genres=(genre,)) for n, genre in enumerate(prompts.GENRES)),
]


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return reader(Shop(tmp_path_factory.mktemp("library"), ROWS))


def reader(shop: Shop) -> Read:
    vocabulary = vocabulary_of(shop.index)
    return lambda prompt: read(
        prompt, index=shop.index, vocabulary=vocabulary, now=prompts.NOW, playlists=prompts.PLAYLISTS
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my favorits from the 90s", "my favorites from the 90s"),
        ("favuorites only", "favourites only"),
        ("meine Favoritten", "meine Favoriten"),
        ("nevr played", "never played"),
        ("never playd", "never played"),
        ("unplayd jazz", "unplayed jazz"),
        ("songs i havnt heard", "songs i haven't heard"),
        ("not playd latly", "not played lately"),
        ("instrumentel", "instrumental"),
        ("jazz, 45 minuts", "jazz, 45 minutes"),
        ("2 huors of jazz", "2 hours of jazz"),
        ("10 sogns", "10 songs"),
        ("jazz witout metal", "jazz without metal"),
        ("jazz exept metal", "jazz except metal"),
        ("80s exept 1984", "80s except 1984"),
        ("nothign by queen", "nothing by queen"),
        ("no remixs", "no remixes"),
        ("betwen 1990 and 1995", "between 1990 and 1995"),
        ("sinse 1990", "since 1990"),
        ("45 Minutten Jazz", "45 Minuten Jazz"),
        ("des chansons jamias écoutées", "des chansons jamais écoutées"),
        ("20 cancoines de jazz", "20 canciones de jazz"),
        ("one per artst", "one per artist"),
        ("with a cresendo", "with a crescendo"),
    ],
)
def test_a_slip_in_a_word_of_the_grammar_is_put_right(understood: Read, typed: str, meant: str) -> None:
    assert understood(typed) == understood(meant)


@pytest.mark.parametrize("prompt", [prompt for prompt, _ in prompts.TABLE])
def test_a_prompt_without_a_slip_is_read_as_it_stands(understood: Read, prompt: str) -> None:
    vocabulary = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
    assert understood(prompt) == parse(prompt, vocabulary, now=prompts.NOW, playlists=prompts.PLAYLISTS)


@pytest.mark.parametrize("prompt", ["nevr played", "songs nevr heard", "exept 1984", "10 sogns"])
def test_a_word_of_the_library_is_no_slip(tmp_path: Path, prompt: str) -> None:
    titles = ("Nevr Alone", "Exept", "Sogns of Love")
    understood = reader(Shop(tmp_path, [track(n, title=title) for n, title in enumerate(titles)]))
    assert understood(prompt) == Wish(text=prompt)


@pytest.mark.parametrize("prompt", ["frech", "acoustic unplgged"])
def test_what_is_as_near_to_a_word_of_a_list_is_no_slip_in_the_grammar(understood: Read, prompt: str) -> None:
    wish = understood(prompt)
    assert (wish.fresh, wish.unplayed) == (False, False)


def test_an_artist_of_the_library_is_no_slip(tmp_path: Path) -> None:
    understood = reader(Shop(tmp_path, [track(0, artist="Favours"), track(1, artist="Favorits")]))
    for prompt, artist in (("my favours", "Favours"), ("my favorits", "Favorits")):
        assert understood(prompt) == Wish(text=prompt, artists=(artist,))
