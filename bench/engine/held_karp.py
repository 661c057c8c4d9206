"""The cheapest order there is, for a dozen songs: exact dynamic programming over sets of songs."""

from __future__ import annotations

import numpy as np

from proxy.playlists.moves import Costs

MOST = 12
FAR = np.int64(1) << 50


def least(costs: Costs) -> int:
    """What the cheapest order costs.

    Held and Karp's method of 1962, whose state is the set of songs so far and the last one: here the last
    three, since that far songs of an artist or album cost. NEAR must be 3, and there be four songs or more.
    """
    size = len(costs)
    first, second, third = costs.pair
    ones = range(size)
    tables: dict[int, np.ndarray] = {}
    for a in ones:
        for b in set(ones) - {a}:
            for c in set(ones) - {a, b}:
                table = tables.setdefault(1 << a | 1 << b | 1 << c, np.full((size, size, size), FAR))
                own = costs.place[a, 0] + costs.place[b, 1] + costs.place[c, 2]
                table[a, b, c] = own + first[a, b] + first[b, c] + second[a, c]
    for placed in range(3, size):
        after: dict[int, np.ndarray] = {}
        for songs, table in tables.items():
            on = (table[:, :, :, None] + third[:, None, None, :]).min(axis=0)
            on += first[None, :, :] + second[:, None, :] + costs.place[None, None, :, placed]
            for song in ones:
                if not songs >> song & 1:
                    into = after.setdefault(songs | 1 << song, np.full((size, size, size), FAR))
                    into[:, :, song] = np.minimum(into[:, :, song], on[:, :, song])
        tables = after
    return int(min(table.min() for table in tables.values()))
