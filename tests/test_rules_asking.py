"""Rules 32 to 38 of the study of 25 clients: similar songs, what a name may look like, nginx before us."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.fake_navidrome import Song
from tests.house import House, Listener, Tree, Way, genres

NGINX = Path(__file__).parents[1] / "nginx" / "playlistgen.conf"
BOTH = pytest.mark.parametrize("endpoint", ["getSimilarSongs", "getSimilarSongs2"])


def jazz(house: House) -> Song:
    return next(song for song in house.world.songs.values() if song.row["genre"] == "Jazz")


def similar(client: Listener, endpoint: str, about: str, count: int) -> list[Tree]:
    tree = client.ask(endpoint, id=about, count=str(count))
    (element,) = tree.keys() & {"similarSongs", "similarSongs2"}
    assert element == endpoint.replace("getS", "s")
    return list(tree[element]["song"])


@BOTH
@pytest.mark.parametrize("kind", ["id", "albumId", "artistId"])
@pytest.mark.parametrize("count", [1, 20])
def test_rule_32_songs_albums_and_artists_have_similar_songs(
    house: House, ana: Listener, endpoint: str, kind: str, count: int
) -> None:
    seed = jazz(house)
    found = [song["id"] for song in similar(ana, endpoint, seed.row[kind], count)]
    assert len(set(found)) == len(found) == count
    assert kind != "id" or seed.id not in found


@BOTH
def test_rule_32_what_is_unknown_is_passed_on(house: House, ana: Listener, endpoint: str) -> None:
    through = ana.ask(endpoint, id="unknown")
    assert through == house.directly("ana", ana.way).ask(endpoint, id="unknown")


PREFIXES = [
    "ai:",
    "Ai:",
    "AI：",
    "ai；",
    "ai.",
    "Ai. ",
    "ai,",
    "ai;",
    "ai!",
    "ai-",
    "ai –",
    "AI — ",
    "ai ‐",
    "ＡＩ:",
]


@pytest.mark.parametrize("prefix", [*PREFIXES, "mix:", "Mix:"])
def test_rule_33_a_prompt_begins_as_phones_write_it(house: House, ana: Listener, prefix: str) -> None:
    assert genres(house, ana.create(f"{prefix}jazz")) == {"Jazz"}


@pytest.mark.parametrize(
    "name", ["ai jazz", "Aimee: jazz", "mix jazz", "Mix-Tape jazz", "jazz ai:", "said: jazz"]
)
def test_rule_33_other_names_are_names(ana: Listener, name: str) -> None:
    assert ana.create(name).songs == ()


def test_rule_33_who_likes_chooses_other_prefixes(house: House, ana: Listener) -> None:
    with house.proxy(prompt_prefixes="dj") as ana.url:
        assert ana.create("ai: jazz").songs == ()
        assert genres(house, ana.create("dj: jazz")) == {"Jazz"}


@pytest.mark.parametrize("typed", ["3 min", "3min", "3m", "3 minutes"])
@pytest.mark.parametrize("order", ["{0} jazz", "jazz {0}", "jazz — {0}", "“jazz” {0}…"])
def test_rule_34_options_are_plain_words_in_any_place(
    house: House, ana: Listener, typed: str, order: str
) -> None:
    made = ana.create("ai: " + order.format(typed))
    assert "3 min asked" in made.comment
    assert genres(house, made) == {"Jazz"}


@pytest.mark.parametrize(
    ("typed", "understood"),
    [("90 min", "90 min"), ("90m", "90 min"), ("1h", "60 min"), ("1h30", "90 min"), ("1.5 h", "90 min")],
)
def test_rule_34_a_length_is_written_in_many_ways(ana: Listener, typed: str, understood: str) -> None:
    assert f"{understood} asked" in ana.create(f"ai: jazz {typed}").comment


@pytest.mark.parametrize("typed", ["7 songs", "7x", "7 tracks"])
def test_rule_34_a_number_of_songs_too(ana: Listener, typed: str) -> None:
    assert ana.create(f"ai: jazz {typed}").count == 7


@pytest.mark.parametrize("typed", ["80s", "1999", "7"])
def test_rule_34_a_number_without_a_unit_is_no_length(ana: Listener, typed: str) -> None:
    made = ana.create(f"ai: music {typed}")
    assert "asked" not in made.comment
    assert made.count > 0


def test_rule_35_one_letter_is_enough(ana: Listener) -> None:
    made = ana.create("ai:x")
    assert made.name == "ai:x"
    assert made.count > 0


def test_rule_35_long_names_are_stored_whole(ana: Listener) -> None:
    name = ("ai: jazz for a " + "very " * 40)[:200].strip()
    made = ana.create(name)
    assert made.name == ana.lists()[made.id].name == name


@pytest.mark.parametrize("name", ["ai:", "Ai. ", "ai: ?", "mix:"])
def test_rule_36_the_prefix_alone_explains_itself(ana: Listener, name: str) -> None:
    made = ana.create(name)
    assert 0 < made.count <= 20
    assert "For example: ai: " in made.comment


@pytest.mark.parametrize(
    ("directive", "least"),
    [("client_max_body_size", 8), ("proxy_read_timeout", 60)],
)
def test_rule_38_nginx_lets_long_and_slow_requests_through(directive: str, least: int) -> None:
    values = re.findall(rf"{directive} (\d+)", NGINX.read_text(encoding="utf-8"))
    assert values
    assert any(int(value) >= least for value in values)


def test_rule_38_nginx_holds_back_neither_streams_nor_long_addresses() -> None:
    text = NGINX.read_text(encoding="utf-8")
    (number, size) = re.search(r"large_client_header_buffers (\d+) (\d+[km])", text).groups()  # type: ignore[union-attr]
    kilobytes = int(size[:-1]) * (1024 if size.endswith("m") else 1)
    assert int(number) * kilobytes >= 8 * 64
    assert kilobytes >= 64
    assert "proxy_buffering off" in text


@pytest.mark.parametrize("songs", [500, 2000])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_rule_38_an_address_of_many_songs_arrives(house: House, form: str, songs: int) -> None:
    """120 KB; httptools alone refused what was longer than 64."""
    ana = house.listener("ana", Way("GET", form))
    made = ana.create("ai: jazz 3 min")
    heard = [song.id for song in house.world.visible(house.world.users["ana"])]
    many = [heard[number % len(heard)] for number in range(songs)]
    reply = ana.send("createPlaylist", playlistId=made.id, songId=many)
    assert reply.status_code == httpx.codes.OK
    assert ana.open(made.id).songs == tuple(many)
