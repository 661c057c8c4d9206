"""The 38 rules that the study of 25 clients has left us: each has its tests, named after it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEST = re.compile(r"^def test_rule_(\d+)_\w+\((.*?)\) -> None:", re.MULTILINE | re.DOTALL)
IN_EACH_FORMAT = re.compile(
    r"\b(ana: Listener|way: Way|form: str)\b"
)  # arguments that come as JSON and as XML
TESTS = [
    (int(number), arguments)
    for file in Path(__file__).parent.glob("test_rules_*.py")
    for number, arguments in TEST.findall(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("rule", range(1, 39))
def test_each_rule_has_a_test_in_json_and_in_xml(rule: int) -> None:
    assert any(number == rule and IN_EACH_FORMAT.search(arguments) for number, arguments in TESTS)
