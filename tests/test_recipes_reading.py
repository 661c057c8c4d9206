"""Recipes read from TOML, and what is said where one cannot be read."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import RecipeError
from proxy.recipes.book import built_in
from proxy.recipes.reading import read
from proxy.recipes.recipe import Audience, Criterion, Group, Recipe, Refresh, list_id

FULL = """
# A comment with name = "nothing" in it.
[[recipe]]
name = "Slow evening"
key = "slow"
about = "Quiet = good # really"
prompt = "calm piano"
all = [
  { is = { genre = "Jazz" } },
  { any = [
    { inTheRange = { year = [1950, 1959] } },
    { inTheLast = { dateAdded = 30 } },
    { before = { lastplayed = 2026-01-01 } },
    { after = { replaygain_track_gain = 1 } },
  ] },
]
minutes = 45
energy = "wind down"
per_artist = 1
per_album = 2
order = "-dateadded, title"
refresh = "weekly sun 18:30"
for = { users = ["ana", "ben"] }
seed_from = ["starred", "evening", { playlist = "Road trip" }]
cover = "none"

[[recipe]]
name = "Every decade"
pick = "decade"
songs = 20
energy = 0.4
"""


def test_a_recipe_says_all_that_it_can() -> None:
    slow, decade = read(
        FULL.replace("after = { replaygain_track_gain", "gt = { replaygain_track_gain"), "r.toml"
    )
    assert slow == Recipe(
        key="slow",
        name="Slow evening",
        about="Quiet = good # really",
        prompt="calm piano",
        criteria=Group(
            "all",
            (
                Criterion("is", "genre", "Jazz"),
                Group(
                    "any",
                    (
                        Criterion("inTheRange", "year", (1950, 1959)),
                        Criterion("inTheLast", "dateadded", 30),
                        Criterion("before", "lastplayed", date(2026, 1, 1)),
                        Criterion("gt", "rgtrackgain", 1),
                    ),
                ),
            ),
        ),
        minutes=45.0,
        curve="wind down",
        per_artist=1,
        per_album=2,
        order="-dateadded, title",
        refresh=Refresh("week", 18 * 60 + 30, 6),
        audience=Audience(users=("ana", "ben")),
        seeds=("starred", "evening", "playlist Road trip"),
        cover="none",
    )
    assert decade == Recipe(key="every decade", name="Every decade", pick="decade", songs=20, level=0.4)


def test_the_line_of_a_slip_is_found_among_others() -> None:
    with pytest.raises(RecipeError) as refused:
        read(FULL, "r.toml")
    assert str(refused.value).startswith(
        "r.toml, line 14, all › any › after › replaygain_track_gain: after does not"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nane = "x"', "line 2, nane: nane is no field of a recipe. Did you mean name?"),
        ('prompt = "x"', 'line 1: A recipe needs a name: name = "Daily mix".'),
        ("name = 3", "line 2, name: this is a text, in quotes, and not 3."),
        ('name = " "', "line 2, name: a name has at least one letter."),
        ('name = "x"\nkey = "…"', ""),
        ('name = "x"\nkey = ""', "line 3, key: a key has at least one letter."),
        ('name = "x"\nprompt = 1', "line 3, prompt: this is a text, in quotes, and not 1."),
        ('name = "x"\nabout = ["y"]', "line 3, about: this is a text, in quotes, and not this."),
        ('name = "x"\nminutes = 0', "line 3, minutes: this is a number from 1 to 720, and not 0."),
        ('name = "x"\nminutes = true', "line 3, minutes: this is a number from 1 to 720, and not True."),
        ('name = "x"\nminutes = nan', "line 3, minutes: this is a number from 1 to 720, and not nan."),
        ('name = "x"\nsongs = 2.5', "line 3, songs: this is a whole number from 1 to 500, and not 2.5."),
        ('name = "x"\nsongs = inf', "line 3, songs: this is a whole number from 1 to 500, and not inf."),
        ('name = "x"\nper_artist = 0', "line 3, per_artist: this is a whole number from 1 to 500"),
        ('name = "x"\nper_album = "2"', "line 3, per_album: this is a whole number from 1 to 500"),
        ('name = "x"\nsongs = 9\nminutes = 9', "line 3, songs: minutes and songs exclude each other."),
        ('name = "x"\nenergy = "rising"', "line 3, energy: 'rising' is no energy. Did you mean"),
        ('name = "x"\nenergy = "winddown"', "Did you mean wind down? Write one of steady, build,"),
        ('name = "x"\nenergy = 1.5', "line 3, energy: 1.5 is no energy. Write one of"),
        ('name = "x"\nenergy = ["build"]', "line 3, energy: this is no energy. Write one of"),
        ('name = "x"\norder = "yaer"', "line 3, order: yaer is no field. Did you mean year?"),
        ('name = "x"\norder = "-year, randon"', "line 3, order: randon is no field. Did you mean random?"),
        ('name = "x"\norder = "-year, random"', 'line 3, order: random stands alone: order = "random".'),
        ('name = "x"\norder = "Flow"', 'line 3, order: flow stands alone: order = "flow".'),
        (
            'name = "x"\nrefresh = "dayly"',
            "line 3, refresh: 'dayly' is no time to be made anew. Did you mean daily 04:00?",
        ),
        ('name = "x"\nrefresh = 4', "line 3, refresh: this is a text, in quotes, and not 4."),
        ('name = "x"\nseed_from = "stared"', "'stared' is no source of songs. Did you mean starred?"),
        ('name = "x"\nseed_from = [{ list = "y" }]', "line 3, seed_from: this is no source of songs."),
        ('name = "x"\npick = "decades"', "'decades' is none of decade, genre. Did you mean decade?"),
        ('name = "x"\ncover = 1', "line 3, cover: 1 is none of four, song, none."),
        (
            'name = "x"\nall = []',
            "line 3, all: all holds a list of criteria, such as [{ is = { loved = true } }].",
        ),
        ('name = "x"\nall = { is = { loved = true } }', "line 3, all: all holds a list of criteria"),
        (
            'name = "x"\nall = [{ is = { loved = true } }]\nany = [{ is = { year = 1 } }]',
            "line 4, any: all and any",
        ),
        ('name = "x"\nany = [1]', "line 3, any: A criterion has one operator, such as"),
        ('name = "x"\nany = [{ is = { year = 1 }, gt = { year = 1 } }]', "A criterion has one operator"),
        (
            'name = "x"\nany = [\n{ iz = { year = 1 } }]',
            "line 4, any › iz: iz is no operator. Did you mean is?",
        ),
        (
            'name = "x"\nany = [{ inThelast = { year = 1 } }]',
            "inTheLast does not go with year, which is a number.",
        ),
        ('name = "x"\nany = [{ is = 1 }]', "line 3, any › is: is compares one field with a value"),
        (
            'name = "x"\nany = [{ is = { yeer = 1 } }]',
            "any › is › yeer: yeer is no field. Did you mean year?",
        ),
        (
            'name = "x"\nany = [{ is = { artistLoved = true } }]',
            "artistLoved is a field of Navidrome's that only Navi",
        ),
        (
            'name = "x"\nany = [{ is = { lyrics = "la" } }]',
            "lyrics is a field of Navidrome's that only Navidrome knows",
        ),
        ('name = "x"\nany = [{ is = { year = "199x" } }]', "any › is › year: is takes a number, as 3."),
        ('name = "x"\nany = [{ is = { loved = 1 } }]', "is takes true or false."),
        ('name = "x"\nany = [{ is = { title = 1 } }]', 'is takes a text, as "Jazz".'),
        (
            'name = "x"\nany = [{ before = { lastplayed = "May" } }]',
            'before takes a day, as "2026-01-31".',
        ),
        (
            'name = "x"\nany = [{ inTheLast = { lastplayed = "a month" } }]',
            "inTheLast takes a number of days, as 30.",
        ),
        (
            'name = "x"\nany = [{ inTheRange = { year = 1990 } }]',
            "inTheRange takes two values, as [1990, 1999].",
        ),
        ('name = "x"\nany = [{ inTheRange = { title = ["a", "b"] } }]', "inTheRange does not go with title"),
        ('name = "x"\nany = [{ isMissing = { title = "yes" } }]', "isMissing takes true or false."),
        ('name = "x"\nany = [{ inPlaylist = { nam = "y" } }]', "nam is no field. Did you mean name?"),
        ('name = "x"\n[[recipe]]\nname = "X "', "line 4, name: There is a recipe called 'X' already."),
        (
            'name = "x"\n[[recipe]]\nname = "y"\nkey = "X"',
            "line 5, key: There is a recipe with the key 'x' already.",
        ),
        ('name = "x"\nminutes = ', "line 3: this is not TOML. Invalid value (at end of document)."),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_nearest_word(text: str, said: str) -> None:
    if not said:
        assert read(f"[[recipe]]\n{text}", "r.toml")
        return
    with pytest.raises(RecipeError) as refused:
        read(f"[[recipe]]\n{text}", "r.toml")
    assert str(refused.value).startswith("r.toml")
    assert said in str(refused.value)


RECIPE = '[[recipe]]\nname = "x"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"{RECIPE}[[recipes]]",
            "line 3, recipes: recipes is not what stands here. Did you mean [[recipe]]?",
        ),
        ("\n[Recipe]\n", "line 2, Recipe: Recipe is not what stands here. Did you mean [[recipe]]?"),
        (
            '# mine\n[recipe]\nname = "x"',
            "line 2, recipe: [recipe] holds no more than one. Did you mean [[rec",
        ),
        (f'[recipe]\nname = "y"\n{RECIPE}', "line 1, recipe: [recipe] holds no more than one."),
        (f"{RECIPE}[recipe]", "line 3, recipe: [recipe] holds no more than one. Did you mean [[recipe]]?"),
        ("recipies = []", "line 1, recipies: recipies is not what stands here. Did you mean [[recipe]]?"),
        ("recipe = 3", "line 1, recipe: [recipe] holds no more than one. Did you mean [[recipe]]?"),
        (
            f"\nminutes = 60\n{RECIPE}",
            "line 2, minutes: minutes stands outside of a recipe. Put it below a [[",
        ),
        (
            f"minuts = 60\n{RECIPE}",
            "line 1, minuts: minuts is not what stands here. Did you mean minutes? It ",
        ),
        (f'{RECIPE}about = """\n[recipe]\n"""\n[x]', "line 6, x: x is not what stands here."),
    ],
)
def test_what_stands_outside_of_a_recipe_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read(text, "r.toml")
    assert str(refused.value).startswith(f"r.toml, {said}")


def test_the_second_of_two_like_slips_is_told_by_its_own_line() -> None:
    fine = '{ is = { title = "year = 1" } },\n'
    with pytest.raises(RecipeError, match=r"line 6, any › is › yeer"):
        read(f'[[recipe]]\nname = "x"\nany = [\n{fine}{fine}{{ is = {{ yeer = 1 }} }},\n]', "r.toml")


def test_a_table_written_in_pieces_is_read_too() -> None:
    (recipe,) = read('[[recipe]]\nname = "x"\n[recipe.for]\nusers = ["ana"]\n', "r.toml")
    assert recipe.audience == Audience(users=("ana",))
    with pytest.raises(RecipeError, match="line 1, name: this is a text"):
        read("recipe = [{ name = 1 }]", "r.toml")
    with pytest.raises(RecipeError, match="line 4, for › user: "):
        read('[[recipe]]\nname = "x"\n[recipe.for]\nuser = ["ana"]\n', "r.toml")


def test_what_is_built_in_are_nine_lists_of_different_kinds() -> None:
    names = [recipe.name for recipe in built_in()]
    assert names[:4] == ["Daily mix", "Rediscover", "Fresh arrivals", "Deep cuts"]
    assert len(set(names)) == 9
    assert all(recipe.about for recipe in built_in())


@given(st.text() | st.text(alphabet='[]{}=".,#\n recipnamly13isot').map(lambda text: f"[[recipe]]\n{text}"))
def test_no_text_does_more_than_to_be_refused(text: str) -> None:
    with suppress(RecipeError):
        assert all(recipe.name for recipe in read(text, "r.toml"))


NAMES = st.text(alphabet=st.characters(exclude_categories=["C"]))


@given(NAMES, NAMES, NAMES, NAMES)
def test_ids_are_short_plain_and_never_the_same(owner: str, recipe: str, other: str, key: str) -> None:
    made = list_id(owner, recipe)
    assert len(made) == 26
    assert made.startswith("aip-")
    assert made[4:].isalnum()
    assert made == list_id(owner, recipe)
    if (owner, recipe) != (other, key):
        assert made != list_id(other, key)
