"""Every sum that a row can have, where there are few: the worst error is then exact (theorem 1), and so is its row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx.certificates.rows import SIDES, Observed
from approx.certificates.witness import Row

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_STEPS = 1 << 28  # of the recurrence
MOST_ENTRIES = 1 << 23  # of its table
ROUNDING = 2.0**-50  # for each element, of a sum of exponentials and of a quotient


@dataclass(frozen=True)
class Worst:
    """An error, the element (2 * group + side) that has it, and the row beside the known elements."""

    error: float
    what: int
    row: Row


@dataclass(frozen=True)
class Sums:
    """The least and the largest sum of exponentials for each count of elements and each sum of their addends."""

    observed: Observed

    @property
    def feasible(self) -> bool:
        """Whether a row decides its sum and the recurrence is short enough."""
        problem = self.observed.problem
        entries = (problem.free + 1) * self._size
        return problem.exact and entries <= MOST_ENTRIES and entries * self._addends.size <= MOST_STEPS

    @cached_property
    def _points(self) -> tuple[Integers, Floats, Floats]:
        """Addends and exponentials, an absent element last."""
        problem = self.observed.problem
        addends, low, high = problem.addends_low, problem.low, problem.high
        if problem.absent:
            addends, low, high = np.append(addends, 0), np.append(low, 0.0), np.append(high, 0.0)
        return addends, low, high

    @cached_property
    def _unit(self) -> int:
        return max(int(np.gcd.reduce(self._points[0])), 1)

    @cached_property
    def _addends(self) -> Integers:
        return self._points[0] // self._unit

    @property
    def _size(self) -> int:
        return self.observed.problem.free * int(self._addends.max()) + 1

    @cached_property
    def _layers(self) -> tuple[Floats, Floats]:
        """Count x sum: least and largest, infinite where no elements have the sum."""
        from approx.certificates import sum_kernels  # noqa: PLC0415  imports numba, needed only here

        _, low, high = self._points
        shape = self.observed.problem.free + 1, self._size
        least, most = np.full(shape, np.inf), np.full(shape, -np.inf)
        sum_kernels.extreme_sums(self._addends, low, high, least, most)
        return least, most

    def worst(self) -> Worst:
        """The largest error of any output in any row, at most `ROUNDING` of each element above it."""
        observed = self.observed
        least, most = self._layers
        best = (-np.inf, 0, 0)
        for which, group in enumerate(observed.groups.tolist()):
            count = int(observed.free[which])
            reachable = np.flatnonzero(np.isfinite(least[count]))
            sums = int(observed.base_addends[0][which]) + self._unit * reachable
            outputs = observed.response.at(np.full(sums.size, group), sums)
            for side in range(SIDES):
                own, base = observed.exponentials[side][which], observed.base_exponentials[side][which]
                exact = own / (base + (most if side == 0 else least)[count, reachable])
                errors = outputs - exact if side == 0 else exact - outputs
                place = int(np.argmax(errors))
                if errors[place] > best[0]:
                    best = float(errors[place]), SIDES * which + side, int(reachable[place])
        error, what, total = best
        rounding = ROUNDING * (observed.problem.free + 2)
        return Worst(error + rounding, what, self._row(what, total))

    def _row(self, what: int, total: int) -> Row:
        """The elements of an extreme sum, from the last one back."""
        layers = self._layers[0 if what % SIDES else 1]
        exponentials = self._points[1 if what % SIDES else 2]
        counts: dict[int, int] = {}
        for count in range(int(self.observed.free[what // SIDES]), 0, -1):
            before = total - self._addends
            value = np.where(before >= 0, layers[count - 1, np.maximum(before, 0)] + exponentials, np.nan)
            point = int(np.nanargmin(np.abs(value - layers[count, total])))
            counts[point] = counts.get(point, 0) + 1
            total = int(before[point])
        return Row(counts)
