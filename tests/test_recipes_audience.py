"""For whom a recipe is, as its file says it."""

from __future__ import annotations

import pytest

from proxy.errors import RecipeError
from proxy.recipes.reading import read
from proxy.recipes.recipe import Audience

RECIPE = '[[recipe]]\nname = "x"\n'


def test_a_library_may_be_named() -> None:
    (recipe,) = read(f'{RECIPE}for = {{ libraries = [1, "Kids"] }}\n', "r.toml")
    assert recipe.audience == Audience(libraries=frozenset({1}), named=("Kids",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'for = "everyone"',
            'for: \'everyone\' is nobody. Did you mean "all"? Write one of: "all", "admins"',
        ),
        (
            'for = "admin"',
            "for: 'admin' is nobody. Did you mean \"admins\"? Write one of",
        ),
        ('for = "cem"', 'Did you mean { users = ["cem"] }?'),
        ('for = ["ana", "cem"]', 'Did you mean { users = ["ana", "cem"] }?'),
        ('for = ""', 'for: \'\' is nobody. Write one of: "all", "admins"'),
        ("for = 3", 'for: 3 is nobody. Write one of: "all", "admins"'),
        ('for = { user = ["ana"] }', "for › user: user is nobody. Did you mean users?"),
        ("for = { library = [1] }", "for › library: library is nobody. Did you mean libraries?"),
        (
            "for = { admin = true }",
            'for › admin: admin is nobody. Did you mean for = "admins"?',
        ),
        ("for = { users = [] }", 'for › users: users are a list: users = ["ana"].'),
        ('for = { users = "ana" }', 'for › users: users are a list: users = ["ana"].'),
        ("for = { users = [1] }", 'for › users: users are a list: users = ["ana"].'),
        (
            "for = { libraries = [true] }",
            'for › libraries: libraries are a list: libraries = [1, "Kids"].',
        ),
        ('for = { users = ["ana"], libraries = [1] }', "for: this is nobody. Write one"),
    ],
)
def test_who_is_nobody_is_told_with_whom_it_may_mean(text: str, said: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read(f"{RECIPE}{text}", "r.toml")
    assert str(refused.value).startswith("r.toml, line 3, for")
    assert said in str(refused.value)
