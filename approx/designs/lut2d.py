"""2D-LUT: a table of exponentials, and a second table of quotients instead of a divider and a multiplier."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator, address_bits
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="Efficient Softmax Approximation for Deep Neural Networks with Attention Mechanism",
    authors="I. Vasyltsov, W. Chang",
    venue="arXiv",
    year=2021,
    where="2D-LUT: LUT of e**x and LUT[i][j] = floor(i * 0.1 / j * (2**w - 1))",
    link="arXiv:2111.10770",
    status="reconstruction",
    note="the first index is taken as the whole tenths of e**x (truncated), the second as the rounded sum",
)

TENTHS = 10  # the first index of the quotient table counts tenths


@dataclass(frozen=True)
class QuotientTable(Normalizer):
    """LUT[tenths of the term][rounded sum]; sums beyond the table take its last column."""

    width: int
    columns: int
    sum_width: int

    @cached_property
    def table(self) -> Integers:
        """floor(i * (2**width - 1) / (10 j)), i = 0 ... 10, j = 1 ... columns; column 0 repeats column 1."""
        i = np.arange(TENTHS + 1, dtype=np.int64)[:, None]
        j = np.maximum(np.arange(self.columns + 1, dtype=np.int64), 1)
        return i * ((1 << self.width) - 1) // (TENTHS * j)

    def row(self, sums: Integers) -> RowNumbers:
        """The column: the sum rounded to whole units, half up."""
        return (np.minimum(shift_right(sums, self.width, Rounding.NEAREST_UP), self.columns),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """One look-up."""
        return self.table[numerators * TENTHS // ((1 << self.width) - 1), row[0]]

    def seams(self, least: int, most: int) -> Integers:
        """None: each row of the table falls."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum rounded to whole units and clipped to the table, in a register."""
        column = address_bits(self.columns)
        return (
            Operator("increment", (self.sum_width - self.width,), 1, 1, "normalizer"),
            Operator("saturate", (column + 1, column), 1, 1, "normalizer"),
            Operator("held_register", (column,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """A table that turns a term into tenths, and the table of quotients, row-major by (tenths, column)."""
        tenths = tuple(i * TENTHS // ((1 << self.width) - 1) for i in range(1 << self.width))
        columns = address_bits(self.columns)
        padded = np.zeros((1 << address_bits(TENTHS + 1), 1 << columns), dtype=np.int64)
        padded[: TENTHS + 1, : self.columns] = self.table[:, 1:]
        contents = tuple(padded.ravel().tolist())
        return (
            Operator("rom", (self.width, address_bits(TENTHS + 1)), 1, 1, "output", contents=tenths),
            Operator("rom", (address_bits(len(contents)), self.width), 1, 1, "output", contents=contents),
        )


@published(family="table", source=SOURCE)
def lut2d(
    input: FixedPoint = FixedPoint(8, 4),
    width: Annotated[int, Interval(ge=4, le=16)] = 8,
    columns: Annotated[int, Interval(ge=1, le=1024)] = 60,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """2D-LUT: no multiplier, no divider (arXiv 2111.10770).

    e = LUT[m - x] in `width` bits; y = LUT2[tenths of e][round(sum)], LUT2[i][j] = floor(i * 0.1 / j * (2**w - 1)),
    j up to `columns`.
    """
    codes = input.highest - input.lowest + 1
    sum_width = width + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=ExpTable(codes, codes, input.step, (1 << width) - 1, input.width),
        accumulator=Accumulator(sum_width),
        normalizer=QuotientTable(width, columns, sum_width),
        output=FixedPoint(width, width, signed=False),
        traits=Traits(base=math.e, normalised=False, max_row_length=max_row_length),
    )
