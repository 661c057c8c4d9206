"""Rules 26 to 31 of the study of 25 clients: lists are changed, in more ways than their authors meant."""

from __future__ import annotations

import base64

import pytest

from tests.fake_navidrome import PASSWORDS
from tests.house import WAYS, House, Listener, Way, genres, playlist_of, tree_of

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"
FROZEN = "edited by hand: stays as it is until renamed or created again"


def test_rule_26_a_name_that_is_the_same_is_no_rename(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.now.forward(120)
    ana.update(made.id, name=JAZZ)
    after = ana.open(made.id)
    assert (after.name, after.songs, after.comment) == (JAZZ, made.songs, made.comment)


def test_rule_26_a_new_prompt_makes_the_list_anew_at_once(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    reply = ana.update(made.id, name=FOLK)
    assert (reply["status"], "playlist" in reply) == ("ok", False)
    anew = ana.open(made.id)
    assert (anew.name, genres(house, anew)) == (FOLK, {"Folk"})


def test_rule_26_a_plain_name_keeps_the_list(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.update(made.id, name="Keep this")
    house.now.forward(86_400)
    kept = ana.open(made.id)
    assert (kept.name, kept.songs) == ("Keep this", made.songs)
    assert kept.comment.endswith(FROZEN)
    assert ana.create(JAZZ).id != made.id


def test_rule_27_all_songs_again_do_not_double_the_list(ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.update(made.id, songIdToAdd=made.songs)
    assert ana.open(made.id) == made


def test_rule_27_places_are_those_before_songs_are_added(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.update(made.id, songIndexToRemove=["0", "999"], songIdToAdd=SLOW)
    assert ana.open(made.id).songs == (*made.songs[1:], SLOW)


def test_rule_27_places_that_there_are_not_are_no_edit(ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert ana.update(made.id, songIndexToRemove=["-1", "999"])["status"] == "ok"
    assert ana.open(made.id).comment == made.comment


def test_rule_27_an_empty_song_empties_the_list(ana: Listener) -> None:
    """sonixd clears a list so, and fills it again by 300 songs at a time."""
    made = ana.create(JAZZ)
    ana.ask("createPlaylist", playlistId=made.id, songId="")
    assert ana.open(made.id).songs == ()
    ana.update(made.id, songIdToAdd=[BRIGHT, SLOW])
    assert ana.open(made.id).songs == (BRIGHT, SLOW)


@pytest.mark.parametrize(
    "change", [{"songIdToAdd": SLOW}, {"songIndexToRemove": "0"}, {"name": "Mine"}], ids=str
)
def test_rule_28_a_list_changed_by_hand_stays_and_says_so(
    house: House, ana: Listener, change: dict[str, str]
) -> None:
    made = ana.create(JAZZ)
    house.now.forward(120)
    ana.update(made.id, **change)
    edited = ana.open(made.id)
    assert edited.comment == f"{made.comment} · {FROZEN}"
    house.now.forward(86_400)
    house.refresh()
    ana.lists()
    assert ana.open(made.id) == edited


def test_rule_28_until_it_is_renamed_or_created_again(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    ana.update(made.id, songIndexToRemove="0")
    house.now.forward(120)
    assert FROZEN not in ana.create(JAZZ).comment
    ana.update(made.id, songIndexToRemove="0")
    ana.update(made.id, name=FOLK)
    assert FROZEN not in ana.open(made.id).comment


def test_rule_29_what_is_deleted_is_gone(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert ana.ask("deletePlaylist", id=made.id)["status"] == "ok"
    house.now.forward(86_400)
    house.refresh()
    assert made.id not in ana.lists()
    assert made.id not in house.world.playlists


def test_rule_29_a_smart_list_is_upstreams_to_refuse(house: House, ana: Listener) -> None:
    smart = house.world.add_playlist("ana", "Smart")
    smart.rules = {"all": [{"is": {"genre": "Folk"}}]}
    through = ana.update(smart.id, songIdToAdd=BRIGHT)
    straight = house.directly("ana", ana.way).update(smart.id, songIdToAdd=BRIGHT)
    assert through == straight
    assert through["error"]["code"] == 50


def test_rule_30_delete_deletes(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert house.listener("ana", Way("DELETE")).ask("deletePlaylist", id=made.id)["status"] == "ok"
    assert made.id not in ana.lists()


def test_rule_30_head_has_the_head_of_the_answer(house: House) -> None:
    reply = house.listener("ana", Way("HEAD")).send("getPlaylists")
    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("endpoint", ["createPlaylist", "getPlaylists", "getSimilarSongs", "ping"])
def test_rule_30_a_page_from_elsewhere_may_ask(house: House, endpoint: str) -> None:
    asking = {"origin": "https://player.example", "access-control-request-method": "POST"}
    through = house.listener("ana", Way("OPTIONS")).send(endpoint, headers=asking)
    straight = house.directly("ana", Way("OPTIONS")).send(endpoint, headers=asking)
    assert through.status_code == straight.status_code
    for name in ("access-control-allow-origin", "access-control-allow-methods"):
        assert through.headers[name] == straight.headers[name]


def test_rule_30_and_may_read_our_answers(house: House, ana: Listener) -> None:
    origin = {"origin": "https://player.example"}
    through = ana.send("createPlaylist", headers=origin, name=JAZZ)
    straight = house.directly("ana", ana.way).send("createPlaylist", headers=origin, name="Plain")
    for name in ("access-control-allow-origin", "access-control-expose-headers"):
        assert through.headers[name] == straight.headers[name]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rule_31_every_login_that_upstream_takes_is_taken(house: House, way: Way) -> None:
    plain, token, encoded = (house.listener("ana", way) for _ in range(3))
    token.by_token()
    encoded.credentials["p"] = "enc:" + PASSWORDS["ana"].encode().hex()
    made = plain.create(JAZZ)
    assert token.create(JAZZ) == encoded.create(JAZZ) == made


def test_rule_31_a_stray_authorization_does_no_harm(ana: Listener) -> None:
    stray = {"authorization": "Basic " + base64.b64encode(b"ana:other").decode()}
    assert playlist_of(tree_of(ana.send("createPlaylist", headers=stray, name=JAZZ))).count > 0


@pytest.mark.parametrize("endpoint", ["createPlaylist", "updatePlaylist", "getPlaylists", "getSimilarSongs"])
@pytest.mark.parametrize("login", [{"apiKey": "a key"}, {"u": "ana"}, {"u": "ana", "p": "wrong"}], ids=str)
def test_rule_31_who_may_enter_is_for_upstream_to_say(
    house: House, ana: Listener, endpoint: str, login: dict[str, str]
) -> None:
    made, straight = ana.create(JAZZ), house.directly("ana", ana.way)
    for client in (ana, straight):
        client.credentials = {**login, "v": "1.16.1", "c": "test"}
    about = {"id": BRIGHT, "playlistId": made.id, "name": FOLK}
    assert ana.send(endpoint, **about).content == straight.send(endpoint, **about).content
