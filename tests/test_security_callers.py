"""What one caller sees of another's, by any door: three users, one of them an admin, and two libraries.

Of the second library ana and the admin may hear the songs, ben may not.
"""

from __future__ import annotations

import io
import zipfile
from itertools import permutations

import pytest

from proxy.recipes.recipe import ID_PREFIX, list_id
from tests.fake_navidrome import PASSWORDS
from tests.house import House, Playlist
from tests.test_endpoints_api import script

RECIPES = """
[[recipe]]
name = "Everything"
all = [{ gt = { year = 0 } }]
songs = 70
per_artist = 500
per_album = 500
about = "What there is"

[[recipe]]
name = "Jazz corner"
all = [{ is = { genre = "Jazz" } }]
songs = 3
"""
PAIRS = [*permutations(sorted(PASSWORDS), 2)]
MAY_HEAR_ALL = {"ana", "admin"}
PROMPT = "ai: jazz 20 min"


@pytest.fixture
def house(standing: House) -> House:
    standing.furnish()
    for name in MAY_HEAR_ALL:
        standing.world.users[name].libraries = (1, 2)
    return standing


def everything(house: House, owner: str) -> Playlist:
    """His list of all songs, made by being opened."""
    return house.listener(owner).open(list_id(owner, "everything"))


def sent_upstream(house: House, user: str, endpoint: str, **params: str) -> bytes:
    """All that upstream is asked for one call."""
    before = len(house.world.requests)
    house.listener(user).send(endpoint, **params)
    return b"".join(each.target + each.body for each in house.world.requests[before:])


def second_library(house: House) -> set[str]:
    return {song.id for song in house.world.songs.values() if song.library == 2}


DOORS: list[tuple[str, dict[str, str]]] = [
    ("getPlaylist", {"id": "LIST"}),
    ("getCoverArt", {"id": "LIST"}),
    ("getCoverArt", {"id": "COVER"}),
    ("download", {"id": "LIST"}),
    ("getSimilarSongs", {"id": "LIST"}),
    ("getSimilarSongs2", {"id": "LIST"}),
    ("createShare", {"id": "LIST"}),
    ("savePlayQueue", {"id": "LIST"}),
    ("createPlaylist", {"playlistId": "LIST", "songId": "x"}),
    ("updatePlaylist", {"playlistId": "LIST", "comment": "mine now"}),
    ("updatePlaylist", {"playlistId": "LIST", "name": "Mine now"}),
    ("updatePlaylist", {"playlistId": "LIST", "name": "ai: jazz"}),
    ("deletePlaylist", {"id": "LIST"}),
]


@pytest.mark.parametrize(("endpoint", "params"), DOORS)
@pytest.mark.parametrize(("owner", "other"), PAIRS)
def test_anothers_standing_list_is_one_that_there_is_not(
    house: House, owner: str, other: str, endpoint: str, params: dict[str, str]
) -> None:
    mine = everything(house, owner)
    cover = house.listener(owner).ask("getPlaylist", id=mine.id)["playlist"]["coverArt"]
    given = {name: {"LIST": mine.id, "COVER": cover}.get(value, value) for name, value in params.items()}
    told = sent_upstream(house, other, endpoint, **given)
    assert not [song for song in mine.songs if song.encode() in told]
    answer, straight = (
        each.send(endpoint, **given) for each in (house.listener(other), house.directly(other))
    )
    assert answer.content == straight.content
    after = everything(house, owner)
    assert (after.name, after.songs, after.comment) == (mine.name, mine.songs, mine.comment)


def test_everybody_is_shown_his_own_standing_lists(house: House) -> None:
    for user in PASSWORDS:
        everything(house, user)
    for user in PASSWORDS:
        listed = {each.id: each for each in house.listener(user).lists().values()}
        own = {list_id(user, "everything"), list_id(user, "jazz corner")}
        assert {each for each in listed if each.startswith(ID_PREFIX)} <= own
        assert listed[list_id(user, "everything")].owner == user


@pytest.mark.parametrize("user", sorted(PASSWORDS))
def test_a_list_and_its_zip_hold_what_its_owner_may_hear(house: House, user: str) -> None:
    """Whoever had one made before him."""
    for each in PASSWORDS:
        everything(house, each)
    found = everything(house, user)
    assert bool(second_library(house) & set(found.songs)) is (user in MAY_HEAR_ALL)
    packed = zipfile.ZipFile(io.BytesIO(house.listener(user).send("download", id=found.id).content))
    assert len(packed.namelist()) == len(found.songs) + 1
    with script(house, user) as api:
        assert set(api.get(f"/playlists/{found.id}")["songs"]) == set(found.songs)
        listed = api.post("/generate", {"prompt": "anything at all", "songs": 500})["songs"]
    assert bool(second_library(house) & {song["id"] for song in listed}) is (user in MAY_HEAR_ALL)


@pytest.mark.parametrize("user", sorted(PASSWORDS))
def test_a_cover_is_made_of_songs_that_its_owner_may_hear(house: House, user: str) -> None:
    found = {each: everything(house, each) for each in PASSWORDS}[user]
    told = sent_upstream(house, user, "getCoverArt", id=found.id, size="88")
    assert any(song.encode() in told for song in second_library(house)) is (user in MAY_HEAR_ALL)


# What was made of a prompt.


@pytest.mark.parametrize(("owner", "other"), PAIRS)
def test_how_a_list_came_about_is_told_to_its_owner(house: House, owner: str, other: str) -> None:
    """The admin sees everybody's lists upstream, as without us, and nothing that is kept here of them."""
    made, standing = house.listener(owner).create(PROMPT), everything(house, owner)
    with script(house, owner) as his, script(house, other) as others:
        nothing = others.get("/playlists/nosuch", 404)
        for each in (made.id, standing.id):
            assert his.get(f"/playlists/{each}")["id"] == each
            assert others.get(f"/playlists/{each}", 404) == nothing
    seen, straight = (
        each.ask("getPlaylist", id=made.id) for each in (house.listener(other), house.directly(other))
    )
    assert seen == straight


# What was hidden.


WAYS_TO_HIDE = pytest.mark.parametrize("way", ["deletePlaylist", "PUT"])


@WAYS_TO_HIDE
@pytest.mark.parametrize("owner", sorted(PASSWORDS))
def test_what_one_hides_is_hidden_from_him_alone(house: House, owner: str, way: str) -> None:
    for user in PASSWORDS:
        everything(house, user)
    hide(house, owner, way)
    for user in PASSWORDS:
        assert is_hidden(house, user) is (user == owner)
        assert (list_id(user, "everything") in house.listener(user).lists()) is (user != owner)


@WAYS_TO_HIDE
@pytest.mark.parametrize(("owner", "other"), PAIRS)
def test_nobody_shows_what_another_hides_or_hides_what_he_is_shown(
    house: House, owner: str, other: str, way: str
) -> None:
    everything(house, other)
    everything(house, owner)
    hide(house, owner, way)
    with script(house, other) as api:
        assert api.send("DELETE", "/recipes/everything/hidden").status_code == 204
    assert [is_hidden(house, user) for user in (owner, other)] == [True, False]
    with script(house, owner) as api:
        assert api.send("DELETE", "/recipes/everything/hidden").status_code == 204
    hide(house, other, way)
    assert [is_hidden(house, user) for user in (owner, other)] == [False, True]


def hide(house: House, user: str, way: str) -> None:
    if way == "deletePlaylist":
        wanted = list_id(user, "everything")
        assert house.listener(user).ask("deletePlaylist", id=wanted)["status"] == "ok"
        return
    with script(house, user) as api:
        assert api.send("PUT", "/recipes/everything/hidden").status_code == 204


def is_hidden(house: House, user: str) -> bool:
    with script(house, user) as api:
        hidden = {each["key"]: each["hidden"] for each in api.get("/recipes")["recipes"]}
    assert hidden["jazz corner"] is False
    return bool(hidden["everything"])
