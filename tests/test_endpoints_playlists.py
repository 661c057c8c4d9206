"""createPlaylist with a prompt for a name, over a socket: what comes back, and what stands upstream."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest

from tests.fake_navidrome import PASSWORDS
from tests.house import House, Listener, Way, genres, playlist_of, tree_of

JAZZ = "ai: rainy jazz 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"


def called(house: House, name: str) -> list[str]:
    """The ids of the lists of that name upstream."""
    return [found.id for found in house.world.playlists.values() if found.name == name]


def test_a_name_comes_back_as_a_finished_list(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert genres(house, made) == {"Jazz"}
    assert (made.name, made.owner, made.public) == (JAZZ, "ana", False)
    assert made == ana.open(made.id)


def test_what_the_house_rules_out_is_in_no_list(house: House) -> None:
    ruled_out = {"never_genres": "jazz, Techno", "never_paths": "*/Rock/*"}
    with house.proxy(**ruled_out) as url:
        ana = house.listener("ana")
        ana.url = url
        assert not {"Jazz"} & genres(house, ana.create("ai: rainy, 10 songs"))


def test_the_list_stands_upstream_as_the_clients_own(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    stored = house.world.playlists[made.id]
    assert (stored.name, stored.owner.name, tuple(stored.song_ids)) == (JAZZ, "ana", made.songs)
    assert house.directly("ana", ana.way).open(made.id) == made


def test_counts_and_dates_agree_in_reply_and_list(ana: Listener) -> None:
    made = ana.create(JAZZ)
    listed = ana.lists()[made.id]
    assert (listed.count, listed.seconds) == (made.count, made.seconds)
    assert (listed.created, listed.changed) == (made.created, made.changed)
    assert (made.count, made.seconds) == (
        len(made.songs),
        sum(int(entry["duration"]) for entry in made.entries),
    )


def test_the_comment_explains_in_at_most_500_characters_and_stays(ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert made.comment.startswith("Jazz · rainy · 3 min asked → ")
    assert len(made.comment) <= 500
    assert ana.open(made.id).comment == ana.lists()[made.id].comment == made.comment


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("form", ["json", "xml", ""])
@pytest.mark.parametrize("suffix", ["", ".view"])
def test_every_verb_format_and_suffix_gives_that_list(
    house: House, method: str, form: str, suffix: str
) -> None:
    made = house.listener("ana", Way(method, form, suffix)).create(JAZZ)
    assert genres(house, made) == {"Jazz"}
    assert called(house, JAZZ) == [made.id]


@pytest.mark.parametrize("cut", range(0, 8, 2))
@pytest.mark.parametrize("step", [1, -1])
def test_parameters_stand_in_any_order_and_in_query_or_form(house: House, cut: int, step: int) -> None:
    own = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": "json"}
    pairs = [*own.items(), ("name", JAZZ), ("songId", BRIGHT)][::step]
    reply = httpx.post(f"{house.url}/rest/createPlaylist?{urlencode(pairs[cut:])}", data=dict(pairs[:cut]))
    made = playlist_of(tree_of(reply))
    assert (made.name, made.songs[0]) == (JAZZ, BRIGHT)
    assert len(made.songs) > 1


def test_of_two_names_that_of_the_form_counts(house: House) -> None:
    own = {"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": "json"}
    reply = httpx.post(f"{house.url}/rest/createPlaylist?name=Plain", data=own | {"name": JAZZ})
    assert playlist_of(tree_of(reply)).name == JAZZ


def test_jsonp_wraps_the_list_in_the_callback(house: House) -> None:
    reply = house.listener("ana", Way("GET", "jsonp", ".view")).send(
        "createPlaylist", name=JAZZ, callback="angular.callbacks._4"
    )
    assert reply.headers["content-type"] == "application/javascript"
    wrapped = reply.text.removeprefix("angular.callbacks._4(").removesuffix(")")
    assert genres(house, playlist_of(json.loads(wrapped)["subsonic-response"])) == {"Jazz"}


@pytest.mark.parametrize(
    "typed", ["  Ai.  rainy jazz 3 min ", "AI – rainy jazz 3 min", "ai; rainy jazz 3 min", "ＡＩ：rainy jazz"]
)
def test_the_name_stays_as_it_was_typed(house: House, ana: Listener, typed: str) -> None:
    made = ana.create(typed)
    assert made.name == typed.strip()
    assert genres(house, made) == {"Jazz"}


@pytest.mark.parametrize("name", ["Sunday jazz", "ai jazz", "Aimee Mann: live"])
def test_an_ordinary_name_is_passed_on_as_it_came(house: House, ana: Listener, name: str) -> None:
    made = ana.create(f" {name}", BRIGHT)
    assert (made.songs, made.comment) == ((BRIGHT,), "")
    assert house.calls("getUser") == 0


def test_songs_that_were_sent_stay_first(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ, BRIGHT, SLOW)
    assert made.songs[:2] == (BRIGHT, SLOW)
    assert len(made.songs) > 2
    assert len(set(made.songs)) == len(made.songs)


def test_unknown_songs_are_not_written_and_new_ones_are(house: House, ana: Listener) -> None:
    new = dict(house.world.songs[BRIGHT].row) | {"id": "0" * 22, "title": "Just added"}
    house.world.add_song(new)
    made = ana.create(JAZZ, "nosuch", str(new["id"]), SLOW)
    assert made.songs[:2] == (new["id"], SLOW)
    assert "nosuch" not in house.world.playlists[made.id].song_ids


def test_unknown_songs_do_no_harm(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ, "nosuch", BRIGHT, "")
    assert made.songs[0] == BRIGHT
    assert made.count == len(made.songs) > 1


def test_the_same_name_within_a_minute_is_the_same_list(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.now.forward(59)
    again = ana.create(" AI:  Rainy jazz 3 min")
    assert again == made
    assert house.calls("createPlaylist") == 1


def test_ten_requests_at_once_make_one_list(house: House, ana: Listener) -> None:
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: ana.create(JAZZ), range(10)))
    assert made == [made[0]] * 10
    assert made[0].songs
    assert called(house, JAZZ) == [made[0].id]
    assert house.calls("createPlaylist") == 1


def test_two_users_get_a_list_each(house: House) -> None:
    ana, ben = (house.listener(user).create(JAZZ) for user in ("ana", "ben"))
    assert (ana.owner, ben.owner) == ("ana", "ben")
    assert ana.id != ben.id


def test_another_song_within_a_minute_is_another_request(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ, BRIGHT)
    other = next(song for song in house.world.songs if song not in made.songs)
    again = ana.create(JAZZ, other)
    assert (again.id, again.songs[0]) == (made.id, other)


def test_later_the_same_name_makes_that_list_anew(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.world.playlists[made.id].song_ids.clear()
    house.now.forward(60)
    again = ana.create(JAZZ)
    assert (again.id, again.created, again.songs) == (made.id, made.created, made.songs)
    assert again.changed > made.changed
    assert called(house, JAZZ) == [made.id]


def test_a_list_that_was_deleted_behind_our_back_is_made_again(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.directly().ask("deletePlaylist", id=made.id)
    again = ana.create(JAZZ)
    assert again.songs == made.songs
    assert called(house, JAZZ) == [again.id] != [made.id]


def test_a_list_of_ours_that_we_have_forgotten_is_used_again(house: House, ana: Listener) -> None:
    old = house.world.add_playlist("ana", "AI: Rainy  Jazz 3 min", [BRIGHT])
    old.comment = "Jazz · 3:00, 1 song · rename to change"
    made = ana.create(JAZZ)
    assert (made.id, made.name) == (old.id, JAZZ)
    assert genres(house, made) == {"Jazz"}


def test_a_list_of_that_name_that_its_owner_made_is_left_alone(house: House, ana: Listener) -> None:
    theirs = house.world.add_playlist("ana", JAZZ, [BRIGHT, SLOW])
    made = ana.create(JAZZ)
    assert made.id != theirs.id
    assert theirs.song_ids == [BRIGHT, SLOW]


def test_a_list_that_nothing_is_found_for_is_emptied(house: House, ana: Listener) -> None:
    old = house.world.add_playlist("ana", "ai: songs from 1911", [BRIGHT, SLOW])
    old.comment = "1911 · 1:00, 2 songs · rename to change"
    made = ana.create(old.name)
    assert (made.id, made.songs) == (old.id, ())
    assert "0 songs" in made.comment
    written = house.calls("updatePlaylist")
    ana.create(old.name)
    assert house.calls("updatePlaylist") == written + 1


def test_somebody_elses_list_of_that_name_is_not(house: House, ana: Listener) -> None:
    theirs = house.world.add_playlist("ben", JAZZ, [BRIGHT])
    theirs.public = True
    made = ana.create(JAZZ)
    assert made.id != theirs.id
    assert theirs.song_ids == [BRIGHT]


def test_a_smart_list_of_that_name_is_not(house: House, ana: Listener) -> None:
    smart = house.world.add_playlist("ana", JAZZ)
    smart.rules = {"all": [{"is": {"genre": "Folk"}}]}
    made = ana.create(JAZZ)
    assert made.id != smart.id
    assert genres(house, made) == {"Jazz"}


def test_the_prefix_alone_gives_a_short_list_that_explains_itself(ana: Listener) -> None:
    made = ana.create("ai:")
    assert made.count == 12
    assert "For example: ai: rainy sunday jazz 45 min" in made.comment
    assert len(made.comment) <= 500


@pytest.mark.parametrize(
    "prompt",
    [
        "rainy jazz " * 180,
        "🎷🌧️ jazz 🎷",
        "מוזיקת ג'אז שקטה 20 min",
        "\u202ejazz\u202c 20 min",
        "jazz\x00\x07\x1b[31m 3 min",
        "jazz\r\nSet-Cookie: x=y",
        "<jazz> & \"soul\" 'n' ]]> \u2028",
        "jazz\ufffe\uffff",
    ],
)
def test_whatever_is_typed_a_list_comes_back(house: House, ana: Listener, prompt: str) -> None:
    made = ana.create(f"ai: {prompt}")
    assert made.songs
    assert len(made.comment) <= 500
    assert called(house, f"ai: {prompt}".strip()) == [made.id]


@pytest.mark.parametrize("query", ["name=ai:+jazz;+folk", "name=ai:+jazz&songId=%zz", "name=ai:%zz"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_go_cannot_read_has_navidromes_own_answer(house: House, query: str, form: str) -> None:
    own = urlencode({"u": "ana", "p": PASSWORDS["ana"], "v": "1.16.1", "c": "test", "f": form})
    replies = [httpx.get(f"{url}/rest/createPlaylist?{own}&{query}") for url in (house.url, house.upstream)]
    assert replies[0].content == replies[1].content
    assert not called(house, "ai: jazz")


def test_the_owner_is_written_as_upstream_writes_him(house: House) -> None:
    made = house.listener("ANA").create(JAZZ)
    assert made.owner == "ana"
    assert house.listener("ana").create(JAZZ) == made


@pytest.mark.parametrize("user", ["ana", "ben"])
def test_nobody_gets_songs_of_a_library_that_is_closed_to_him(house: House, user: str) -> None:
    made = house.listener(user).create("ai: soul 10 songs")
    assert {house.world.songs[song].library for song in made.songs} == {1}
    assert made.count == len(made.songs) > 0


def test_who_may_hear_a_library_gets_its_songs(house: House) -> None:
    made = house.listener("admin").create("ai: soul 10 songs")
    assert {house.world.songs[song].library for song in made.songs} == {2}


@pytest.mark.parametrize("client", ["DSub", "SubMusic"])
def test_a_client_gets_the_form_that_upstream_has_for_it(house: House, client: str) -> None:
    way = Way("GET", "xml")
    ana = house.listener("ana", way, client)
    made = ana.ask("createPlaylist", name=JAZZ)
    plain = house.directly("ana", way, client).ask("getPlaylist", id=made["playlist"]["id"])
    assert made == plain
    assert len(made["playlist"]["entry"]) > 1
    assert ana.ask("createPlaylist", name=JAZZ) == plain


@pytest.mark.parametrize("client", ["test", "DSub", "SubMusic"])
def test_an_admins_list_is_his_own_whatever_his_client_is_told(house: House, client: str) -> None:
    theirs = house.world.add_playlist("ben", JAZZ, [BRIGHT])
    made = house.listener("admin", client=client).ask("createPlaylist", name=JAZZ)["playlist"]
    assert made["id"] != theirs.id
    assert theirs.song_ids == [BRIGHT]


def test_a_token_an_encoded_password_and_a_stray_authorization_are_taken(house: House) -> None:
    by_token, encoded, basic = house.listener(), house.listener(), house.listener()
    by_token.by_token()
    encoded.credentials["p"] = "enc:" + PASSWORDS["ana"].encode().hex()
    stray = {"authorization": "Basic " + base64.b64encode(b"ana:something else").decode()}
    made = by_token.create(JAZZ)
    assert encoded.create(JAZZ) == made
    assert playlist_of(tree_of(basic.send("createPlaylist", name=JAZZ, headers=stray))) == made


def test_a_wrong_password_is_upstreams_error_and_makes_nothing(house: House, ana: Listener) -> None:
    ana.credentials["p"] = "wrong"
    through = ana.send("createPlaylist", name=JAZZ)
    ana.url = house.upstream
    assert through.content == ana.send("createPlaylist", name=JAZZ).content
    assert tree_of(through)["error"]["code"] == 40
    assert not called(house, JAZZ)


@pytest.mark.parametrize("missing", ["u", "v", "c", "p"])
def test_a_missing_parameter_is_upstreams_error(house: House, ana: Listener, missing: str) -> None:
    del ana.credentials[missing]
    through = ana.send("createPlaylist", name=JAZZ)
    ana.url = house.upstream
    assert through.content == ana.send("createPlaylist", name=JAZZ).content
    assert not called(house, JAZZ)


def test_headers_are_those_of_upstream(house: House, ana: Listener) -> None:
    origin = {"origin": "https://play.example"}
    ours = ana.send("createPlaylist", name=JAZZ, headers=origin)
    ana.url = house.upstream
    theirs = ana.send("createPlaylist", name="Plain", headers=origin)
    own = {"content-length", "content-encoding", "date", "x-request-id"}
    assert {n: v for n, v in ours.headers.items() if n not in own} == {
        n: v for n, v in theirs.headers.items() if n not in own
    }


def test_a_preflight_is_answered_by_upstream(house: House) -> None:
    asked = {"origin": "https://play.example", "access-control-request-method": "DELETE"}
    replies = [
        httpx.options(f"{url}/rest/createPlaylist", headers=asked) for url in (house.url, house.upstream)
    ]
    assert replies[0].status_code == replies[1].status_code == 200
    assert replies[0].headers["access-control-allow-methods"] == "DELETE"
