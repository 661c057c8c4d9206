"""A Dockerfile's instructions, as the tests read them and `tests.replay_dockerfile` plays them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

FILE = Path(__file__).parents[1] / "Dockerfile"


class Instruction(Struct, frozen=True):
    """`options` are those of the instruction itself, such as COPY's `--from`; `rest` is all behind them."""

    word: str
    rest: str
    options: dict[str, str]

    @property
    def words(self) -> list[str]:
        """Of the JSON form, or as a shell splits them."""
        return list(json.loads(self.rest)) if self.rest.startswith("[") else shlex.split(self.rest)

    @property
    def pairs(self) -> dict[str, str]:
        """Of ENV, LABEL and ARG."""
        return {name: value for name, _, value in (word.partition("=") for word in self.words)}


class Stage(Struct, frozen=True):
    origin: str
    name: str
    steps: list[Instruction]

    def all(self, word: str) -> list[Instruction]:
        return [step for step in self.steps if step.word == word]

    def last(self, word: str) -> Instruction:
        return self.all(word)[-1]

    def env(self) -> dict[str, str]:
        return {name: value for step in self.all("ENV") for name, value in step.pairs.items()}


def stages(text: str) -> list[Stage]:
    """In the order of the file; the last one is the image."""
    found: list[Stage] = []
    for instruction in instructions(text):
        if instruction.word == "FROM":
            origin, *named = instruction.words
            found.append(Stage(origin, named[-1] if named else "", []))
        else:
            found[-1].steps.append(instruction)
    return found


def instructions(text: str) -> Iterator[Instruction]:
    """Comments are left out, and lines that go on are one."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", kept).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield _instruction(word.upper(), rest.strip())


def _instruction(word: str, rest: str) -> Instruction:
    options: dict[str, str] = {}
    while found := re.match(r"--([a-z-]+)=(\S+)\s+", rest):
        options[found[1]] = found[2]
        rest = rest[found.end() :]
    return Instruction(word, rest, options)
