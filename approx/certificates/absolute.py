"""The largest difference between an output and the softmax, over all rows (theorems 1 and 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx.certificates.quotient import quotient_bound
from approx.certificates.rows import SIDES, Observed
from approx.certificates.search import Found, Nodes, largest

Floats = NDArray[np.float64]

OUTWARD = 2.0**-50  # an output less a quotient, both of at most a few units, is rounded to within this


def outward(bound: float) -> float:
    """A bound widened by the rounding of the arithmetic that made it."""
    return bound * (1 + OUTWARD) + OUTWARD if bound > 0 else bound


def largest_error(observed: Observed, tolerance: float, least: float = 0.0) -> Found:
    """An upper bound of the error of any output; errors of at most `least` are of no interest."""
    return largest(observed.nodes, _Objective(observed), tolerance, least)


class _Objective:
    """Output less exponential over its largest sum, or exponential over its smallest sum less output."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed

    def __call__(self, nodes: Nodes) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """See `search.Objective`."""
        observed, response = self.observed, self.observed.response
        which, low, high = nodes.what // SIDES, nodes.low, nodes.high
        group = observed.groups[which]
        most, least = response.at_most(group, low), response.at_least(group, high)
        upper, reached = np.empty(which.size), np.empty(which.size)
        over = nodes.what % SIDES == 0
        part = which[over]
        quotients = [
            observed.exponentials[0][part]
            / observed.sum_at_most(part, low[over], ends, observed.base_exponentials[0][part])
            for ends in (high[over], low[over])
        ]
        upper[over] = most[over] - quotients[0]
        reached[over] = response.at(group[over], low[over]) - quotients[1]
        part = which[~over]
        quotients = [
            observed.exponentials[1][part]
            / observed.sum_at_least(part, starts, high[~over], observed.base_exponentials[1][part])
            for starts in (low[~over], high[~over])
        ]
        upper[~over] = quotients[0] - least[~over]
        reached[~over] = quotients[1] - response.at(group[~over], high[~over])
        upper = np.minimum(upper, quotient_bound(observed, nodes))
        final = most == least
        return upper, np.where(final, upper, reached), final
