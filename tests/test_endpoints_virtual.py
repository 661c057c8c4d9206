"""Standing lists as clients meet them: listed, opened, renamed, deleted, downloaded, shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proxy.endpoints.callers import form_of
from proxy.endpoints.virtual.playlist import Virtual, described, instant
from proxy.recipes.recipe import list_id
from tests.fake_navidrome import Annotation, Fault
from tests.house import WAYS, House, Listener, Playlist, Tree, open_house

RECIPES = """
[[recipe]]
name = "Jazz corner"
about = "What there is of jazz"
all = [{ is = { genre = "Jazz" } }]
songs = 5
per_artist = 5
per_album = 5

[[recipe]]
name = "Folk corner"
all = [{ is = { genre = "Folk" } }]
songs = 5
per_artist = 5
per_album = 5
"""
JAZZ, FOLK = (list_id("ana", f"{genre} corner") for genre in ("jazz", "folk"))
NOT_ALLOWED = {"code": 50, "message": "User is not authorized for the given operation"}


def opened(house: House, *wanted: str) -> list[Playlist]:
    """Made by being opened: a list that was only listed is made in the background."""
    return [house.listener().open(each) for each in wanted]


def raw(client: Listener, endpoint: str, **params: str) -> Tree:
    tree = client.ask(endpoint, **params)
    assert tree["status"] == "ok", tree
    return tree


def raw_lists(client: Listener) -> dict[str, Tree]:
    return {each["id"]: each for each in raw(client, "getPlaylists")["playlists"]["playlist"]}


def test_standing_lists_come_after_the_callers_own(house: House, ana: Listener) -> None:
    opened(house, JAZZ, FOLK)
    own = [*house.directly().lists()]
    assert [*ana.lists()] == [*own, JAZZ, FOLK]
    assert JAZZ not in house.listener("ben").lists()


def test_a_list_and_what_is_in_it_agree(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    listed, found = ana.lists()[JAZZ], ana.open(JAZZ)
    assert found.name == "Jazz corner"
    assert found.owner == "ana"
    assert found.count == len(found.songs) == 5
    assert {house.world.songs[song].row["genre"] for song in found.songs} == {"Jazz"}
    assert found.seconds == sum(int(entry["duration"]) for entry in found.entries)
    for name in ("name", "count", "seconds", "created", "changed", "owner", "comment", "public"):
        assert getattr(listed, name) == getattr(found, name), name


def test_reading_changes_nothing(house: House, ana: Listener) -> None:
    before = opened(house, JAZZ)[0]
    house.now.forward(3600)
    after = ana.open(JAZZ)
    assert (after.songs, after.created, after.changed) == (before.songs, before.created, before.changed)
    assert ana.lists()[JAZZ].changed == before.changed


def test_a_list_says_what_navidromes_own_say(house: House) -> None:
    """Required by some clients, each of these; dates with three digits (rules 3 to 5)."""
    opened(house, JAZZ)
    tree = raw_lists(house.listener())[JAZZ]
    own = next(each for each in raw_lists(house.directly()).values() if each["owner"] == "ana")
    assert own.keys() - {"comment", "coverArt"} <= tree.keys()
    assert tree["readonly"] is True
    assert tree["public"] is False
    assert "\n" not in str(tree)
    for name in ("created", "changed", "validUntil"):
        moment = datetime.strptime(tree[name], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        assert len(tree[name]) == len("2026-11-23T12:00:00.000Z")
    assert moment > house.now()


@pytest.mark.parametrize(
    ("client", "without"),
    [
        ("test", set()),
        ("DSub", {"readonly", "validUntil"}),
        ("SubMusic", {"readonly", "validUntil", "owner", "public", "comment", "coverArt"}),
    ],
)
@pytest.mark.parametrize("user", ["ana", "zoe"])
def test_each_client_gets_the_form_that_upstream_gives_it(
    house: House, user: str, client: str, without: set[str]
) -> None:
    """Also one whose user has no list of his own to compare with."""
    if user == "zoe":
        house.world.playlists = {}
    listener = house.listener("ana", client=client)
    opened_tree = raw(listener, "getPlaylist", id=JAZZ)["playlist"]
    listed = raw_lists(listener)[JAZZ]
    every = {"id", "name", "songCount", "duration", "created", "changed", "owner", "public", "comment"}
    expected = (every | {"coverArt", "readonly", "validUntil"}) - without
    assert listed.keys() == expected
    assert opened_tree.keys() == expected | {"entry"}
    songs = house.directly(client=client)
    assert opened_tree["entry"] == [
        raw(songs, "getSong", id=each["id"])["song"] for each in opened_tree["entry"]
    ]


def test_songs_are_as_the_caller_sees_them_now(house: House) -> None:
    song = opened(house, JAZZ)[0].songs[0]
    house.world.annotations[house.world.users["ana"].id, song] = Annotation(
        starred_at="2026-01-01T00:00:00Z", rating=4, play_count=7
    )
    assert house.listener().open(JAZZ).entries[0]["userRating"] == 4


def test_a_song_that_went_meanwhile_is_left_out(house: House, ana: Listener) -> None:
    before = opened(house, JAZZ)[0]
    del house.world.songs[before.songs[1]]
    after = ana.open(JAZZ)
    assert after.songs == (before.songs[0], *before.songs[2:])
    assert after.count == 4
    assert after.seconds == sum(int(entry["duration"]) for entry in after.entries)


def test_a_list_that_is_called_as_one_of_ones_own_is_not_listed(house: House, ana: Listener) -> None:
    opened(house, JAZZ, FOLK)
    own = house.world.add_playlist("ana", "jazz  Corner", [])
    listed = ana.lists()
    assert own.id in listed
    assert FOLK in listed
    assert JAZZ not in listed
    assert ana.open(JAZZ).count == 5


# Who sees them.


@pytest.mark.parametrize("user", ["ben", "admin"])
@pytest.mark.parametrize("endpoint", ["getPlaylist", "deletePlaylist", "download"])
def test_anothers_list_is_upstreams_to_answer_for(house: House, user: str, endpoint: str) -> None:
    opened(house, JAZZ)
    assert house.listener(user).ask(endpoint, id=JAZZ) == house.directly(user).ask(endpoint, id=JAZZ)
    assert house.listener(user).update(JAZZ, name="Mine")["error"]["code"] == 70
    assert house.listener(user).ask("createPlaylist", playlistId=JAZZ, songId="x")["error"]["code"] == 70
    assert house.listener().open(JAZZ).count == 5


@pytest.mark.parametrize(
    "endpoint", ["getPlaylists", "getPlaylist", "deletePlaylist", "download", "createShare"]
)
def test_who_is_refused_upstream_is_refused(house: House, ana: Listener, endpoint: str) -> None:
    opened(house, JAZZ)
    ana.lists()
    ana.credentials["p"] = "wrong"
    before = len(house.world.requests)
    assert ana.ask(endpoint, id=JAZZ)["error"]["code"] == 40
    assert len(house.world.requests) - before <= 2


@pytest.mark.parametrize("params", [{}, {"id": "nosuch"}, {"id": "aip-"}, {"id": f"{JAZZ}x"}])
def test_what_is_no_list_gets_upstreams_own_answer(
    house: House, ana: Listener, params: dict[str, str]
) -> None:
    for endpoint in ("getPlaylist", "deletePlaylist", "download"):
        expected = house.directly(way=ana.way).ask(endpoint, **params)
        assert ana.ask(endpoint, **params) == expected


def test_upstreams_own_lists_are_passed_on_as_they_are(house: House, ana: Listener) -> None:
    own = next(each for each in house.directly().lists().values() if each.count)
    expected = house.directly(way=ana.way).send("getPlaylist", id=own.id)
    assert ana.send("getPlaylist", id=own.id).content == expected.content


@pytest.mark.parametrize("fault", ["getUser", "getSong"])
def test_where_a_call_of_ours_fails_there_are_upstreams_lists(
    house: House, ana: Listener, fault: str
) -> None:
    opened(house, JAZZ)
    house.now.forward(61)  # nothing is remembered of the caller
    house.world.playlists = {}
    house.world.add_playlist("ana", "Mine", [])
    house.world.faults[fault] = Fault.CRASH
    assert "Mine" in {each.name for each in ana.lists().values()}


def test_a_list_of_somebody_elses_takes_none_away(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    house.world.add_playlist("ben", "Jazz corner", []).public = True
    assert [each.name for each in ana.lists().values()].count("Jazz corner") == 2


def test_upstreams_error_is_passed_on(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    house.world.faults["getPlaylists"] = Fault.CRASH
    assert ana.send("getPlaylists").status_code == 500


# Changing them.


@pytest.mark.parametrize(
    "params",
    [
        {"songIdToAdd": "x"},
        {"songIndexToRemove": "0"},
        {"comment": ""},
        {"name": "jazz corner", "songIdToAdd": "x"},
        {"public": "true"},
        {},
    ],
)
def test_they_are_not_to_be_edited(house: House, ana: Listener, params: dict[str, str]) -> None:
    before = opened(house, JAZZ)[0]
    assert ana.update(JAZZ, **params)["error"] == NOT_ALLOWED
    assert ana.ask("createPlaylist", playlistId=JAZZ, songId=before.songs[:2])["error"] == NOT_ALLOWED
    assert ana.open(JAZZ).songs == before.songs


def test_a_plain_name_keeps_the_songs_in_a_playlist(house: House, ana: Listener) -> None:
    virtual = opened(house, JAZZ)[0]
    for _ in range(2):  # as a client that has lost the answer
        tree = ana.update(JAZZ, name="Kept for the summer")
        assert tree["status"] == "ok"
        assert not {"playlist", "playlists"} & tree.keys()
    kept = [each for each in house.directly().lists().values() if each.name == "Kept for the summer"]
    assert len(kept) == 1
    found = house.directly().open(kept[0].id)
    assert (found.songs, found.owner) == (virtual.songs, "ana")
    assert f"{found.comment} · new daily 04:00" == virtual.comment
    assert JAZZ in ana.lists()


def test_another_list_is_kept_though_there_is_one_of_that_name_and_length(
    house: House, ana: Listener
) -> None:
    jazz, folk = opened(house, JAZZ, FOLK)
    for each in (jazz, folk, folk):
        assert ana.update(each.id, name="Kept")["status"] == "ok"
    kept = [each.id for each in house.directly().lists().values() if each.name == "Kept"]
    assert [house.directly().open(each).songs for each in kept] == [jazz.songs, folk.songs]


def test_the_end_of_a_period_that_has_passed_is_not_told(tmp_path: Path) -> None:
    with open_house(tmp_path, recipes=RECIPES) as house:
        opened(house, JAZZ)
        assert raw_lists(house.listener())[JAZZ]["validUntil"] > instant(house.now.time)
        house.now.forward(86_400)
        assert raw_lists(house.listener())[JAZZ].get("validUntil", "9") > instant(house.now.time)


def test_what_else_an_editor_sends_is_kept_too(house: House, ana: Listener) -> None:
    jazz, folk = opened(house, JAZZ, FOLK)
    for _ in range(2):
        ana.update(JAZZ, name="Kept", comment="Mine", songIdToAdd=folk.songs[0], songIndexToRemove="0")
    (kept,) = (each.id for each in house.directly().lists().values() if each.name == "Kept")
    found = house.directly().open(kept)
    assert (found.songs, found.comment) == ((*jazz.songs[1:], folk.songs[0]), "Mine")


def test_a_prompt_for_a_name_makes_that_list(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    assert ana.update(JAZZ, name="ai: folk, 3 songs", public="true")["status"] == "ok"
    made = next(each for each in house.directly().lists().values() if each.name == "ai: folk, 3 songs")
    assert (made.count, made.public) == (3, True)
    assert ana.open(JAZZ).name == "Jazz corner"


def test_a_deleted_list_is_hidden_from_that_user(house: House, ana: Listener) -> None:
    opened(house, JAZZ, FOLK)
    house.listener("ben").open(list_id("ben", "jazz corner"))
    assert ana.ask("deletePlaylist", id=JAZZ)["status"] == "ok"
    assert JAZZ not in ana.lists()
    assert FOLK in ana.lists()
    assert ana.ask("getPlaylist", id=JAZZ)["error"]["code"] == 70
    assert list_id("ben", "jazz corner") in house.listener("ben").lists()


def test_aonsoku_deletes_with_a_verb_of_its_own(house: House) -> None:
    opened(house, JAZZ)
    listener = house.listener("ana", type(WAYS[0])("DELETE"))
    assert listener.ask("deletePlaylist", id=JAZZ)["status"] == "ok"
    assert JAZZ not in house.listener().lists()


# What else clients do with an id.


@pytest.mark.parametrize("endpoint", ["getSimilarSongs", "getSimilarSongs2"])
def test_songs_like_a_list_are_like_its_songs_and_not_in_it(
    house: House, ana: Listener, endpoint: str
) -> None:
    inside = opened(house, JAZZ)[0].songs
    found = raw(ana, endpoint, id=JAZZ, count="8")[endpoint.replace("getS", "s")]["song"]
    assert len(found) == 8
    assert not {song["id"] for song in found} & set(inside)
    assert {song["genre"] for song in found[:3]} == {"Jazz"}
    assert house.calls(endpoint) == 0


def test_songs_like_anothers_list_are_upstreams_to_know(house: House) -> None:
    opened(house, JAZZ)
    ben, straight = house.listener("ben"), house.directly("ben")
    assert ben.ask("getSimilarSongs", id=JAZZ) == straight.ask("getSimilarSongs", id=JAZZ)


def test_a_share_is_of_its_songs(house: House, ana: Listener) -> None:
    virtual = opened(house, JAZZ)[0]
    other = opened(house, FOLK)[0].songs[0]
    assert ana.ask("createShare", id=[other, JAZZ])["status"] == "ok"
    assert house.world.shares[-1] == ("ana", [other, *virtual.songs], "Jazz corner")
    ana.ask("createShare", id=JAZZ, description="For you")
    assert house.world.shares[-1] == ("ana", [*virtual.songs], "For you")


def test_a_star_or_a_place_in_the_queue_is_for_songs_and_does_no_harm(house: House, ana: Listener) -> None:
    songs = opened(house, JAZZ)[0].songs
    assert ana.ask("star", id=[JAZZ, songs[0]])["status"] == "ok"
    assert "starred" in ana.open(JAZZ).entries[0]
    assert ana.ask("unstar", id=[JAZZ, songs[0]])["status"] == "ok"
    assert "starred" not in ana.open(JAZZ).entries[0]
    assert ana.ask("savePlayQueue", id=[JAZZ, *songs], current=JAZZ)["status"] == "ok"
    queue = ana.ask("getPlayQueue")["playQueue"]
    assert [entry["id"] for entry in queue["entry"]] == list(songs)
    ana.ask("savePlayQueue", id=JAZZ)
    queue = ana.ask("getPlayQueue")["playQueue"]
    assert [entry["id"] for entry in queue["entry"]] == list(songs)


# How they look.


def made(**changes: object) -> Virtual:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    values = {"id": "aip-1", "name": "A", "comment": "", "songs": ("1", "2"), "duration": 60}
    return Virtual(**{**values, "created": now, "changed": now, **changes})  # type: ignore[arg-type]


def test_a_list_without_a_picture_names_none() -> None:
    assert "coverArt" not in described(made(art=""), "ana", "full")
    assert described(made(), "ana", "full")["coverArt"].startswith("pl-aip-1_")
    assert described(made(art="mf-1"), "ana", "full")["coverArt"] == "mf-1"


def test_the_picture_has_another_id_when_the_list_is_another() -> None:
    later = made(changed=made().changed + timedelta(seconds=1))
    assert described(made(), "ana", "full")["coverArt"] != described(later, "ana", "full")["coverArt"]


@pytest.mark.parametrize(
    ("lists", "song", "form"),
    [
        ([{"id": "1", "owner": "ana", "readonly": False}], {}, "full"),
        ([{"id": "1", "owner": "ana"}], {}, "classic"),
        ([{"id": "1"}], {}, "minimal"),
        ([], {"duration": 3, "mediaType": "song"}, "full"),
        ([], {"duration": 3}, "classic"),
        ([], {"id": "1"}, "minimal"),
    ],
)
def test_the_form_is_told_from_what_upstream_shows(lists: list[Tree], song: Tree, form: str) -> None:
    assert form_of(lists, song) == form


def test_instants_have_three_digits_of_a_second() -> None:
    assert instant(datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"
    assert instant(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02T03:04:05.000Z"
