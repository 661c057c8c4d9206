"""The best choice there is: the same objective and limits as a mixed-integer program, solved by HiGHS."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack

from proxy.playlists.objective import MILLION
from proxy.playlists.terms import Caps, Terms

GAPS = (1e-4, 1e-3)  # the second where the first ends in HiGHS's "solve error"
INFEASIBLE = 2


class Optimum(Struct, frozen=True):
    """`feasible` is None where HiGHS could not tell in its time; no list passes `bound`, in songs."""

    feasible: bool | None
    bound: float = 0.0


def optimum(terms: Terms, caps: Caps, *, seconds: float) -> Optimum:
    """Variables: whether each song is taken, then how far each column's sum is from its goal at least."""
    columns = len(terms.goal)
    for gap in GAPS:
        found = milp(
            np.concatenate([-terms.worth / MILLION, np.ones(columns)]),
            integrality=np.concatenate([np.ones(len(terms.worth)), np.zeros(columns)]),
            bounds=_bounds(terms, caps),
            constraints=_rows(terms, caps),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        if found.status == INFEASIBLE:
            return Optimum(False)
        if found.x is not None:
            return Optimum(True, -found.mip_dual_bound)
    return Optimum(None)


def _bounds(terms: Terms, caps: Caps) -> Bounds:
    columns = len(terms.goal)
    lower = np.concatenate([caps.seed.astype(float), np.zeros(columns)])
    upper = np.concatenate([(caps.open | caps.seed).astype(float), np.full(columns, np.inf)])
    return Bounds(lower, upper)


def _rows(terms: Terms, caps: Caps) -> list[LinearConstraint]:
    size, columns = terms.columns.shape
    count, goal, unit = terms.columns.T / MILLION, terms.goal / MILLION, max(terms.slack, 1)
    low, high = ((terms.asked + slack) / unit for slack in (-terms.slack, terms.slack))
    rows = [
        _row(hstack([coo_array(count), -eye_array(columns)]), -np.inf, goal),
        _row(hstack([coo_array(-count), -eye_array(columns)]), -np.inf, -goal),
        _row(_wide(coo_array(terms.amount[None, :] / unit), columns), low, high),
    ]
    for number, room in zip(caps.number, caps.room, strict=True):
        counted = np.flatnonzero(number >= 0)
        of_group = coo_array((np.ones(len(counted)), (number[counted], counted)), shape=(len(room), size))
        rows.append(_row(_wide(of_group, columns), -np.inf, room))
    return rows


def _row(matrix: Any, low: Any, high: Any) -> LinearConstraint:
    return LinearConstraint(matrix.tocsr(), low, high)


def _wide(matrix: Any, columns: int) -> Any:
    return hstack([matrix, coo_array((matrix.shape[0], columns))])
