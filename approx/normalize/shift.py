"""Division by the power of two next to the sum: a leading-one detector and shifters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.normalize.seams import NONE
from approx.parts import Wires, part
from approx.unit import Integers, Normalizer, RowNumbers, leading_one


@dataclass(frozen=True)
class PowerOfTwo(Normalizer):
    """numerator / 2**floor(log2 sum), or the next power of two from sqrt(2) or from 1.5 on, truncated.

    frac: fraction bits of numerators and sum. rounding: "floor"; "nearest" in ratio, threshold sqrt(2); "midpoint",
    threshold 1.5, which is the first bit below the leading one. The quotient is too large by a factor in [1, 2) (mean
    1.5 over the mantissa), [0.707, 1.414], [0.75, 1.5] (mean 1.063); ranking and ratios stay.
    """

    frac: int
    sum_width: int
    output: FixedPoint
    rounding: Literal["floor", "nearest", "midpoint"] = "floor"

    def row(self, sums: Integers) -> RowNumbers:
        """Left shift (as a factor) and right shift of every numerator."""
        exponent = leading_one(sums)
        if self.rounding == "nearest":
            # sum >= sqrt(2) * 2**exponent, squared; sums stay below 2**31
            exponent = exponent + (sums * sums >= np.int64(2) << (2 * exponent))
        elif self.rounding == "midpoint":
            exponent = exponent + (2 * sums >= np.int64(3) << exponent)
        shift = exponent - self.output.frac
        return np.int64(1) << np.maximum(-shift, 0), np.maximum(shift, 0)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Shift and clip."""
        return np.minimum(numerators * row[0] >> row[1], self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """A multiplication by a power of two."""
        return Scale(row[0], row[1], cap=self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: the exponent rises with the sum."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """The leading one, and a comparison where the nearest power is wanted."""
        select = Operator("held_register", (self.sum_width.bit_length(),), 1, 1, "normalizer")
        if self.rounding == "floor":
            return (Operator("leading_one", (self.sum_width,), 1, 1, "normalizer"), select)
        aligned = Operator("normalize", (self.sum_width,), 1, 1, "normalizer")
        threshold = Operator("gate", (self.sum_width if self.rounding == "nearest" else 1,), 1, 1, "normalizer")
        increment = Operator("increment", ((self.sum_width - 1).bit_length(),), 1, 1, "normalizer")
        return (aligned, threshold, increment, select)

    def element_operators(self) -> tuple[Operator, ...]:
        """One shifter and the clip."""
        return (
            Operator("shift", (self.frac + 1 + self.output.frac, self.sum_width.bit_length()), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )


@part("normalizer", "power_of_two")
def power_of_two(wires: Wires, rounding: Literal["floor", "nearest", "midpoint"] = "floor") -> PowerOfTwo:
    """Division by the power of two next to the sum: a leading one and shifters."""
    if rounding == "nearest" and wires.sum_width > 31:
        raise ValueError(
            f"the sum has {wires.sum_width} bits; rounding = 'nearest' squares it, so give term_frac or max_row_length "
            "that keep it to 31"
        )
    return PowerOfTwo(wires.term_frac, wires.sum_width, wires.output, rounding)
