"""REXP: a table of reciprocal exponentials in unit steps and a table of reciprocals of the rounded sum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator, address_bits
from approx.composed import Softmax
from approx.correct_rounding import rounded
from approx.design import Traits
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="Efficient Softmax Approximation for Deep Neural Networks with Attention Mechanism",
    authors="I. Vasyltsov, W. Chang",
    venue="arXiv",
    year=2021,
    where="REXP: LUT of e**-i and LUT of 1/j",
    link="arXiv:2111.10770",
    status="reconstruction",
    note="rounding or truncation of the first table's index and the depth of the second table are parameters here",
)


@dataclass(frozen=True)
class UnitStepExp(ExpUnit):
    """floor(e**-i * (2**width - 1)) for whole distances i; the last entry, which is 0, serves the rest."""

    frac: int
    width: int
    index: Literal["nearest", "floor"]

    @cached_property
    def entries(self) -> Integers:
        """i = 0 ... ceil(ln(2**width - 1)) + 1."""
        one = (1 << self.width) - 1
        last = math.ceil(math.log(one)) + 1
        return rounded("exp", -np.arange(last + 1.0), float(one), Rounding.FLOOR)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The entry of the distance in whole units."""
        rounding = Rounding.NEAREST_UP if self.index == "nearest" else Rounding.FLOOR
        whole = shift_right(difference, self.frac, rounding)
        return self.entries[np.minimum(whole, self.entries.size - 1)]

    @property
    def saturation(self) -> int:
        """The last entry's distance."""
        return (self.entries.size - 1) << self.frac

    def operators(self) -> tuple[Operator, ...]:
        """The index, rounded if it is, then clipped to the table; the table."""
        contents = tuple(self.entries.tolist())
        address, whole = address_bits(len(contents)), max(self.saturation.bit_length() - self.frac, 1)
        clip = Operator("saturate", (whole + 1, address), 1, 1, "exp")
        return (clip, Operator("rom", (address, self.width), 1, 1, "exp", contents=contents))

    @property
    def unread_bits(self) -> int:
        """Those below the half of a unit, or below the unit."""
        return max(0, self.frac - 1) if self.index == "nearest" else self.frac

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """The rounding of the index."""
        return (Operator("increment", (width - self.frac,), 1, 1, "exp"),) if self.index == "nearest" else ()


@dataclass(frozen=True)
class ReciprocalOfRoundedSum(Normalizer):
    """term * floor((2**width - 1) / round(sum)) >> width; sums beyond the table take its last entry."""

    width: int
    entries: int
    output: FixedPoint
    sum_width: int

    @cached_property
    def table(self) -> Integers:
        """j = 1 ... entries, with the entry of 1 in front for sums that round to 0."""
        return ((1 << self.width) - 1) // np.maximum(np.arange(self.entries + 1, dtype=np.int64), 1)

    def row(self, sums: Integers) -> RowNumbers:
        """The reciprocal of the sum, rounded to whole units (half up)."""
        whole = shift_right(sums, self.width, Rounding.NEAREST_UP)
        return (self.table[np.minimum(whole, self.entries)],)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """One product, its top bits."""
        return numerators * row[0] >> self.width

    def form(self, row: RowNumbers) -> Scale:
        """One multiplication and a constant shift."""
        return Scale(row[0], np.full(row[0].shape, self.width, dtype=np.int64), cap=self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: the table falls."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum rounded to whole units and clipped to the table, the table, a register."""
        contents = tuple(self.table.tolist())
        address = address_bits(len(contents))
        return (
            Operator("increment", (self.sum_width - self.width,), 1, 1, "normalizer"),
            Operator("saturate", (address + 1, address), 1, 1, "normalizer"),
            Operator("rom", (address, self.width), 1, 1, "normalizer", contents=contents),
            Operator("held_register", (self.width,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane."""
        return (Operator("multiply", (self.width, self.width), 1, 1, "output"),)


@published(family="table", source=SOURCE)
def rexp(
    input: FixedPoint = FixedPoint(8, 4),
    width: Annotated[int, Interval(ge=4, le=16)] = 8,
    index: Literal["nearest", "floor"] = "nearest",
    alpha_entries: Annotated[int, Interval(ge=1, le=4096)] = 256,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """REXP: two small tables and one multiplication (arXiv 2111.10770).

    s_i = LUT[round(m - x)], LUT[i] = floor(e**-i (2**w - 1)); y = s_i * ALPHA[round(sum)] >> w,
    ALPHA[j] = floor((2**w - 1) / j), j up to alpha_entries.
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has no fraction to round to whole units; give 0 or more fraction bits")
    output = FixedPoint(width, width, signed=False)
    sum_width = width + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=UnitStepExp(input.frac, width, index),
        accumulator=Accumulator(sum_width),
        normalizer=ReciprocalOfRoundedSum(width, alpha_entries, output, sum_width),
        output=output,
        traits=Traits(base=math.e, shift_invariant=True, normalised=False, max_row_length=max_row_length),
    )
