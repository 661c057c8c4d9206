"""Tags for tracks that have few."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.library.inheritance import MOST, Kin, inherited


def kin(tags: str = "", artist: str = "ada", *others: str, album: str = "") -> Kin:
    return Kin(tuple(tags.split()), (artist, *others), album)


def test_an_untagged_track_takes_what_a_third_of_its_artists_tracks_carry() -> None:
    tracks = [kin("jazz soul"), kin("jazz pop"), kin("jazz funk bop"), kin("jazz soul"), kin()]
    assert inherited(tracks)[-1] == ("jazz", "soul")


def test_a_track_of_one_or_two_tags_is_topped_up_and_one_of_three_is_not() -> None:
    tracks = [kin("jazz soul bop"), kin("jazz"), kin("folk rock")]
    taken = inherited(tracks)
    assert taken[0] == ()
    assert set(taken[1]) <= {"soul", "bop", "folk", "rock"}
    assert "jazz" not in taken[1]
    assert "jazz" in taken[2]


def test_a_joint_credit_takes_from_the_first_artist_that_is_known() -> None:
    tracks = [kin("jazz", "ben"), kin("rock", "eve"), kin("", "dan ben eve", "dan", "ben", "eve")]
    assert inherited(tracks)[-1] == ("jazz",)


def test_an_album_tells_once_three_of_its_tracks_are_tagged() -> None:
    tagged = [kin("jazz", f"artist {n}", album="one") for n in range(3)]
    lost = kin("", "nobody else", album="one")
    assert inherited([*tagged, lost])[-1] == ("jazz",)
    assert inherited([*tagged[:2], lost])[-1] == ()


def test_various_artists_are_nobody() -> None:
    assert inherited([kin("jazz", "various artists"), kin("", "various artists")])[-1] == ()


WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=8, unique=True).map(tuple)
TRACKS = st.lists(
    st.builds(
        Kin, WORDS, st.sampled_from([("x",), ("y",), ("x y", "x", "y")]), st.sampled_from(["", "1", "2"])
    )
)


@given(TRACKS)
def test_nothing_is_taken_twice_and_nothing_from_nowhere(tracks: list[Kin]) -> None:
    every = {tag for track in tracks for tag in track.tags}
    for track, taken in zip(tracks, inherited(tracks), strict=True):
        assert not set(taken) & set(track.tags)
        assert len(set(taken)) == len(taken)
        assert set(taken) <= every
        assert not taken or len(track.tags) + len(taken) <= MOST
