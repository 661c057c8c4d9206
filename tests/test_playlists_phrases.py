"""Tags said word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists import phrases
from proxy.playlists.lexicon import run, words

TAGS = {run(tag) for tag in ("Jazz", "Latin Jazz", "Drum and Bass", "Hip-Hop", "Classic Soundtracks", "The")}
IDLE = ("the", "and", "of")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("some latin jazz", (" latin jazz ",)),
        ("jazz and latin jazz", (" latin jazz ", " jazz ")),
        ("jazz, jazz", (" jazz ",)),
        ("drum and bass", (" drum and bass ",)),
        ("hip hop", (" hip hop ",)),
        ("classic soundtrack", (" classic soundtrack ",)),
        ("the", ()),
        ("latin", ()),
        ("", ()),
    ],
)
def test_the_longest_run_of_words_wins(text: str, found: tuple[str, ...]) -> None:
    assert phrases.said(words(text), TAGS, idle=IDLE) == found


@pytest.mark.parametrize(
    ("text", "share"), [("latin jazz", 1.0), ("jazz for rain", 0.5), ("rain", 0.0), ("", 0.0)]
)
def test_how_precise_a_prompt_is(text: str, share: float) -> None:
    wanted = [word for word in words(text) if word != "for"]
    assert phrases.share(phrases.said(words(text), TAGS, idle=IDLE), wanted) == share


@given(st.lists(st.sampled_from(["latin", "jazz", "drum", "and", "bass", "rain"]), max_size=8))
def test_no_word_belongs_to_two_phrases(said: list[str]) -> None:
    found = phrases.said(said, TAGS, idle=IDLE)
    assert sum(phrases.weight(phrase) for phrase in found) <= len(said)
    assert set(found) <= TAGS
