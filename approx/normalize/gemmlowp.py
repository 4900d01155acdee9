"""The normaliser of TFLite's reference softmax and of CMSIS-NN: Newton's reciprocal of a sum in Q12.19."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.exp.gemmlowp import ACCUMULATION_INTEGER_BITS
from approx.fixed_point import ScaledInteger
from approx.forms import Scale
from approx.gemmlowp import divide_by_power_of_two, high_multiply, one_over_one_plus_x
from approx.normalize.seams import octaves
from approx.unit import Integers, Normalizer, RowNumbers, leading_one

SUM_FRACTION_BITS = 31 - ACCUMULATION_INTEGER_BITS


@dataclass(frozen=True)
class GemmlowpReciprocal(Normalizer):
    """Newton's reciprocal of the normalised sum, one multiplication and one rounding shift an element.

    output: one step is 2**-width, the lowest code is probability 0. limit: exponentials of a row may not sum to that;
    `undefined` says for which design, and `why`.
    """

    output: ScaledInteger
    limit: int
    undefined: str
    why: str

    def row(self, sums: Integers) -> RowNumbers:
        """Reciprocal of the mantissa in Q0.31, and the shift that brings a product to the output."""
        if (sums >= self.limit << SUM_FRACTION_BITS).any():
            raise ValueError(
                f"{self.undefined} is undefined for a row whose exponentials sum to {self.limit} or more "
                f"({self.limit} equal codes do); {self.why}"
            )
        leading_zeros = 31 - leading_one(sums)
        shift = ACCUMULATION_INTEGER_BITS - leading_zeros + 31 - self.output.width
        return one_over_one_plus_x((sums << leading_zeros) - (1 << 31)), shift

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Rounding high multiply, rounding shift, zero point, clip."""
        reciprocal, shift = row
        quotient = divide_by_power_of_two(high_multiply(reciprocal, numerators), shift)
        return np.clip(quotient + self.output.lowest, self.output.lowest, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """Two shifts, both rounded; operands are never negative, so ties up and away from zero are the same."""
        cap = self.output.highest - self.output.lowest
        return Scale(row[0], row[1], cap=cap, zero=self.output.lowest, rounded=True, first_shift=31)

    wobble = 8  # three Newton steps in 32-bit arithmetic: 3.2 steps of 2**-29 are lost at most, 6.4 of the result

    def seams(self, least: int, most: int) -> Integers:
        """The powers of two, where the shift changes; between, the reciprocal falls but for its last bits."""
        return octaves(least, most)

    def row_operators(self) -> tuple[Operator, ...]:
        """One multiplier used seven times: for the seed and twice for each of three Newton steps."""
        return (
            Operator("normalize", (32,), 1, 1, "normalizer"),
            Operator("multiply", (32, 32), 1, 7, "normalizer"),
            Operator("add", (32,), 1, 8, "normalizer"),
            Operator("register", (32 + 5,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One 32-bit multiplication, one shift, the rounding."""
        return (
            Operator("multiply", (32, 32), 1, 1, "output"),
            Operator("shift", (32, 5), 1, 1, "output"),
            Operator("add", (32,), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the shift."""
        return 2

    @property
    def serial_cycles(self) -> int:
        """The seven multiplications of the reciprocal follow each other."""
        return 7
