"""Clients that cannot be run here, imitated, and the lists that exist only in the proxy."""

from __future__ import annotations

import pytest

from tests.clients.imitations import (
    EVERY,
    Amperfy,
    Aonsoku,
    DSub,
    Feishin,
    Imitation,
    Substreamer,
    Symfonium,
    Tempo,
    Tempus,
    reader,
)
from tests.clients.native import NativeFeishin
from tests.fake_navidrome import Fault
from tests.house import House, broken, connections, genres
from tests.test_endpoints_virtual import JAZZ, RECIPES

__all__ = ["RECIPES"]  # for the house

NAME, PLAIN, FOLK = "Jazz corner", "For Sunday", "ai: folk 3 min"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"  # in neither
RENAMING = [kind for kind in EVERY if kind is not Substreamer]
DAY = 86_400
NOT_ALLOWED = 50


@pytest.fixture
def songs(house: House) -> tuple[str, ...]:
    """Those of her list, which another client of hers has opened."""
    return house.listener().open(JAZZ).songs


def ids(client: Imitation) -> list[str]:
    return [str(each["id"]) for each in client.lists()]


@pytest.mark.parametrize("kind", EVERY)
def test_each_sees_and_opens_it(house: House, songs: tuple[str, ...], kind: type[Imitation]) -> None:
    client = kind(house)
    listed = client.named(NAME)
    shown = client.shown(listed["id"])
    assert (shown.id, shown.songs, shown.owner) == (JAZZ, songs, "ana")
    assert listed["songCount"] == shown.count == len(songs) > 1


@pytest.mark.parametrize("kind", EVERY)
def test_each_deletes_it_for_good(house: House, songs: tuple[str, ...], kind: type[Imitation]) -> None:
    client = kind(house)
    assert client.delete(JAZZ)["status"] == "ok"
    house.now.forward(DAY)
    assert JAZZ not in ids(client)
    assert client.ask("getPlaylist", id=JAZZ)["error"]["code"] == 70


@pytest.mark.parametrize("kind", RENAMING)
def test_renamed_it_is_kept_and_stands_there_still(
    house: House, songs: tuple[str, ...], kind: type[Imitation]
) -> None:
    client = kind(house)
    assert client.rename(JAZZ, PLAIN)["status"] == "ok"
    kept = str(client.named(PLAIN)["id"])
    assert reader(house).open(kept).songs == client.shown(JAZZ).songs == songs
    assert JAZZ in ids(client)


@pytest.mark.parametrize("kind", RENAMING)
def test_renamed_to_a_prompt_that_list_is_made(
    house: House, songs: tuple[str, ...], kind: type[Imitation]
) -> None:
    client = kind(house)
    assert client.rename(JAZZ, FOLK)["status"] == "ok"
    assert genres(house, client.shown(str(client.named(FOLK)["id"]))) == {"Folk"}
    assert client.shown(JAZZ).songs == songs


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind is not Tempo])
def test_a_song_is_not_added(house: House, songs: tuple[str, ...], kind: type[Imitation]) -> None:
    client = kind(house)
    assert client.add(JAZZ, SLOW)["error"]["code"] == NOT_ALLOWED
    assert client.shown(JAZZ).songs == songs


def test_dsub_has_no_overwriting_for_it(house: House, songs: tuple[str, ...]) -> None:
    assert not DSub(house).may_overwrite(JAZZ)


@pytest.mark.parametrize("endpoint", ["getUser", "getSong"])
def test_dsub_is_not_told_that_it_is_gone_while_upstream_is_away(
    house: House, songs: tuple[str, ...], endpoint: str
) -> None:
    """Of code 70 it lets go of what it has stored."""
    client = DSub(house)
    house.world.faults[endpoint] = Fault.CRASH
    house.now.forward(3600)  # nobody is remembered
    assert client.ask("getPlaylist", id=JAZZ)["error"]["code"] == 0


def test_amperfy_cannot_put_its_songs_into_another_order(house: House, songs: tuple[str, ...]) -> None:
    client = Amperfy(house)
    assert client.reorder(JAZZ, songs[::-1])["error"]["code"] == NOT_ALLOWED
    assert client.shown(JAZZ).songs == songs


def test_amperfy_does_not_lose_it_while_none_can_be_made(house: House, songs: tuple[str, ...]) -> None:
    client = Amperfy(house)
    client.sync(JAZZ)
    house.now.forward(DAY)
    with broken(house) as client.listener.url:
        client.reload()
    assert client.kept == {JAZZ: songs}


def test_tempo_has_a_list_of_its_own_of_what_it_changes(house: House, songs: tuple[str, ...]) -> None:
    client = Tempo(house)
    client.save(JAZZ, NAME, [*songs[1:], SLOW])
    own = str(client.named(NAME)["id"])
    assert own != JAZZ
    assert reader(house).open(own).songs == (*songs[1:], SLOW)


def test_tempo_begins_a_list_with_what_it_has_added(house: House, songs: tuple[str, ...]) -> None:
    client = Tempo(house)
    client.save(JAZZ, FOLK, [*songs, SLOW])
    assert client.shown(str(client.named(FOLK)["id"])).songs[0] == SLOW


def test_tempo_may_ask_twice_for_what_it_renames(house: House, songs: tuple[str, ...]) -> None:
    client = Tempo(house)
    client.rename(JAZZ, FOLK)
    made = client.shown(str(client.named(FOLK)["id"]))
    assert client.ask("createPlaylist", name=FOLK, songId=songs)["playlist"]["id"] == made.id
    assert client.shown(made.id).songs == made.songs


def test_another_than_who_has_deleted_it_begins_a_list_with_its_songs(
    house: House, songs: tuple[str, ...]
) -> None:
    Tempo(house).delete(JAZZ)
    assert house.listener("ben", client="Tempo").create(FOLK, *songs).songs[: len(songs)] == songs
    assert JAZZ not in ids(Tempo(house))


def test_a_list_of_these_songs_a_while_later_is_another(house: House, songs: tuple[str, ...]) -> None:
    Tempo(house).delete(JAZZ)
    house.now.forward(31)
    assert house.listener(client="Tempo").create(PLAIN, *songs).songs == songs
    assert JAZZ not in ids(Tempo(house))


def test_tempus_saves_it_as_it_is_and_nothing_changes(house: House, songs: tuple[str, ...]) -> None:
    client = Tempus(house)
    assert client.rename(JAZZ, NAME)["error"]["code"] == NOT_ALLOWED
    assert client.remove(JAZZ, 0)["error"]["code"] == NOT_ALLOWED
    assert (client.shown(JAZZ).songs, client.shown(JAZZ).public) == (songs, False)


def test_aonsoku_deletes_it_by_another_verb(house: House, songs: tuple[str, ...]) -> None:
    Aonsoku(house).delete(JAZZ)
    assert house.calls("deletePlaylist") == 0  # upstream knows no such list
    assert JAZZ not in house.listener().lists()


@pytest.mark.parametrize("later", [0, DAY], ids=["within its period", "after it"])
def test_feishin_reads_the_same_twice(house: House, songs: tuple[str, ...], later: int) -> None:
    house.now.forward(later)
    once, again = Feishin(house).open(JAZZ)
    assert once == again
    assert (once.songs == songs) == (not later)


def test_feishin_as_navidrome_sees_none(house: House, songs: tuple[str, ...]) -> None:
    with connections() as http:
        client = NativeFeishin(house, http)
        assert NAME not in [each["name"] for each in client.ask("GET", "/playlist")]


def test_substreamer_reads_it_once_and_again_when_somebody_pulls(
    house: House, songs: tuple[str, ...]
) -> None:
    client = Substreamer(house)
    client.sync()
    assert client.kept[JAZZ].songs == songs
    del house.world.songs[songs[0]]
    client.sync()
    assert client.kept[JAZZ].songs == songs
    client.pull(JAZZ)
    assert client.kept[JAZZ].songs == songs[1:]


def test_substreamer_lets_it_not_go_because_of_us(house: House, songs: tuple[str, ...]) -> None:
    client = Substreamer(house)
    client.sync()
    house.now.forward(DAY)
    with broken(house) as client.listener.url:
        client.sync()
    assert client.kept[JAZZ].songs == songs


def test_substreamer_cannot_put_its_songs_into_another_order(house: House, songs: tuple[str, ...]) -> None:
    client = Substreamer(house)
    client.sync()
    assert client.reorder(JAZZ, songs[::-1])["error"]["code"] == NOT_ALLOWED
    assert client.shown(JAZZ).songs == songs


def test_symfonium_is_shown_none_before_its_credentials_are_right(
    house: House, songs: tuple[str, ...]
) -> None:
    client = Symfonium(house)
    assert client.probe("getPlaylists")["error"]["code"] == 40
    assert client.probe("getPlaylist", id=JAZZ)["error"]["code"] == 40
    assert JAZZ in ids(client)


def test_symfonium_puts_all_songs_into_one_request_in_vain(house: House, songs: tuple[str, ...]) -> None:
    client = Symfonium(house)
    many = [song.id for song in house.world.visible(house.world.users["ana"])] * 20
    assert client.put(JAZZ, NAME, many)["error"]["code"] == NOT_ALLOWED
    assert client.shown(JAZZ).songs == songs
