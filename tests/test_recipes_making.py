"""Which songs a standing list is made of, by what its recipe says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from structlog.testing import capture_logs

from proxy.library import Track
from proxy.playlists.never import Never
from proxy.recipes import StandingList
from tests.factories import NOW
from tests.kitchens import Diner, Upstream, caller, songs

pytestmark = pytest.mark.anyio

Open = Callable[..., Diner]
EVERYTHING = [{"id": f"t{n:04}"} for n in range(300)]


@pytest.fixture
def diner(tmp_path: Path) -> Iterator[Open]:
    opened: list[Diner] = []

    def open_one(recipe: str = "", rows: Sequence[Track] = (), **never: Never) -> Diner:
        text = recipe and f'[[recipe]]\nname = "List"\n{recipe}\n'
        opened.append(Diner(tmp_path, rows or arriving(300), text, **never))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def arriving(count: int) -> list[Track]:
    """Song n came in n hours before song 0, so that the first are the newest."""
    return [
        structs.replace(row, song=row.song | {"created": (NOW - timedelta(hours=n)).isoformat()})
        for n, row in enumerate(songs(count))
    ]


async def the_list(at: Diner, upstream: Upstream | None = None) -> StandingList:
    (made,) = (await at.lists(caller(ask=(upstream or Upstream(EVERYTHING)).ask))).values()
    return made


@pytest.mark.parametrize(
    ("recipe", "count"),
    [
        ('songs = 10\norder = "-dateadded"', 10),
        ('minutes = 30\norder = "-dateadded"', 9),
        ('order = "-dateadded"', 18),  # an hour, where none is said
    ],
)
async def test_of_an_order_the_first_are_taken(diner: Open, recipe: str, count: int) -> None:
    made = await the_list(diner(recipe))
    assert made.songs == tuple(f"t{n:04}" for n in range(count))


async def test_fresh_arrivals_are_the_newest(diner: Open) -> None:
    lists = await diner().lists(caller(ask=Upstream(EVERYTHING).ask))
    assert lists["Fresh arrivals"].songs == tuple(f"t{n:04}" for n in range(30))


async def test_the_first_are_those_that_the_house_allows(diner: Open) -> None:
    made = await the_list(diner('songs = 10\norder = "-dateadded"', never=Never(artists=("Artist 4",))))
    assert made.songs == tuple(f"t{n:04}" for n in range(11) if n != 4)


async def test_the_first_keep_the_caps_and_repeat_no_song(diner: Open) -> None:
    rows = arriving(300)
    rows[:30] = [structs.replace(row, artist="One", album=f"Of {n // 6}") for n, row in enumerate(rows[:30])]
    rows[40] = structs.replace(rows[40], title=rows[39].title, artist=rows[39].artist)
    made = await the_list(diner('songs = 20\norder = "-dateadded"', rows))
    assert made.songs[:3] == ("t0000", "t0001", "t0006")
    assert made.songs[3:13] == tuple(f"t{n:04}" for n in range(30, 40))
    assert made.songs[13] == "t0041"


async def test_what_the_caps_keep_out_fills_a_list_that_is_too_short(diner: Open) -> None:
    rows = [
        structs.replace(row, artist=f"Artist {n // 30}", album=f"Of {n // 30}")
        for n, row in enumerate(arriving(300))
    ]
    made = await the_list(diner('songs = 25\norder = "-dateadded"', rows))
    usual = {30 * artist + n for artist in range(10) for n in range(2)}
    assert made.songs == tuple(f"t{n:04}" for n in sorted(usual | {2, 3, 32, 33, 62}))


async def test_its_own_caps_hold_where_the_first_are_too_few(diner: Open) -> None:
    made = await the_list(diner('songs = 45\norder = "-dateadded"\nper_artist = 1'))
    assert made.songs == tuple(f"t{n:04}" for n in range(40))


STARRED = [{"id": f"t{n:04}", "starred": "2026-01-01T10:00:00Z"} for n in range(40, 60)]
RATED = [{"id": f"t{n:04}", "userRating": 3 + n % 2} for n in range(40, 80)]
PLAYED = [{"id": f"t{n:04}", "playCount": 2, "played": "2026-11-20T10:00:00Z"} for n in range(20, 300)]


@pytest.mark.parametrize(
    ("prompt", "done", "fitting"),
    [
        ("my favourites", STARRED, range(40, 60)),
        ("4 stars and up", RATED, range(41, 80, 2)),
        ("never played", PLAYED, range(20)),
        ("not played lately", PLAYED, range(20)),
        ("my favortes", STARRED, range(40, 60)),
    ],
)
async def test_a_prompt_of_taste_is_met(
    diner: Open, prompt: str, done: list[dict[str, object]], fitting: range
) -> None:
    """All twenty, though of plenty each period has but a half."""
    made = await the_list(diner(f'songs = 20\nper_artist = 20\nprompt = "{prompt}"'), Upstream(done))
    assert set(made.songs) == {f"t{n:04}" for n in fitting}
    assert "could not be asked" not in made.comment


async def test_a_prompt_of_taste_waits_until_that_can_be_asked(diner: Open) -> None:
    at = diner('songs = 20\nprompt = "my favourites"')
    assert await at.lists(caller()) == {}
    assert await at.lists(caller(ask=Upstream(STARRED).ask))


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ('{ playlist = "Nowhere" }', "by chance: there is no playlist “Nowhere”"),
        ('["starred", { playlist = "Nowhere" }]', " · there is no playlist “Nowhere” · "),
        ('["starred", { playlist = "Road trip" }]', ""),
        (
            '"starred"\nall = [{ notInPlaylist = { name = "Nowhere" } }]',
            " · there is no playlist “Nowhere” · ",
        ),
        ('"starred"\nall = [{ notInPlaylist = { name = "Road trip" } }]', ""),
    ],
)
async def test_a_playlist_that_is_not_there_is_told(diner: Open, sources: str, told: str) -> None:
    upstream = Upstream(STARRED, {"Road trip": ["t0001"]})
    made = await the_list(diner(f'songs = 12\nabout = "Likes"\nseed_from = {sources}'), upstream)
    assert told in made.comment
    assert ("no playlist" in made.comment) is bool(told)
    assert "until you have starred" not in made.comment


async def test_why_a_list_that_stands_in_no_playlist_is_not_shown_is_told(diner: Open) -> None:
    at = diner('songs = 12\nall = [{ inPlaylist = { name = "Nowhere" } }]')
    with capture_logs() as told:
        assert await at.lists(caller(ask=Upstream(STARRED, {"Road trip": ["t0001"]}).ask)) == {}
    (why,) = [each["reason"] for each in told if each["event"] == "a standing list is not shown"]
    assert why == "no song fits: there is no playlist “Nowhere”"


@pytest.mark.parametrize(
    ("criteria", "done", "told"),
    [
        ('all = [{ is = { genre = "Polka" } }]', STARRED, 'is = { genre = "Polka" } lets in 0 of 300 songs'),
        (
            "all = [{ gt = { year = 1900 } }, { inTheRange = { tracknumber = [1, 2] } }]\nper_artist = 1",
            STARRED,
            "inTheRange = { tracknumber = [1, 2] } lets in 50 of 300 songs",
        ),
        (
            'all = [{ is = { genre = "Jazz" } }, { is = { genre = "Rock" } }]',
            STARRED,
            'is = { genre = "Jazz" } lets in 50 of 300 songs, and with the other criteria 0',
        ),
        (
            'any = [{ is = { genre = "Polka" } }, { lt = { year = 1900 } }]',
            STARRED,
            "any = […] lets in 0 of 300 songs",
        ),
        ("all = [{ is = { loved = true } }]", STARRED, "is = { loved = true } lets in 20 of 300 songs"),
        ("all = [{ is = { loved = true } }]", PLAYED, "nothing is starred yet"),
        ("all = [{ gt = { rating = 3 } }]", STARRED, "nothing is rated yet"),
    ],
)
async def test_which_criterion_let_in_too_little_is_told(
    diner: Open, criteria: str, done: list[dict[str, object]], told: str
) -> None:
    at, ana = diner(f"songs = 90\n{criteria}"), caller(ask=Upstream(done).ask)
    assert await at.lists(ana) == {}
    (offered,) = await at.standing.offered(ana, at.now)
    verdict, why = offered.reason.split(": ", 1)
    assert (verdict == "no song fits" or verdict.endswith(" of at least 72 songs"), why) == (True, told)


async def test_a_prompt_may_want_more_like_a_list_of_his(diner: Open) -> None:
    at = diner('songs = 12\nprompt = "more like my list Road trip"')
    jazz = [song for song, row in at.tracks.items() if row.genres == ("Jazz",)]
    upstream = Upstream([], {"Road trip": jazz[:10]})
    like = await the_list(at, upstream)
    assert not {*like.songs} & {*jazz[:10]}
    assert sum(song in jazz for song in like.songs) >= 6  # by chance it would be two
    assert "search3" not in upstream.asked  # no song has to be looked at for it
