"""createPlaylist with a language model that helps to read the prompt, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from structlog.testing import capture_logs

from tests.fake_ollama import FakeOllama
from tests.house import House, Listener, Playlist, genres
from tests.live import serve

VAGUE = "ai: something for uncle Otto 3 min"
UNREAD = "a prompt was read without the model"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def ollama() -> FakeOllama:
    return FakeOllama()


@contextmanager
def reading(house: House, ollama: FakeOllama, **changes: object) -> Iterator[Listener]:
    """A client of a proxy that asks this Ollama."""
    with serve(ollama.app) as url:
        values = {"ollama_url": url, "prompt_model": ollama.model, **changes}
        with house.proxy(**values) as proxy:
            ana = house.listener()
            ana.url = proxy
            yield ana
            ollama.go.set()


@pytest.fixture
def ana(house: House, ollama: FakeOllama) -> Iterator[Listener]:
    with reading(house, ollama) as listener:
        yield listener


def by_rules_alone(house: House, name: str) -> Playlist:
    """The list that a proxy without a model makes; then it is taken away."""
    listener = house.listener()
    made = listener.create(name)
    listener.ask("deletePlaylist", id=made.id)
    return made


def test_what_the_grammar_left_empty_is_filled_and_told(
    ana: Listener, ollama: FakeOllama, house: House
) -> None:
    ollama.says = {"genres": ["jazz"]}
    made = ana.create(VAGUE)
    assert genres(house, made) == {"Jazz"}
    assert made.comment.startswith("Jazz · ")
    assert " · read with llama3.2 · 3 min asked → " in made.comment


def test_a_model_is_told_the_prompt_and_the_genres_of_the_library(
    ana: Listener, ollama: FakeOllama, house: House
) -> None:
    ana.create(VAGUE)
    assert ollama.prompts == ["something for uncle Otto 3 min"]
    (asked,) = ollama.asked
    known = {genre for song in house.world.songs.values() for genre in song.genres}
    assert set(asked["format"]["properties"]["genres"]["items"]["enum"]) <= known
    assert "Jazz" in asked["messages"][0]["content"]


def test_numbers_of_the_prompt_stand(ana: Listener, ollama: FakeOllama) -> None:
    ollama.says = {"minutes": 60, "songs": 9, "per_artist": 1, "years": [1, 2], "energy": 0.3}
    assert "3 min asked → " in ana.create(VAGUE).comment


@pytest.mark.parametrize(
    "says",
    [
        {"without_genres": ["Jazz"], "unplayed": True, "favourites": True, "stars": 5},
        {"genres": ["Polka"], "artists": ["Nobody"], "moods": ["zany"], "decades": [1], "curve": "up"},
        {"text": "nothing loud"},
        {},
        "I would love to help! What does he like?",
        "",
    ],
)
def test_an_answer_of_which_nothing_can_be_believed_changes_nothing(
    house: House, ollama: FakeOllama, says: object
) -> None:
    alone = by_rules_alone(house, VAGUE)
    ollama.says = says
    with reading(house, ollama) as ana:
        made = ana.create(VAGUE)
    assert ollama.prompts
    assert (made.songs, made.comment) == (alone.songs, alone.comment)


def test_what_the_prompt_refuses_is_not_brought_back(ana: Listener, ollama: FakeOllama, house: House) -> None:
    ollama.says = {"genres": ["Jazz"], "text": "jazz for uncle Otto"}
    made = ana.create(f"{VAGUE}, no jazz")
    assert made.songs
    assert "Jazz" not in genres(house, made)
    assert "read with" not in made.comment


def test_a_prompt_that_the_grammar_has_read_to_its_end_is_not_asked_about(
    ana: Listener, ollama: FakeOllama
) -> None:
    ana.create("ai: rainy jazz 3 min")
    ana.create("ai:")
    assert not ollama.asked


def test_the_same_prompt_is_asked_about_once(ana: Listener, ollama: FakeOllama, house: House) -> None:
    admin = house.listener("admin")
    admin.url = ana.url
    ollama.says = {"genres": ["Jazz"]}
    assert "read with" in ana.create(VAGUE).comment
    assert "read with" in admin.create(VAGUE).comment
    assert len(ollama.asked) == 1


def test_it_is_off_unless_a_model_is_named(house: House, ollama: FakeOllama) -> None:
    ollama.says = {"genres": ["Jazz"]}
    with reading(house, ollama, prompt_model="") as ana:
        assert "read with" not in ana.create(VAGUE).comment
    assert not ollama.asked


@pytest.mark.parametrize("changes", [{"ollama_url": NOBODY}, {"prompt_model": "nope"}], ids=str)
def test_an_ollama_that_is_away_or_lacks_the_model_is_not_noticed(
    house: House, ollama: FakeOllama, changes: dict[str, object]
) -> None:
    alone = by_rules_alone(house, VAGUE)
    with reading(house, ollama, **changes) as ana, capture_logs() as logs:
        made = ana.create(VAGUE)
    assert (made.songs, made.comment) == (alone.songs, alone.comment)
    assert [log["log_level"] for log in logs if log["event"] == UNREAD] == ["warning"]


def test_an_ollama_that_fails_is_not_noticed_and_left_alone_for_a_while(
    house: House, ollama: FakeOllama
) -> None:
    alone = by_rules_alone(house, VAGUE)
    ollama.status = 500
    with reading(house, ollama) as ana, capture_logs() as logs:
        made = ana.create(VAGUE)
        ana.create("ai: something for aunt Olga 3 min")
    assert (made.songs, made.comment) == (alone.songs, alone.comment)
    assert len(ollama.asked) == 1
    assert [log["model"] for log in logs if log["event"] == UNREAD] == ["llama3.2"]


def test_a_model_that_does_not_answer_leaves_time_for_the_list_and_is_loaded(
    house: House, ollama: FakeOllama
) -> None:
    alone = by_rules_alone(house, VAGUE)
    with reading(house, ollama, deadline_seconds=2) as ana:
        assert ollama.loaded.wait(10)
        ollama.loaded.clear()
        ollama.go.clear()
        made = ana.create(VAGUE)
        assert (made.songs, made.comment) == (alone.songs, alone.comment)
        assert ollama.loaded.wait(10)
