"""What is written as in Navidrome's `.nsp` files, in a recipe."""

from __future__ import annotations

import pytest

from proxy.errors import RecipeError
from proxy.recipes.reading import read
from proxy.recipes.recipe import Criterion

RECIPE = '[[recipe]]\nname = "x"\n'


def test_values_of_a_nsp_file_are_at_home() -> None:
    criteria = (
        '[{ inTheLast = { lastPlayed = "30" } }, { gt = { playCount = "2" } }, { is = { bpm = "99.5" } }]'
    )
    (recipe,) = read(f"{RECIPE}all = {criteria}\n", "r.toml")
    assert recipe.criteria.criteria == (
        Criterion("inTheLast", "lastplayed", 30),
        Criterion("gt", "playcount", 2),
        Criterion("is", "bpm", 99.5),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'sort = "-rating"',
            'sort is no field of a recipe. Write order: order = "-rat',
        ),
        ("limit = 25", "limit is no field of a recipe. Write songs: songs = 25."),
        ("limitPercent = 5", "Write songs: songs = 30."),
        ('comment = "y"', 'Write about: about = "y".'),
        ("public = true", 'Write for: for = "all".'),
        ('refreshDelay = "5m"', 'Write refresh: refresh = "hourly".'),
        ("offset = 5", "Leave it out: a list begins with the first song."),
        (
            'order = "desc"',
            'line 3, order: desc is how a .nsp\'s sort goes. Write its fields: order = "-dateadded".',
        ),
        ('genre = "Jazz"', "It stands in a criterion: all = [{ is = { genre = … } }]."),
        (
            "inTheLast = { lastplayed = 3 }",
            "It is an operator, and stands in a criterion: all = [",
        ),
    ],
)
def test_a_word_of_a_nsp_file_is_told_with_the_one_that_stands_here(text: str, said: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read(f"{RECIPE}{text}", "r.toml")
    assert str(refused.value).startswith(f"r.toml, line 3, {text.split()[0]}: ")
    assert said in str(refused.value)
