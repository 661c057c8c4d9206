"""Downloads of standing lists: zip files of their songs, made as they are sent."""

from __future__ import annotations

import io
import threading
import zipfile

import pytest

from tests.fake_navidrome import Fault
from tests.fake_navidrome.body import content
from tests.house import House, Listener, Playlist
from tests.test_endpoints_virtual import JAZZ, RECIPES, opened

__all__ = ["RECIPES"]  # for the house


def archive(client: Listener, **params: str) -> zipfile.ZipFile:
    response = client.send("download", id=JAZZ, **params)
    assert response.headers["content-type"] == "application/zip", response.text
    return zipfile.ZipFile(io.BytesIO(response.content))


def file_of(house: House, song: str) -> bytes:
    return b"".join(content(song, 0, house.world.songs[song].row["size"]))


def names(found: Playlist) -> list[str]:
    return [
        f"{place:02} - {entry['artist']} - {entry['title']}.{entry['suffix']}"
        for place, entry in enumerate(found.entries, start=1)
    ]


def test_it_holds_the_songs_as_they_are_and_a_list_of_them(house: House, ana: Listener) -> None:
    found = opened(house, JAZZ)[0]
    whole = archive(ana)
    assert whole.testzip() is None
    assert whole.namelist() == [*names(found), "Jazz corner.m3u"]
    for name, song in zip(whole.namelist(), found.songs, strict=False):
        assert whole.read(name) == file_of(house, song)
        assert whole.getinfo(name).compress_type == zipfile.ZIP_STORED
    lines = whole.read("Jazz corner.m3u").decode().splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:Jazz corner"]
    assert [line for line in lines if not line.startswith("#")] == names(found)


def test_it_is_called_as_the_list(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    response = ana.send("download", id=JAZZ)
    assert response.headers["content-disposition"] == 'attachment; filename="Jazz corner.zip"'
    assert "content-length" not in response.headers


def test_a_name_may_not_lead_out_of_the_folder(house: House, ana: Listener) -> None:
    song = opened(house, JAZZ)[0].songs[0]
    house.world.songs[song].row["title"] = '../../"what"?'
    whole = archive(ana).namelist()
    assert " - .._..__what__." in whole[0]
    assert not set("".join(whole)) & set('/\\:*?"<>|')


def test_another_format_is_upstreams_to_make(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    assert {name.rpartition(".")[2] for name in archive(ana, format="opus").namelist()[:-1]} == {"opus"}
    asked = [received.body for received in house.world.requests if received.path == "/rest/download"]
    assert len(asked) == 5
    assert all(b"format=opus" in body for body in asked)


def test_a_song_that_is_not_given_is_left_out(house: House, ana: Listener) -> None:
    found = opened(house, JAZZ)[0]
    house.world.faults["download"] = [Fault.CRASH]
    whole = archive(ana)
    assert whole.namelist() == [*names(found)[1:], "Jazz corner.m3u"]
    assert names(found)[0] not in whole.read("Jazz corner.m3u").decode()


def test_where_downloads_are_not_allowed_that_is_said_once(house: House, ana: Listener) -> None:
    opened(house, JAZZ)
    house.world.downloads = False
    assert ana.ask("download", id=JAZZ)["error"]["code"] == 50
    assert house.calls("download") == 1


def test_upstream_hears_at_once_that_the_client_has_gone(house: House, ana: Listener) -> None:
    song = opened(house, JAZZ)[0].songs[0]
    house.world.mid_stream = threading.Event()
    assert ana.begin(JAZZ, "download")[0] == "application/zip"
    assert house.world.cut_off.get(timeout=5) == song
    house.world.mid_stream.set()
    assert house.calls("download") == 1


@pytest.mark.parametrize("range_", ["bytes=0-9", "bytes=5-"])
def test_a_part_is_not_mistaken_for_a_song(house: House, ana: Listener, range_: str) -> None:
    opened(house, JAZZ)
    response = ana.send("download", id=JAZZ, headers={"range": range_})
    assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None
    assert len(response.content) > 1000
