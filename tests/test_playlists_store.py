"""`proxy.playlists.store`: what the server remembers of the lists that it made."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from proxy.errors import LibraryError
from proxy.library import connect, migrate
from proxy.playlists.store import KEEP_BEGUN, Begun, PromptPlaylist, Store
from tests.factories import NOW

MADE = PromptPlaylist(
    playlist_id="p1",
    owner="ana",
    name="ai: Jazz",
    name_key="ai: jazz",
    generation=3,
    wish='{"text":"jazz"}',
    explanation='{"understood":"Jazz","seconds":600,"songs":3}',
    comment="Jazz · 10:00, 3 songs",
    seeds=("s1",),
    songs=("s1", "s2", "s3"),
    made_at=NOW,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "playlistgen.db"
    migrate(path)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def made(**changes: object) -> PromptPlaylist:
    return structs.replace(MADE, **changes)


def test_a_list_comes_back_as_it_was_put(store: Store) -> None:
    store.put(MADE)
    assert store.get("p1") == MADE
    assert store.named("ana", "ai: jazz") == MADE
    assert store.known(["p1", "p2", "o'clock"]) == {"p1": MADE}


def test_what_is_not_there_is_none(store: Store) -> None:
    store.put(MADE)
    assert store.get("p2") is None
    assert store.named("ben", "ai: jazz") is None
    assert store.named("ana", "ai: folk") is None
    assert store.known([]) == {}


def test_another_list_for_the_same_id_takes_its_place(store: Store) -> None:
    store.put(MADE)
    store.freeze("p1", now=NOW)
    store.put(made(name="ai: Folk", name_key="ai: folk"))
    assert store.named("ana", "ai: jazz") is None
    again = store.get("p1")
    assert again == made(name="ai: Folk", name_key="ai: folk")


def test_of_two_lists_of_one_name_the_newer_counts(store: Store) -> None:
    store.put(made(playlist_id="p2", made_at=NOW + timedelta(seconds=1)))
    store.put(MADE)
    found = store.named("ana", "ai: jazz")
    assert found is not None
    assert found.playlist_id == "p2"


def test_what_was_served_to_whom_is_kept(path: Path, store: Store) -> None:
    store.put(MADE)
    store.put(MADE)
    db = connect(path)
    rows = db.execute("SELECT owner, track_id FROM served ORDER BY track_id").fetchall()
    db.close()
    assert rows == [("ana", "s1"), ("ana", "s2"), ("ana", "s3")]


def test_seeds_are_added_after_those_there_are(store: Store) -> None:
    store.put(MADE)
    store.add_seeds("p1", ["ü 'x'", "s2"])
    found = store.get("p1")
    assert found is not None
    assert found.seeds == ("s1", "ü 'x'", "s2")


def test_a_list_is_frozen_once(store: Store) -> None:
    store.put(MADE)
    for minutes in (1, 2):
        store.freeze("p1", now=NOW + timedelta(minutes=minutes))
    found = store.get("p1")
    assert found is not None
    assert found.frozen_at == NOW + timedelta(minutes=1)


def test_a_renamed_list_is_found_under_its_new_name_only(store: Store) -> None:
    store.put(MADE)
    store.rename("p1", "Sunday", "sunday")
    assert store.named("ana", "ai: jazz") is None
    assert store.named("ana", "sunday") == made(name="Sunday", name_key="sunday")


def test_a_deleted_list_is_remembered_as_such_only(store: Store) -> None:
    store.put(MADE)
    store.delete("p1", ["s3", "s9"], now=NOW)
    assert store.get("p1") is None
    assert store.named("ana", "ai: jazz") is None
    assert store.known(["p1"]) == {}
    since = NOW - timedelta(seconds=30)
    assert store.lately_deleted("ana", since=since) == [made(songs=("s3", "s9"), deleted_at=NOW)]
    assert store.lately_deleted("ana", since=NOW) == []
    assert store.lately_deleted("ben", since=since) == []


@pytest.mark.parametrize(
    ("songs", "filled"), [('{"understood":"","seconds":0,"songs":0}', False), (MADE.explanation, True)]
)
def test_a_list_for_which_there_was_nothing_is_not_filled(songs: str, filled: bool) -> None:
    assert made(explanation=songs).is_filled is filled


def test_threads_take_turns(store: Store) -> None:
    lists = [made(playlist_id=f"p{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.put, lists))
    assert len(store.known([each.playlist_id for each in lists])) == 40


def test_without_a_database_every_question_is_a_library_error(tmp_path: Path) -> None:
    store = Store(tmp_path / "playlistgen.db")
    for ask in (
        lambda: store.get("p1"),
        lambda: store.put(MADE),
        lambda: store.freeze("p1", now=NOW),
        lambda: store.lately_deleted("ana", since=NOW),
    ):
        with pytest.raises(LibraryError, match="There is no database"):
            ask()


def test_a_database_that_appears_later_is_used(tmp_path: Path) -> None:
    path = tmp_path / "playlistgen.db"
    store = Store(path)
    with pytest.raises(LibraryError):
        store.get("p1")
    migrate(path)
    store.put(MADE)
    assert store.get("p1") == MADE
    store.close()


def test_a_closed_store_opens_again_when_it_is_asked(store: Store) -> None:
    store.put(MADE)
    store.close()
    store.close()
    assert store.get("p1") == MADE


BEGUN = Begun(
    owner="ana",
    name="ai: Jazz",
    name_key="ai: jazz",
    songs=("s1", "s2"),
    comment="Jazz",
    others=frozenset({"p7", "p8"}),
    begun_at=NOW,
)


def test_a_create_is_begun_until_its_list_is_put(store: Store) -> None:
    store.begin(structs.replace(BEGUN, songs=()))
    store.begin(BEGUN)
    store.put(made(name_key="ai: folk"))
    store.put(made(owner="ben"))
    assert store.begun("ana", "ai: jazz", now=NOW) == BEGUN
    assert store.begun("ana", "ai: folk", now=NOW) is None
    assert store.begun("ben", "ai: jazz", now=NOW) is None
    store.put(MADE)
    assert store.begun("ana", "ai: jazz", now=NOW) is None


def test_a_create_is_begun_for_a_day(store: Store) -> None:
    store.begin(BEGUN)
    assert store.begun("ana", "ai: jazz", now=NOW + KEEP_BEGUN) == BEGUN
    assert store.begun("ana", "ai: jazz", now=NOW + KEEP_BEGUN + timedelta(seconds=1)) is None


def test_creates_that_nobody_came_back_to_are_forgotten(store: Store) -> None:
    store.begin(BEGUN)
    later = NOW + KEEP_BEGUN + timedelta(seconds=1)
    store.begin(structs.replace(BEGUN, name_key="ai: folk", begun_at=later))
    assert store.begun("ana", "ai: jazz", now=NOW) is None
    assert store.begun("ana", "ai: folk", now=later)
