"""How the products of many vectors with one are spread, told without making them."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats


class Spread(Struct, frozen=True, eq=False):
    """Mean and covariance of some vectors, which tell those of their products with any other."""

    mean: Floats
    covariance: Floats

    @classmethod
    def of(cls, vectors: Floats) -> Spread:
        mean: Floats = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
        around = vectors - mean
        covariance: Floats = (around.T @ around / max(len(vectors), 1)).astype(np.float32)
        return cls(mean, covariance)

    def standard(self, products: Floats, vector: Floats) -> Floats:
        """Products with `vector` as deviations above their mean."""
        deviation = np.sqrt(max(float(vector @ self.covariance @ vector), 0.0))
        standard: Floats = ((products - self.mean @ vector) / max(deviation, 1e-9)).astype(np.float32)
        return standard
