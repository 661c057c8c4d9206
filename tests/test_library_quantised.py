"""Vectors at eight bits a component."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from proxy.library.quantised import BLOCK, MOST, from_rows, quantised, to_rows, zeros

VECTORS = arrays(np.float32, (5, 8), elements=st.floats(-1, 1, width=32))


@given(VECTORS)
def test_a_component_is_off_by_half_a_step_at_most(vectors: np.ndarray) -> None:  # type: ignore[type-arg]
    found = quantised(vectors).at(np.arange(5))
    steps = np.abs(vectors).max(axis=1, keepdims=True) / MOST
    assert (np.abs(found - vectors) <= steps * 0.51 + 1e-9).all()


@given(VECTORS)
def test_several_stand_where_they_were_put(vectors: np.ndarray) -> None:  # type: ignore[type-arg]
    some = quantised(vectors)
    back = zeros(10, 8)
    back.put(slice(5, 10), some)
    back.put(slice(5), quantised(vectors[::-1]))
    np.testing.assert_array_equal(back.at(np.arange(5, 10)), some.at(np.arange(5)))


@given(VECTORS)
def test_what_was_stored_one_by_one_comes_back_and_is_the_same_when_stored_again(
    vectors: np.ndarray,  # type: ignore[type-arg]
) -> None:
    some = quantised(vectors)
    back = from_rows(to_rows(some), 8)
    np.testing.assert_array_equal(back.every(), some.every())
    np.testing.assert_array_equal(quantised(back.every()).codes, some.codes)


def test_a_cosine_of_unit_vectors_is_off_by_two_thousandths_at_most() -> None:
    chance = np.random.default_rng(1)
    vectors = chance.standard_normal((200, 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = quantised(vectors).at(np.arange(200))
    assert np.abs(found @ vectors.T - vectors @ vectors.T).max() < 2e-3


def test_products_are_those_of_the_rows_also_over_several_blocks() -> None:
    chance = np.random.default_rng(2)
    some = quantised(chance.standard_normal((2 * BLOCK + 7, 8)).astype(np.float32))
    vector = chance.standard_normal(8).astype(np.float32)
    every = np.arange(len(some))
    for places in (every, every[::-1], every[1:], every[::3], np.array([5, 5, 7])):
        expected = some.at(places) @ vector
        np.testing.assert_allclose(some.products(places, vector), expected, atol=1e-4)


def test_nothing_is_nothing() -> None:
    assert zeros(0, 8).products(np.zeros(0, dtype=np.int64), np.zeros(8, dtype=np.float32)).tolist() == []
    assert zeros(0, 8).at(np.zeros(0, dtype=np.int64)).shape == (0, 8)
