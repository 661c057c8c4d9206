"""The 38 rules that the study of 25 clients has left us: each has its tests, named after it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTED = {
    int(number)
    for file in Path(__file__).parent.glob("test_rules_*.py")
    for number in re.findall(r"^def test_rule_(\d+)_", file.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("rule", range(1, 39))
def test_each_rule_has_a_test(rule: int) -> None:
    assert rule in TESTED
