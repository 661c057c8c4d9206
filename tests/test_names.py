"""Names: the field's own, and a test where one looks for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "proxy").rglob("*.py"))

SAYS_NOTHING = re.compile(
    r"(^|_)(utils?|helpers?|managers?|services?|handlers?|base|common|misc|controllers?|processors?)(_|$)"
)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_names_say_what_a_thing_is(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    names = [file.stem, *(node.name for node in ast.walk(tree) if isinstance(node, defined))]
    assert not [name for name in names if SAYS_NOTHING.search(snake(name))]


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_and_functions_stay_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 40, node.name


def test_every_package_has_tests() -> None:
    tested = {file.stem.removeprefix("test_") for file in (ROOT / "tests").glob("test_*.py")}
    for file in MODULES:
        place = file.relative_to(ROOT / "proxy").with_suffix("")
        if place.name in ("__init__", "__main__", "arrays", "errors"):  # nothing that behaves
            continue
        names = {"_".join(place.parts[:depth]) for depth in range(1, len(place.parts) + 1)}
        assert any(test == name or test.startswith(f"{name}_") for test in tested for name in names), place
