"""A bound of the error that needs no narrow interval: where outputs are quotients but for a share and a step.

On a line S = a + b t above (or below) the sums of exponentials, c / t - e / S has one stationary point (theorem 3), so
its largest value over an interval of sums is at an end or there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx.certificates.hull import Hull
from approx.certificates.rows import SIDES, Observed
from approx.certificates.search import Nodes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDINGS = 2.0**-46  # of the quotients below, which are at most a few units


def quotient_bound(observed: Observed, nodes: Nodes) -> Floats:
    """What errors in the nodes cannot exceed; infinite where nothing is known."""
    bound = np.full(nodes.what.size, np.inf)
    stated = observed.response.quotient
    if stated is None:
        return bound
    low, high, below, above = stated
    output = observed.response.design.output
    over = nodes.what % SIDES == 0
    for side, scale, beside in ((1, high, above), (-1, low, below)):
        some = np.flatnonzero(over if side > 0 else ~over)
        which, part = nodes.what[some] // SIDES, Nodes(nodes.what[some], nodes.low[some], nodes.high[some])
        numerator = observed.problem.numerators[observed.groups[which]] * scale
        error = (
            _largest(observed, which, part, side, np.asarray(numerator * output.step, dtype=np.float64))
            + beside * output.step
            + ROUNDINGS
        )
        if side < 0:  # a clipped output is further below its quotient
            error[numerator / part.low > output.highest - output.zero_point] = np.inf
        bound[some] = error
    return bound


def _largest(observed: Observed, which: Integers, nodes: Nodes, side: int, quotient: Floats) -> Floats:
    """Of side * (quotient / t - e / S(t)) over the nodes."""
    exponential = observed.exponentials[0 if side > 0 else 1][which]
    constant, slope = _line(observed, which, nodes, side)
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = constant / (np.sqrt(exponential * slope / quotient) - slope)
    turn = np.where(np.isfinite(turn), turn, nodes.low)
    best = np.full(which.size, -np.inf)
    for at in (nodes.low, nodes.high, np.clip(turn, nodes.low, nodes.high)):
        sums = constant + slope * at
        with np.errstate(divide="ignore"):
            best = np.maximum(best, np.where(sums > 0, side * (quotient / at - exponential / sums), np.inf))
    return best


def _line(observed: Observed, which: Integers, nodes: Nodes, side: int) -> tuple[Floats, Floats]:
    """The hull's edge in the middle of each node as constant + slope * t, widened by its rounding."""
    problem = observed.problem
    hull: Hull = problem.upper if side > 0 else problem.lower
    free = observed.free[which]
    base = observed.base_addends[0][which]
    bases = observed.base_exponentials[0 if side > 0 else 1][which]
    if hull.x.size == 1:
        return bases + free * (hull.y[0] + side * hull.slack), np.zeros(which.size)
    middle = ((nodes.low + nodes.high) / 2 - base) / np.maximum(free, 1)
    edge = np.clip(np.searchsorted(hull.x, middle) - 1, 0, hull.x.size - 2)
    slope = (np.diff(hull.y) / np.diff(hull.x))[edge]
    slope[free == 0] = 0.0
    rounding = 2.0**-48 * (1 + free * (1 + np.abs(slope) * float(np.abs(hull.x).max())) + np.abs(slope * base))
    constant = bases + free * (hull.y[edge] - slope * hull.x[edge]) - slope * base
    return constant + side * (rounding + free * hull.slack), slope
