"""updatePlaylist, createPlaylist with an id, and deletePlaylist, on lists that were made from a name."""

from __future__ import annotations

import pytest

from tests.house import WAYS, House, Listener, Playlist, Way, genres

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"
FROZEN = "edited by hand: stays as it is until renamed or created again"


@pytest.fixture
def jazz(ana: Listener) -> Playlist:
    return ana.create(JAZZ)


@pytest.fixture
def old(house: House, jazz: Playlist) -> Playlist:
    """The same list when the minute after its making is over."""
    house.now.forward(61)
    return jazz


def test_renaming_makes_the_list_anew_in_its_place(house: House, ana: Listener, old: Playlist) -> None:
    answer = ana.update(old.id, name=f" {FOLK} ")
    assert set(answer) <= {"status", "version", "type", "serverVersion", "openSubsonic"}
    made = ana.open(old.id)
    assert (made.name, made.created, made.owner) == (FOLK, old.created, "ana")
    assert genres(house, made) == {"Folk"}
    assert made.comment.startswith("Folk · ")
    assert len(ana.lists()) == len(house.directly().lists())


def test_what_else_comes_with_a_rename_is_done_too(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name=FOLK, comment=old.comment, public="true")
    made = ana.open(old.id)
    assert made.public
    assert made.comment.startswith("Folk · ")


def test_a_list_renamed_to_a_prompt_keeps_its_songs_first(house: House, ana: Listener) -> None:
    plain = ana.create("Sunday", BRIGHT, SLOW)
    ana.update(plain.id, name=JAZZ)
    made = ana.open(plain.id)
    assert made.songs[:2] == (BRIGHT, SLOW)
    assert len(made.songs) > 2
    assert "Jazz" in made.comment


def test_songs_taken_out_and_put_in_while_renaming_count(ana: Listener) -> None:
    plain = ana.create("Sunday", BRIGHT)
    ana.update(plain.id, name=JAZZ, songIndexToRemove="0", songIdToAdd=SLOW)
    made = ana.open(plain.id)
    assert made.songs[0] == SLOW
    assert BRIGHT not in made.songs


def test_the_songs_of_the_prompt_before_do_not_stay(house: House, ana: Listener) -> None:
    """Nor where we have forgotten that it was one."""
    unknown = house.world.add_playlist("ana", JAZZ, [BRIGHT])
    ana.update(unknown.id, name=FOLK)
    assert genres(house, ana.open(unknown.id)) == {"Folk"}


def test_the_songs_that_were_sent_stay_through_every_name(ana: Listener) -> None:
    made = ana.create(JAZZ, BRIGHT)
    for name in (FOLK, JAZZ, "ai: ambient 3 min"):
        ana.update(made.id, name=name)
        assert ana.open(made.id).songs[0] == BRIGHT


@pytest.mark.parametrize("name", [JAZZ, JAZZ.upper(), f"  {JAZZ} "])
def test_a_name_that_has_not_changed_changes_nothing(
    house: House, ana: Listener, old: Playlist, name: str
) -> None:
    ana.update(old.id, name=name, public="true")
    assert ana.open(old.id).songs == old.songs
    assert house.calls("createPlaylist") == 1
    assert FROZEN not in ana.open(old.id).comment


def test_a_plain_name_keeps_the_list(house: House, ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name="Sunday morning")
    kept = ana.open(old.id)
    assert (kept.name, kept.songs) == ("Sunday morning", old.songs)
    assert FROZEN in kept.comment


def test_a_kept_list_is_not_taken_for_the_prompt_it_was(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name="Sunday morning")
    again = ana.create(JAZZ)
    assert again.id != old.id
    assert ana.open(old.id).name == "Sunday morning"


def test_nor_is_one_that_was_renamed_behind_our_back(house: House, ana: Listener, jazz: Playlist) -> None:
    house.directly().update(jazz.id, name="Sunday morning")
    assert ana.create(JAZZ).id != jazz.id
    assert ana.open(jazz.id).name == "Sunday morning"


def test_the_songs_of_a_kept_list_stay_when_it_becomes_a_prompt_again(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name="Sunday morning")
    ana.update(old.id, name=FOLK)
    assert ana.open(old.id).songs[: len(old.songs)] == old.songs


def test_what_clients_send_right_after_a_create_does_not_wipe_the_comment(
    ana: Listener, jazz: Playlist
) -> None:
    ana.update(jazz.id, comment="", public="true")
    after = ana.open(jazz.id)
    assert (after.comment, after.public) == (jazz.comment, True)


def test_later_an_empty_comment_is_empty(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, comment="")
    assert ana.open(old.id).comment == ""


def test_a_comment_of_ones_own_replaces_ours(ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, comment="for Ben")
    assert ana.open(jazz.id).comment == "for Ben"


def test_a_song_added_within_a_minute_is_a_seed(ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, name=JAZZ, songIdToAdd=BRIGHT)
    after = ana.open(jazz.id)
    assert after.songs == (*jazz.songs, BRIGHT)
    assert after.comment == jazz.comment
    ana.update(jazz.id, name=FOLK)
    assert ana.open(jazz.id).songs[0] == BRIGHT


def test_a_song_that_the_list_has_is_not_added_within_that_minute(ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, songIdToAdd=[jazz.songs[1], BRIGHT])
    assert ana.open(jazz.id).songs == (*jazz.songs, BRIGHT)
    ana.update(jazz.id, name=FOLK)
    assert ana.open(jazz.id).songs[:2] == (jazz.songs[1], BRIGHT)


def test_a_song_added_later_freezes_the_list(house: House, ana: Listener, old: Playlist) -> None:
    ana.update(old.id, songIdToAdd=BRIGHT)
    after = ana.open(old.id)
    assert after.songs == (*old.songs, BRIGHT)
    assert after.comment == f"{old.comment} · {FROZEN}"


def test_all_songs_again_are_not_doubled(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name=JAZZ, public="true", songIdToAdd=old.songs)
    after = ana.open(old.id)
    assert (after.songs, after.comment) == (old.songs, old.comment)


def test_all_songs_removed_and_added_again_are_all_there(ana: Listener, old: Playlist) -> None:
    places = [str(place) for place in range(old.count)]
    ana.update(old.id, songIndexToRemove=places, songIdToAdd=old.songs)
    assert ana.open(old.id).songs == old.songs


def test_another_order_is_an_edit(ana: Listener, old: Playlist) -> None:
    places = [str(place) for place in range(old.count)]
    ana.update(old.id, name=JAZZ, songIndexToRemove=places, songIdToAdd=old.songs[::-1])
    after = ana.open(old.id)
    assert after.songs == old.songs[::-1]
    assert FROZEN in after.comment


def test_a_song_taken_out_freezes_the_list(house: House, ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, songIndexToRemove="0")
    after = ana.open(jazz.id)
    assert after.songs == jazz.songs[1:]
    assert FROZEN in after.comment


def test_places_that_a_list_does_not_have_are_no_edit(ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, songIndexToRemove="999")
    assert FROZEN not in ana.open(jazz.id).comment


def test_a_frozen_list_says_so_once(ana: Listener, old: Playlist) -> None:
    for song in (BRIGHT, SLOW):
        ana.update(old.id, songIdToAdd=song)
    assert ana.open(old.id).comment.count(FROZEN) == 1


def test_a_long_comment_makes_room_for_saying_so(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, comment="why " * 125)
    ana.update(old.id, songIndexToRemove="0")
    comment = ana.open(old.id).comment
    assert comment.startswith("why why")
    assert comment.endswith(FROZEN)
    assert len(comment) == 500


def test_a_comment_that_comes_with_the_edit_stands(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, songIndexToRemove="0", comment="for Ben")
    assert ana.open(old.id).comment == "for Ben"
    ana.update(old.id, songIndexToRemove="0", comment="")
    assert ana.open(old.id).comment == FROZEN


def test_our_comment_sent_back_with_the_edit_is_added_to(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name="Sunday", comment=old.comment, public="false")
    assert ana.open(old.id).comment == f"{old.comment} · {FROZEN}"


def test_an_edit_right_after_the_create_does_not_wipe_the_comment(ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, songIndexToRemove="0", comment="")
    assert ana.open(jazz.id).comment == f"{jazz.comment} · {FROZEN}"


def test_renaming_a_frozen_list_makes_it_anew(house: House, ana: Listener, old: Playlist) -> None:
    ana.update(old.id, songIdToAdd=BRIGHT)
    ana.update(old.id, name=FOLK)
    made = ana.open(old.id)
    assert genres(house, made) == {"Folk"}
    assert FROZEN not in made.comment


def test_creating_a_frozen_list_again_makes_it_anew(house: House, ana: Listener, jazz: Playlist) -> None:
    ana.update(jazz.id, songIndexToRemove="0")
    assert ana.create(JAZZ).songs == jazz.songs


def test_other_songs_for_its_id_freeze_the_list(house: House, ana: Listener, jazz: Playlist) -> None:
    replaced = ana.create("", SLOW, BRIGHT, playlistId=jazz.id)
    assert replaced.songs == (SLOW, BRIGHT)
    assert FROZEN in ana.open(jazz.id).comment


def test_our_comment_stays_where_a_client_is_not_shown_it(house: House, jazz: Playlist) -> None:
    minimal = house.listener(client="SubMusic")
    minimal.create("", SLOW, playlistId=jazz.id)
    assert house.listener().open(jazz.id).comment == f"{jazz.comment} · {FROZEN}"


def test_without_songs_its_id_changes_nothing(house: House, ana: Listener, jazz: Playlist) -> None:
    ana.create(FOLK, playlistId=jazz.id)
    after = ana.open(jazz.id)
    assert (after.name, after.songs, after.comment) == (JAZZ, jazz.songs, jazz.comment)


def test_a_list_of_ones_own_is_edited_without_us(house: House, ana: Listener) -> None:
    plain = ana.create("Sunday", BRIGHT)
    ana.update(plain.id, songIdToAdd=[BRIGHT], comment="")
    ana.update(plain.id, name="Monday", songIndexToRemove="0")
    after = ana.open(plain.id)
    assert (after.name, after.songs, after.comment) == ("Monday", (BRIGHT,), "")
    assert house.calls("getUser") == 0


@pytest.mark.parametrize("way", [*WAYS, Way("DELETE", "json")], ids=str)
def test_deleting_deletes_upstream_and_is_the_end_of_it(house: House, way: Way) -> None:
    ana = house.listener("ana", way)
    made = ana.create(JAZZ)
    assert ana.ask("deletePlaylist", id=made.id)["status"] == "ok"
    assert made.id not in house.world.playlists
    assert ana.ask("deletePlaylist", id=made.id)["error"]["code"] == 70
    assert ana.create(JAZZ).id != made.id


def test_deleting_and_creating_with_the_same_songs_is_an_edit(
    house: House, ana: Listener, old: Playlist
) -> None:
    """As Tempo edits: what it sends is the list, and the next edit is one as well."""
    songs = old.songs
    for edited in (songs[::-1], (*songs, BRIGHT), (*songs, BRIGHT)):
        (before,) = [found.id for found in house.world.playlists.values() if found.name == JAZZ]
        ana.ask("deletePlaylist", id=before)
        house.now.forward(29)
        stored = ana.create(JAZZ, *edited)
        assert stored.songs == edited
        assert FROZEN in ana.open(stored.id).comment
        house.now.forward(100)


def test_deleting_and_creating_under_another_name_is_a_prompt(
    house: House, ana: Listener, old: Playlist
) -> None:
    ana.ask("deletePlaylist", id=old.id)
    made = ana.create(FOLK, *old.songs[:1])
    assert made.songs[0] == old.songs[0]
    assert len(made.songs) > 1


def test_a_list_that_comes_again_under_another_prompt_was_renamed(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ, BRIGHT)
    ana.ask("deletePlaylist", id=made.id)
    renamed = ana.create(FOLK, *made.songs)
    assert renamed.songs[0] == BRIGHT
    assert {house.world.songs[song].row["genre"] for song in renamed.songs[1:]} == {"Folk"}


def test_a_song_of_a_list_that_is_gone_may_begin_another(ana: Listener, old: Playlist) -> None:
    short = ana.create("ai: jazz, 1 song")
    for each in (short, old):
        ana.ask("deletePlaylist", id=each.id)
    made = ana.create(FOLK, short.songs[0], SLOW)
    assert made.songs[:2] == (short.songs[0], SLOW)


def test_a_kept_list_that_is_deleted_is_no_prompt_that_is_edited(ana: Listener, old: Playlist) -> None:
    ana.update(old.id, name="Sunday morning")
    ana.ask("deletePlaylist", id=old.id)
    made = ana.create(FOLK, *old.songs)
    assert made.songs[: old.count] == old.songs
    assert FROZEN not in made.comment


def test_of_two_lists_that_are_gone_the_one_of_that_name_comes_again(ana: Listener, old: Playlist) -> None:
    other = ana.create(FOLK)
    ana.create("", *old.songs, playlistId=other.id)
    for each in (old, other):
        ana.ask("deletePlaylist", id=each.id)
    assert ana.create(JAZZ, *old.songs[::-1]).songs == old.songs[::-1]


@pytest.mark.parametrize(("seconds", "kept"), [(31, 3), (5, 1)])
def test_later_or_with_other_songs_it_is_a_new_list(
    house: House, ana: Listener, old: Playlist, seconds: int, kept: int
) -> None:
    ana.ask("deletePlaylist", id=old.id)
    house.now.forward(seconds)
    made = ana.create(JAZZ, *old.songs[:kept], BRIGHT, SLOW)
    assert FROZEN not in made.comment


@pytest.mark.parametrize("endpoint", ["updatePlaylist", "deletePlaylist", "createPlaylist"])
@pytest.mark.parametrize(("public", "code"), [(True, 50), (False, 70)])
def test_somebody_elses_list_is_upstreams_to_refuse(
    house: House, ana: Listener, endpoint: str, public: bool, code: int
) -> None:
    theirs = house.listener("ben").create(JAZZ)
    house.world.playlists[theirs.id].public = public
    own = {"id": theirs.id} if endpoint == "deletePlaylist" else {"playlistId": theirs.id, "name": FOLK}
    songs = {"createPlaylist": {"songId": BRIGHT}}.get(endpoint, {})
    through = ana.send(endpoint, **own, **songs)
    ana.url = house.upstream
    straight = ana.send(endpoint, **own, **songs)
    assert through.content == straight.content
    assert f'"code":{code}' in through.text or f'code="{code}"' in through.text
    assert house.listener("ben").open(theirs.id).songs == theirs.songs


def test_an_admin_renames_somebodys_list_without_us(house: House, ana: Listener, old: Playlist) -> None:
    for client, name in (("test", FOLK), ("SubMusic", "ai: ambient 3 min")):
        house.listener("admin", ana.way, client).update(old.id, name=name)
        after = ana.open(old.id)
        assert (after.name, after.songs, after.owner) == (name, old.songs, "ana")


def test_an_unknown_list_is_upstreams_to_refuse(ana: Listener) -> None:
    assert ana.update("nosuch", name=FOLK)["error"]["code"] == 70
    assert ana.ask("updatePlaylist", name=FOLK)["error"]["code"] == 10
