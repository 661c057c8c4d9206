"""Joint credits, and who may be asked for."""

from __future__ import annotations

import pytest

from proxy.library.artists import credited, names, primary


@pytest.mark.parametrize(
    ("artist", "parts"),
    [
        ("Nina Simone", ("Nina Simone",)),
        ("Drake, Nicki Minaj", ("Drake, Nicki Minaj", "Drake", "Nicki Minaj")),
        ("A feat. B & C", ("A feat. B & C", "A", "B", "C")),
        ("A x B", ("A x B", "A", "B")),
        ("Sixx:A.M.", ("Sixx:A.M.",)),
        ("", ()),
    ],
)
def test_a_credit_is_split_where_it_joins(artist: str, parts: tuple[str, ...]) -> None:
    assert credited(artist) == parts


def test_what_upstream_lists_is_believed() -> None:
    assert credited("Earth, Wind & Fire", ["Earth, Wind & Fire"])[0] == "Earth, Wind & Fire"
    assert credited("A & B", ["A & B", "C"]) == ("A & B", "C")


def test_a_part_of_a_name_is_an_artist_where_it_stands_alone_or_in_two_credits() -> None:
    found = names(
        credited(name) for name in ["Earth, Wind & Fire", "Quavo, Takeoff", "Takeoff & Ada Byron", "Ada"]
    )
    assert "Takeoff" in found
    assert "Ada Byron" in found
    assert not {"Earth", "Wind", "Fire", "Quavo"} & set(found)


@pytest.mark.parametrize(
    ("artist", "listed", "by"),
    [
        ("Daft Punk feat. Pharrell Williams", [], "Daft Punk"),
        ("Queen & David Bowie", ["Queen", "David Bowie"], "Queen"),
        ("Chris Brown", ["Chris Brown", "Drake"], "Chris Brown"),
        ("Queen", ["Queen"], "Queen"),
        ("", [], ""),
    ],
)
def test_guests_do_not_make_another_artist(artist: str, listed: list[str], by: str) -> None:
    assert primary(artist, listed) == by
