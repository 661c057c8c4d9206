from __future__ import annotations

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from proxy.library.tracks import Trace
from proxy.refresh.changes import Changes, canonical, compare, is_same

# A real pair, from a library that went from Navidrome 0.63 to 0.64.
OLD, NEW = "KhehcqGKwAIL6Ux3Ah0yDC", "6owyzFEyktb6jxHvAYbn6w"
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


def known(path: str = "", **fields: object) -> Trace:
    return structs.replace(Trace(content_hash="h", path=path, first_seen=MONDAY, last_seen=MONDAY), **fields)


def seen(path: str = "", **fields: object) -> Trace:
    return structs.replace(Trace(content_hash="h", path=path), **fields)


def test_songs_are_new_changed_the_same_or_gone() -> None:
    changes = compare(
        {"same": known(), "changed": known(), "gone": known(), "back": known(missing=True)},
        {"same": seen(), "changed": seen(content_hash="i"), "new": seen(), "back": seen()},
    )
    assert changes == Changes(
        new=frozenset({"new"}),
        changed=frozenset({"changed", "back"}),
        same=frozenset({"same"}),
        vanished=frozenset({"gone"}),
        renamed={},
    )


def test_an_id_that_vanished_is_found_under_its_canonical_form() -> None:
    changes = compare({OLD: known("a")}, {NEW: seen("b", content_hash="other")})
    assert changes.renamed == {OLD: NEW}
    assert not changes.new
    assert not changes.vanished


def test_a_file_that_has_another_id_is_found_by_path_size_and_duration() -> None:
    file = {"path": "a.flac", "size": 5, "duration": 1.5}
    assert compare({"x": known(**file)}, {"y": seen(**file)}).renamed == {"x": "y"}


@pytest.mark.parametrize("difference", [{"path": "b.flac"}, {"size": 6}, {"duration": 1.4}])
def test_a_file_that_differs_is_another(difference: dict[str, object]) -> None:
    file = {"path": "a.flac", "size": 5, "duration": 1.5}
    changes = compare({"x": known(**file)}, {"y": seen(**file | difference)})
    assert changes.renamed == {}
    assert changes.vanished == {"x"}


def test_files_without_a_path_are_never_the_same() -> None:
    assert compare({"x": known("")}, {"y": seen("")}).renamed == {}


@pytest.mark.parametrize(("before", "after"), [("xX", "y"), ("x", "yY")])
def test_nothing_is_concluded_where_two_songs_agree(before: str, after: str) -> None:
    changes = compare(dict.fromkeys(before, known("a.flac")), dict.fromkeys(after, seen("a.flac")))
    assert changes.renamed == {}


def test_a_song_that_was_always_there_is_not_the_new_id_of_another() -> None:
    rows = {"x": known("a.flac"), "y": known("a.flac"), OLD: known(), NEW: known()}
    assert compare(rows, {"y": seen("a.flac"), NEW: seen()}).renamed == {}


def test_a_new_id_that_a_stopped_run_has_written_is_still_found() -> None:
    fresh = {"first_seen": TUESDAY, "last_seen": TUESDAY}
    rows = {"x": known("a.flac"), "y": known("a.flac", **fresh), OLD: known(), NEW: known(**fresh)}
    changes = compare(rows, {"y": seen("a.flac"), NEW: seen()})
    assert changes.renamed == {"x": "y", OLD: NEW}
    assert changes.same == {"y", NEW}


def test_a_row_that_is_missing_for_days_is_found_again() -> None:
    rows = {"x": known("a.flac", missing=True)}
    assert compare(rows, {"y": seen("a.flac")}).renamed == {"x": "y"}


def test_a_row_is_the_same_only_if_it_is_present() -> None:
    assert is_same(known(), seen())
    assert not is_same(known(missing=True), seen())
    assert not is_same(None, seen())


IDS = st.sampled_from([OLD, NEW, *"abcdef", "0" * 32, "0" * 22])
PATHS = st.sampled_from(["", "x", "y"])
STAMPS = st.sampled_from([MONDAY, TUESDAY])
KNOWN = st.builds(
    Trace, content_hash=PATHS, path=PATHS, first_seen=STAMPS, last_seen=STAMPS, missing=st.booleans()
)
SEEN = st.builds(Trace, content_hash=PATHS, path=PATHS)


@given(st.dictionaries(IDS, KNOWN), st.dictionaries(IDS, SEEN))
def test_each_id_is_in_exactly_one_class(before: dict[str, Trace], after: dict[str, Trace]) -> None:
    changes = compare(before, after)
    old = [*changes.changed, *changes.same, *changes.vanished, *changes.renamed]
    assert sorted(old) == sorted(before)
    targets = changes.renamed.values()
    assert len(set(targets)) == len(targets)
    new = [*changes.new, *changes.changed, *changes.same, *(set(targets) - before.keys())]
    assert sorted(new) == sorted(after)


@given(st.dictionaries(IDS, SEEN))
def test_a_sweep_that_finds_what_it_found_before_changes_nothing(songs: dict[str, Trace]) -> None:
    changes = compare(songs, songs)
    assert changes.same == songs.keys()


def test_an_old_id_gets_its_canonical_form() -> None:
    assert canonical(OLD) == NEW


def written(number: int) -> str:
    digits = string.digits + string.ascii_lowercase + string.ascii_uppercase
    return "".join(digits[number // 62**place % 62] for place in reversed(range(22)))


@given(st.binary(min_size=16, max_size=16))
def test_hexadecimal_ids_and_uuids_become_their_128_bits(data: bytes) -> None:
    digits = data.hex()
    uuid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    expected = written(int.from_bytes(data, "big"))
    assert canonical(digits) == canonical(digits.upper()) == canonical(uuid) == expected


@given(st.text(string.ascii_letters + string.digits, min_size=22, max_size=22))
def test_an_id_of_22_digits_stays_or_becomes_its_md5(upstream_id: str) -> None:
    digest = hashlib.md5(upstream_id.encode()).digest()
    assert canonical(upstream_id) in (upstream_id, written(int.from_bytes(digest, "big")))


@pytest.mark.parametrize(
    "upstream_id", ["", "1", "AbCdEfGhIj", "z" * 32, "g" * 36, "ü" * 22, "tr-17", "9" * 21]
)
def test_other_ids_stay(upstream_id: str) -> None:
    assert canonical(upstream_id) == upstream_id


@given(st.text(string.ascii_letters + string.digits + "-", max_size=40))
def test_a_canonical_form_is_its_own(upstream_id: str) -> None:
    assert canonical(canonical(upstream_id)) == canonical(upstream_id)
