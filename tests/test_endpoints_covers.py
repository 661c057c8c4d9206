"""The pictures of virtual lists, and that all others are upstream's."""

from __future__ import annotations

from io import BytesIO

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.endpoints.virtual.mosaic import mosaic
from proxy.recipes.recipe import list_id
from tests.fake_navidrome import Fault
from tests.house import House, Listener

RECIPES = """
[[recipe]]
name = "Everything"
all = [{ gt = { year = 1900 } }]
songs = 20
per_artist = 20

[[recipe]]
name = "First song's"
songs = 20
cover = "song"

[[recipe]]
name = "Plain"
songs = 20
cover = "none"
"""
LIST = list_id("ana", "everything")
COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def picture(colour: str, size: tuple[int, int] = (40, 30), form: str = "PNG") -> bytes:
    paper = BytesIO()
    Image.new("RGB", size, colour).save(paper, form)
    return paper.getvalue()


def painted(house: House, *, albums: int = 99) -> str:
    """The id of the list's picture, after the first albums in it were given one colour each."""
    client = house.listener()
    entries = client.open(LIST).entries
    covers = list(dict.fromkeys(entry["coverArt"] for entry in entries if "coverArt" in entry))
    assert len(covers) >= 4
    for number, cover in enumerate(covers[:albums]):
        house.world.images[cover] = picture([*COLOURS][number % 4])
    tree = client.ask("getPlaylist", id=LIST)["playlist"]
    return str(tree["coverArt"])


def shown(response: httpx.Response) -> Image.Image:
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"] == "image/jpeg"
    return Image.open(BytesIO(response.content))


def corners(image: Image.Image) -> list[str]:
    """The colour nearest to each quarter's middle."""
    near = []
    for x, y in ((1, 1), (3, 1), (1, 3), (3, 3)):
        found = image.convert("RGB").getpixel((image.width * x // 4, image.height * y // 4))
        assert isinstance(found, tuple)
        near.append(
            min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], found, strict=True)))
        )
    return near


def test_a_list_shows_four_of_its_albums(house: House, ana: Listener) -> None:
    cover = painted(house)
    image = shown(ana.send("getCoverArt", id=cover))
    assert image.size == (600, 600)
    assert corners(image) == [*COLOURS]


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("301", 301), ("64", 64), ("1", 32), ("99999", 1200), ("0", 600), ("big", 600), ("-3", 600)],
)
def test_it_is_of_the_size_asked_for(house: House, ana: Listener, size: str, pixels: int) -> None:
    image = shown(ana.send("getCoverArt", id=painted(house), size=size))
    assert image.size == (pixels, pixels)
    assert corners(image) == [*COLOURS]


def test_it_is_made_once_and_need_not_be_sent_again(house: House, ana: Listener) -> None:
    cover = painted(house)
    first = ana.send("getCoverArt", id=cover, size="77")
    house.world.images.clear()
    again = ana.send("getCoverArt", id=cover, size="77")
    assert again.content == first.content
    assert "immutable" in again.headers["cache-control"]
    known = ana.send(
        "getCoverArt", id=cover, size="77", headers={"if-none-match": f'"x", W/{first.headers["etag"]}'}
    )
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("albums", [99, 1])
def test_upstream_is_asked_for_covers_as_for_all_else_of_a_call(
    house: House, ana: Listener, albums: int
) -> None:
    """A proxy before us may name the user by a header."""
    cover = painted(house, albums=albums)
    with house.proxy(trusted_hops="127.0.0.1") as url:
        ana.url = url
        ana.send("getCoverArt", id=cover, headers={"Remote-User": "ana"})
    received = [each for each in house.world.requests if each.path == "/rest/getCoverArt"]
    assert received
    assert {each.header("remote-user") for each in received} == {"ana"}


def test_an_id_from_before_the_list_changed_shows_it_as_it_is(house: House, ana: Listener) -> None:
    cover = painted(house)
    for other in (f"pl-{LIST}", f"pl-{LIST}_0", LIST):
        response = ana.send("getCoverArt", id=other)
        assert corners(shown(response)) == [*COLOURS]
        assert "immutable" not in response.headers["cache-control"]
    assert cover.startswith(f"pl-{LIST}_")


def test_where_four_cannot_be_had_it_is_the_first_songs(house: House, ana: Listener) -> None:
    cover = painted(house, albums=0)
    entries = house.listener().open(LIST).entries
    first = next(entry["coverArt"] for entry in entries if "coverArt" in entry)
    expected = house.directly(way=ana.way).send("getCoverArt", id=first, size="55")
    got = ana.send("getCoverArt", id=cover, size="55")
    assert (got.status_code, got.content) == (200, expected.content)


def test_that_four_cannot_be_had_is_known_for_a_while(house: House) -> None:
    ana = house.listener()
    cover = painted(house, albums=3)
    once = ana.send("getCoverArt", id=cover, size="83")
    asked = house.calls("getCoverArt"), house.calls("getSong")
    assert ana.send("getCoverArt", id=cover, size="83").content == once.content
    assert (house.calls("getCoverArt"), house.calls("getSong")) == (asked[0] + 1, asked[1])
    assert painted(house) == cover
    house.now.forward(601)
    assert corners(shown(ana.send("getCoverArt", id=cover, size="83"))) == [*COLOURS]


def test_a_recipe_may_take_the_picture_of_the_first_song(house: House, ana: Listener) -> None:
    wanted = list_id("ana", "first song's")
    tree = house.listener().ask("getPlaylist", id=wanted)["playlist"]
    first = tree["entry"][0]["coverArt"]
    expected = house.directly(way=ana.way).send("getCoverArt", id=first, size="55")
    for asked_for in (tree["coverArt"], wanted, f"pl-{wanted}"):
        assert ana.send("getCoverArt", id=asked_for, size="55").content == expected.content
    known = {"if-none-match": expected.headers["etag"]}
    assert ana.send("getCoverArt", id=wanted, size="55", headers=known).status_code == 304


def test_a_recipe_may_have_no_picture(house: House, ana: Listener) -> None:
    wanted = list_id("ana", "plain")
    assert "coverArt" not in house.listener().ask("getPlaylist", id=wanted)["playlist"]
    straight = house.directly(way=ana.way)
    for asked_for in (wanted, f"pl-{wanted}"):
        got, expected = (each.send("getCoverArt", id=asked_for) for each in (ana, straight))
        assert got.content == expected.content


@pytest.mark.parametrize("user", ["ben", "admin"])
def test_nobody_sees_anothers(house: House, user: str) -> None:
    cover = painted(house)
    other, straight = house.listener(user), house.directly(user)
    assert other.send("getCoverArt", id=cover).content == straight.send("getCoverArt", id=cover).content


def test_who_is_refused_upstream_is_refused(house: House, ana: Listener) -> None:
    cover = painted(house)
    ana.send("getCoverArt", id=cover)
    ana.credentials["p"] = "wrong"
    assert ana.ask("getCoverArt", id=cover)["error"]["code"] == 40


def test_all_other_pictures_are_upstreams(house: House, ana: Listener) -> None:
    song = house.listener().open(LIST).songs[0]
    for wanted in (song, f"mf-{song}", "pl-nosuch", ""):
        straight = house.directly(way=ana.way).send("getCoverArt", id=wanted)
        got = ana.send("getCoverArt", id=wanted)
        assert (got.content, got.headers.get("etag")) == (straight.content, straight.headers.get("etag"))


def test_upstream_answers_where_a_call_of_ours_fails(house: House, ana: Listener) -> None:
    cover = painted(house)
    house.now.forward(601)  # it is not known any more that there were too few
    house.world.faults["getSong"] = Fault.CRASH
    straight = house.directly(way=ana.way).send("getCoverArt", id=cover)
    assert ana.send("getCoverArt", id=cover, size="91").content == straight.content


BROKEN = {
    "cut off": picture("black", form="JPEG")[:300],
    "overwritten": picture("black", form="AVIF")[:-30] + bytes(30),
    "no picture": b"<html>",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_cover_costs_a_list_that_one_only(house: House, ana: Listener, broken: bytes) -> None:
    cover = painted(house)
    first = next(name for name, content in house.world.images.items() if content == picture("red"))
    house.world.images[first] = broken
    with house.proxy() as ana.url:  # one that has made no picture yet
        image = shown(ana.send("getCoverArt", id=cover))
    assert corners(image) == ["lime", "blue", "white", "red"]


@given(
    form=st.sampled_from(["AVIF", "BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP"]),
    cut=st.integers(0, 99),
    wrong=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255)), max_size=5),
)
def test_whatever_a_picture_holds_four_others_are_one(
    form: str, cut: int, wrong: list[tuple[int, int]]
) -> None:
    content = bytearray(picture("black", (9, 9), form))
    for percent, byte in wrong:
        content[len(content) * percent // 100] = byte
    assert mosaic([bytes(content[cut:]), bytes(content[:-cut]), *map(picture, COLOURS)], 20)


@pytest.mark.parametrize("form", ["EPS", "PCX", "PPM"])
def test_what_no_cover_is_made_of_is_not_read(form: str) -> None:
    assert mosaic([picture("red", form=form)] * 4, 20) is None


@pytest.mark.parametrize(
    "given",
    [[], [b""] * 9, [b"\x89PNG\r\n\x1a\n"] * 9, [picture("red")] * 3, [picture("red")[:40]] * 4],
    ids=["none", "empty", "begun", "three", "cut off"],
)
def test_there_is_no_mosaic_of_fewer_than_four(given: list[bytes]) -> None:
    assert mosaic(given, 100) is None


def test_of_more_than_four_the_first_that_can_be_read_are_taken() -> None:
    given = [
        b"no",
        *(
            picture(name, form=form)
            for name, form in zip(COLOURS, ("PNG", "JPEG", "WEBP", "GIF"), strict=True)
        ),
    ]
    made = mosaic([*given, picture("red")], 101)
    assert made
    assert corners(Image.open(BytesIO(made))) == [*COLOURS]


def test_a_picture_that_would_fill_the_memory_is_left_out() -> None:
    huge = picture("black", (8000, 8000))
    assert mosaic([huge, *map(picture, [*COLOURS][:3])], 100) is None
