"""Names in a column: as near as they can be to where they belong, and never closer than a line."""

from __future__ import annotations

import numpy as np

from experiments.plots.geometry import Floats


def spread(wanted: Floats, step: float, low: float, high: float) -> Floats:
    """Places for n names that want to be at `wanted` [n], at least `step` apart and between `low` and `high`.

    The sum of squared moves is the least possible in the given order (pool adjacent violators). Where n names do not
    fit between `low` and `high` they start at `low` and go beyond `high`.
    """
    order = np.argsort(wanted, kind="stable")
    shifts = step * np.arange(len(wanted))
    pools: list[list[float]] = []
    for value in wanted[order] - shifts:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            last = pools.pop()
            pools[-1].extend(last)
    level = np.array([np.mean(pool) for pool in pools for _ in pool])
    top = max(low, high - step * (len(wanted) - 1))
    places = np.empty(len(wanted))
    places[order] = np.clip(level, low, top) + shifts
    return places
