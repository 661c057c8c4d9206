"""Clients that cannot be run here, imitated: what each does to a list comes out as its user meant it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.clients.imitations import (
    EVERY,
    USER,
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

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
SLOW = "6ZNiR1NmLK2O4Gjk4DQ6UK"
FROZEN = "edited by hand"


def called(house: House, name: str) -> list[str]:
    return [found.id for found in house.world.playlists.values() if found.name == name]


def asked(house: House, endpoint: str) -> int:
    return house.calls(endpoint) + house.calls(f"{endpoint}.view")


@pytest.mark.parametrize("kind", EVERY)
def test_each_gets_a_full_list_by_its_name_and_deletes_it(house: House, kind: type[Imitation]) -> None:
    client = kind(house)
    playlist = client.create(JAZZ, [BRIGHT])
    shown = client.shown(playlist)
    assert (shown.name, called(house, JAZZ)) == (JAZZ, [playlist])
    assert shown.count == len(shown.songs) > 1
    client.delete(playlist)
    assert called(house, JAZZ) == []


def test_dsub_makes_a_list_around_its_songs(house: House) -> None:
    client = DSub(house)
    shown = client.shown(client.create(JAZZ, [BRIGHT]))
    assert shown.songs[0] == BRIGHT
    assert "Jazz" in genres(house, shown)


def test_dsub_tries_again_and_has_one_list(house: House) -> None:
    house.world.faults["createPlaylist"] = [Fault.CRASH] * 4
    playlist = DSub(house).create(JAZZ, [BRIGHT])
    assert called(house, JAZZ) == [playlist]


def test_dsub_tries_again_while_the_first_try_is_under_way(house: House) -> None:
    client = DSub(house)
    with ThreadPoolExecutor(client.tries) as pool:
        made = set(
            pool.map(lambda number: client.ask("createPlaylist", name=JAZZ)["playlist"]["id"], range(5))
        )
    assert called(house, JAZZ) == [*made]


def test_dsub_does_not_take_our_lists_for_those_it_may_overwrite(house: House) -> None:
    client = DSub(house)
    assert not client.may_overwrite(client.create(JAZZ, [BRIGHT]))


def test_amperfy_has_the_finished_list_from_the_reply(house: House) -> None:
    client = Amperfy(house)
    playlist = client.create(JAZZ)
    assert client.kept[playlist] == client.shown(playlist).songs != ()


def test_amperfys_first_song_is_added_and_begins_the_next_list(house: House) -> None:
    client = Amperfy(house)
    playlist = client.create(JAZZ, [BRIGHT])
    assert client.shown(playlist).songs == (*client.kept[playlist], BRIGHT)
    assert FROZEN not in client.shown(playlist).comment
    client.listener.update(playlist, name=FOLK)
    assert client.shown(playlist).songs[0] == BRIGHT


def test_amperfy_puts_songs_into_another_order(house: House) -> None:
    client = Amperfy(house)
    playlist = client.create(JAZZ)
    house.now.forward(120)
    backwards = client.shown(playlist).songs[::-1]
    client.reorder(playlist, backwards)
    assert client.shown(playlist).songs == backwards
    assert FROZEN in client.shown(playlist).comment


def test_amperfy_loses_no_list_while_none_can_be_made(house: House) -> None:
    client = Amperfy(house)
    playlist = client.create(JAZZ)
    with broken(house) as client.listener.url:
        client.reload()
    assert playlist in client.kept


def test_tempo_changes_the_songs_of_a_list(house: House) -> None:
    client = Tempo(house)
    playlist = client.create(JAZZ, [BRIGHT])
    songs = client.shown(playlist).songs
    client.save(playlist, JAZZ, [*songs[1:], SLOW])
    (anew,) = called(house, JAZZ)
    assert reader(house).open(anew).songs == (*songs[1:], SLOW)
    client.save(anew, JAZZ, songs[1:])
    assert reader(house).open(called(house, JAZZ)[0]).songs == songs[1:]


def test_tempo_renames_a_list_to_another_prompt(house: House) -> None:
    client = Tempo(house)
    playlist = client.create(JAZZ, [BRIGHT])
    client.rename(playlist, FOLK)
    (anew,) = called(house, FOLK)
    shown = client.shown(anew)
    assert shown.songs[0] == BRIGHT
    assert "Folk" in genres(house, shown)


def test_tempo_keeps_a_list_under_a_plain_name(house: House) -> None:
    client = Tempo(house)
    playlist = client.create(JAZZ, [BRIGHT])
    songs = client.shown(playlist).songs
    client.rename(playlist, "For Sunday")
    assert reader(house).open(called(house, "For Sunday")[0]).songs == songs


def test_tempus_saves_a_list_without_doubling_it(house: House) -> None:
    client = Tempus(house)
    playlist = client.create(JAZZ, [BRIGHT])
    before = client.shown(playlist)
    client.rename(playlist, JAZZ)
    after = client.shown(playlist)
    assert (after.songs, after.comment, after.public) == (before.songs, before.comment, True)


def test_tempus_renames_in_its_editor(house: House) -> None:
    client = Tempus(house)
    playlist = client.create("Things", [BRIGHT])
    client.rename(playlist, JAZZ)
    shown = client.shown(playlist)
    assert (shown.name, shown.songs[0], shown.public) == (JAZZ, BRIGHT, True)
    assert shown.count > 1


def test_tempus_removes_a_song(house: House) -> None:
    client = Tempus(house)
    playlist = client.create(JAZZ, [BRIGHT])
    songs = client.shown(playlist).songs
    client.remove(playlist, 0)
    assert client.shown(playlist).songs == songs[1:]


def test_aonsoku_does_not_wipe_what_was_understood(house: House) -> None:
    client = Aonsoku(house)
    shown = client.shown(client.create(JAZZ))
    assert shown.comment.startswith("Jazz · rainy")
    assert FROZEN not in shown.comment
    assert shown.public


def test_aonsoku_deletes_by_another_verb(house: House) -> None:
    client = Aonsoku(house)
    playlist = client.create(JAZZ)
    assert client.delete(playlist)["status"] == "ok"
    assert client.ask("getPlaylist", id=playlist)["error"]["code"] == 70


def test_feishin_is_never_refused_a_prompt(house: House) -> None:
    client = Feishin(house)
    with broken(house) as client.listener.url:
        assert client.create(JAZZ) in called(house, JAZZ)
    assert asked(house, "createPlaylist") == 1


def test_feishin_asks_again_after_an_accident_and_has_one_list(house: House) -> None:
    house.world.faults["createPlaylist"] = [Fault.CRASH, Fault.CRASH]
    playlist = Feishin(house).create(JAZZ)
    assert called(house, JAZZ) == [playlist]


def test_feishin_reads_the_same_twice(house: House) -> None:
    client = Feishin(house)
    once, again = client.open(client.create(JAZZ))
    assert once == again


def test_feishin_as_navidrome_makes_renames_and_deletes(house: House) -> None:
    with connections() as http:
        client = NativeFeishin(house, http)
        playlist = client.create(JAZZ)
        assert len(client.songs(playlist)) > 1
        client.rename(playlist, FOLK)
        assert genres(house, reader(house).open(playlist)) == {"Folk"}
        client.delete(playlist)
    assert playlist not in house.world.playlists


def test_substreamer_needs_to_read_a_list_once(house: House) -> None:
    client = Substreamer(house)
    playlist = client.create(JAZZ, [BRIGHT])
    assert client.kept[playlist] == client.shown(playlist)
    assert client.kept[playlist].count > 1


def test_substreamer_keeps_what_it_has_until_somebody_pulls(house: House) -> None:
    client = Substreamer(house)
    playlist = client.create(JAZZ, [BRIGHT])
    reads = asked(house, "getPlaylist")
    client.sync()
    assert asked(house, "getPlaylist") == reads > 0
    reader(house).update(playlist, songIdToAdd=SLOW)
    client.pull(playlist)
    assert client.kept[playlist].songs[-1] == SLOW


def test_substreamer_lets_no_list_go_because_of_us(house: House) -> None:
    client = Substreamer(house)
    playlist = client.create(JAZZ, [BRIGHT])
    with broken(house) as client.listener.url:
        client.sync()
    assert playlist in client.kept


def test_symfonium_probes_with_credentials_that_are_wrong(house: House) -> None:
    client = Symfonium(house)
    assert client.probe()["error"]["code"] == 40
    assert client.shown(client.create(JAZZ)).count > 1


@pytest.mark.parametrize("times", [4, 20])
def test_symfonium_puts_all_songs_into_one_request(house: House, times: int) -> None:
    """Up to 60 KB of it, and the name that has not changed."""
    client = Symfonium(house)
    playlist = client.create(JAZZ)
    before = client.shown(playlist).songs
    house.now.forward(120)
    many = [song.id for song in house.world.visible(house.world.users[USER])] * times
    assert client.put(playlist, JAZZ, many)["status"] == "ok"
    assert client.shown(playlist).songs == (*before, *many)
    assert client.shown(playlist).name == JAZZ
