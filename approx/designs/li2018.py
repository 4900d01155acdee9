"""Li et al.: a table for the integer part, lines for the fraction, one product, an exact divider."""

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
from approx.correct_rounding import rounded
from approx.design import Traits
from approx.exp.chords import ExpChords
from approx.exp.exp2 import never_rises
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import RestoringDivide
from approx.published import published
from approx.reference import RowMaximum
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import ExpUnit, Integers

SOURCE = Source(
    title="Efficient FPGA Implementation of Softmax Function for DNN Applications",
    authors="Z. Li et al.",
    venue="IEEE ASID",
    year=2018,
    where="integer part by table, fraction by multi-segment lines, Booth-Wallace product, shift-compare divider",
    status="reconstruction",
    note="from the abstract (16 bits, error about 1e-5); 128 segments give that error, word lengths are choices here",
)


@dataclass(frozen=True)
class IntegerTimesLine(ExpUnit):
    """e**-i * line(f) of a distance i + f, the product rounded (ties up) to the fraction bits of both.

    lines: chords of e**-f on [0, 1]. Absolute error: that of the chords, 1 / (8 pieces**2), and two steps of a term.
    """

    lines: ExpChords

    @cached_property
    def entries(self) -> Integers:
        """e**-i until it is 0."""
        last = math.ceil((self.lines.one_frac + 1) * math.log(2)) + 1
        return np.append(rounded("exp", -np.arange(last * 1.0), 2.0**self.lines.one_frac), 0)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """One look-up, one line, one product."""
        fraction = difference & ((1 << self.lines.frac) - 1)
        integer = np.minimum(difference >> self.lines.frac, self.entries.size - 1)
        product = self.entries[integer] * self.lines.terms(fraction, maximum)
        return shift_right(product, self.lines.one_frac, Rounding.NEAREST_UP)

    @property
    def saturation(self) -> int:
        """The last entry is 0."""
        return (self.entries.size - 1) << self.lines.frac

    @property
    def stages(self) -> int:
        """The abstract's multiplier has six stages; look-up and line take one."""
        return 7

    def operators(self) -> tuple[Operator, ...]:
        """Table, chords, multiplier, rounding."""
        width = self.lines.one_frac + 1
        address = address_bits(self.entries.size)
        clip = Operator("saturate", (address + 1, address), 1, 1, "exp")
        rom = Operator("rom", (address, width), 1, 1, "exp", contents=tuple(self.entries.tolist()))
        product = Operator("multiply", (width, width), 1, 1, "exp")
        lines = (op for op in self.lines.operators() if op.kind != "saturate")  # a fraction stays in the domain
        return (clip, rom, *lines, product, Operator("add", (width,), 1, 1, "exp"))


@published(family="piecewise linear", source=SOURCE)
def li2018(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    pieces: Annotated[int, Interval(ge=1, le=1024)] = 128,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 18,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 16)] = 4096,
) -> Softmax:
    """Table times lines for the exponential, shift-compare divider (ASID 2018, reconstruction).

    m - x = i + f; e = EXP[i] * line(f), line a chord of e**-f in one of `pieces` pieces; y = floor(e / sum).
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has no fraction for the lines; give 0 or more fraction bits")
    unit = IntegerTimesLine(ExpChords(input.frac, 1, pieces, term_frac))
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(sum_width),
        normalizer=RestoringDivide(term_frac + 1, sum_width, output),
        output=output,
        traits=Traits(
            base=math.e,
            normalised=output.reaches_one,
            monotone=never_rises(unit, input.highest - input.lowest + 1),
            max_row_length=max_row_length,
        ),
    )
