"""What is subtracted from every code, and in which order the terms are summed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator, FloatSum
from approx.bill import Operator
from approx.float_format import Format
from approx.unit import ExpUnit

Integers = NDArray[np.int64]
Live = NDArray[np.bool_] | None
Sum = Accumulator | FloatSum
Reduced = tuple[NDArray[Any], NDArray[Any]]
Direction = Literal["ceil", "floor"]


@dataclass(frozen=True)
class UnitGrowth:
    """The shift that a growth of the reference causes: its binary orders, 2**unit_bits codes each."""

    unit_bits: int

    def __call__(self, growth: Integers) -> Integers:
        """growth: codes, a multiple of the unit."""
        return growth >> self.unit_bits


class Reference(ABC):
    """A policy for the reference code m of a row, with the accumulation that goes with it."""

    passes: int
    rescales: bool  # whether a growing reference shifts the sum so far

    @abstractmethod
    def slack(self) -> int:
        """How many steps a code can lie above the reference (0 unless the reference is rounded down)."""

    @abstractmethod
    def span(self, codes: Format) -> int:
        """How many different differences there are, counted from -slack."""

    @abstractmethod
    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """The definition: sums of the rows and numerators of the elements of a rectangular block.

        codes: int64, R x N. live: False where an element does not count (it carries the lowest code, so that it is no
        maximum, and keeps its place in a chunk); None if all are live. lowest: the lowest code of the format.
        """

    def rescaling(self, total: int, term: int) -> tuple[Operator, ...]:
        """The circuit that rescales a sum of `total` bits by a term of `term` bits, used once a group; or nothing."""
        return ()

    @abstractmethod
    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """The circuit that finds the reference, with its uses for one group of `lanes` elements."""


@dataclass(frozen=True)
class RowMaximum(Reference):
    """The maximum of the whole row, found in a sweep of its own; rounded to whole units where `unit_bits` is not 0.

    unit_bits: the reference is a multiple of 2**unit_bits codes. rounding: "ceil" or "floor" of that multiple.
    """

    unit_bits: int = 0
    rounding: Direction = "floor"

    passes = 3
    rescales = False

    def slack(self) -> int:
        """Nothing lies above the maximum, unless it is floored."""
        return _slack(self.unit_bits, self.rounding)

    def span(self, codes: Format) -> int:
        """Every difference of two codes, and those that rounding adds."""
        return codes.highest - codes.lowest + (1 << self.unit_bits)

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """Maximum first, then the sum of the terms of all differences."""
        maximum = _rounded(codes.max(axis=1, keepdims=True), self.unit_bits, self.rounding)
        terms, numerators = exp.terms_and_numerators(maximum - codes, maximum)
        return accumulator.total(_only(live, terms)), numerators

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """A tree over the lanes and the comparison with the maximum so far."""
        tree = (Operator("maximum_tree", (lanes, codes.width), 1, 1, "maximum"),) if lanes > 1 else ()
        best = Operator("maximum", (codes.width,), 1, 1, "maximum")
        return (*tree, best, Operator("register", (codes.width,), 1, 1, "maximum"))


@dataclass(frozen=True)
class Constant(Reference):
    """No maximum: the difference is level - code, for units that read the code itself or a fixed window.

    level: a code. top: the highest code of the input format.
    """

    level: int
    top: int

    passes = 2
    rescales = False

    def slack(self) -> int:
        """How far the highest code lies above the level."""
        return self.top - self.level

    def span(self, codes: Format) -> int:
        """One difference a code."""
        return codes.highest - codes.lowest + 1

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """The sum of the terms of all differences from the level."""
        terms, numerators = exp.terms_and_numerators(self.level - codes, np.full((1, 1), self.level, dtype=np.int64))
        return accumulator.total(_only(live, terms)), numerators

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """Nothing."""
        return ()


@dataclass(frozen=True)
class OnlineMaximum(Reference):
    """A running maximum: one sweep, in which a grown maximum shifts the sum so far to the right.

    lanes: elements of a chunk, which share one maximum and one adder tree. unit_bits: the maximum is rounded to a
    multiple of 2**unit_bits codes, so that it is a whole number of binary orders. rounding: "ceil" or "floor" of that
    multiple. growth: the shift that a growth of the reference (in codes) causes. Sums are truncated at every growth, so
    the result depends on the order of the elements and on `lanes`.
    """

    lanes: int
    unit_bits: int
    rounding: Direction
    growth: Callable[[Integers], Integers]

    passes = 2
    rescales = True

    def slack(self) -> int:
        """A floored maximum leaves up to one unit less one step above it."""
        return _slack(self.unit_bits, self.rounding)

    def span(self, codes: Format) -> int:
        """One unit more than the differences of two codes."""
        return codes.highest - codes.lowest + (1 << self.unit_bits)

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """Chunk by chunk: raise the reference, shift the old sum, add the chunk's terms below the new reference."""
        if isinstance(accumulator, FloatSum):
            raise TypeError("an online reference rescales an integer sum by shifts; it has no float sum")
        reference = self._round(np.full((len(codes), 1), lowest, dtype=np.int64))
        sums = np.zeros((len(codes), 1), dtype=np.int64)
        for start in range(0, codes.shape[1], self.lanes):
            part = slice(start, start + self.lanes)
            alive = None if live is None else live[:, part]
            chunk = codes[:, part]
            higher = np.maximum(reference, self._round(chunk.max(axis=1, keepdims=True)))
            sums >>= np.minimum(self.growth(higher - reference), 62)
            reference = higher
            terms = _only(alive, exp.terms(reference - chunk, reference))
            sums = accumulator.fit(sums + (terms.sum(axis=1, keepdims=True) >> accumulator.drop))
        return sums[:, 0], exp.numerators(reference - codes, reference)

    def _round(self, maximum: Integers) -> Integers:
        return _rounded(maximum, self.unit_bits, self.rounding)

    def rescaling(self, total: int, term: int) -> tuple[Operator, ...]:
        """A shifter."""
        return (Operator("shift", (total, (total - 1).bit_length()), 1, 1, "sum"),)

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """The maximum over the lanes and so far, and how far it grew."""
        tree = (Operator("maximum_tree", (lanes, codes.width), 1, 1, "maximum"),) if lanes > 1 else ()
        width = codes.width - self.unit_bits + (1 if self.rounding == "ceil" and self.unit_bits else 0)
        rounding = (Operator("add", (width,), 1, 1, "maximum"),) if self.rounding == "ceil" and self.unit_bits else ()
        best = Operator("maximum", (width,), 1, 1, "maximum")
        grown = Operator("subtract", (width,), 1, 1, "maximum")
        return (*tree, *rounding, best, grown, Operator("register", (width,), 1, 1, "maximum"))


@dataclass(frozen=True)
class RescaledMaximum(Reference):
    """A running maximum in any base: a grown maximum multiplies the sum so far by the exponential of its growth.

    lanes: elements of a chunk, which share one maximum and one adder tree. one_bits: the exponential of 0 is
    2**one_bits. The product is truncated at every growth, so the result depends on the order of the elements and on
    `lanes`; a sum loses less than one step each time. The exponential is that of the terms, which makes it an integer.
    """

    lanes: int
    one_bits: int

    passes = 2
    rescales = True

    def slack(self) -> int:
        """Nothing lies above the maximum."""
        return 0

    def span(self, codes: Format) -> int:
        """Every difference of two codes."""
        return codes.highest - codes.lowest + 1

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """Chunk by chunk: raise the reference, multiply the old sum, add the chunk's terms below the new reference."""
        if isinstance(accumulator, FloatSum):
            raise TypeError("an online reference rescales an integer sum here; it has no float sum")
        reference = np.full((len(codes), 1), lowest, dtype=np.int64)
        sums = np.zeros((len(codes), 1), dtype=np.int64)
        for start in range(0, codes.shape[1], self.lanes):
            part = slice(start, start + self.lanes)
            chunk = codes[:, part]
            higher = np.maximum(reference, chunk.max(axis=1, keepdims=True))
            sums = sums * exp.terms(higher - reference, higher) >> self.one_bits
            reference = higher
            terms = _only(None if live is None else live[:, part], exp.terms(reference - chunk, reference))
            sums = accumulator.fit(sums + (terms.sum(axis=1, keepdims=True) >> accumulator.drop))
        return sums[:, 0], exp.numerators(reference - codes, reference)

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """The maximum over the lanes and so far, and how far it grew."""
        width = codes.width
        tree = (Operator("maximum_tree", (lanes, width), 1, 1, "maximum"),) if lanes > 1 else ()
        best = Operator("maximum", (width,), 1, 1, "maximum")
        grown = Operator("subtract", (width,), 1, 1, "maximum")
        return (*tree, best, grown, Operator("register", (width,), 1, 1, "maximum"))

    def rescaling(self, total: int, term: int) -> tuple[Operator, ...]:
        """A multiplier; the exponential of the growth comes with the design's exp operators."""
        return (Operator("multiply", (total, term), 1, 1, "sum"),)


Online = OnlineMaximum | RescaledMaximum


def _slack(unit_bits: int, rounding: Direction) -> int:
    return (1 << unit_bits) - 1 if rounding == "floor" else 0


def _rounded(maximum: Integers, unit_bits: int, rounding: Direction) -> Integers:
    """Codes rounded to multiples of 2**unit_bits."""
    up = (1 << unit_bits) - 1 if rounding == "ceil" else 0
    return (maximum + up) >> unit_bits << unit_bits


def _only(live: Live, terms: NDArray[Any]) -> NDArray[Any]:
    """Terms with zero (of their own type) where an element does not count."""
    return terms if live is None else np.where(live, terms, terms.dtype.type(0))
