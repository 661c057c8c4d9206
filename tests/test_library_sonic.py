"""What was heard, as neighbours are told by it: centred, and nothing where nothing was heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from proxy.arrays import Floats
from proxy.library import connect, transaction
from proxy.library.sonic import DIMENSION, Sonic, load
from proxy.library.sounds import Sound
from proxy.sound.styles import TAGS
from tests.factories import Shop, library, sound, track

ALL_ALIKE = np.full(DIMENSION, 3.0, dtype=np.float32)  # what every embedding has in common


def embeddings(size: int, kinds: int = 2) -> Floats:
    """Of several kinds, by turns, a little noise in each."""
    chance = np.random.default_rng(1)
    kind = chance.standard_normal((kinds, DIMENSION))[np.arange(size) % kinds]
    rows = ALL_ALIKE + kind + 0.3 * chance.standard_normal((size, DIMENSION))
    return rows.astype(np.float32)


@pytest.fixture
def sonic(tmp_path: Path) -> Sonic:
    """Of ten tracks the second is silent, and of the fifth nothing is known."""
    heard = [
        sound(n, row, jazz=0.9 if n == 7 else 0.1) for n, row in enumerate(embeddings(10)) if n not in (1, 4)
    ]
    heard.append(Sound(track_id="t0001", embedding=None, styles=None))
    return Shop(tmp_path, [track(n) for n in range(10)], embedders=(), heard=heard).index.sonic


def test_what_was_heard_is_known_and_silence_is_not(sonic: Sonic) -> None:
    assert np.flatnonzero(~sonic.known).tolist() == [1, 4]
    assert (sonic.logits[TAGS.index("jazz")].argmax(), sonic.logits.shape) == (5, (len(TAGS), 8))
    np.testing.assert_allclose(
        np.linalg.norm(sonic.rows(np.arange(10)), axis=1), [1, 0, 1, 1, 0, 1, 1, 1, 1, 1], atol=0.01
    )


def test_what_all_have_in_common_makes_nobody_alike(sonic: Sonic) -> None:
    cosines = sonic.cosines(np.array([2]))
    assert cosines[2] == pytest.approx(1, abs=0.01)
    assert (cosines[[0, 6, 8]] > 0.7).all()
    assert (cosines[[3, 5, 7, 9]] < 0).all()
    assert (cosines[[1, 4]] == 0).all()


def test_cosines_are_those_of_the_rows_and_with_several_those_of_their_mean(sonic: Sonic) -> None:
    every = sonic.rows(np.arange(10))
    some = np.array([0, 3, 6])
    mean = every[some].mean(axis=0)
    expected = every @ (mean / np.linalg.norm(mean))
    np.testing.assert_allclose(sonic.cosines(some), expected, atol=1e-5)


def unit(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=0)
    return np.asarray(centred / np.linalg.norm(centred, axis=1, keepdims=True))


def test_a_cosine_is_the_mean_of_what_both_networks_say(tmp_path: Path) -> None:
    msd, mtt = embeddings(10), embeddings(10, kinds=5)
    rows = [structs.replace(sound(n, msd[n]), embedding_mtt=mtt[n]) for n in range(10)]
    sonic = Shop(tmp_path, [track(n) for n in range(10)], embedders=(), heard=rows).index.sonic
    both = [unit(each) @ unit(each)[0] for each in (msd, mtt)]
    np.testing.assert_allclose(sonic.cosines(np.array([0])), np.mean(both, axis=0), atol=0.02)


def test_what_one_network_heard_alone_is_told_by_it(tmp_path: Path) -> None:
    """As versions left it that had only the one: alike among themselves, and less so with the others."""
    msd = embeddings(12)
    rows = [
        sound(n, msd[n]) if n < 6 else structs.replace(sound(n, msd[n]), embedding_mtt=None)
        for n in range(12)
    ]
    sonic = Shop(tmp_path, [track(n) for n in range(12)], embedders=(), heard=rows).index.sonic
    assert sonic.known.all()
    alone = (unit(msd) @ unit(msd)[6])[6:]
    np.testing.assert_allclose(sonic.cosines(np.array([6]))[6:], alone, atol=0.02)
    np.testing.assert_allclose(
        sonic.cosines(np.array([6]))[:6], (unit(msd) @ unit(msd)[6])[:6] / 2**0.5, atol=0.02
    )


def test_tracks_are_read_in_blocks_of_which_none_is_lost(tmp_path: Path) -> None:
    size = 1030
    rows = embeddings(size, kinds=size)
    path = library(
        tmp_path,
        [track(n) for n in range(size)],
        embedders=(),
        heard=[sound(n, row) for n, row in enumerate(rows)],
    )
    db = connect(path, readonly=True)
    sonic = load(db, np.arange(1, size + 1))
    assert sonic.known.all()
    for place in (0, 1023, 1024, 1029):
        assert sonic.cosines(np.array([place])).argmax() == place


def test_what_is_missing_or_of_another_network_is_as_if_not_heard(tmp_path: Path) -> None:
    heard = [sound(n, row) for n, row in enumerate(embeddings(4))]
    path = library(tmp_path, [track(n) for n in range(4)], embedders=(), heard=heard)
    db = connect(path)
    with transaction(db):
        db.execute("UPDATE track_sound SET embedding = x'0000' WHERE track_id = 't0001'")
        db.execute("UPDATE tracks SET missing_since = 'now' WHERE track_id = 't0002'")
    assert load(db, np.array([1, 2, 4])).known.tolist() == [True, False, True]


def test_where_nothing_was_heard_nothing_is_known(tmp_path: Path) -> None:
    sonic = Shop(tmp_path, [track(0)], embedders=()).index.sonic
    assert not sonic.known.any()
    assert not sonic.rows(np.array([0])).any()
