"""A design as a problem about rows: what every code adds, divides and stands for, and which code must be there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx import tables
from approx.accumulator import Accumulator
from approx.certificates.enclosure import powers
from approx.certificates.hull import Hull, hull
from approx.certificates.rescaled import Contributions, contributions
from approx.composed import Softmax
from approx.fixed_point import Codes
from approx.reference import Constant, OnlineMaximum, RescaledMaximum

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LARGEST_SUM = 1 << 61


@dataclass(frozen=True)
class Problem:
    """Rows of the element `forced` (none if it is None) and `free` others of any kind.

    Elements are groups of codes with the same addend and numerator. low, high: the least and the largest exponential
    in a group (enclosed outwards, relative to the largest that a row can hold); low_code, high_code: input codes that
    have them. addends_low, addends_high: what an element adds to the sum at least and at most, in units of which
    `scale` make a step of the sum; the two differ where a running maximum rescales. lost: how many units at most a sum
    lacks. absent: whether an element may be missing, so that the bound holds for shorter rows too.
    """

    addends_low: Integers
    addends_high: Integers
    numerators: Integers
    low: Floats
    high: Floats
    low_code: Integers
    high_code: Integers
    forced: int | None
    free: int
    scale: int = 1
    lost: int = 0
    absent: bool = False

    @property
    def exact(self) -> bool:
        """Whether a row decides its sum, whatever its order."""
        return self.scale == 1 and self.lost == 0 and self.addends_low is self.addends_high

    @cached_property
    def upper(self) -> Hull:
        """Bounds the sum of exponentials from above."""
        return self._hull(self.addends_low, self.high, 1)

    @cached_property
    def lower(self) -> Hull:
        """Bounds it from below."""
        return self._hull(self.addends_high, self.low, -1)

    def _hull(self, x: Integers, y: Floats, side: int) -> Hull:
        none = np.zeros(1, dtype=np.int64)
        if self.absent:
            x, y = np.concatenate([x, none]), np.concatenate([y, none])
        return hull(x, y, side, monotone=not self.exact)


def problems(design: Softmax, row_length: int, *, up_to: bool = False, maximum: range | None = None) -> list[Problem]:
    """The problems whose worst cases together are that of the design on rows of `row_length` elements.

    up_to: of shorter rows as well. maximum: the codes that a row's largest may be; None: any.
    Raises ValueError with a sentence for designs that none describes.
    """
    _refuse_other_kinds(design)
    if design.exp.by_row_length and up_to:
        raise ValueError(f"{design.name} has a table for each row length; certify one length at a time")
    if design.row_limit is not None:
        design.row_limit.check(design, row_length)
    design = design.for_row_length(row_length)
    if not tables.has_tables(design):
        raise ValueError(f"{design.name} with input {design.input} has more than {tables.MAX_TABLE} operands; "
                         "a certificate needs them in a table")  # fmt: skip
    found = [_problem(design, row_length, up_to, *case) for case in _cases(design, maximum)]
    for each in found:
        _refuse_sums(design, each)
    return found


def _refuse_other_kinds(design: Softmax) -> None:
    name = design.name
    if not isinstance(design.accumulator, Accumulator):
        raise ValueError(f"{name} adds in floating point, where a sum depends on the order of its terms; certificates "
                         "are for integer sums")  # fmt: skip
    if design.accumulator.is_wide:
        raise ValueError(f"{name} has an accumulator of {design.accumulator.width} bits; certificates go up to 62")
    if design.ideal is not None:
        raise ValueError(f"{name} does not approximate a softmax; certificates compare with the softmax of the codes")
    if design.traits.log_output:
        raise ValueError(f"{name} gives logarithms; certificates are for probabilities")
    if not isinstance(design.input, Codes) or not isinstance(design.output, Codes):
        raise ValueError(f"{name} takes or gives floating-point codes; certificates are for fixed point")


def _cases(design: Softmax, maximum: range | None) -> Iterator[tuple[int, int | None, int]]:
    """Table row, difference of the largest code (None: no element is forced), and how many differences there are."""
    lowest, highest = design.input.lowest, design.input.highest
    if maximum is not None and not (len(maximum) and lowest <= maximum[0] <= maximum[-1] <= highest):
        raise ValueError(f"maximum = {maximum} is no range of codes of {design.input}; give one within "
                         f"{lowest} to {highest}")  # fmt: skip
    reference = design.reference
    if isinstance(reference, Constant):
        if maximum is None:
            yield 0, None, 0
        else:
            yield from ((0, reference.level - code, code) for code in maximum)
        return
    tops = maximum or range(lowest, highest + 1)
    if tables.by_maximum(design):
        yield from ((code - lowest, 0, code) for code in tops)
        return
    unit = 1 << getattr(reference, "unit_bits", 0)
    slack = reference.slack()
    for phase in range(min(unit, len(tops))):  # the highest code of each phase spans the most
        code = tops[-1 - phase]
        top = int(reference.of_rows(np.array([[code]], dtype=np.int64))[0, 0])
        assert top - code >= -slack  # noqa: S101  a reference is at most its slack below
        yield 0, top - code, code


def _problem(design: Softmax, row_length: int, up_to: bool, table_row: int, forced: int | None, top: int) -> Problem:
    """The groups of codes of one case: `forced` is the difference of the row's largest code, which is `top`."""
    reference, lowest = design.reference, design.input.lowest
    slack = reference.slack()
    first, level = (-slack, reference.level) if isinstance(reference, Constant) and forced is None else (0, 0)
    if forced is None:
        last = first + reference.span(design.input) - 1
    else:
        first, last = forced, forced + top - lowest
        level = top + forced
    if design.exp.reach is not None:
        last = min(last, first + design.exp.reach.distance)
    entries = tables.span(design)
    differences = np.arange(first, min(last, entries - slack - 1) + 1, dtype=np.int64)
    if differences[-1] < last:  # beyond the last entry nothing changes but the exponential
        differences = np.append(differences, last)
    held = np.minimum(differences + slack, entries - 1)
    low, high = powers(design.traits.base, design.input.step, differences - first)
    terms = design.tables.terms[table_row][held].astype(np.int64)
    numerators = design.tables.numerators[table_row][held].astype(np.int64)
    shares = Contributions(terms, terms, 1, 0)
    if isinstance(reference, OnlineMaximum | RescaledMaximum) and row_length > reference.lanes:
        whole = contributions(design, row_length)
        shares = replace(whole, low=whole.low[held], high=whole.high[held])
    groups = _groups(*((terms,) if shares.low is shares.high else (shares.low, shares.high)), numerators)
    far, near = _last_and_first(groups)
    addends = shares.low[near]
    return Problem(
        addends, addends if shares.low is shares.high else shares.high[near], numerators[near], low[far], high[near],
        level - differences[far], level - differences[near], None if forced is None else int(groups[0]),
        row_length - (forced is not None), shares.scale, shares.lost, up_to,
    )  # fmt: skip


def _groups(*columns: Integers) -> Integers:
    """A number for each different combination, the same for equal ones."""
    changes = np.zeros(columns[0].size, dtype=np.int64)
    if all((np.diff(column) <= 0).all() for column in columns):  # equal ones are neighbours
        changes[1:] = np.any([np.diff(column) != 0 for column in columns], axis=0)
        return np.cumsum(changes)
    order = np.lexsort(columns)
    changes[1:] = np.any([np.diff(column[order]) != 0 for column in columns], axis=0)
    numbers = np.empty_like(changes)
    numbers[order] = np.cumsum(changes)
    return numbers


def _last_and_first(groups: Integers) -> tuple[Integers, Integers]:
    """Of each group, in its order, the last and the first member."""
    count = int(groups.max()) + 1
    last, first = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    positions = np.arange(groups.size)
    last[groups] = positions
    first[groups[::-1]] = positions[::-1]
    return last, first


def _refuse_sums(design: Softmax, problem: Problem) -> None:
    most = (problem.free + 1) * int(problem.addends_high.max())
    if most > LARGEST_SUM:
        raise ValueError(f"{design.name}: {problem.free + 1} terms can sum to 2**{math.log2(most):.1f}; "
                         "certificates go up to 2**61")  # fmt: skip
