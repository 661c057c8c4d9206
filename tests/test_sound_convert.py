"""The reader of checkpoints, on tables of our own making, and what becomes of their tensors."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from proxy.sound.convert import LAYERS, MAGIC, convert, layers, tensors

HALF, SINGLE = 19, 1  # TensorFlow's numbers of types


def test_another_wheel_is_refused_by_its_digest(tmp_path: Path) -> None:
    wheel = tmp_path / "musicnn-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"PK")
    with pytest.raises(ValueError, match="sha256"):
        convert(wheel, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [wheel.name]


def test_tensors_are_found_by_name_with_their_shapes() -> None:
    values = np.arange(600, dtype="<f4")
    entries = [
        (b"", b""),
        (b"conv2d/bias", entry([4], 0, 16)),
        (b"conv2d/kernel", entry([7, 10, 2], 16, 560)),
        (b"conv2d_1/bias", entry([], 576, 4)),
    ]
    found = tensors(table([entries[:2], entries[2:]]), values.tobytes())
    assert list(found) == ["conv2d/bias", "conv2d/kernel", "conv2d_1/bias"]
    assert found["conv2d/bias"].tolist() == [0, 1, 2, 3]
    assert found["conv2d/kernel"].shape == (7, 10, 2)
    assert found["conv2d/kernel"][0, 0].tolist() == [4, 5]
    assert found["conv2d_1/bias"] == 144


def test_what_is_not_of_single_precision_is_passed_over() -> None:
    assert tensors(table([[(b"step", entry([1], 0, 2, kind=HALF))]]), bytes(8)) == {}


@pytest.mark.parametrize(
    ("index", "why"),
    [
        (b"", "no LevelDB table"),
        (bytes(60), "no LevelDB table"),
    ],
)
def test_what_is_no_table_is_refused(index: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        tensors(index, b"")


def test_a_compressed_table_is_refused() -> None:
    with pytest.raises(ValueError, match="compressed"):
        tensors(table([[(b"bias", entry([1], 0, 4))]], compression=1), bytes(8))


def test_a_tensor_of_another_size_than_its_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="not as large"):
        tensors(table([[(b"bias", entry([2], 0, 4))]]), bytes(8))


def test_a_normalisation_becomes_a_scale_and_a_shift() -> None:
    made = layers(checkpoint())
    value = 3.0
    normalised = (value - 0.5) / np.sqrt(4 + 0.001) * 2 + 1
    assert value * made["input.scale"] + made["input.shift"] == pytest.approx(normalised)
    assert made["tags.kernel"].dtype == np.float16
    assert made["tags.bias"].dtype == np.float32
    assert "tags.scale" not in made
    assert "pooled.kernel" not in made


def checkpoint() -> dict[str, np.ndarray]:
    """One number for every tensor."""
    parts = {"kernel": 0.25, "bias": 0.125, "moving_mean": 0.5, "moving_variance": 4, "gamma": 2, "beta": 1}
    names = {name for layer in LAYERS.values() for name in layer if name}
    return {f"{name}/{part}": np.array([parts[part]], np.float32) for name in names for part in parts}


def entry(shape: Sequence[int], offset: int, size: int, kind: int = SINGLE) -> bytes:
    """A BundleEntryProto, with a checksum that nobody reads."""
    dimensions = b"".join(message(2, b"\x08" + varint(length)) for length in shape)
    start = b"\x20" + varint(offset) if offset else b""
    return b"\x08" + varint(kind) + message(2, dimensions) + start + b"\x28" + varint(size) + b"\x35abcd"


def message(field: int, content: bytes) -> bytes:
    return bytes([field << 3 | 2]) + varint(len(content)) + content


def table(blocks: Sequence[Sequence[tuple[bytes, bytes]]], compression: int = 0) -> bytes:
    """A LevelDB table: the blocks, an index of them, and the footer."""
    made, handles = b"", []
    for entries in blocks:
        content = block(entries)
        handles.append((entries[-1][0], varint(len(made)) + varint(len(content))))
        made += content + bytes([compression]) + b"crc!"
    index = block(handles)
    places = varint(0) + varint(0) + varint(len(made)) + varint(len(index))
    return made + index + b"\0crc!" + places.ljust(40, b"\0") + struct.pack("<Q", MAGIC)


def block(entries: Sequence[tuple[bytes, bytes]]) -> bytes:
    made, before = b"", b""
    for key, value in entries:
        shared = next((n for n, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), len(before))
        shared = min(shared, len(key), len(before))
        made += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    return made + struct.pack("<II", 0, 1)


def varint(value: int) -> bytes:
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])
