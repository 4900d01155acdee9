"""The bound of the error of an output proven again: exact integers and rationals, no hull, no best-first search.

What is used of the design: its tables, its arithmetic, and the seams that its normaliser states. That the sums of a row
obey a price (see `Certificate.prices`) needs nothing but a maximum over the codes, so any prices will do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from approx.certificates.certificate import Certificate
from approx.certificates.problem import Problem, problems
from approx.certificates.response import Response
from approx.composed import Softmax
from approx.correct_rounding import exact_value

Integers = NDArray[np.int64]

MOST_STEPS = 60
MOST_ELEMENTS = 1 << 13  # observed, over all tables
MOST_SUMS = 1 << 28  # steps of a recurrence over all sums
SUM_UNIT = 1 << 50  # of exponentials there, so that 2**12 of them fit
NEAR = 1e-9  # of the bound: closer errors are compared in rationals
SIDES = ("upper", "lower")


class UnprovenError(ValueError):
    """A bound that does not follow from hulls; it may still follow from all sums."""


def power(design: Softmax, difference: int) -> Fraction:
    """base ** (-difference * step), within 10**-40 of itself."""
    exponent = -difference * Fraction(design.input.step)
    if design.traits.base == 2.0:
        return exact_value("exp2", exponent)
    if design.traits.base == math.e:
        return exact_value("exp", exponent)
    return exact_value("exp", exponent * exact_value("ln", Fraction(design.traits.base)))


def check_absolute(design: Softmax, certificate: Certificate) -> str:
    """A sentence with what was proven; ValueError where the bound does not follow."""
    bound = Fraction(certificate["absolute_error"].value)
    maximum = None if certificate.maximum is None else range(certificate.maximum[0], certificate.maximum[1] + 1)
    every = problems(design, certificate.row_length, up_to=certificate.up_to, maximum=maximum)
    if not every[0].exact:
        return "absolute_error: its proof is not gone through again (a running maximum)."
    if sum(each.numerators.size for each in every) > MOST_ELEMENTS:
        return f"absolute_error: its proof is not gone through again (more than {MOST_ELEMENTS} elements to observe)."
    responses = [Response(design, each) for each in every]
    try:
        intervals = sum(sum(_by_intervals(each, _prices(each.problem, certificate), bound)) for each in responses)
    except UnprovenError:
        if not all(_few_sums(each) for each in every):
            raise
        sums = sum(_by_sums(each, bound) for each in responses)
        return f"absolute_error: proven again in exact arithmetic, over all {sums} sums of rows."
    return f"absolute_error: proven again in exact arithmetic, over {intervals} intervals of sums."


def _prices(problem: Problem, certificate: Certificate) -> Mapping[str, Sequence[float]]:
    """Those stored, or those of this table where there are several: a hint, of which nothing is believed."""
    if certificate.prices:
        return certificate.prices
    hulls = zip(SIDES, (problem.upper, problem.lower), strict=True)
    return {side: (np.diff(hull.y) / np.diff(hull.x)).tolist() for side, hull in hulls}


def _exponentials(design: Softmax, problem: Problem, unit: int) -> tuple[list[int], list[int]]:
    """Of each group the largest rounded up and the smallest rounded down, in 1/unit of the largest in a row."""
    top = int(problem.high_code.max() if problem.forced is None else problem.high_code[problem.forced])
    near = [math.ceil(power(design, top - int(code)) * unit) for code in problem.high_code]
    far = [math.floor(power(design, top - int(code)) * unit) for code in problem.low_code]
    return near, far


def _by_intervals(response: Response, prices: Mapping[str, Sequence[float]], bound: Fraction) -> Iterator[int]:
    """Numbers of intervals in which the bound holds, exponentials in units of 2**-80."""
    design, problem = response.design, response.problem
    unit = 1 << 80
    near, far = _exponentials(design, problem, unit)
    addends = problem.addends_low.tolist()
    points = [*zip(addends, near, far, strict=True), *([(0, 0, 0)] if problem.absent else [])]
    upper, lower = ([int(Fraction(price) * unit) for price in (*prices[side], 0)] for side in SIDES)
    tops = [(price, max(e - price * a for a, e, _ in points)) for price in upper]
    bottoms = [(price, min(e - price * a for a, _, e in points)) for price in lower]
    starts = response.starts.tolist()
    ends = [start - 1 for start in starts[1:]] + [response.range[1]]
    extremes = min(a for a, _, _ in points), max(a for a, _, _ in points)
    for group, forced, free in _elements(problem):
        base = addends[group] + (0 if forced is None else addends[forced])
        one = 0 if forced is None else unit
        itself = forced is None and problem.forced is not None
        for side, own in ((1, unit if itself else far[group]), (-1, unit if itself else near[group])):
            open_ = [
                (max(low, base + free * extremes[0]), min(high, base + free * extremes[1]))
                for low, high in zip(starts, ends, strict=True)
            ]
            open_ = [(low, high) for low, high in open_ if low <= high]
            for _ in range(MOST_STEPS):
                if not open_:
                    break
                yield len(open_)
                open_ = list(_halves(response, group, side, own, one, base, free, tops if side > 0 else bottoms,
                                     bound, open_))  # fmt: skip
            else:
                raise UnprovenError("absolute_error: its proof does not end")


def _elements(problem: Problem) -> Iterator[tuple[int, int | None, int]]:
    """Observed group, the forced group beside it, and how many elements are free."""
    groups = range(problem.numerators.size)
    if problem.forced is None:
        yield from ((group, None, problem.free - 1) for group in groups)
        return
    yield problem.forced, None, problem.free
    if problem.free:
        yield from ((group, problem.forced, problem.free - 1) for group in groups)


def _halves(
    response: Response, group: int, side: int, own: int, one: int, base: int, free: int, lines: list[tuple[int, int]],
    bound: Fraction, intervals: list[tuple[int, int]],
) -> Iterator[tuple[int, int]]:  # fmt: skip
    """The halves of intervals in which the bound is not seen to hold."""
    ends = np.array([low if side > 0 else high for low, high in intervals], dtype=np.int64)
    which = np.full(ends.size, group, dtype=np.int64)
    outputs = response.at_most(which, ends) if side > 0 else response.at_least(which, ends)
    for (low, high), output in zip(intervals, outputs.tolist(), strict=True):
        sums = [free * height + price * (end - base) for price, height in lines for end in (low, high)]
        pairs = list(zip(sums[::2], sums[1::2], strict=True))
        if side > 0:
            total = own + one + min(max(pair) for pair in pairs)
            holds = total <= 0 or (Fraction(output) - bound) * total <= own
        else:
            total = max(own + one + max(min(pair) for pair in pairs), own + one)
            holds = own <= (Fraction(output) + bound) * total
        if holds:
            continue
        if low == high:
            raise UnprovenError(f"absolute_error: at a sum of {low} the bound {float(bound):.9g} does not follow")
        middle = (low + high) // 2
        yield low, middle
        yield middle + 1, high


def _few_sums(problem: Problem) -> bool:
    size = problem.free * int(problem.addends_low.max()) + 1
    return (problem.free + 1) * size * problem.numerators.size <= MOST_SUMS and problem.free < 1 << 12


def _by_sums(response: Response, bound: Fraction) -> int:
    """How many sums of rows there are for all observed elements; the bound holds at each of them."""
    design, problem = response.design, response.problem
    near, far = _exponentials(design, problem, SUM_UNIT)
    layers = {problem.free - 1, problem.free}
    most, least = (_extreme_sums(problem, each, side, layers) for each, side in ((near, 1), (far, -1)))
    count = 0
    for group, forced, free in _elements(problem):
        base = int(problem.addends_low[group]) + (0 if forced is None else int(problem.addends_low[forced]))
        one = 0 if forced is None else SUM_UNIT
        itself = forced is None and problem.forced is not None
        reachable = np.flatnonzero(most[free] >= 0)
        outputs = response.at(np.full(reachable.size, group), base + reachable)
        count += reachable.size
        owns = (SUM_UNIT, SUM_UNIT) if itself else (far[group], near[group])
        for side, sums, own in zip((1, -1), (most, least), owns, strict=True):
            total = sums[free][reachable] + own + one
            errors = side * (outputs - own / total)
            for place in np.flatnonzero(errors > float(bound) - NEAR).tolist():
                if side * (Fraction(float(outputs[place])) - Fraction(own, int(total[place]))) > bound:
                    raise ValueError(f"absolute_error: at a sum of {base + reachable[place]} the bound "
                                     f"{float(bound):.9g} does not follow")  # fmt: skip
    return count


def _extreme_sums(problem: Problem, exponentials: list[int], side: int, layers: set[int]) -> dict[int, Integers]:
    """For counts of elements, the largest (side = 1) or smallest sum of exponentials at each sum of addends.

    Where no elements have the sum, -1 (or the largest int64).
    """
    addends = [*problem.addends_low.tolist(), *([0] if problem.absent else [])]
    values = [*exponentials, *([0] if problem.absent else [])]
    size = problem.free * max(addends) + 1
    nothing = -1 if side > 0 else np.iinfo(np.int64).max
    layer = np.full(size, nothing, dtype=np.int64)
    layer[0] = 0
    kept = {0: layer}
    for count in range(1, problem.free + 1):
        known = layer != nothing
        following = np.full(size, nothing, dtype=np.int64)
        for addend, value in zip(addends, values, strict=True):
            shifted = np.where(known, layer + value, nothing)[: size - addend]
            best = np.maximum if side > 0 else np.minimum
            following[addend:] = best(following[addend:], shifted)
        layer = following
        if count in layers:
            kept[count] = layer
    return kept
