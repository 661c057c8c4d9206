"""Rules 1 to 11 of the study of 25 clients: what a list that we made looks like to them, and what stays."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx
import pytest

from tests.house import WAYS, House, Listener, Tree, Way

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"

REQUIRED = {"id", "name", "songCount", "duration", "created", "changed", "owner"}
SPECIAL = {"random", "-1", "__starred__", ""}
OF_ART = ("pl-", "al-", "ar-", "mf-")
CLIENTS = ["test", "DSub", "SubMusic"]  # one of Navidrome's legacy clients and one of its minimal ones


def both(client: Listener, playlist_id: str) -> tuple[Tree, Tree]:
    """The list as it is listed and as it is opened."""
    listed = client.ask("getPlaylists")["playlists"]["playlist"]
    (found,) = (each for each in listed if each["id"] == playlist_id)
    return found, client.ask("getPlaylist", id=playlist_id)["playlist"]


def moment(date: str) -> datetime:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", date)
    return datetime.fromisoformat(date[:19]).replace(tzinfo=UTC)


def test_rule_1_an_id_is_opaque_and_short(ana: Listener) -> None:
    made = ana.create(JAZZ)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,36}", made.id)
    assert not made.id.isdecimal()
    assert made.id not in SPECIAL
    assert not made.id.startswith(OF_ART)


def test_rule_2_an_id_stays_while_the_list_is_made_anew(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.now.forward(3600)
    assert ana.create(JAZZ).id == made.id
    ana.update(made.id, name=FOLK)
    with house.proxy() as ana.url:
        house.now.forward(3600)
        assert ana.create(FOLK).id == made.id


def test_rule_2_another_user_and_another_prompt_have_another_id(house: House, ana: Listener) -> None:
    ben = house.listener("ben", ana.way)
    assert len({ana.create(JAZZ).id, ana.create(FOLK).id, ben.create(JAZZ).id}) == 3


def test_rule_3_what_clients_cannot_do_without_is_always_there(ana: Listener) -> None:
    """`public` as well, but that Navidrome's JSON leaves it out where it is false."""
    made = ana.create(JAZZ)
    for found in both(ana, made.id):
        assert found.keys() >= REQUIRED
        assert isinstance(found.get("public", ana.way.format == "xml" and None), bool)


def test_rule_3_counts_are_whole_numbers_and_agree(ana: Listener) -> None:
    made = ana.create(JAZZ)
    listed, opened = both(ana, made.id)
    for field in ("songCount", "duration"):
        assert isinstance(listed[field], int)
        assert listed[field] == opened[field]
    assert listed["songCount"] == len(opened["entry"])
    assert listed["duration"] == sum(int(entry["duration"]) for entry in opened["entry"])


def test_rule_4_dates_are_whole_and_in_utc(house: House, ana: Listener) -> None:
    """The fraction is Navidrome's: a list that we made is one of its own."""
    made = ana.create(JAZZ)
    for found in both(ana, made.id):
        assert moment(found["created"]) == moment(found["changed"]) == house.now.time.replace(microsecond=0)


@pytest.mark.parametrize("endpoint", ["getPlaylists", "getPlaylist", "createPlaylist", "getSimilarSongs"])
def test_rule_5_there_is_no_null(ana: Listener, endpoint: str) -> None:
    made = ana.create(JAZZ)
    about = BRIGHT if endpoint == "getSimilarSongs" else made.id
    assert "null" not in ana.send(endpoint, id=about, name=FOLK).text


def test_rule_5_a_list_without_songs_has_its_entries_all_the_same(house: House) -> None:
    house.world.songs.clear()
    assert house.listener().ask("createPlaylist", name="ai: ")["playlist"]["entry"] == []


def test_rule_5_who_has_no_list_is_sent_none_all_the_same(house: House) -> None:
    house.world.playlists.clear()
    assert house.listener().ask("getPlaylists")["playlists"] == {"playlist": []}


def test_rule_5_in_xml_numbers_and_flags_are_attributes(house: House) -> None:
    text = house.listener("ana", Way("GET", "xml")).send("createPlaylist", name=JAZZ).text
    assert re.search(r'<playlist [^>]*songCount="\d+"', text)
    assert re.search(r'<playlist [^>]*public="(true|false)"', text)


def test_rule_6_dates_move_only_with_the_list(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.now.forward(86_400)
    assert (ana.open(made.id), ana.lists()[made.id].changed) == (made, made.changed)
    ana.update(made.id, songIndexToRemove="0")
    listed, opened = both(ana, made.id)
    assert moment(opened["changed"]) > moment(made.changed)
    assert (listed["created"], listed["changed"]) == (made.created, opened["changed"])


def test_rule_7_the_owner_is_written_as_upstream_writes_him(house: House, ana: Listener) -> None:
    ana.credentials["u"] = "ANA"
    assert ana.create(JAZZ).owner == "ana"


def test_rule_7_a_list_is_private_until_its_owner_opens_it(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    ben = house.listener("ben", ana.way)
    assert (made.public, made.id in ben.lists()) == (False, False)
    ana.update(made.id, public="true")
    assert (ana.open(made.id).public, made.id in ben.lists()) == (True, True)


def test_rule_8_the_art_of_a_list_is_there(ana: Listener) -> None:
    found, _ = both(ana, ana.create(JAZZ).id)
    reply = ana.send("getCoverArt", id=found["coverArt"])
    assert reply.status_code == httpx.codes.OK
    assert reply.headers["content-type"].startswith("image/")


def test_rule_8_the_art_is_what_upstream_makes_of_the_songs(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    house.world.playlists[made.id].artwork["imageHash"] = "5e1d"
    through, straight = both(ana, made.id), both(house.directly("ana", ana.way), made.id)
    assert [found["coverArt"] for found in through] == [found["coverArt"] for found in straight]


def test_rule_9_songs_are_upstreams_own_objects(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    straight = house.directly("ana", ana.way)
    assert list(made.entries) == [straight.ask("getSong", id=song)["song"] for song in made.songs]


@pytest.mark.parametrize("name", ["ai: 9999 songs", "ai: everything, 600 songs", "ai: 100 h of music"])
def test_rule_9_no_song_comes_twice_and_no_list_is_longer_than_500(ana: Listener, name: str) -> None:
    made = ana.create(name)
    assert 0 < len(set(made.songs)) == made.count <= 500


@pytest.mark.parametrize(
    ("client", "name", "count"),
    [
        ("SubMusic", "ai: songs", 20),
        ("SubMusic", "ai: 8 songs", 8),
        ("SubMusic", "ai: 25 songs", 25),
        ("test", "ai: 25 songs", 25),
    ],
)
def test_rule_9_a_watch_gets_no_more_than_it_holds_unless_told(
    house: House, ana: Listener, client: str, name: str, count: int
) -> None:
    assert house.listener("ana", ana.way, client).create(name).count == count


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rule_10_a_list_is_marked_as_upstream_marks_its_own(house: House, way: Way, client: str) -> None:
    """knuckles dies of `readonly`, which Navidrome hides from its legacy clients; ours may be edited."""
    ana = house.listener("ana", way, client)
    made, (own, _) = both(ana, ana.create(JAZZ).id), both(ana, house.world.add_playlist("ana", "Own").id)
    for found in made:
        assert ("readonly" in found, "validUntil" in found) == ("readonly" in own, "validUntil" in own)
        assert not found.get("readonly")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rule_11_a_client_is_shown_the_form_that_upstream_has_for_it(
    house: House, way: Way, client: str
) -> None:
    ana = house.listener("ana", way, client)
    reply = ana.ask("createPlaylist", name=JAZZ)["playlist"]
    listed, opened = both(ana, reply["id"])
    straight = both(house.directly("ana", way, client), reply["id"])
    assert (listed, opened) == straight
    assert reply == opened


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_rule_11_in_its_minimal_form_nothing_is_explained(house: House, way: Way) -> None:
    """Of `public` Navidrome's XML says that it is false, its JSON nothing."""
    found = house.listener("ana", way, "SubMusic").ask("createPlaylist", name=JAZZ)["playlist"]
    assert not {"comment", "owner", "coverArt"} & found.keys()
    assert not found.get("public")
