"""The largest relative error of outputs whose exact value is at least a threshold (theorem 8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx.certificates.rows import SIDES, Observed
from approx.certificates.search import Found, Nodes, largest

Floats = NDArray[np.float64]


def largest_relative_error(observed: Observed, threshold: float, tolerance: float, least: float = 0.0) -> Found:
    """Of outputs beside an exact softmax of at least `threshold`."""
    return largest(observed.nodes(observed.every), _Objective(observed, threshold), tolerance, least)


class _Objective:
    def __init__(self, observed: Observed, threshold: float) -> None:
        self.observed, self.inverse = observed, 1 / threshold

    def __call__(self, nodes: Nodes) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """See `search.Objective`."""
        observed, response = self.observed, self.observed.response
        which, low, high = nodes.what // SIDES, nodes.low, nodes.high
        group = observed.groups[which]
        most, least = response.at_most(group, low), response.at_least(group, high)
        over = nodes.what % SIDES == 0
        ends = np.where(over, low, high)
        there = response.at(group, ends)
        upper, possible = self._error(which, over, low, high, np.where(over, most, least))
        reached, seen = self._error(which, over, ends, ends, there)
        final = (most == least) | ~possible
        upper = np.where(possible, upper, 0.0)
        return upper, np.where(final, upper, np.where(seen, reached, 0.0)), final

    def _error(
        self, which: NDArray[np.int64], over: NDArray[np.bool_], low: NDArray[np.int64], high: NDArray[np.int64],
        output: Floats,
    ) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
        """Relative errors, and whether an exact value can reach the threshold there."""
        observed = self.observed
        small, large = (each[which] for each in observed.exponentials)
        bases = [each[which] for each in observed.base_exponentials]
        most = observed.sum_at_most(which, low, high, bases[0]) / small
        least = observed.sum_at_least(which, low, high, bases[1]) / large
        error = np.where(over, output * np.minimum(most, self.inverse) - 1, 1 - output * least)
        return error * (1 + 2.0**-49) + 2.0**-49, least <= self.inverse * (1 + 2.0**-40)
