"""Rules 18 to 25 of the study of 25 clients: a name is typed, and a list comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest

from tests.fake_navidrome import PASSWORDS
from tests.house import House, Listener, Way, broken, genres, open_house, playlist_of, tree_of
from tests.test_endpoints_failures import Hanging, hanging

__all__ = ["hanging"]  # a fixture

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"
FROZEN = "edited by hand"


def called(house: House, name: str) -> list[str]:
    return [found.id for found in house.world.playlists.values() if found.name == name]


@pytest.mark.parametrize("suffix", ["", ".view"])
@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_rule_18_a_prompt_is_seen_in_every_form_of_both_calls(
    house: House, method: str, form: str, suffix: str
) -> None:
    ana = house.listener("ana", Way(method, form, suffix))
    made = ana.create(JAZZ)
    assert genres(house, made) == {"Jazz"}
    ana.update(made.id, name=FOLK)
    assert genres(house, house.directly().open(made.id)) == {"Folk"}


def test_rule_18_parameters_may_be_split_over_query_and_form(house: House) -> None:
    login = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": "json"}
    songs = {"songId": [BRIGHT, SLOW]}
    reply = httpx.post(f"{house.url}/rest/createPlaylist?{urlencode(login)}", data={"name": JAZZ, **songs})
    assert playlist_of(tree_of(reply)).songs[:2] == (BRIGHT, SLOW)


def test_rule_18_a_list_comes_in_a_callback(house: House) -> None:
    reply = house.listener("ana", Way("GET", "jsonp")).send("createPlaylist", name=JAZZ, callback="cb")
    assert reply.text.startswith("cb(")
    assert '"entry":[{' in reply.text


@pytest.mark.parametrize("typed", [JAZZ, "Ai. Rainy  JAZZ, 3 min!", " ai: rainy jazz "])
def test_rule_19_the_reply_is_the_finished_list_under_the_name_that_was_typed(
    ana: Listener, typed: str
) -> None:
    made = ana.create(typed)
    assert made.name == typed.strip()
    assert made == ana.open(made.id)
    assert made.count == len(made.entries) > 0
    assert [each.id for each in ana.lists().values() if each.name == typed.strip()] == [made.id]


def test_rule_19_what_was_understood_is_in_the_comment(ana: Listener) -> None:
    assert ana.create(JAZZ).comment.startswith("Jazz · rainy · 3 min asked → ")


def test_rule_20_a_client_never_waits_longer_than_the_deadline(
    house: House, ana: Listener, hanging: Hanging
) -> None:
    """The list is there then, with the songs that were sent, and full when it is listed."""
    with house.proxy(deadline_seconds=0.3) as ana.url:
        reply = ana.send("createPlaylist", name=JAZZ, songId=BRIGHT)
        assert reply.elapsed < timedelta(seconds=2)
        made = playlist_of(tree_of(reply))
        assert (made.name, made.songs) == (JAZZ, (BRIGHT,))
        hanging.go.set()
        assert ana.lists()[made.id].count > 1


@pytest.mark.parametrize(
    "name",
    ["ai: zzyzx qwrt", "ai: !!!", "ai: 🎷", "ai: 0 songs", "ai: " + "x" * 190, "ai: jazz without jazz"],
)
def test_rule_21_whatever_is_typed_songs_come_back(ana: Listener, name: str) -> None:
    assert ana.create(name).count > 0


def test_rule_21_an_index_without_songs_is_explained(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_house(tmp_path_factory.mktemp("empty"), filled=False) as house:
        made = house.listener().create(JAZZ)
    assert (made.name, made.count) == (JAZZ, 0)
    assert "refresh" in made.comment


def test_rule_21_a_fault_of_ours_is_no_error(house: House, ana: Listener) -> None:
    with broken(house) as ana.url:
        assert ana.create(JAZZ).name == JAZZ


@pytest.mark.parametrize("login", [{"p": "wrong"}, {"p": ""}])
def test_rule_21_only_who_may_not_enter_is_refused(
    house: House, ana: Listener, login: dict[str, str]
) -> None:
    ana.credentials |= login
    assert ana.ask("createPlaylist", name=JAZZ)["error"]["code"] in (10, 40)
    assert called(house, JAZZ) == []


def test_rule_22_the_same_call_is_the_same_list_for_a_minute(house: House, ana: Listener) -> None:
    with ThreadPoolExecutor(5) as pool:
        made = list(pool.map(lambda number: ana.create(JAZZ), range(5)))
    house.now.forward(59)
    assert [*made, ana.create(JAZZ)] == [made[0]] * 6
    assert called(house, JAZZ) == [made[0].id]


def test_rule_22_later_it_is_made_anew_in_its_place(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.now.forward(61)
    anew = ana.create(JAZZ)
    assert (anew.id, anew.created) == (made.id, made.created)
    assert anew.changed > made.changed
    assert called(house, JAZZ) == [made.id]


def test_rule_23_an_empty_comment_right_after_does_not_wipe_ours(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.now.forward(59)
    ana.update(made.id, comment="", public="true")
    after = ana.open(made.id)
    assert (after.comment, after.public, after.songs) == (made.comment, True, made.songs)


def test_rule_23_a_song_added_right_after_is_a_seed(ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.update(made.id, songIdToAdd=BRIGHT)
    after = ana.open(made.id)
    assert after.songs == (*made.songs, BRIGHT)
    assert FROZEN not in after.comment
    ana.update(made.id, name=FOLK)
    assert ana.open(made.id).songs[0] == BRIGHT


def test_rule_23_a_description_is_no_comment(ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert ana.update(made.id, description="Sunday", public="true")["status"] == "ok"
    assert ana.open(made.id).comment == made.comment


def test_rule_24_songs_that_were_sent_stay_first(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ, BRIGHT, SLOW)
    assert made.songs[:2] == (BRIGHT, SLOW)
    assert len(set(made.songs)) == made.count > 2


def test_rule_24_a_list_deleted_and_created_again_is_stored_as_it_comes(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.ask("deletePlaylist", id=made.id)
    house.now.forward(29)
    edited = made.songs[:0:-1]
    assert ana.create(JAZZ, *edited).songs == edited


def test_rule_24_after_half_a_minute_it_is_a_prompt_again(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.ask("deletePlaylist", id=made.id)
    house.now.forward(31)
    anew = ana.create(JAZZ, made.songs[-1])
    assert anew.songs[0] == made.songs[-1]
    assert anew.count > 1


def test_rule_24_songs_for_an_id_replace_those_of_the_list(ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.ask("createPlaylist", playlistId=made.id, name=JAZZ, songId=[SLOW, BRIGHT])
    assert ana.open(made.id).songs == (SLOW, BRIGHT)


@pytest.mark.parametrize("later", [0, 120])
def test_rule_25_songs_come_in_batches_at_any_time(house: House, ana: Listener, later: int) -> None:
    """JellyToast sends 50 with the name, and the rest in as many further calls as it takes."""
    heard = [song.id for song in house.world.visible(house.world.users["ana"])]
    made = ana.create("ai: 50 songs", *heard[:50])
    house.now.forward(later)
    rest = heard[50:]
    for start in range(0, len(rest), 10):
        ana.update(made.id, songIdToAdd=rest[start : start + 10])
    stored = ana.open(made.id).songs
    assert stored[:50] == tuple(heard[:50])
    assert sorted(set(stored)) == sorted(heard)
