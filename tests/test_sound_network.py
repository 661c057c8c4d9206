"""The networks and what they see of a sound, against the original."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from proxy.arrays import Doubles, Floats
from proxy.sound import network
from proxy.sound.mel import BANDS, RATE, log_mel
from proxy.sound.network import EMBEDDING, FRAMES, TAGS, load

GOLDEN = json.loads((Path(__file__).parent / "data" / "musicnn" / "golden.json").read_text(encoding="utf-8"))
DATA = Path(network.__file__).parent / "data"
FRONT = ("timbral_38", "timbral_67", "temporal_128", "temporal_64", "temporal_32")
BOTH = {name: load(name) for name in ("msd", "mtt")}


@pytest.fixture(scope="module")
def signal() -> Floats:
    """The formula in the file."""
    time = np.arange(3 * RATE) / RATE
    warble = np.sin(2 * np.pi * 660 * time * (1 + 0.02 * np.sin(2 * np.pi * 5 * time)))
    pulse = np.sign(np.sin(2 * np.pi * 2 * time)) * np.sin(2 * np.pi * 1760 * time)
    return (0.30 * np.sin(2 * np.pi * 220 * time) + 0.20 * warble + 0.15 * pulse).astype(np.float32)


def test_the_log_mel_is_the_original(signal: Floats) -> None:
    seen = log_mel(signal)
    assert list(seen.shape) == GOLDEN["logmel_shape"]
    assert seen.mean() == pytest.approx(GOLDEN["logmel_mean"], abs=1e-5)
    assert seen[0] == pytest.approx(GOLDEN["logmel_row_0"], abs=2e-5)
    assert seen[100] == pytest.approx(GOLDEN["logmel_row_100"], abs=2e-5)


def test_silence_is_nothing_in_every_band() -> None:
    assert not log_mel(np.zeros(RATE, dtype=np.float32)).any()


@pytest.mark.parametrize("name", BOTH)
def test_tags_and_embedding_are_the_original(name: str, signal: Floats) -> None:
    logits, embedding = BOTH[name].hear(log_mel(signal)[:FRAMES])
    golden = GOLDEN[name.upper()]
    assert logits.shape == (TAGS,)
    assert 1 / (1 + np.exp(-logits)) == pytest.approx(golden["tags"], abs=2e-3)
    assert cosine(embedding, golden["embedding"]) >= 0.9999
    assert embedding == pytest.approx(golden["embedding"], abs=0.05)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("shown", ["noise", "first frame", "last frame", "lowest band", "highest band"])
def test_what_is_done_for_speed_changes_nothing(name: str, shown: str) -> None:
    noise = np.random.default_rng(7).uniform(0, 5, (FRAMES, BANDS)).astype(np.float32)
    part = {
        "noise": np.s_[:, :],
        "first frame": np.s_[:1],
        "last frame": np.s_[-1:],
        "lowest band": np.s_[:, :1],
        "highest band": np.s_[:, -1:],
    }[shown]
    seen = np.zeros_like(noise)
    seen[part] = noise[part]
    logits, embedding = BOTH[name].hear(seen)
    plain_logits, plain_embedding = plainly(name, seen)
    assert logits == pytest.approx(plain_logits, abs=2e-4)
    assert embedding == pytest.approx(plain_embedding, abs=2e-4)


def test_the_two_networks_are_not_one() -> None:
    seen = np.ones((FRAMES, BANDS), dtype=np.float32)
    assert not np.allclose(BOTH["msd"].hear(seen)[0], BOTH["mtt"].hear(seen)[0], atol=0.1)
    assert BOTH["msd"].hear(seen)[1].shape == (EMBEDDING,)


def plainly(name: str, seen: Floats) -> tuple[Doubles, Doubles]:
    """The network as its authors drew it: every filter at every place, every layer after its filters."""
    with np.load(DATA / f"{name}.npz") as arrays:
        w = {key: arrays[key].astype(np.float64) for key in arrays.files}

    def after(layer: str, product: Doubles) -> Doubles:
        return np.maximum(product + w[f"{layer}.bias"], 0) * w[f"{layer}.scale"] + w[f"{layer}.shift"]

    def convolved(layer: str, rows: Doubles) -> Doubles:
        kernel = w[f"{layer}.kernel"][:, :, 0]
        before = (len(kernel) - 1) // 2
        padded = np.pad(rows, ((before, len(kernel) - 1 - before), (0, 0)))
        windows = sliding_window_view(padded, kernel.shape[:2])
        return after(layer, np.tensordot(windows, kernel, axes=2))

    x = seen * w["input.scale"] + w["input.shift"]
    front = [convolved(layer, x).max(axis=1) for layer in FRONT]
    front = np.concatenate(front, axis=1)
    one = convolved("middle_1", front)[:, 0]
    two = convolved("middle_2", one)[:, 0] + one
    three = convolved("middle_3", two)[:, 0] + two
    whole = np.concatenate([front, one, two, three], axis=1)
    pooled = np.array([whole.max(axis=0), whole.mean(axis=0)]).T.ravel()
    pooled = pooled * w["pooled.scale"] + w["pooled.shift"]
    embedding = after("embedding", pooled @ w["embedding.kernel"])
    return embedding @ w["tags.kernel"] + w["tags.bias"], embedding


def cosine(one: Floats, other: list[float]) -> float:
    return float(one @ np.array(other) / np.linalg.norm(one) / np.linalg.norm(other))
