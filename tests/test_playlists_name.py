"""`proxy.playlists.name`: which names are prompts, and which are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists.name import fold, prompt_of

PREFIXES = ["ai", "mix:"]


@pytest.mark.parametrize(
    ("name", "prompt"),
    [
        ("ai: rainy sunday jazz 45 min", "rainy sunday jazz 45 min"),
        ("AI: Rainy SUNDAY", "Rainy SUNDAY"),
        ("Ai. jazz", "jazz"),  # a double blank on a phone types ". "
        ("ai.jazz", "jazz"),
        ("ai:jazz", "jazz"),
        ("  ai :  jazz  ", "jazz"),
        ("ai ; jazz", "jazz"),
        ("ai, jazz", "jazz"),
        ("ai! jazz", "jazz"),
        ("ai - jazz", "jazz"),
        ("ai – jazz", "jazz"),
        ("ai—jazz", "jazz"),
        ("ai… jazz", "jazz"),
        ("ＡＩ：ｊａｚｚ", "ｊａｚｚ"),
        ("ai； jazz", "jazz"),
        ("mix: jazz", "jazz"),
        ("MIX : jazz", "jazz"),
        ("ai:: jazz", ": jazz"),
        ("ai: ai: jazz", "ai: jazz"),
        ("\u200fai: מוזיקה", "מוזיקה"),
        ("ai:\tjazz\n", "jazz"),
        ("ai: 🎷", "🎷"),
        ("ai: 5", "5"),
        # A hyphen follows the prefix, so by the rule these are prompts, however they look.
        ("ai-pop", "pop"),
        ("Mix-Tape 1", None),
        ("Mix - Summer", None),
        # The prefix alone asks for help.
        ("ai:", ""),
        ("AI.", ""),
        ("ai: ?", ""),
        ("ai: ...", ""),
        ("ai - –", ""),
        # A blank alone does not make a prompt: real names begin so.
        ("ai", None),
        ("ai ", None),
        ("ai jazz", None),
        ("AI rename me, e.g. ai: rainy jazz 60 min", None),
        ("Aimee Mann", None),
        ("Mixtape: summer", None),
        ("mixed: bag", None),
        ("A.I.: soundtrack", None),
        ("my ai: jazz", None),
        ("", None),
        (":", None),
        ("jazz", None),
    ],
)
def test_a_name_is_a_prompt_by_its_prefix(name: str, prompt: str | None) -> None:
    assert prompt_of(name, PREFIXES) == prompt


@pytest.mark.parametrize(
    ("prefixes", "name", "prompt"),
    [
        (["DJ"], "dj: jazz", "jazz"),
        (["dj:"], "DJ: jazz", "jazz"),
        (["spiel mir"], "Spiel mir: Jazz", "Jazz"),
        (["c++"], "c++: jazz", "jazz"),
        (["straße"], "STRASSE: jazz", "jazz"),
        (["dj"], "ai: jazz", None),
        ([""], ": jazz", None),
        ([], "ai: jazz", None),
    ],
)
def test_the_prefixes_are_those_of_the_setting(prefixes: list[str], name: str, prompt: str | None) -> None:
    assert prompt_of(name, prefixes) == prompt


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ai: jazz", " AI:  Jazz "),
        ("ai: jazz", "ａｉ： jazz"),
        ("ai: jazz", "ai: jazz\u200f"),
        ("ai: jazz", "ai/ jazz"),
        ("ai:\u00a0jazz", "ai:\tjazz"),
        ("Straße", "STRASSE"),
        ("Beyoncé", "Beyonce\u0301"),
        ("a/b", "a-b"),
        ("a\\b|c?", "a*b<c>"),
        ("to be..", 'to be"'),
    ],
)
def test_two_names_of_one_list(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ai: jazz", "ai: jazz 2"), ("é", "e"), ("a b", "ab"), ("a.b", "a-b")]
)
def test_two_names_of_two_lists(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "name", ["\x00\x1f\x85", "\u202e\u200f", "👨‍👩‍👧", "\ud800", "ai: " + "\u0301" * 500, "x" * 10_000]
)
def test_no_character_raises(name: str) -> None:
    assert fold(name) == fold(name.upper().lower())
    assert prompt_of(f"ai: a{name}", PREFIXES) == f"a{name}".strip()


@given(st.text(st.characters()))
def test_folding_twice_changes_nothing_more(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert not set(fold(name)) & set('/\\:"?*<>|')


@given(st.text(st.characters()))
def test_a_prompt_ends_the_name_as_typed(rest: str) -> None:
    prompt = prompt_of(f"ai:{rest}", PREFIXES)
    assert prompt is not None
    assert f"ai:{rest}".strip().endswith(prompt)
