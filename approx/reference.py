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
from approx.parts import Wires, part
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
    def of_rows(self, codes: Integers) -> Integers:
        """The reference of each row (or chunk) of codes by itself, R x 1."""

    @abstractmethod
    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """The definition: sums of the rows and numerators of the elements of a rectangular block.

        codes: int64, R x N. live: False where an element does not count (it carries the lowest code, so that it is no
        maximum, and keeps its place in a chunk); None if all are live. lowest: the lowest code of the format.
        """

    def rescaling(self, total: int, term: int, codes: Format) -> tuple[Operator, ...]:
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

    @property
    def round_up(self) -> int:
        """What is added to a maximum before its low `unit_bits` are cleared."""
        return _round_up(self.unit_bits, self.rounding)

    def span(self, codes: Format) -> int:
        """Every difference of two codes, and those that rounding adds."""
        return codes.highest - codes.lowest + (1 << self.unit_bits)

    def of_rows(self, codes: Integers) -> Integers:
        """The maximum, rounded."""
        return _rounded(codes.max(axis=1, keepdims=True), self.unit_bits, self.rounding)

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """Maximum first, then the sum of the terms of all differences."""
        maximum = self.of_rows(codes)
        terms, numerators = exp.terms_and_numerators(maximum - codes, maximum)
        return accumulator.total(_only(live, terms)), numerators

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """A tree over the lanes and the comparison with the maximum so far."""
        tree = (Operator("maximum_tree", (lanes, codes.width), 1, 1, "maximum"),) if lanes > 1 else ()
        best = Operator("maximum", (codes.width,), 1, 1, "maximum")
        return (*tree, best, Operator("held_register", (codes.width,), 1, 1, "maximum"))


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

    def of_rows(self, codes: Integers) -> Integers:
        """The level."""
        return np.full((len(codes), 1), self.level, dtype=np.int64)

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """The sum of the terms of all differences from the level."""
        terms, numerators = exp.terms_and_numerators(self.level - codes, self.of_rows(codes[:1]))
        return accumulator.total(_only(live, terms)), numerators

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """Nothing."""
        return ()


@dataclass(frozen=True)
class OnlineMaximum(Reference):
    """A running maximum: one sweep, in which a grown maximum shifts the sum so far to the right.

    lanes: elements of a chunk, which share one maximum and one adder tree. unit_bits: the maximum is rounded to a
    multiple of 2**unit_bits codes, so that it is a whole number of binary orders. rounding: "ceil" or "floor" of that
    multiple. growth: the shift that a growth of the reference (in codes) causes; growth_operators: what turns one
    into the other, if it is more than wiring. Sums are truncated at every growth, so
    the result depends on the order of the elements and on `lanes`.
    """

    lanes: int
    unit_bits: int
    rounding: Direction
    growth: Callable[[Integers], Integers]
    growth_operators: tuple[Operator, ...] = ()

    passes = 2
    rescales = True

    def slack(self) -> int:
        """A floored maximum leaves up to one unit less one step above it."""
        return _slack(self.unit_bits, self.rounding)

    @property
    def round_up(self) -> int:
        """What is added to a maximum before its low `unit_bits` are cleared."""
        return _round_up(self.unit_bits, self.rounding)

    def span(self, codes: Format) -> int:
        """One unit more than the differences of two codes."""
        return codes.highest - codes.lowest + (1 << self.unit_bits)

    def of_rows(self, codes: Integers) -> Integers:
        """The maximum, rounded."""
        return _rounded(codes.max(axis=1, keepdims=True), self.unit_bits, self.rounding)

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """Chunk by chunk: raise the reference, shift the old sum, add the chunk's terms below the new reference."""
        if isinstance(accumulator, FloatSum):
            raise TypeError("an online reference rescales an integer sum by shifts; it has no float sum")
        reference = self.of_rows(np.full((len(codes), 1), lowest, dtype=np.int64))
        sums = np.zeros((len(codes), 1), dtype=np.int64)
        for start in range(0, codes.shape[1], self.lanes):
            part = slice(start, start + self.lanes)
            alive = None if live is None else live[:, part]
            chunk = codes[:, part]
            higher = np.maximum(reference, self.of_rows(chunk))
            sums >>= np.minimum(self.growth(higher - reference), 62)
            reference = higher
            terms = _only(alive, exp.terms(reference - chunk, reference))
            sums = accumulator.fit(sums + (terms.sum(axis=1, keepdims=True) >> accumulator.drop))
        return sums[:, 0], exp.numerators(reference - codes, reference)

    def rescaling(self, total: int, term: int, codes: Format) -> tuple[Operator, ...]:
        """A shifter."""
        return (Operator("shift", (total, min(total.bit_length(), self.shift_bits(codes))), 1, 1, "sum"),)

    def shift_bits(self, codes: Format) -> int:
        """Bits of the shift that the largest growth causes."""
        up = 1 << self.unit_bits if self.rounding == "ceil" and self.unit_bits else 0
        largest = codes.highest - codes.lowest + up >> self.unit_bits << self.unit_bits
        return max(1, int(self.growth(np.array([largest]))[0]).bit_length())

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """The maximum over the lanes and so far, and how far it grew."""
        tree = (Operator("maximum_tree", (lanes, codes.width), 1, 1, "maximum"),) if lanes > 1 else ()
        width = codes.width - self.unit_bits + (1 if self.rounding == "ceil" and self.unit_bits else 0)
        rounded = self.rounding == "ceil" and self.unit_bits
        rounding = (Operator("increment", (codes.width - self.unit_bits,), 1, 1, "maximum"),) if rounded else ()
        best = Operator("maximum", (width,), 1, 1, "maximum")
        grown = Operator("subtract", (width,), 1, 1, "maximum")
        return (
            *tree,
            *rounding,
            best,
            grown,
            Operator("held_register", (width,), 1, 1, "maximum"),
            *self.growth_operators,
        )


@dataclass(frozen=True)
class RescaledMaximum(Reference):
    """A running maximum in any base: a grown maximum multiplies the sum so far by the exponential of its growth.

    lanes: elements of a chunk, which share one maximum and one adder tree. one_bits: fraction bits of a
    term. The product is truncated at every growth, so the result depends on the order of the elements and on
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

    def of_rows(self, codes: Integers) -> Integers:
        """The maximum."""
        return codes.max(axis=1, keepdims=True)

    def reduce(self, codes: Integers, live: Live, exp: ExpUnit, accumulator: Sum, lowest: int) -> Reduced:
        """Chunk by chunk: raise the reference, multiply the old sum, add the chunk's terms below the new reference."""
        if isinstance(accumulator, FloatSum):
            raise TypeError("an online reference rescales an integer sum here; it has no float sum")
        reference = np.full((len(codes), 1), lowest, dtype=np.int64)
        sums = np.zeros((len(codes), 1), dtype=np.int64)
        for start in range(0, codes.shape[1], self.lanes):
            part = slice(start, start + self.lanes)
            chunk = codes[:, part]
            higher = np.maximum(reference, self.of_rows(chunk))
            rescaled = sums * exp.terms(higher - reference, higher) >> self.one_bits
            sums = np.where(higher > reference, rescaled, sums)  # the exponential of 0 need not be exactly 1
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
        return (*tree, best, grown, Operator("held_register", (width,), 1, 1, "maximum"))

    def rescaling(self, total: int, term: int, codes: Format) -> tuple[Operator, ...]:
        """A multiplier; the exponential of the growth comes with the design's exp operators."""
        return (Operator("multiply", (total, term), 1, 1, "sum"),)


Online = OnlineMaximum | RescaledMaximum


def _slack(unit_bits: int, rounding: Direction) -> int:
    return (1 << unit_bits) - 1 if rounding == "floor" else 0


def _rounded(maximum: Integers, unit_bits: int, rounding: Direction) -> Integers:
    """Codes rounded to multiples of 2**unit_bits."""
    return (maximum + _round_up(unit_bits, rounding)) >> unit_bits << unit_bits


def _round_up(unit_bits: int, rounding: Direction) -> int:
    return (1 << unit_bits) - 1 if rounding == "ceil" else 0


def _only(live: Live, terms: NDArray[Any]) -> NDArray[Any]:
    """Terms with zero (of their own type) where an element does not count."""
    return terms if live is None else np.where(live, terms, terms.dtype.type(0))


@part("reference", "row_maximum", reached=True)
def row_maximum(wires: Wires) -> RowMaximum:
    """The maximum of the row, in a sweep of its own."""
    return RowMaximum()


@part("reference", "integer_maximum")
def integer_maximum(wires: Wires, rounding: Direction = "ceil") -> RowMaximum:
    """The maximum of the row rounded to a whole number, in a sweep of its own."""
    return RowMaximum(_unit_bits(wires), rounding)


@part("reference", "online", shifts=True)
def online(wires: Wires, rounding: Direction = "ceil") -> OnlineMaximum:
    """A running maximum in whole numbers; each growth shifts the sum. `lanes` elements at a time."""
    unit_bits = _unit_bits(wires)
    return OnlineMaximum(wires.lanes, unit_bits, rounding, UnitGrowth(unit_bits))


@part("reference", "online_rescaled", reached=True)
def online_rescaled(wires: Wires) -> RescaledMaximum:
    """A running maximum; each growth multiplies the sum by its exponential. `lanes` elements at a time."""
    return RescaledMaximum(wires.lanes, wires.term_frac)


@part("reference", "none")
def none(wires: Wires) -> Constant:
    """No maximum: distances from the highest code of the format."""
    return Constant(wires.input.highest, wires.input.highest)


def _unit_bits(wires: Wires) -> int:
    """Fraction bits of the input, which a maximum in whole numbers clears."""
    if wires.input.frac < 0:
        raise ValueError(f"input = {wires.input} has steps of more than one; give 0 or more fraction bits")
    return wires.input.frac
