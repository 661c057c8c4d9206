"""What of a language model's answer gets into a wish."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from proxy.playlists.prompt import Vocabulary, parse, refinement
from proxy.playlists.wish import CURVES, Wish
from tests.data import prompts

LIBRARY = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
GUARDED = [name for name in Wish.__struct_fields__ if name not in (*refinement.FILLED, "text")]
VAGUE = "something for waking up"


def understood(prompt: str) -> Wish:
    return parse(prompt, LIBRARY, now=prompts.NOW, playlists=prompts.PLAYLISTS)


def refined(prompt: str | Wish, said: object) -> Wish:
    wish = understood(prompt) if isinstance(prompt, str) else prompt
    answer = said if isinstance(said, bytes) else json.dumps(said).encode()
    return refinement.refined(wish, answer, LIBRARY, now=prompts.NOW)


@pytest.mark.parametrize(
    ("said", "filled"),
    [
        ({"genres": ["jazz", "HIP HOP"]}, {"genres": ("Jazz", "Hip-Hop", "Hip Hop")}),
        ({"artists": ["the beatles"]}, {"artists": ("The Beatles",)}),
        ({"like": ["Radiohead"]}, {"like": ("Radiohead",)}),
        ({"moods": ["Sunny", "traurig"]}, {"moods": ("sunny", "sad")}),
        ({"moods": ["road trip"]}, {"moods": ("road trip",)}),
        ({"decades": [1990, 1970]}, {"decades": (1970, 1990)}),
        ({"energy": 0.7}, {"energy": 0.7}),
        ({"energy": 1}, {"energy": 1.0}),
        ({"curve": "build"}, {"curve": "build"}),
    ],
)
def test_what_is_empty_may_be_filled(said: object, filled: dict[str, object]) -> None:
    wish = refined(VAGUE, said)
    assert structs.replace(wish, text="") == structs.replace(Wish(**filled), text="")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        {"genres": ["Polka", "", "Jazz, or so"]},
        {"genres": "Jazz"},
        {"genres": ["Jazz", 5]},
        {"artists": ["Nobody We Know"]},
        {"artists": {"The Beatles": 1}},
        {"moods": ["zany", "not sad", "slow"]},
        {"decades": [1995, 1890, 2030, -10, 0]},
        {"decades": ["1990s"]},
        {"energy": 0},
        {"energy": 1.01},
        {"energy": -0.5},
        {"energy": 0.001},
        {"energy": True},
        {"energy": "high"},
        {"curve": "spiral"},
        {"curve": None},
        {"text": ""},
        {"text": " \n"},
        {"text": 7},
        {"text": "long " * 50},
        {"unheard": ["of"]},
        [],
        ["genres"],
        "genres",
        None,
        b"",
        b"Sure! What a nice request.",
        b'{"genres": ["Jazz"',
        b"\xff\xfe{}",
        b'{"genres": [1e999]}',
        b'{"x":' * 2000 + b"1" + b"}" * 2000,
    ],
    ids=lambda said: str(said)[:40],
)
def test_what_is_invalid_is_dropped(said: object) -> None:
    assert refined(VAGUE, said) == understood(VAGUE)


def test_one_bad_field_costs_no_other() -> None:
    wish = refined(VAGUE, {"genres": ["Polka"], "energy": "high", "decades": [1980], "curve": "peak"})
    assert wish == Wish(text=VAGUE, decades=(1980,), curve="peak")


def test_talk_around_the_json_is_passed_over() -> None:
    assert refined(VAGUE, b'Here you are:\n```json\n{"energy": 0.4}\n```\nEnjoy!').energy == 0.4


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("soul for a picnic", {"genres": ["Jazz"]}),
        ("a picnic like Björk", {"genres": ["Jazz"], "artists": ["Queen"], "like": ["Queen"]}),
        ("Queen for a picnic", {"artists": ["Radiohead"], "like": ["Radiohead"], "genres": ["Rock"]}),
        ("a rainy picnic", {"moods": ["sad"], "artists": ["Queen"]}),
        ("jazz of the 60s for a picnic", {"decades": [1970], "artists": ["Miles Davis"]}),
        ("picnic from 1994 to 1998", {"decades": [1990], "artists": ["Queen"]}),
        ("low energy picnic", {"energy": 0.9}),
        ("picnic that builds up slowly", {"curve": "waves"}),
    ],
)
def test_what_the_prompt_says_stands(prompt: str, said: object) -> None:
    assert refined(prompt, said) == understood(prompt)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a picnic without metal", {"genres": ["Heavy Metal", "Metal"]}),
        ("a picnic, nothing by Queen", {"artists": ["Queen"], "like": ["Queen"]}),
        ("a picnic, nothing sad", {"moods": ["sad", "melancholy"]}),
        ("a picnic, no 80s", {"decades": [1980]}),
        ("a picnic, no acoustic versions", {"moods": ["acoustic"]}),
        ("a picnic without metal", {"text": "picnic metal"}),
        ("a picnic, nothing by Queen", {"text": "picnic songs in the manner of Queen"}),
        ("a picnic without saxophone", {"text": "picnic music, saxophone excepted"}),
        ("a picnic, no 80s", {"text": "picnic of the 80s"}),
        ("a picnic in the 80s except 1984", {"text": "picnic of the 80s as in 1984"}),
    ],
)
def test_what_the_prompt_refuses_does_not_come_back(prompt: str, said: object) -> None:
    assert refined(prompt, said) == understood(prompt)


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        (VAGUE, "music that is not sad"),
        (VAGUE, "Musik ohne Gesang"),
        (VAGUE, "it isn’t loud"),
        (VAGUE, "waking up with Radiohead"),
        (VAGUE, "waking up in the 90s"),
        ("jazz for waking up", "soft morning music"),
        ("hip hop for waking up", "hop music for the morning"),
        ("synth pop for waking up", "morning music"),
        ("rainy waking up", "morning music"),
        ("waking up by Miles Davis", "morning music by Miles"),
    ],
)
def test_a_text_that_loses_a_name_or_brings_one_or_denies_is_dropped(prompt: str, text: str) -> None:
    assert refined(prompt, {"text": text}) == understood(prompt)


@pytest.mark.parametrize(
    ("prompt", "said", "text"),
    [
        (VAGUE, "gentle bright morning music", "gentle bright morning music"),
        ("jazz for waking up", "gentle morning JAZZ", "gentle morning JAZZ"),
        ("waking up by Miles Davis", "gentle trumpet by Miles Davis", "gentle trumpet Miles Davis"),
        (VAGUE, "60 minutes of morning music without vocals", ""),
        (VAGUE, "60 minutes of morning music", "morning music"),
    ],
)
def test_a_text_may_be_reworded_but_says_no_numbers(prompt: str, said: str, text: str) -> None:
    wish = understood(prompt)
    assert refined(wish, {"text": said}) == structs.replace(wish, text=text or wish.text)


def test_names_that_were_filled_in_stand_in_the_text_where_retrieval_reads_them() -> None:
    said = {"genres": ["Hip Hop", "Jazz"], "moods": ["sunny"], "text": "bright jazz to wake up"}
    assert refined(VAGUE, said).text == "bright jazz to wake up Hip-Hop sunny"


@pytest.mark.parametrize(
    ("prompt", "left"),
    [
        ("jazz 45 min", False),
        ("calm songs by Queen, one per artist", False),
        ("please play me some music", False),
        ("the 1975 and jazz", False),
        (VAGUE, True),
        ("jazz for a picnic", True),
        ("musique pour dormir", True),
    ],
)
def test_a_model_is_wanted_where_words_are_left(prompt: str, left: bool) -> None:
    assert refinement.unread(understood(prompt)) == left


def test_the_schema_has_a_place_for_what_is_open_and_no_other() -> None:
    form = refinement.schema(understood("jazz for a picnic, 45 min, without live"), ["Jazz", "Rock"])
    assert set(form["properties"]) == {"like", "moods", "decades", "energy", "curve", "text"}
    form = refinement.schema(understood(VAGUE), ["Jazz", "Rock"])
    assert set(form["properties"]) == {*refinement.FILLED, "text"}
    assert "required" not in form
    assert not set(GUARDED) & set(form["properties"])


def test_a_library_without_genres_is_asked_for_none() -> None:
    assert "genres" not in refinement.schema(Wish(), [])["properties"]


def test_the_instructions_name_the_genres_and_the_curves() -> None:
    told = refinement.instructions(["Jazz", "Bossa Nova"])
    assert "Jazz, Bossa Nova" in told
    assert all(curve in told for curve in CURVES)


FORMS = {
    "genres": st.lists(st.sampled_from(prompts.GENRES) | st.text()),
    "artists": st.lists(st.sampled_from(prompts.ARTISTS) | st.text()),
    "like": st.lists(st.sampled_from(prompts.ARTISTS) | st.text()),
    "moods": st.lists(st.sampled_from(["sad", "calm", "party"]) | st.text()),
    "decades": st.lists(st.sampled_from([1970, 1990]) | st.integers()),
    "energy": st.floats(allow_nan=False) | st.integers(),
    "curve": st.sampled_from(CURVES) | st.text(),
    "text": st.text() | st.sampled_from([prompt for prompt, _ in prompts.TABLE]),
}
ANY = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers() | st.text())
GUARDED_TOO = dict.fromkeys(GUARDED, ANY)
OBJECTS = st.fixed_dictionaries({}, optional={**{k: v | ANY for k, v in FORMS.items()}, **GUARDED_TOO})
ANSWERS = st.binary() | OBJECTS.map(lambda said: json.dumps(said).encode())


@given(st.sampled_from([prompt for prompt, _ in prompts.TABLE]), ANSWERS)
@example("", b'{"minutes": 5, "without_genres": ["Jazz"], "unplayed": true}')
def test_no_answer_touches_what_is_guarded_or_said(prompt: str, answer: bytes) -> None:
    wish = understood(prompt)
    better = refined(wish, answer)
    for field in GUARDED:
        assert getattr(better, field) == getattr(wish, field)
    for field in refinement.FILLED:
        assert getattr(better, field) == getattr(wish, field) or not getattr(wish, field)
    assert set(better.genres) <= set(prompts.GENRES)
    assert set(better.artists + better.like) <= set(prompts.ARTISTS)
    assert better.curve in ("", *CURVES)
    assert better.energy is None or 0 < better.energy <= 1
    assert all(1900 <= decade <= prompts.NOW.year for decade in better.decades)
    better.text.encode("utf-8")
