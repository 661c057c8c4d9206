"""`generate`: one list as a table, as JSON, or as a file that players read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from proxy.commands.generate import Wanted, file_name, generate
from proxy.errors import LibraryError, PlaylistgenError
from proxy.library import migrate
from proxy.settings import Settings
from tests.factories import NOW, library, track
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.house import Clock, House, refreshed
from tests.live import serve

Make = Callable[..., str]


@pytest.fixture
def music(tmp_path: Path) -> Path:
    (tmp_path / "music").mkdir()
    return tmp_path / "music"


@pytest.fixture
def settings(tmp_path: Path, music: Path) -> Settings:
    rows = [
        track(n, genres=("Jazz",), year=1960, path=f"a/{n:04}.flac", library_path=f"{music}")
        for n in range(60)
    ]
    path = library(tmp_path, rows, embedders=())
    return Settings(db_path=str(path), playlists_path=str(tmp_path / "lists"))


@pytest.fixture
def make(settings: Settings) -> Make:
    """The command with `jazz, 5 songs`, unless told otherwise."""

    def make(**options: object) -> str:
        return generate(settings, wanted(**options))

    return make


def wanted(**options: object) -> Wanted:
    return Wanted(**({"prompt": "jazz, 5 songs", "day": NOW.date()} | options))  # type: ignore[arg-type]


def songs(make: Make, **options: object) -> list[str]:
    return [song["id"] for song in json.loads(make(form="json", **options))["songs"]]


def test_a_table_has_a_line_a_song_and_says_what_was_understood(make: Make) -> None:
    heading, *rows, blank, comment = make().splitlines()
    assert heading.split() == ["Song", "Artist", "Year", "Length"]
    assert [row.split()[0] for row in rows] == list("12345")
    assert all("1960" in row and "3:20" in row for row in rows)
    assert (blank, comment.startswith("Jazz")) == ("", True)


def test_why_each_song_was_chosen_is_told_when_asked(make: Make) -> None:
    heading, first, *_ = make(explain=True).splitlines()
    assert heading.split()[-5:] == ["Relevance", "Energy", "Wanted", "Step", "Why"]
    assert "tag jazz" in first


def test_the_curve_of_its_energy_is_drawn_beside_the_one_that_was_wanted(make: Make) -> None:
    *_, drawn, wanted, _, _ = make(prompt="jazz, medium energy, build up, 5 songs", explain=True).splitlines()
    assert drawn.split()[0] == "energy"
    assert wanted.split() == ["wanted", "▂▃▅▆▇"]


def test_json_has_all_that_is_known_of_the_list(make: Make) -> None:
    told = json.loads(make(form="json"))
    assert set(told) == {"prompt", "comment", "wish", "explanation", "songs"}
    assert told["wish"]["songs"] == 5
    song = {"id", "title", "artist", "album", "year", "duration", "relevance", "why"}
    assert set(told["songs"][0]) == song | {"energy", "measured", "wanted", "step"}


def test_the_same_words_make_the_same_list_with_a_prefix_and_without(make: Make) -> None:
    assert songs(make) == songs(make) == songs(make, prompt="ai: jazz, 5 songs")


def test_options_win_over_the_prompt(make: Make) -> None:
    assert len(songs(make, count=3)) == 3
    assert len(songs(make, minutes=20.0)) == 6


def test_seeds_come_first_and_an_unknown_one_is_refused(make: Make) -> None:
    assert songs(make, seeds=["t0007"])[0] == "t0007"
    with pytest.raises(PlaylistgenError, match="--seed: nope is no song of the library"):
        make(seeds=["t0007", "nope"])


def test_a_list_goes_to_the_folder_of_playlists(make: Make, settings: Settings, music: Path) -> None:
    file = Path(settings.playlists_path) / "jazz, 5 songs.m3u8"
    assert make(form="m3u8") == f"{file}: 5 songs, 16:40\n"
    head, name, *rest = file.read_text(encoding="utf-8").splitlines()
    assert (head, name) == ("#EXTM3U", "#PLAYLIST:jazz, 5 songs")
    assert all(line.startswith("#EXTINF:200,Artist ") for line in rest[::2])
    assert rest[1::2] == [f"{music}/a/{song[1:]}.flac" for song in songs(make)]


def test_paths_are_mapped_as_the_setting_says(settings: Settings, music: Path) -> None:
    mapped = structs.replace(settings, m3u_path_map=f"{music}=/nas")
    content = generate(mapped, wanted(form="m3u8", output=Path("-")))
    assert all(line.startswith("/nas/a/") for line in content.splitlines()[3::2])
    assert str(music) not in content


def test_a_map_that_is_none_is_refused_before_anything_is_written(settings: Settings) -> None:
    with pytest.raises(PlaylistgenError, match="M3U_PATH_MAP"):
        generate(structs.replace(settings, m3u_path_map="/music"), wanted(form="m3u8"))
    assert not Path(settings.playlists_path).exists()


@pytest.mark.parametrize("form", ["table", "json", "m3u8"])
def test_an_output_is_written_whole_and_over_what_was_there(make: Make, tmp_path: Path, form: str) -> None:
    file = tmp_path / "out" / "list"
    make(form=form, output=file)
    first = file.read_bytes()
    file.write_text("something else", encoding="utf-8")
    make(form=form, output=file)
    assert file.read_bytes() == first
    assert [each.name for each in file.parent.iterdir()] == ["list"]


@pytest.mark.parametrize("form", ["table", "json", "m3u8"])
def test_a_dash_is_the_screen(make: Make, form: str) -> None:
    assert make(form=form, output=Path("-")).count("\n") >= 5


def test_a_list_inside_the_music_is_refused_unless_told(make: Make, music: Path) -> None:
    file = music / "lists" / "jazz.m3u8"
    with pytest.raises(PlaylistgenError, match="--into-library"):
        make(form="m3u8", output=file)
    assert not list(music.iterdir())
    make(form="m3u8", output=file, into_library=True)
    assert file.exists()


def test_a_way_around_into_the_music_is_seen(make: Make, music: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(music)
    for file in (tmp_path / "link" / "x.m3u8", tmp_path / "lists" / ".." / "music" / "x.m3u8"):
        with pytest.raises(PlaylistgenError, match="--into-library"):
            make(form="m3u8", output=file)


def test_a_library_that_was_not_read_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(db_path=str(tmp_path / "new.db"))
    for said in ("There is no database at", "has not been read yet"):
        with pytest.raises(PlaylistgenError, match=rf"{said}.*`playlistgen refresh`"):
            generate(settings, wanted())
        migrate(tmp_path / "new.db")


def test_a_library_that_was_read_and_is_empty_is_called_so(world: World, tmp_path: Path) -> None:
    world.songs.clear()
    with serve(create_app(world)) as url:
        asyncio.run(refreshed(tmp_path / "new.db", url, "admin", (), now=Clock()))
    with pytest.raises(PlaylistgenError, match=r"has no tracks: the last refresh found none.*NAVIDROME_USER"):
        generate(Settings(db_path=str(tmp_path / "new.db")), wanted())


def test_a_folder_of_playlists_that_is_a_file_is_called_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "lists").touch()
    with pytest.raises(PlaylistgenError, match=r"\(its folder is a file\)\. Name another place"):
        generate(settings, wanted(form="m3u8"))


def test_a_database_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "none.db").write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryError, match="is no SQLite database"):
        generate(Settings(db_path=str(tmp_path / "none.db")), wanted())


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("jazz, 45 min", "jazz, 45 min.m3u8"),
        ("ai: rock/pop", "ai- rock-pop.m3u8"),
        ("../../etc/passwd", "etc-passwd.m3u8"),
        ("regen & müde", "regen & müde.m3u8"),
        ("\n\0", "playlist.m3u8"),
        ("...", "playlist.m3u8"),
        ("x" * 300, "x" * 200 + ".m3u8"),
        ("雨" * 300, "雨" * 66 + ".m3u8"),
    ],
)
def test_a_file_is_named_after_its_prompt(prompt: str, name: str) -> None:
    assert file_name(prompt) == name


@pytest.mark.parametrize(
    ("user", "changes", "note"),
    [
        ("", {}, "could not be asked without NAVIDROME_USER and its password: left out of account"),
        ("", {"navidrome_user": "ana"}, "could not be asked without NAVIDROME_USER and its password"),
        (
            "ben",
            {"navidrome_user": "ana", "navidrome_password": "x"},
            "could not be asked of anybody but NAVIDROME_USER",
        ),
        (
            "ana",
            {"navidrome_user": "ana", "navidrome_password": "x", "navidrome_url": "http://127.0.0.1:9"},
            "your favourites could not be asked: left out of account",
        ),
    ],
)
def test_a_taste_that_cannot_be_asked_is_left_out_of_account(
    settings: Settings, user: str, changes: dict[str, str], note: str
) -> None:
    told = generate(structs.replace(settings, **changes), wanted(prompt="my favourites, 5 songs", user=user))
    assert note in told
    assert len(told.splitlines()) == 1 + 5 + 2


@pytest.mark.parametrize("user", ["", "ana"])
def test_the_taste_is_that_of_the_account(house: House, user: str) -> None:
    account = {"navidrome_user": "ana", "navidrome_password": PASSWORDS["ana"]}
    settings = Settings(db_path=str(house.path), navidrome_url=house.upstream, **account)  # type: ignore[arg-type]
    starred = json.loads(generate(settings, wanted(prompt="my favourites", form="json", user=user)))
    assert [song["title"] for song in starred["songs"]] == ["Slow"]
    house.world.add_playlist("ana", "Smoke", [song["id"] for song in starred["songs"]])
    like = json.loads(generate(settings, wanted(prompt="more like Smoke", form="json", user=user)))
    assert like["wish"]["like_playlists"] == ["Smoke"]
    assert "Slow" not in {song["title"] for song in like["songs"]}


def test_upstream_is_not_asked_where_no_taste_is(house: House) -> None:
    asked = len(house.world.requests)
    account = {"navidrome_user": "ana", "navidrome_password": PASSWORDS["ana"]}
    generate(Settings(db_path=str(house.path), navidrome_url=house.upstream, **account), wanted())  # type: ignore[arg-type]
    assert len(house.world.requests) == asked
