"""What is remembered of standing lists: the last good one, who hid what, and who listens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from proxy.errors import LibraryError
from proxy.library import migrate
from proxy.recipes import Caller
from proxy.recipes.snapshots import InVain, Shelf, Snapshot, Snapshots
from tests.factories import NOW

LATER = NOW + timedelta(days=1)
MADE = Snapshot(
    owner="ana",
    recipe="mix",
    period="2026-11-23",
    digest="d1",
    generation=3,
    name="Mix",
    comment="A mix · new daily 04:00",
    songs=("s1", "ü 'x'"),
    seconds=400,
    cover="mf-1",
    wish='{"text":"jazz"}',
    explanation='{"understood":"Jazz"}',
    made_at=NOW,
    created_at=NOW,
    changed_at=NOW,
    valid_until=LATER,
)


@pytest.fixture
def snapshots(tmp_path: Path) -> Iterator[Snapshots]:
    migrate(tmp_path / "playlistgen.db")
    snapshots = Snapshots(tmp_path / "playlistgen.db")
    yield snapshots
    snapshots.close()


def later(**changes: object) -> Snapshot:
    moved = structs.replace(MADE, made_at=LATER, created_at=LATER, changed_at=LATER, period="2026-11-24")
    return structs.replace(moved, **changes)


def test_a_snapshot_comes_back_as_it_was_put(snapshots: Snapshots) -> None:
    assert snapshots.shelf("ana") == Shelf()
    snapshots.put(MADE)
    assert snapshots.shelf("ana") == Shelf({"mix": MADE})
    assert snapshots.shelf("ben") == Shelf()


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({}, False),
        ({"cover": "mf-2", "generation": 4, "digest": "d2", "seconds": 401}, False),
        ({"wish": "{}", "explanation": "{}"}, False),
        ({"songs": ("ü 'x'", "s1")}, True),
        ({"name": "The 1980s"}, True),
        ({"comment": "Another"}, True),
    ],
)
def test_changed_moves_with_what_clients_see_and_created_never(
    snapshots: Snapshots, change: dict[str, object], moves: bool
) -> None:
    snapshots.put(MADE)
    snapshots.put(later(**change))
    found = snapshots.shelf("ana").snapshots["mix"]
    assert found == later(**change, created_at=NOW, changed_at=LATER if moves else NOW)


def test_songs_that_are_gone_are_forgotten_unless_a_newer_list_has_come(snapshots: Snapshots) -> None:
    snapshots.put(MADE)
    snapshots.keep(MADE, ["s1"], now=LATER)
    assert snapshots.shelf("ana").snapshots["mix"] == structs.replace(MADE, songs=("s1",), changed_at=LATER)
    snapshots.put(later())
    snapshots.keep(MADE, [], now=LATER)
    assert snapshots.shelf("ana").snapshots["mix"].songs == MADE.songs


def test_hiding_is_of_one_user_and_can_be_taken_back(snapshots: Snapshots) -> None:
    for _ in range(2):
        snapshots.hide("ana", "mix", now=NOW)
    assert snapshots.shelf("ana").hidden == {"mix"}
    assert snapshots.shelf("ben").hidden == frozenset()
    for _ in range(2):
        snapshots.show("ana", "mix")
    assert snapshots.shelf("ana").hidden == frozenset()


def test_the_last_attempt_in_vain_is_remembered(snapshots: Snapshots) -> None:
    snapshots.gave_up("ana", "mix", InVain("one", "no song fits"))
    snapshots.gave_up("ana", "mix", InVain("two", "too few"))
    assert snapshots.shelf("ana").in_vain == {"mix": InVain("two", "too few")}
    assert snapshots.shelf("ben").in_vain == {}


def test_what_is_filled_again_was_not_tried_in_vain(snapshots: Snapshots) -> None:
    for key in ("mix", "other"):
        snapshots.gave_up("ana", key, InVain("one", "no song fits"))
    snapshots.put(MADE)
    assert snapshots.shelf("ana").in_vain.keys() == {"other"}


@pytest.mark.parametrize("attempt", ["one", ""])
def test_only_a_verdict_takes_the_last_good_list_away(snapshots: Snapshots, attempt: str) -> None:
    snapshots.put(MADE)
    snapshots.gave_up("ana", "mix", InVain(attempt, "no song fits"))
    assert ("mix" in snapshots.shelf("ana").snapshots) is not bool(attempt)


def test_who_listens_is_known_as_he_was_last(snapshots: Snapshots) -> None:
    snapshots.saw(Caller(name="ben", is_admin=True), now=NOW)
    snapshots.saw(Caller(name="ana", libraries=frozenset()), now=NOW)
    snapshots.saw(Caller(name="ana", libraries=frozenset({2, 1})), now=LATER)
    ana = Caller(name="ana", libraries=frozenset({1, 2}))
    assert snapshots.listeners(since=NOW - timedelta(1)) == [ana, Caller(name="ben", is_admin=True)]
    assert snapshots.listeners(since=NOW) == [ana]


def test_without_a_database_every_question_says_so(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "nowhere.db")
    for question in (lambda: snapshots.shelf("ana"), lambda: snapshots.put(MADE)):
        with pytest.raises(LibraryError, match="There is no database"):
            question()
