"""Quantities that all outputs of a row share: its sum, and its total variation from the softmax."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx.certificates.problem import Problem
from approx.certificates.response import Response
from approx.certificates.search import Found, Nodes, largest

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Boxes = tuple[Integers, Integers, Floats, Floats]  # sums, and sums of exponentials, from and to

EVALUATIONS = 1 << 23  # of outputs, at a time
BOXES = 1 << 13
VARIATIONS = 1 << 20  # of a code in a box
AT_A_TIME = 128
MOST_BOXES = 3000
PRICE_STEPS = 24
ROUNDINGS = 1e-12  # relative, of sums of up to 2**20 products
SURPLUS, DEFICIT = 0, 1


@dataclass(frozen=True)
class Masses:
    """Sums over rows of a problem, bounded over boxes of sums."""

    response: Response

    @property
    def problem(self) -> Problem:
        """That of the response."""
        return self.response.problem

    @cached_property
    def order(self) -> Integers:
        """Groups by their addends."""
        return np.argsort(self.problem.addends_low, kind="stable")

    @cached_property
    def addends(self) -> Floats:
        """Of the elements that may be chosen, ascending; an absent one first."""
        addends = self.problem.addends_low[self.order].astype(np.float64)
        return np.append(0.0, addends) if self.problem.absent else addends

    @cached_property
    def exponentials(self) -> Floats:
        """At least and at most, of the same elements."""
        both = np.stack([self.problem.low[self.order], self.problem.high[self.order]])
        return np.concatenate([np.zeros((2, 1)), both], axis=1) if self.problem.absent else both

    @cached_property
    def forced_addends(self) -> tuple[int, int]:
        """What the forced element adds at least and at most."""
        forced = self.problem.forced
        if forced is None:
            return 0, 0
        return int(self.problem.addends_low[forced]), int(self.problem.addends_high[forced])

    @cached_property
    def intervals(self) -> tuple[Integers, Integers]:
        """First and last sums of intervals in which no output grows."""
        starts = self.response.starts
        return starts, np.append(starts[1:] - 1, self.response.range[1])

    def outputs(self, sums: Integers, end: int) -> tuple[Floats, Floats]:
        """Of the choosable elements (boxes x groups) and of the forced one (boxes; 0 if there is none).

        end: 1 for outputs at this sum and all larger ones, at most; -1 for smaller ones, at least; 0 for this sum.
        """
        chosen = self.response.table(self.order, sums, end)
        forced = self.problem.forced
        fixed = np.zeros(sums.size)
        if forced is not None:
            fixed = self.response.table(np.array([forced]), sums, end)[:, 0]
        return (np.concatenate([np.zeros((sums.size, 1)), chosen], axis=1) if self.problem.absent else chosen), fixed

    def most(self, values: Floats, low: Integers, high: Integers, least: Floats, most: Floats, steps: int) -> Floats:
        """The largest sums of values of the chosen elements; sums of addends of the row in [low, high], and so on."""
        from approx.certificates import kernels  # noqa: PLC0415  imports numba, needed only here

        problem = self.problem
        lowest = (low * problem.scale - self.forced_addends[1]).astype(np.float64)
        highest = (high * problem.scale + problem.lost - self.forced_addends[0]).astype(np.float64)
        if not problem.exact:
            lowest[:] = 0.0
        out = np.empty(low.size)
        kernels.most_of_boxes(
            np.ascontiguousarray(values), self.addends, self.exponentials, problem.free, lowest, highest, least, most,
            steps, out,
        )  # fmt: skip
        return out


def row_sum(masses: Masses, gap: float, least: tuple[float, float] = (0.0, 0.0)) -> tuple[Found, Found]:
    """How far the sum of a row's outputs is above 1 at most, and below 1."""
    low, high = masses.intervals
    found = []
    for side in (SURPLUS, DEFICIT):
        nodes = Nodes(np.full(low.size, side), low, high)
        objective = _RowSum(masses, 1 if side == SURPLUS else -1)
        most = max(16, min(BOXES, EVALUATIONS // masses.addends.size))
        found.append(largest(nodes, objective, gap, least[side], gap, most))
    return found[0], found[1]


class _RowSum:
    def __init__(self, masses: Masses, sign: int) -> None:
        self.masses, self.sign = masses, sign

    def __call__(self, nodes: Nodes) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """See `search.Objective`."""
        masses, sign = self.masses, self.sign
        ends = nodes.low if sign > 0 else nodes.high
        chosen, fixed = masses.outputs(ends, sign)
        nothing = np.zeros(nodes.low.size)
        total = masses.most(sign * chosen, nodes.low, nodes.high, nothing, nothing, 0) + sign * fixed
        upper = (total + np.abs(total) * ROUNDINGS) - sign
        exact_chosen, exact_fixed = (
            (chosen, fixed) if not masses.response.design.normalizer.wobble else (masses.outputs(ends, 0))
        )
        there = masses.most(sign * exact_chosen, ends, ends, nothing, nothing, 0) + sign * exact_fixed
        feasible = self._feasible(ends)
        return upper, np.where(feasible, there - sign, -np.inf), nodes.low == nodes.high

    def _feasible(self, sums: Integers) -> NDArray[np.bool_]:
        return (sums >= self.masses.response.range[0]) & (sums <= self.masses.response.range[1])


def total_variation(masses: Masses, tolerance: float, least: float = 0.0) -> float:
    """Half of the largest L1 distance from the softmax: the smaller of a bound by boxes and a closed form."""
    return min(_by_boxes(masses, tolerance, least), closed_form(masses))


def _by_boxes(masses: Masses, tolerance: float, least: float) -> float:
    """Boxes in (sum, sum of exponentials), the worst parted until they are good enough or too many.

    least: a variation that some row has.
    """
    low, high = masses.intervals
    boxes: Boxes = (low, high, *_sums_of_exponentials(masses, low, high))
    upper = _variation(masses, *boxes)
    bound = least
    budget = max(1 << 8, min(MOST_BOXES, VARIATIONS // masses.addends.size))
    while True:
        good = upper <= least * (1 + tolerance)
        bound = max(bound, float(upper[good].max(initial=0.0)))
        boxes, upper = _taken(boxes, np.flatnonzero(~good)), upper[~good]
        if not upper.size or budget < 0:
            return max(bound, float(upper.max(initial=0.0)))
        worst = np.argsort(-upper)
        now, later = worst[:AT_A_TIME], worst[AT_A_TIME:]
        parts = _parted(masses, *_taken(boxes, now))
        budget -= parts[0].size
        upper = np.concatenate([upper[later], _variation(masses, *parts)])
        boxes = _joined(_taken(boxes, later), parts)


def _taken(boxes: Boxes, which: Integers) -> Boxes:
    low, high, first, last = boxes
    return low[which], high[which], first[which], last[which]


def _joined(some: Boxes, others: Boxes) -> Boxes:
    return (
        np.concatenate([some[0], others[0]]), np.concatenate([some[1], others[1]]),
        np.concatenate([some[2], others[2]]), np.concatenate([some[3], others[3]]),
    )  # fmt: skip


def _sums_of_exponentials(masses: Masses, low: Integers, high: Integers) -> tuple[Floats, Floats]:
    problem = masses.problem
    one = 0.0 if problem.forced is None else 1.0
    each = max(problem.free, 1)
    ends = (
        (low * problem.scale - masses.forced_addends[1]) / each,
        (high * problem.scale - masses.forced_addends[1]) / each,
    )
    least = one + problem.free * np.maximum(problem.lower.extreme(*ends), 0.0)
    shift = problem.lost + masses.forced_addends[1] - masses.forced_addends[0]
    most = one + problem.free * problem.upper.extreme(ends[0] + shift / each, ends[1] + shift / each)
    return least, most


def _variation(masses: Masses, low: Integers, high: Integers, first: Floats, last: Floats) -> Floats:
    """Bounds for boxes."""
    problem = masses.problem
    most, fixed_most = masses.outputs(low, 1)
    least, fixed_least = masses.outputs(high, -1)
    e_low, e_high = masses.exponentials
    values = np.maximum(most - e_low / last[:, None], e_high / first[:, None] - least)
    one = 0.0 if problem.forced is None else 1.0
    fixed = np.maximum(fixed_most - one / last, one / first - fixed_least) if problem.forced is not None else 0.0
    total = masses.most(values, low, high, first - one, last - one, PRICE_STEPS) + fixed
    return 0.5 * (total + np.abs(total) * ROUNDINGS)


def _parted(
    masses: Masses, low: Integers, high: Integers, first: Floats, last: Floats
) -> tuple[Integers, Integers, Floats, Floats]:
    """Boxes in two across their longer side, and fitted to the hull again."""
    by_sum = (high - low) / np.maximum(low, 1) > (last - first) / first
    by_sum &= high > low
    middle = (low + high) // 2
    between = np.sqrt(first * last)
    lows = np.concatenate([low, np.where(by_sum, middle + 1, low)])
    highs = np.concatenate([np.where(by_sum, middle, high), high])
    firsts = np.concatenate([first, np.where(by_sum, first, between)])
    lasts = np.concatenate([np.where(by_sum, last, between), last])
    least, most = _sums_of_exponentials(masses, lows, highs)
    firsts, lasts = np.maximum(firsts, least), np.minimum(lasts, most)
    some = firsts <= lasts
    return lows[some], highs[some], firsts[some], lasts[some]


def closed_form(masses: Masses) -> float:
    """Theorems 4 and 5 for the table, and what the normaliser adds: a + b n / 2 with outputs within a share a and b.

    Infinite where a running maximum makes the table of a row depend on its order.
    """
    problem, response = masses.problem, masses.response
    if not problem.exact or problem.forced is None:
        return math.inf
    one = float(problem.addends_low[problem.forced])
    scaled = problem.addends_low / one
    delta = float(np.maximum(np.abs(scaled - problem.low), np.abs(scaled - problem.high)).max())
    ratios = np.concatenate([scaled / problem.high, scaled / np.maximum(problem.low, 5e-324)])
    q = float(ratios.min() / ratios.max())
    fixed = problem.free * delta / (1 + problem.free * delta)
    floating = (1 - math.sqrt(q)) / (1 + math.sqrt(q))
    step = response.design.output.step
    share = _share(masses, step)
    return (min(fixed, floating) + 0.5 * (share + (problem.free + 1) * step)) * (1 + ROUNDINGS)


def _share(masses: Masses, step: float) -> float:
    """The largest (|output - addend / sum| - step) * sum / addend over all groups and sums, a share of the quotient."""
    problem = masses.problem
    low, high = masses.intervals
    some = np.flatnonzero(problem.addends_low > 0)
    idle = problem.addends_low == 0
    if idle.any() and (masses.response.at_most(np.flatnonzero(idle), np.full(int(idle.sum()), low[0])) > step).any():
        return math.inf
    nodes = Nodes(np.repeat(some, low.size), np.tile(low, some.size), np.tile(high, some.size))
    return largest(nodes, _Share(masses, step), 0.05, 0.0, 1e-7, 1 << 18).bound


class _Share:
    def __init__(self, masses: Masses, step: float) -> None:
        self.masses, self.step = masses, step

    def __call__(self, nodes: Nodes) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """See `search.Objective`."""
        response, step = self.masses.response, self.step
        addend = self.masses.problem.addends_low[nodes.what].astype(np.float64)
        drop = 1.0
        most, least = response.at_most(nodes.what, nodes.low), response.at_least(nodes.what, nodes.high)
        upper = np.maximum((most - step) * nodes.high * drop / addend - 1, 1 - (least + step) * nodes.low / addend)
        there = response.at(nodes.what, nodes.low)
        reached = np.maximum((there - step) * nodes.low / addend - 1, 1 - (there + step) * nodes.low / addend)
        return upper + 1e-15, reached, nodes.low == nodes.high
