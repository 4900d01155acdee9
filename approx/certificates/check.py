"""A stored certificate gone through again by other, simpler code: exact rationals, no hull, no best-first search.

What is used of the design: its definition, its tables, and the seams that its normaliser states. That the sums of a row
obey a price (see `Certificate.prices`) needs nothing but a maximum over the codes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from approx.certificates.certificate import Bound, Certificate
from approx.certificates.problem import Problem, problems
from approx.certificates.response import Response
from approx.composed import Softmax
from approx.correct_rounding import exact_value

Integers = NDArray[np.int64]

SAME = 1e-9  # of a quantity computed again
RANDOM_ELEMENTS = 8192  # of random rows
MOST_STEPS = 60
SIDES = ("upper", "lower")


def check(design: Softmax, certificate: Certificate) -> list[str]:
    """What was confirmed, a sentence each; raises ValueError with a sentence for the first thing that is wrong.

    Only the bound of `absolute_error` is proven again, and only where one table and the sum decide; of the others the
    witnesses are computed again, and random rows are tried.
    """
    design = design.for_row_length(certificate.row_length)
    confirmed = []
    for name, bound in certificate.bounds.items():
        _check_witness(design, certificate, name, bound)
        _check_random_rows(design, certificate, name, bound)
        confirmed.append(f"{name}: the row gives {bound.reached:.6g}; none of {_random_rows(certificate)} random "
                         f"rows breaks the bound {bound.value:.6g}.")  # fmt: skip
    if "absolute_error" in certificate.bounds:
        confirmed.append(_check_absolute(design, certificate))
    return confirmed


def exact_row(design: Softmax, row: tuple[int, ...]) -> list[Fraction]:
    """The softmax of a row of input codes as rationals, within 10**-40."""
    top = max(row)
    powers = {code: power(design, top - code) for code in set(row)}
    total = sum(powers[code] for code in row)
    return [powers[code] / total for code in row]


def power(design: Softmax, difference: int) -> Fraction:
    """base ** (-difference * step)."""
    exponent = -difference * Fraction(design.input.step)
    if design.traits.base == 2.0:
        return exact_value("exp2", exponent)
    if design.traits.base == math.e:
        return exact_value("exp", exponent)
    return exact_value("exp", exponent * exact_value("ln", Fraction(design.traits.base)))


def quantity(design: Softmax, name: str, row: tuple[int, ...], threshold: float) -> float:
    """One certified quantity of one row."""
    outputs = [_value(design, code) for code in design.definition(np.array([row], dtype=np.int64))[0]]
    exact = exact_row(design, row)
    errors = [abs(output - true) for output, true in zip(outputs, exact, strict=True)]
    match name:
        case "absolute_error":
            return float(max(errors))
        case "total_variation":
            return float(sum(errors) / 2)
        case "largest_row_sum" | "smallest_row_sum":
            return float(sum(outputs))
        case "relative_error":
            some = [error / true for error, true in zip(errors, exact, strict=True) if true >= threshold]
            return float(max(some, default=Fraction(0)))
        case "top_gap":
            return _lost_gap(row, outputs)
    raise ValueError(f"the certificate bounds {name!r}, which is not known here")


def _value(design: Softmax, code: int) -> Fraction:
    return (int(code) - design.output.zero_point) * Fraction(design.output.step)


def _lost_gap(row: tuple[int, ...], outputs: list[Fraction]) -> float:
    top = row.index(max(row))
    others = [place for place in range(len(row)) if place != top]
    if not others or max(outputs[place] for place in others) < outputs[top]:
        return 1.0
    return float(row[top] - max(row[place] for place in others) + 1)


def _check_witness(design: Softmax, certificate: Certificate, name: str, bound: Bound) -> None:
    row, length = bound.row, len(bound.row)
    if length != certificate.row_length and not (certificate.up_to and 0 < length < certificate.row_length):
        raise ValueError(f"{name}: its row has {length} elements, not {certificate.row_length}")
    if min(row) < design.input.lowest or max(row) > design.input.highest:
        raise ValueError(f"{name}: its row leaves {design.input}")
    if certificate.maximum is not None and not certificate.maximum[0] <= max(row) <= certificate.maximum[1]:
        raise ValueError(f"{name}: the largest code of its row, {max(row)}, is not within {certificate.maximum}")
    again = quantity(design, name, row, certificate.threshold)
    if abs(again - bound.reached) > SAME * (1 + abs(again)):
        raise ValueError(f"{name}: its row gives {again:.9g}, not {bound.reached:.9g}")
    _refuse_beyond(name, bound, again)


def _refuse_beyond(name: str, bound: Bound, value: float) -> None:
    beyond = bound.value - value if name == "smallest_row_sum" else value - bound.value
    if beyond > 1e-12 * (1 + abs(value)):
        raise ValueError(f"{name}: a row gives {value:.9g}, beyond the bound {bound.value:.9g}")


def _random_rows(certificate: Certificate) -> int:
    return RANDOM_ELEMENTS // certificate.row_length + 1


def _check_random_rows(design: Softmax, certificate: Certificate, name: str, bound: Bound) -> None:
    """Rows of two codes in random proportions, which come close to worst cases."""
    rng = np.random.default_rng(0)
    low, high = certificate.maximum or (design.input.lowest, design.input.highest)
    span = high - design.input.lowest if design.exp.reach is None else design.exp.reach.distance
    for _ in range(_random_rows(certificate)):
        top = int(rng.integers(low, high + 1))
        least = max(design.input.lowest, top - span)
        codes = rng.integers(least, top + 1, 2)
        others = codes[rng.integers(0, 2, certificate.row_length - 1)]
        row = tuple(int(code) for code in rng.permutation(np.append(others, top)))
        _refuse_beyond(name, bound, quantity(design, name, row, certificate.threshold))


def _check_absolute(design: Softmax, certificate: Certificate) -> str:
    """Every element, side and interval of sums: either the bound holds all over it, or it is halved."""
    bound = certificate["absolute_error"]
    maximum = None if certificate.maximum is None else range(certificate.maximum[0], certificate.maximum[1] + 1)
    every = problems(design, certificate.row_length, up_to=certificate.up_to, maximum=maximum)
    if not every[0].exact or len(every) > 1 or not certificate.prices:
        return "absolute_error: its proof is not gone through again (several tables or a running maximum)."
    intervals = sum(_proof(design, every[0], Fraction(bound.value), certificate))
    return f"absolute_error: proven again in exact arithmetic, over {intervals} intervals of sums."


def _proof(design: Softmax, problem: Problem, bound: Fraction, certificate: Certificate) -> Iterator[int]:
    """Numbers of intervals in which the bound holds, exponentials in units of 2**-80."""
    response = Response(design, problem)
    unit = 1 << 80
    top = int(problem.high_code.max())
    near = [math.ceil(power(design, top - int(code)) * unit) for code in problem.high_code]
    far = [math.floor(power(design, top - int(code)) * unit) for code in problem.low_code]
    addends = problem.addends_low.tolist()
    points = [*zip(addends, near, far, strict=True), *([(0, 0, 0)] if problem.absent else [])]
    upper, lower = ([int(Fraction(price) * unit) for price in (*certificate.prices[side], 0)] for side in SIDES)
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
                raise ValueError("absolute_error: its proof does not end")


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
            raise ValueError(f"absolute_error: at a sum of {low} the bound {float(bound):.9g} does not follow")
        middle = (low + high) // 2
        yield low, middle
        yield middle + 1, high
