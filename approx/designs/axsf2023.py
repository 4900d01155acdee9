"""Chen et al.: exponential and division each in two halves, the upper one exact, the lower one approximate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.correct_rounding import rounded
from approx.design import Traits
from approx.exp.exp2 import never_rises
from approx.fixed_point import FixedPoint
from approx.normalize.mitchell import linear_log
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="Approximate Softmax Functions for Energy-Efficient Deep Neural Networks",
    authors="K. Chen et al.",
    venue="IEEE TVLSI",
    year=2023,
    where="AxSF, double hybrid: table and Taylor exponential, restoring and logarithmic divider",
    status="reconstruction",
    note="from the abstract; the first-order Taylor term, where the halves meet and all word lengths are choices here",
)

LOG_BITS = 12


@dataclass(frozen=True)
class TableAndTaylor(ExpUnit):
    """EXP[upper bits] * (1 - the value of the lower bits): truncated to the fraction bits of the table.

    low_bits: of the distance, which together are at most 1/2. step: value of a code. one_frac: fraction bits. Relative
    error (1 - low) * e**low - 1 at most (about -low**2 / 2), low the largest value of the lower bits; 2 term steps.
    """

    width: int
    low_bits: int
    step: float
    one_frac: int

    @cached_property
    def entries(self) -> Integers:
        """e**-x of the upper bits."""
        upper = np.arange(1 << (self.width - self.low_bits))
        return rounded("exp", -upper * 2.0**self.low_bits * self.step, 2.0**self.one_frac)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """One look-up, one product."""
        whole = self.entries[difference >> self.low_bits]
        low = difference & ((1 << self.low_bits) - 1)
        return whole - (whole * low >> round(-math.log2(self.step)))

    def operators(self) -> tuple[Operator, ...]:
        """A table, a multiplier, a subtractor."""
        address, width = self.width - self.low_bits, self.one_frac + 1
        return (
            Operator("rom", (address, width), 1, 1, "exp", contents=tuple(self.entries.tolist())),
            Operator("multiply", (width, max(1, self.low_bits)), 1, 1, "exp"),
            Operator("subtract", (width,), 1, 1, "exp"),
        )


@dataclass(frozen=True)
class RestoringThenMitchell(Normalizer):
    """The first exact_bits fraction bits of the quotient by restoring division, the others by Mitchell's.

    numerator_width, sum_width: bits of the operands, which have the same fraction bits. The lower part is too large by
    up to 12.5 % of itself, and is clipped to its bits.
    """

    numerator_width: int
    sum_width: int
    exact_bits: int
    output: FixedPoint

    def row(self, sums: Integers) -> RowNumbers:
        """The sum and its logarithm."""
        return sums, linear_log(sums, LOG_BITS)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Exact upper part, remainder, logarithmic lower part."""
        sums, log_sum = row
        low_bits = self.output.frac - self.exact_bits
        shifted = numerators << self.exact_bits
        upper = shifted // sums
        remainder = shifted - upper * sums
        difference = linear_log(np.maximum(remainder, 1), LOG_BITS) - log_sum
        exponent = np.asarray(difference >> LOG_BITS) + low_bits - LOG_BITS
        mantissa = (1 << LOG_BITS) + (difference & ((1 << LOG_BITS) - 1))
        lower = (mantissa << np.maximum(exponent, 0)) >> np.minimum(np.maximum(-exponent, 0), 62)
        lower = np.where(remainder > 0, np.minimum(lower, (1 << low_bits) - 1), 0)
        return np.minimum((upper << low_bits) + lower, self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: where the upper part falls by 1 the lower one stays below 1, and elsewhere the remainder falls."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum and its logarithm."""
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            Operator("register", (self.sum_width + LOG_BITS + self._select,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """A short array of subtractors, then a logarithm, a subtractor and a shifter."""
        bits = self.exact_bits + 1
        return (
            Operator("subtract", (self.sum_width,), bits, bits, "output"),
            Operator("mux", (self.sum_width,), bits, bits, "output"),
            Operator("register", (self.sum_width + bits,), bits, bits, "output"),
            Operator("normalize", (self.sum_width,), 1, 1, "output"),
            Operator("subtract", (LOG_BITS + self._select,), 1, 1, "output"),
            Operator("shift", (LOG_BITS + 1, self._select), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after each row of subtractors, one after the lower part."""
        return self.exact_bits + 2

    @property
    def _select(self) -> int:
        return (self.sum_width - 1).bit_length()


@published(family="log domain", source=SOURCE)
def axsf2023(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(12, 12, signed=False),
    low_bits: Annotated[int, Interval(ge=0, le=15)] = 3,
    exact_bits: Annotated[int, Interval(ge=0, le=24)] = 6,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 16)] = 4096,
) -> Softmax:
    """Double-hybrid softmax: table and Taylor, restoring and logarithmic division (TVLSI 2023, reconstruction).

    e = EXP[upper bits of m - x] * (1 - its low_bits low bits); the first exact_bits fraction bits of e / sum are exact,
    those below come from the remainder by Mitchell's logarithms.
    """
    if not 0 <= low_bits <= min(input.frac - 1, input.width - 1) and low_bits:
        raise ValueError(
            f"low_bits = {low_bits} of {input} are not below 1/2 together; give fewer than its "
            f"{input.frac} fraction bits"
        )
    if input.width - low_bits > 16:
        raise ValueError(f"input = {input} with low_bits = {low_bits} takes a table of more than 2**16 entries")
    if not exact_bits <= output.frac <= 24:
        raise ValueError(f"output = {output} has {output.frac} fraction bits; give exact_bits = {exact_bits} to 24")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    unit = TableAndTaylor(input.width, low_bits, input.step, term_frac)
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(sum_width),
        normalizer=RestoringThenMitchell(term_frac + 1, sum_width, exact_bits, output),
        output=output,
        traits=Traits(
            base=math.e,
            normalised=exact_bits >= 2 and output.reaches_one,  # 12.5 % of what lies below the exact bits
            monotone=never_rises(unit, 1 << input.width),
            max_row_length=max_row_length,
        ),
    )
