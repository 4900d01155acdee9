"""What is subtracted from every code, and in which order the terms are summed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.fixed_point import Format
from approx.unit import ExpUnit

Integers = NDArray[np.int64]


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
    def reduce(
        self, codes: Integers, live: NDArray[np.bool_] | None, exp: ExpUnit, accumulator: Accumulator, lowest: int
    ) -> tuple[Integers, Integers]:
        """The definition: sums of the rows and numerators of the elements of a rectangular block.

        codes: int64, R x N. live: False where an element does not count (it carries the lowest code, so that it is no
        maximum, and keeps its place in a chunk); None if all are live. lowest: the lowest code of the format.
        """

    @abstractmethod
    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """The circuit that finds the reference, with its uses for one group of `lanes` elements."""


@dataclass(frozen=True)
class RowMaximum(Reference):
    """The maximum of the whole row, found in a sweep of its own."""

    passes = 3
    rescales = False

    def slack(self) -> int:
        """Nothing lies above the maximum."""
        return 0

    def span(self, codes: Format) -> int:
        """Every difference of two codes."""
        return codes.highest - codes.lowest + 1

    def reduce(
        self,
        codes: Integers,
        live: NDArray[np.bool_] | None,
        exp: ExpUnit,
        accumulator: Accumulator,
        lowest: int,
    ) -> tuple[Integers, Integers]:
        """Maximum first, then the sum of the terms of all differences."""
        maximum = codes.max(axis=1, keepdims=True)
        terms, numerators = exp.terms_and_numerators(maximum - codes, maximum)
        return accumulator.fit(_only(live, terms, 0).sum(axis=1) >> accumulator.drop), numerators

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """A tree over the lanes and the comparison with the maximum so far."""
        tree = (Operator("maximum_tree", (lanes, codes.width), 1, 1, "maximum"),) if lanes > 1 else ()
        best = Operator("maximum", (codes.width,), 1, 1, "maximum")
        return (*tree, best, Operator("register", (codes.width,), 1, 1, "maximum"))


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
    rounding: Literal["ceil", "floor"]
    growth: Callable[[Integers], Integers]

    passes = 2
    rescales = True

    def slack(self) -> int:
        """A floored maximum leaves up to one unit less one step above it."""
        return (1 << self.unit_bits) - 1 if self.rounding == "floor" else 0

    def span(self, codes: Format) -> int:
        """One unit more than the differences of two codes."""
        return codes.highest - codes.lowest + (1 << self.unit_bits)

    def round(self, maximum: Integers) -> Integers:
        """A code rounded to a multiple of the unit."""
        up = (1 << self.unit_bits) - 1 if self.rounding == "ceil" else 0
        return (maximum + up) >> self.unit_bits << self.unit_bits

    def reduce(
        self, codes: Integers, live: NDArray[np.bool_] | None, exp: ExpUnit, accumulator: Accumulator, lowest: int
    ) -> tuple[Integers, Integers]:
        """Chunk by chunk: raise the reference, shift the old sum, add the chunk's terms below the new reference."""
        reference = self.round(np.full((len(codes), 1), lowest, dtype=np.int64))
        sums = np.zeros((len(codes), 1), dtype=np.int64)
        for start in range(0, codes.shape[1], self.lanes):
            part = slice(start, start + self.lanes)
            alive = None if live is None else live[:, part]
            chunk = codes[:, part]
            higher = np.maximum(reference, self.round(chunk.max(axis=1, keepdims=True)))
            sums >>= np.minimum(self.growth(higher - reference), 62)
            reference = higher
            terms = _only(alive, exp.terms(reference - chunk, reference), 0)
            sums = accumulator.fit(sums + (terms.sum(axis=1, keepdims=True) >> accumulator.drop))
        return sums[:, 0], exp.numerators(reference - codes, reference)

    def operators(self, codes: Format, lanes: int) -> tuple[Operator, ...]:
        """The maximum over the lanes and so far, and how far it grew."""
        tree = (Operator("maximum_tree", (lanes, codes.width), 1, 1, "maximum"),) if lanes > 1 else ()
        width = codes.width - self.unit_bits + (1 if self.rounding == "ceil" and self.unit_bits else 0)
        rounding = (Operator("add", (width,), 1, 1, "maximum"),) if self.rounding == "ceil" and self.unit_bits else ()
        best = Operator("maximum", (width,), 1, 1, "maximum")
        grown = Operator("subtract", (width,), 1, 1, "maximum")
        return (*tree, *rounding, best, grown, Operator("register", (width,), 1, 1, "maximum"))


def _only(live: NDArray[np.bool_] | None, values: Integers, otherwise: int) -> Integers:
    return values if live is None else np.where(live, values, otherwise)
