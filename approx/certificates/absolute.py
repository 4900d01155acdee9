"""The largest difference between an output and the softmax, over all rows (theorems 1 and 2)."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.certificates.fast import batch_of
from approx.certificates.rows import SIDES, Observed
from approx.certificates.search import Found, Nodes, largest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

OUTWARD = 2.0**-50  # an output less a quotient, both of at most a few units, is rounded to within this
FIRST, NEXT = 8, 128  # elements whose intervals are searched at a time, the most promising first


def outward(bound: float) -> float:
    """A bound widened by the rounding of the arithmetic that made it."""
    return bound * (1 + OUTWARD) + OUTWARD if bound > 0 else bound


def largest_error(observed: Observed, tolerance: float, least: float = 0.0) -> Found:
    """An upper bound of the error of any output; errors of at most `least` are of no interest.

    Elements whose fast bound does not exceed an error that was seen need no search.
    """
    objective = Errors(observed)
    if observed.response.quotient is None:
        return largest(observed.nodes(observed.every), objective, tolerance, least)
    fast = batch_of(observed.response).errors()[0][:, -observed.groups.size :].T.ravel()
    falling = np.argsort(-fast, kind="stable")
    found = Found(least, least, (), ())
    count = FIRST
    while falling.size:
        promising = int(np.count_nonzero(fast[falling] > found.reached * (1 + tolerance)))
        if not promising:
            return found.with_bound(float(fast[falling[0]]))
        part, falling = np.split(falling, [min(count, promising)])
        found, count = found.joined(largest(observed.nodes(part), objective, tolerance, found.reached)), NEXT
    return found


class Errors:
    """Output less exponential over its largest sum, or exponential over its smallest sum less output."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed

    @cached_property
    def _elements(self) -> tuple[Floats, Floats, Integers, Floats, Floats, float, int]:
        """What the kernel knows of observed elements and of the normaliser, in probabilities."""
        observed = self.observed
        problem, design = observed.problem, observed.response.design
        known = np.stack([observed.base_addends[0] - problem.lost, observed.base_addends[1]])
        numerators = problem.numerators[observed.groups]
        step, largest_output = design.output.step, float(design.output.highest - design.output.zero_point)
        quotients, beside, stated = np.full((2, numerators.size), -1.0), np.zeros(2), observed.response.quotient
        if stated is not None:
            low, high, below, above = stated
            quotients = np.stack([high * numerators, low * numerators]) * float(step)
            beside = np.array([above, below]) * float(step)
        assert isinstance(design.accumulator, Accumulator)  # noqa: S101  problems are of integers
        return (
            np.stack(observed.exponentials), np.stack(observed.base_exponentials), known, quotients, beside,
            largest_output * float(step), design.accumulator.cap,
        )  # fmt: skip

    def __call__(self, nodes: Nodes) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """See `search.Objective`."""
        from approx.certificates import node_kernels  # noqa: PLC0415  imports numba, needed only here

        observed = self.observed
        problem = observed.problem
        most, least, there = self._outputs(nodes)
        exponentials, bases, known, quotients, beside, largest_output, cap = self._elements
        upper, reached = np.empty(nodes.what.size), np.empty(nodes.what.size)
        hulls = problem.upper, problem.lower
        node_kernels.errors(
            nodes.what, nodes.low, nodes.high, most, least, there, exponentials, bases, known, observed.free, quotients,
            beside, largest_output, hulls[0].x, hulls[0].y, hulls[1].x, hulls[1].y,
            np.array([hulls[0].slack, hulls[1].slack]), problem.scale, hulls[0].monotone, cap, upper, reached,
        )  # fmt: skip
        return upper, reached, most == least

    def _outputs(self, nodes: Nodes) -> tuple[Floats, Floats, Floats]:
        """At most and at least in a node, and at its favourable end."""
        response = self.observed.response
        group, over = self.observed.groups[nodes.what // SIDES], nodes.what % SIDES == 0
        if response.design.normalizer.wobble:
            most, least = response.at_most(group, nodes.low), response.at_least(group, nodes.high)
            return most, least, response.at(group, np.where(over, nodes.low, nodes.high))
        ends = response.at(np.concatenate([group, group]), np.concatenate([nodes.low, nodes.high]))
        most, least = ends[: group.size], ends[group.size :]
        return most, least, np.where(over, most, least)
