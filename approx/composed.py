"""A softmax composed of units: input format, reference, exp unit, accumulator, normaliser, output format."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx import engine, overflow, tables, wide
from approx.accumulator import Accumulator, FloatSum
from approx.bill import Bill
from approx.billing import bill
from approx.design import Design
from approx.forms import Form
from approx.reference import Constant, Online, Reference
from approx.unit import ExpUnit, Normalizer, RowNumbers

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Softmax(Design):
    """A design made of parts that the engine turns into tables: see `approx.engine`.

    A unit whose table depends on the row length (`ExpUnit.for_row_length`) is made anew for each length.
    """

    reference: Reference
    exp: ExpUnit
    accumulator: Accumulator | FloatSum
    normalizer: Normalizer

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block, written as the formula: the truth that kernels are compared with.

        codes: integers, rows x elements. live: False where an element is left out (its output is `nothing`).
        """
        if self.exp.by_row_length:
            return self.for_row_length(np.shape(codes)[1]).definition(codes, live)
        codes = np.asarray(codes, dtype=np.int64)
        self.check_rows(codes, live)
        if live is not None:
            codes = np.where(live, codes, self.input.lowest)
        sums, numerators = self.reference.reduce(codes, live, self.exp, self.accumulator, self.input.lowest)
        if live is None:
            return self.normalizer.code(numerators, _columns(self.normalizer.row(sums)))
        sums = np.where(live.any(axis=1), sums, self.sum_of_one)  # a row with nothing left: any sum will do
        outputs = self.normalizer.code(numerators, _columns(self.normalizer.row(sums)))
        return np.where(live, outputs, self.nothing)

    def check_rows(self, codes: Integers, live: NDArray[np.bool_] | None) -> None:
        """Raises ValueError for rows that the original is undefined for."""
        if self.row_limit is not None:
            self.row_limit.check(self, codes.shape[1])
        if self.exp.reach is not None:
            maxima = codes.max(axis=1, keepdims=True, where=True if live is None else live, initial=self.input.lowest)
            minima = codes if live is None else np.where(live, codes, maxima)
            self.exp.reach.check(self, maxima[:, 0], minima.min(axis=1))

    def for_row_length(self, row_length: int) -> Softmax:
        """The design with the exp unit for rows of that length; 64 of them are kept, with their tables."""
        return _of_row_length(self, row_length) if self.exp.by_row_length else self

    @cached_property
    def form_of_one(self) -> Form | None:
        """What the normaliser says of a row of one element; the forms of all rows are of one kind."""
        return self.normalizer.form(self.normalizer.row(np.array([self.sum_of_one])))

    @cached_property
    def antilog_phases(self) -> NDArray[Any]:
        """Of a log-domain design: `approx.tables.phases`."""
        return tables.phases(self)

    @cached_property
    def largest(self) -> tuple[int, int]:
        """The largest term and numerator, those of the highest code of a row unless the unit knows a larger one.

        Floats count as their bit patterns.
        """
        if self.exp.largest_term is not None:
            return self.exp.largest_term, self.exp.largest_term
        maxima = [self.reference.level] if isinstance(self.reference, Constant) else [0]
        if tables.by_maximum(self):
            maxima = [self.input.lowest, 0, self.input.highest]
        reference = np.array(maxima, dtype=np.int64)[:, None]
        terms, numerators = self.exp.terms_and_numerators(np.zeros_like(reference) - self.reference.slack(), reference)
        return _magnitude(terms), _magnitude(numerators)

    @cached_property
    def sum_of_one(self) -> Any:
        """The sum of a row of one element, an integer or a float."""
        one = np.full((1, 1), self.input.highest, dtype=np.int64)
        return self.reference.reduce(one, None, self.exp, self.accumulator, self.input.lowest)[0][0]

    @cached_property
    def tables(self) -> tables.Tables:
        """The exp unit on every operand; ValueError where there are more than 2**17."""
        return tables.tables(self)

    @cached_property
    def clipped(self) -> wide.Clipped | None:
        """Of an online design with a wide input: `approx.wide.clipped`."""
        return wide.clipped(self)

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """Tables and compiled kernels; the definition in blocks where the input is too wide for tables."""
        engine.run(self, codes, offsets, masked, out)

    def overflowed(
        self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Of ragged rows those whose sum the accumulator does not hold: see `approx.overflow`."""
        return overflow.overflowed(self, codes, offsets, masked)

    @property
    def own_lanes(self) -> int | None:
        """The chunk of an online reference."""
        return self.reference.lanes if isinstance(self.reference, Online) else None

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """See `approx.billing`."""
        return bill(self, row_length, lanes)


@functools.lru_cache(maxsize=64)
def _of_row_length(design: Softmax, row_length: int) -> Softmax:
    return replace(design, exp=design.exp.for_row_length(row_length))


def _magnitude(entries: NDArray[Any]) -> int:
    """The largest entry as an integer, for widths: of a float its bit pattern."""
    largest = entries.max()
    return int(largest.view(f"uint{8 * largest.itemsize}")) if entries.dtype.kind == "f" else int(largest)


def _columns(row: RowNumbers) -> RowNumbers:
    return tuple(numbers[:, None] for numbers in row)
