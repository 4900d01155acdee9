"""Look-up tables of liberty files: a value over one or two axes, linear between the points and beyond them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lookup:
    """`values[i, j]` at `first[i]`, `second[j]`; an axis that the table does not have holds the one point 0."""

    first: Floats
    second: Floats
    values: Floats

    def at(self, first: float, second: float = 0.0) -> float:
        """The value at a point; outside of the axes the outermost two points are continued."""
        i, u = _place(self.first, first)
        j, v = _place(self.second, second)
        rows = self.values[i : i + 2, j : j + 2]
        across = rows[:, 0] if rows.shape[1] == 1 else rows[:, 0] * (1 - v) + rows[:, 1] * v
        return float(across[0] if len(across) == 1 else across[0] * (1 - u) + across[1] * u)

    def times(self, factor: float) -> Lookup:
        """The table of the values times a factor."""
        return Lookup(self.first, self.second, self.values * factor)


def constant(value: float) -> Lookup:
    """The table that has one value everywhere."""
    return Lookup(np.zeros(1), np.zeros(1), np.full((1, 1), value))


def mean(tables: Sequence[Lookup]) -> Lookup | None:
    """The mean of tables, on the axes of the first one; None without any."""
    if not tables:
        return None
    first, second = tables[0].first, tables[0].second
    if all(np.array_equal(t.first, first) and np.array_equal(t.second, second) for t in tables):
        return Lookup(first, second, np.mean([table.values for table in tables], axis=0))
    values = [[np.mean([table.at(x, y) for table in tables]) for y in second] for x in first]
    return Lookup(first, second, np.array(values))


def _place(axis: Floats, at: float) -> tuple[int, float]:
    """The segment of an axis that a point belongs to, and how far along it lies."""
    if len(axis) == 1:
        return 0, 0.0
    i = int(np.clip(np.searchsorted(axis, at, side="right") - 1, 0, len(axis) - 2))
    return i, float((at - axis[i]) / (axis[i + 1] - axis[i]))
