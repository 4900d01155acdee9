"""What is known of a row when one of its elements is observed: bases, free elements, sums of exponentials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx.certificates.problem import Problem
from approx.certificates.response import Response
from approx.certificates.search import Nodes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SIDES = 2  # of an error: too large (0) and too small (1)


@dataclass(frozen=True)
class Observed:
    """Every group of a problem as the observed element, on both sides: index 2 * group + side.

    The observed element may be the forced one itself, which counts as a further group at the end.
    """

    response: Response

    @property
    def problem(self) -> Problem:
        """That of the response."""
        return self.response.problem

    @cached_property
    def groups(self) -> Integers:
        """The group of each observed element."""
        count = self.problem.numerators.size
        every = np.arange(count, dtype=np.int64)
        if self.problem.forced is None:
            return every
        return np.append(every if self.problem.free else every[:0], self.problem.forced)

    @cached_property
    def free(self) -> Integers:
        """How many elements are free beside the forced and the observed one."""
        others = np.full(self.groups.size, self.problem.free - 1, dtype=np.int64)
        if self.problem.forced is not None:
            others[-1] = self.problem.free
        return others

    def base(self, values: Integers) -> Integers:
        """What the observed and the forced element have together of an addend."""
        own = values[self.groups]
        if self.problem.forced is None:
            return own
        together = own + values[self.problem.forced]
        together[-1] = own[-1]
        return together

    @cached_property
    def exponentials(self) -> tuple[Floats, Floats]:
        """The least and the largest of each observed element; that of the forced one is 1."""
        low, high = self.problem.low[self.groups], self.problem.high[self.groups]
        if self.problem.forced is not None:
            low[-1] = high[-1] = 1.0
        return low, high

    @cached_property
    def base_exponentials(self) -> tuple[Floats, Floats]:
        """With the forced element's 1."""
        low, high = (each.copy() for each in self.exponentials)
        if self.problem.forced is not None:
            low[:-1] += 1.0
            high[:-1] += 1.0
        return low, high

    @cached_property
    def base_addends(self) -> tuple[Integers, Integers]:
        """At least and at most."""
        return self.base(self.problem.addends_low), self.base(self.problem.addends_high)

    @property
    def every(self) -> Integers:
        """Both sides of every element: `what` of nodes."""
        return np.arange(SIDES * self.groups.size, dtype=np.int64)

    def nodes(self, what: Integers) -> Nodes:
        """Elements and sides on every interval of sums that they can have."""
        problem, which = self.problem, what // SIDES
        free, known = self.free[which], (self.base_addends[0][which], self.base_addends[1][which])
        least = 0 if problem.absent else int(problem.addends_low.min())
        first = -(-(known[0] + free * least - problem.lost) // problem.scale)
        last = (known[1] + free * int(problem.addends_high.max())) // problem.scale
        starts = self.response.starts
        ends = np.append(starts[1:] - 1, self.response.range[1])
        low = np.maximum(first[:, None], starts[None, :])
        high = np.minimum(last[:, None], ends[None, :])
        where, interval = np.nonzero(low <= high)
        return Nodes(what[where], low[where, interval], high[where, interval])

    def sum_at_most(self, which: Integers, low: Integers, high: Integers, base: Floats) -> Floats:
        """The largest sum of exponentials of rows with a sum in [low, high]; base: of observed and forced."""
        problem, free = self.problem, self.free[which]
        known = self.base_addends[0][which] - problem.lost
        each = np.maximum(free, 1)
        extreme = problem.upper.extreme((low * problem.scale - known) / each, (high * problem.scale - known) / each)
        return base + free * extreme

    def sum_at_least(self, which: Integers, low: Integers, high: Integers, base: Floats) -> Floats:
        """The smallest."""
        problem, free = self.problem, self.free[which]
        known = self.base_addends[1][which]
        each = np.maximum(free, 1)
        extreme = problem.lower.extreme((low * problem.scale - known) / each, (high * problem.scale - known) / each)
        return base + free * np.maximum(extreme, 0.0)
