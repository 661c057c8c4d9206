"""`python -m proxy.sound.convert WHEEL FOLDER`: the weights in musicnn's wheel as files that `network` reads.

The wheel holds TensorFlow checkpoints: `.index` is a LevelDB table from a tensor's name to a message that
says where in `.data` it lies. https://github.com/google/leveldb/blob/main/doc/table_format.md and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
"""

from __future__ import annotations

import hashlib
import math
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from proxy.arrays import Floats, Halves

WHEEL = "musicnn-0.1.0-py3-none-any.whl"
SHA256 = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
CHECKPOINTS = {"msd": "musicnn/MSD_musicnn/", "mtt": "musicnn/MTT_musicnn/"}

MAGIC = 0xDB4775248B80FB57
FOOTER_BYTES = 48
FLOAT32 = 1  # TensorFlow's number of the type
LENGTH, FIXED32 = 2, 5  # a protocol buffer's kinds of fields, beside plain numbers
EPSILON = 1e-3  # what TensorFlow's batch normalisation adds to a variance

# A layer of ours: the checkpoint's convolution or dense layer, and the normalisation after it.
LAYERS = {
    "input": ("", "batch_normalization"),
    "timbral_38": ("conv2d", "batch_normalization_1"),
    "timbral_67": ("conv2d_1", "batch_normalization_2"),
    "temporal_128": ("conv2d_2", "batch_normalization_3"),
    "temporal_64": ("conv2d_3", "batch_normalization_4"),
    "temporal_32": ("conv2d_4", "batch_normalization_5"),
    "middle_1": ("conv2d_5", "batch_normalization_6"),
    "middle_2": ("conv2d_6", "batch_normalization_7"),
    "middle_3": ("conv2d_7", "batch_normalization_8"),
    "pooled": ("", "batch_normalization_9"),
    "embedding": ("dense", "batch_normalization_10"),
    "tags": ("dense_1", ""),
}


def convert(wheel: Path, folder: Path) -> None:
    """Writes `msd.npz` and `mtt.npz`. Raises ValueError where the wheel is not the one that we know."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{wheel} is not {WHEEL}: its sha256 is {digest}, not {SHA256}.")
    with zipfile.ZipFile(wheel) as archive:
        for name, place in CHECKPOINTS.items():
            index = archive.read(f"{place}.index")
            data = archive.read(f"{place}.data-00000-of-00001")
            arrays: dict[str, Any] = layers(tensors(index, data))
            np.savez_compressed(folder / f"{name}.npz", **arrays)


def layers(tensors: Mapping[str, Floats]) -> dict[str, Floats | Halves]:
    """Each layer's `kernel` at half precision, its `bias`, and its normalisation as `scale` and `shift`."""
    found: dict[str, Floats | Halves] = {}
    for layer, (weights, normalisation) in LAYERS.items():
        if weights:
            found[f"{layer}.kernel"] = tensors[f"{weights}/kernel"].astype(np.float16)
            found[f"{layer}.bias"] = tensors[f"{weights}/bias"]
        if normalisation:
            mean, variance, gamma, beta = (
                tensors[f"{normalisation}/{part}"].astype(np.float64)
                for part in ("moving_mean", "moving_variance", "gamma", "beta")
            )
            scale = gamma / np.sqrt(variance + EPSILON)
            found[f"{layer}.scale"] = scale.astype(np.float32)
            found[f"{layer}.shift"] = (beta - mean * scale).astype(np.float32)
    return found


def tensors(index: bytes, data: bytes) -> dict[str, Floats]:
    """The float32 tensors of a checkpoint by name. Raises ValueError where it is none that we can read."""
    if len(index) < FOOTER_BYTES or struct.unpack("<Q", index[-8:])[0] != MAGIC:
        raise ValueError("The checkpoint's index is no LevelDB table.")
    _, place = _handle(index, len(index) - FOOTER_BYTES)
    (offset, size), _ = _handle(index, place)
    found = {}
    for _, handle in _entries(_block(index, offset, size)):
        for key, value in _entries(_block(index, *_handle(handle, 0)[0])):
            if key and (tensor := _tensor(value, data)) is not None:
                found[key.decode()] = tensor
    return found


def _block(table: bytes, offset: int, size: int) -> bytes:
    if table[offset + size]:
        raise ValueError("The checkpoint's index is compressed.")
    return table[offset : offset + size]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys share a beginning with the key before; at the end stand the places where they do not."""
    restarts: int = struct.unpack("<I", block[-4:])[0]
    end, place, key = len(block) - 4 * (restarts + 1), 0, b""
    while place < end:
        shared, place = _varint(block, place)
        own, place = _varint(block, place)
        size, place = _varint(block, place)
        key = key[:shared] + block[place : place + own]
        place += own
        yield key, block[place : place + size]
        place += size


def _tensor(entry: bytes, data: bytes) -> Floats | None:
    """What a BundleEntryProto tells: 1 type, 2 shape (of 2 dimensions, of 1 size), 4 offset, 5 size."""
    numbers, messages = _fields(entry)
    if numbers.get(1) != FLOAT32:
        return None
    sizes = [_fields(dimension)[0].get(1, 0) for dimension in _fields(messages[2][0])[1].get(2, [])]
    values = np.frombuffer(data, "<f4", math.prod(sizes), numbers.get(4, 0))
    if values.nbytes != numbers.get(5):
        raise ValueError("A tensor of the checkpoint is not as large as its shape.")
    return values.reshape(sizes)


def _fields(message: bytes) -> tuple[dict[int, int], dict[int, list[bytes]]]:
    """The numbers and the messages in a protocol buffer by their fields; four fixed bytes are passed over."""
    numbers: dict[int, int] = {}
    messages: dict[int, list[bytes]] = {}
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        field, kind = tag >> 3, tag & 7
        if kind == FIXED32:
            place += 4
            continue
        value, place = _varint(message, place)
        if kind == LENGTH:
            messages.setdefault(field, []).append(message[place : place + value])
            place += value
        else:
            numbers[field] = value
    return numbers, messages


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number in sevens of bits, lowest first, and the place after it."""
    value = shift = 0
    while True:
        value |= (data[place] & 127) << shift
        shift, place = shift + 7, place + 1
        if data[place - 1] < 128:
            return value, place


def _handle(data: bytes, place: int) -> tuple[tuple[int, int], int]:
    """Offset and size of a block, and the place after them."""
    offset, place = _varint(data, place)
    size, place = _varint(data, place)
    return (offset, size), place


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
