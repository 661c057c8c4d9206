"""The list that is there to be renamed, as clients meet it that cannot create an empty one (rule 37)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.playlists.placeholders import name_of
from tests.house import WAYS, House, Listener, Playlist, open_house

NAME = "AI rename me, e.g. ai: rainy jazz 60 min"
PROMPT = "ai: jazz 30 min"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house"), placeholder_clients="DSub, Tempo") as house:
        yield house


@pytest.fixture(params=WAYS, ids=str)
def ana(house: House, request: pytest.FixtureRequest) -> Listener:
    return house.listener("ana", request.param, client="DSub")


def waiting(client: Listener) -> list[Playlist]:
    return [each for each in client.lists().values() if each.name == NAME]


def named(house: House, name: str) -> list[Playlist]:
    """Upstream's own lists of that name."""
    return [each for each in house.directly().lists().values() if each.name == name]


def test_one_is_shown_to_clients_that_need_it(house: House, ana: Listener) -> None:
    (shown,) = waiting(ana)
    found = ana.open(shown.id)
    assert found.count == shown.count == len(found.songs) == 3
    assert (found.name, found.owner, found.created) == (NAME, "ana", shown.created)
    assert "decades" in found.comment
    assert not waiting(house.listener("ana", client="Feishin"))
    assert not named(house, NAME)


def test_it_is_not_to_be_told_from_an_editable_list(house: House) -> None:
    with house.proxy(placeholder_clients="Some") as url:
        client = house.listener(client="Some client 8")
        client.url = url
        tree = client.ask("getPlaylists")["playlists"]["playlist"][-1]
    assert (tree["name"], tree["readonly"]) == (NAME, False)
    assert "validUntil" not in tree


def test_it_stays_the_same_from_day_to_day(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs = ana.open(before.id).songs
    house.now.forward(3 * 86_400)
    assert waiting(ana) == [before]
    assert ana.open(before.id).songs == songs


def test_each_user_has_his_own(house: House, ana: Listener) -> None:
    ben = house.listener("ben", client="DSub")
    (hers,), (his,) = waiting(ana), waiting(ben)
    assert hers.id != his.id
    assert ben.ask("getPlaylist", id=hers.id)["error"]["code"] == 70
    assert ben.update(hers.id, name=PROMPT)["error"]["code"] == 70
    assert not {house.world.songs[song].library for song in ana.open(hers.id).songs} - {1}


def test_renamed_it_is_that_list_and_another_takes_its_place(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs = ana.open(before.id).songs
    for _ in range(2):  # DSub sends again what was answered late
        assert ana.update(before.id, name=PROMPT)["status"] == "ok"
    (made,) = named(house, PROMPT)
    (after,) = waiting(ana)
    assert after.id not in (before.id, made.id)
    assert set(house.directly().open(made.id).songs) - set(songs)
    assert {house.world.songs[song].row["genre"] for song in house.directly().open(made.id).songs[:1]} == {
        "Jazz"
    }


def test_its_id_leads_to_what_it_has_become(house: House, ana: Listener) -> None:
    """Clients go on with the id that they know."""
    (before,) = waiting(ana)
    ana.update(before.id, name=PROMPT)
    (made,) = named(house, PROMPT)
    assert ana.open(before.id) == ana.open(made.id)
    assert ana.update(before.id, name="ai: folk, 3 songs")["status"] == "ok"
    assert house.directly().open(made.id).name == "ai: folk, 3 songs"
    assert ana.ask("deletePlaylist", id=before.id)["status"] == "ok"
    assert made.id not in house.directly().lists()
    assert ana.ask("getPlaylist", id=before.id)["error"]["code"] == 70


def test_what_it_has_become_is_to_be_downloaded(house: House, ana: Listener) -> None:
    first = waiting(ana)[0]
    ana.update(first.id, name="ai: jazz, 3 songs")
    response = ana.send("download", id=first.id)
    assert response.headers["content-disposition"] == 'attachment; filename="ai: jazz_ 3 songs.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as whole:
        assert len(whole.namelist()) == 4


def test_what_it_has_become_is_shared_by_its_id_too(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    ana.update(before.id, name=PROMPT)
    (made,) = named(house, PROMPT)
    assert ana.ask("createShare", id=before.id)["status"] == "ok"
    assert house.world.shares[-1][:2] == ("ana", [made.id])


def test_what_it_has_become_is_upstreams_to_show(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    ana.update(before.id, name=PROMPT)
    assert house.listener("ben").ask("getPlaylist", id=before.id)["error"]["code"] == 70


def test_songs_that_are_sent_along_are_kept_but_for_its_own(house: House, ana: Listener) -> None:
    """Tempus sends all songs of a list with its name."""
    (before,) = waiting(ana)
    own = ana.open(before.id).songs
    visible = house.world.visible(house.world.users["ana"])
    seed = next(song.id for song in visible if song.id not in own and song.row["genre"] == "Folk")
    ana.update(before.id, name=PROMPT, songIdToAdd=[*own, seed])
    (made,) = named(house, PROMPT)
    assert house.directly().open(made.id).songs[0] == seed
    genres = {house.world.songs[song].row["genre"] for song in house.directly().open(made.id).songs[1:]}
    assert "Jazz" in genres


def test_a_plain_name_makes_a_playlist_of_it(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs = ana.open(before.id).songs
    ana.update(before.id, name="For the car")
    (kept,) = named(house, "For the car")
    assert house.directly().open(kept.id).songs == songs
    assert [each.id for each in waiting(ana)] != [before.id]


def test_a_playlist_that_is_none_of_ours_is_changed_by_its_id_too(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs = ana.open(before.id).songs
    ana.update(before.id, name="For the car")
    (kept,) = named(house, "For the car")
    assert ana.update(before.id, songIndexToRemove="0")["status"] == "ok"
    assert house.directly().open(kept.id).songs == songs[1:]
    assert ana.ask("createPlaylist", playlistId=before.id, songId=songs[:1])["status"] == "ok"
    assert house.directly().open(kept.id).songs == songs[:1]
    assert ana.ask("deletePlaylist", id=before.id)["status"] == "ok"
    assert not named(house, "For the car")


def another(house: House, ana: Listener, genre: str = "Folk") -> str:
    """A song of that genre which the list that waits does not hold."""
    own = ana.open(waiting(ana)[0].id).songs
    visible = house.world.visible(house.world.users["ana"])
    return next(song.id for song in visible if song.id not in own and song.row["genre"] == genre)


def test_a_song_that_is_added_to_it_is_kept_in_a_playlist_of_its_name(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs, added = ana.open(before.id).songs, another(house, ana)
    assert ana.update(before.id, songIdToAdd=added)["status"] == "ok"
    (kept,) = waiting(ana)
    assert [each.id for each in named(house, NAME)] == [kept.id] != [before.id]
    assert ana.open(before.id).songs == ana.open(kept.id).songs == (*songs, added)


@pytest.mark.parametrize("by_its_own_id", [True, False])
def test_renamed_then_the_song_is_its_seed_and_what_was_drawn_is_not(
    house: House, ana: Listener, by_its_own_id: bool
) -> None:
    (before,) = waiting(ana)
    added = another(house, ana)
    ana.update(before.id, songIdToAdd=added)
    ana.update(before.id if by_its_own_id else waiting(ana)[0].id, name="ai: jazz 4 songs")
    (made,) = named(house, "ai: jazz 4 songs")
    first, *rest = house.directly().open(made.id).songs
    assert first == added
    assert {house.world.songs[song].row["genre"] for song in rest} == {"Jazz"}
    assert len(waiting(ana)) == 1


def test_kept_under_another_name_its_songs_are_chosen(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs = ana.open(before.id).songs
    ana.update(before.id, name="For the car")
    ana.update(before.id, name=PROMPT)
    assert ana.open(before.id).songs[:3] == songs


@pytest.mark.parametrize(
    ("params", "field", "value"),
    [
        ({"comment": "Mine"}, "comment", "Mine"),
        ({"public": "true"}, "public", True),
        ({"name": NAME, "comment": "", "public": "true"}, "public", True),  # DSub's dialog
        ({"name": NAME.lower()}, "name", NAME.lower()),
        ({"songIndexToRemove": ["0", "1"]}, "count", 1),
    ],
)
def test_edited_otherwise_it_is_a_playlist_with_that(
    house: House, ana: Listener, params: dict[str, str | list[str]], field: str, value: object
) -> None:
    (before,) = waiting(ana)
    assert ana.update(before.id, **params)["status"] == "ok"
    (kept,) = named(house, NAME) or named(house, NAME.lower())
    assert getattr(house.directly().open(kept.id), field) == value


def test_the_songs_that_take_the_places_of_its_own_are_kept(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    added = another(house, ana)
    made = ana.ask("createPlaylist", playlistId=before.id, songId=[added])["playlist"]
    assert (made["name"], [song["id"] for song in made["entry"]]) == (NAME, [added])
    assert ana.open(before.id).songs == house.directly().open(made["id"]).songs == (added,)


def test_it_may_be_saved_as_it_is(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    songs = ana.open(before.id).songs
    for params in (
        {"name": NAME},
        {"name": NAME, "songIdToAdd": songs},
        {"name": NAME, "songIdToAdd": songs, "public": "true"},  # Tempus
        {"name": NAME, "comment": before.comment, "public": "false"},
    ):
        assert ana.update(before.id, **params)["status"] == "ok"
    assert ana.open(before.id).songs == songs
    assert not named(house, NAME)


def test_who_deletes_it_does_not_see_it_again(house: House, ana: Listener) -> None:
    (before,) = waiting(ana)
    assert ana.ask("deletePlaylist", id=before.id)["status"] == "ok"
    assert waiting(ana) == []
    assert waiting(house.listener("ben", client="DSub"))


def test_tempo_renames_by_deleting_and_creating(house: House) -> None:
    tempo = house.listener(client="Tempo")
    (before,) = waiting(tempo)
    songs = tempo.open(before.id).songs
    tempo.ask("deletePlaylist", id=before.id)
    made = tempo.create(PROMPT, *songs)
    assert not set(songs) <= set(made.songs)
    assert house.world.songs[made.songs[0]].row["genre"] == "Jazz"
    (after,) = waiting(tempo)
    assert after.id != before.id


def test_tempo_edits_by_deleting_and_creating(house: House) -> None:
    tempo = house.listener(client="Tempo")
    (before,) = waiting(tempo)
    songs = tempo.open(before.id).songs
    added = next(song for song in house.world.songs if song not in songs)
    tempo.ask("deletePlaylist", id=before.id)
    made = tempo.create(NAME, *songs, added)
    assert tempo.open(before.id).songs == made.songs == (*songs, added)
    assert [each.id for each in waiting(tempo)] == [made.id]
    tempo.ask("deletePlaylist", id=made.id)
    assert len(waiting(tempo)) == 1


def test_a_list_of_these_songs_later_on_is_a_list_with_these_seeds(house: House) -> None:
    tempo = house.listener(client="Tempo")
    (before,) = waiting(tempo)
    songs = tempo.open(before.id).songs
    tempo.ask("deletePlaylist", id=before.id)
    house.now.forward(31)
    assert tempo.create(PROMPT, *songs).songs[:3] == songs
    assert waiting(tempo) == []


def test_songs_that_are_gone_from_the_library_make_room_for_others(tmp_path: Path) -> None:
    with open_house(tmp_path, placeholder_clients="DSub") as house:
        ana = house.listener(client="DSub")
        (before,) = waiting(ana)
        gone = ana.open(before.id).songs
        for song in gone:
            del house.world.songs[song]
        house.refresh()
        (after,) = waiting(ana)
        assert after.id == before.id
        assert len(set(ana.open(after.id).songs) - set(gone)) == 3


def test_there_is_none_of_an_empty_library(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False, placeholder_clients="DSub") as house:
        assert not waiting(house.listener(client="DSub"))


def test_there_is_none_without_a_database(house: House, tmp_path: Path) -> None:
    with house.proxy(placeholder_clients="DSub", db_path=str(tmp_path / "missing.db")) as url:
        client = house.listener(client="DSub")
        client.url = url
        assert [*client.lists()] == [*house.directly().lists()]


@pytest.mark.parametrize(
    ("prefixes", "name"),
    [(["ai", "mix:"], NAME), (["mix:"], NAME.replace("ai:", "mix:")), ([], ""), (["ai rename me,"], "")],
)
def test_its_name_is_no_prompt(prefixes: list[str], name: str) -> None:
    assert name_of(prefixes) == name


@pytest.mark.parametrize(
    ("name", "needs"),
    [("DSub", True), ("dsub2000", True), ("Tempus", False), ("xDSub", False)],
)
def test_a_client_is_known_by_how_its_name_begins(house: House, name: str, needs: bool) -> None:
    with house.proxy(placeholder_clients=" DSub, ,Ultrasonic") as url:
        client = house.listener(client=name)
        client.url = url
        assert bool(waiting(client)) is needs
