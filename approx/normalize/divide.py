"""Division proper: one integer division a row and a multiplication an element, or an ideal quotient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator, serial_divider
from approx.fixed_point import FixedPoint
from approx.forms import Divide, Scale
from approx.normalize.seams import NONE
from approx.parts import Wires, part
from approx.unit import Integers, Normalizer, RowNumbers


@dataclass(frozen=True)
class IntegerReciprocal(Normalizer):
    """floor(dividend / sum) once a row, then numerator * that >> shift, truncated.

    numerator_width: bits of a numerator. The quotient is clipped to the output format. least_sum: the smallest sum, for
    the width of the reciprocal; None where a sum is at least the largest numerator. sum_width: bits of the
    divider; None for those of the dividend. A sum of 0 counts as 1 (there is
    nothing to divide).
    """

    dividend: int
    shift: int
    numerator_width: int
    output: FixedPoint
    least_sum: int | None = None
    sum_width: int | None = None

    @classmethod
    def into(
        cls,
        output: FixedPoint,
        numerator_width: int,
        guard: int = 4,
        least_sum: int | None = None,
        sum_width: int | None = None,
    ) -> IntegerReciprocal:
        """The quotient in steps of `output`: between 0 and 1 + 2**-guard steps below the true one.

        Raises ValueError where the product of numerator and reciprocal does not fit 62 bits.
        """
        shift = numerator_width + guard
        if not 0 <= output.frac <= 61 - shift:
            raise ValueError(
                f"output = {output} has {output.frac} fraction bits; beside terms of {numerator_width} bits the "
                f"divider allows 0 to {61 - shift}"
            )
        return cls(1 << (shift + output.frac), shift, numerator_width, output, least_sum, sum_width)

    def row(self, sums: Integers) -> RowNumbers:
        """The integer reciprocal."""
        return (np.int64(self.dividend) // np.maximum(sums, 1),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Multiply, truncate, clip."""
        return np.minimum(numerators * row[0] >> self.shift, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """One multiplication and a constant shift."""
        return Scale(row[0], np.full(row[0].shape, self.shift, dtype=np.int64), cap=self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: a quotient of a constant falls."""
        return NONE

    def quotient(self, least: int, most: int, numerator: int) -> tuple[float, float, float, float]:
        """The reciprocal lacks less than 1, the output less than 1 step."""
        one = 2.0**-self.shift
        return (self.dividend - most) * one * (1 - 2.0**-50), self.dividend * one * (1 + 2.0**-50), 1.0, 0.0

    def row_operators(self) -> tuple[Operator, ...]:
        """One serial divider."""
        return serial_divider(self.dividend.bit_length(), self.sum_width or self.dividend.bit_length(), "normalizer")

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane; a constant shift is wiring."""
        return (Operator("multiply", (self.numerator_width, self._factor_width), 1, 1, "output"),)

    @property
    def _factor_width(self) -> int:
        """The reciprocal of the smallest sum, at least the largest term unless it is said to be less."""
        if self.least_sum is not None:
            return (self.dividend // self.least_sum).bit_length()
        return self.dividend.bit_length() - self.numerator_width + 1

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return self.dividend.bit_length()


@dataclass(frozen=True)
class IdealDivide(Normalizer):
    """The exact quotient, rounded once to the output format, ties to even: a control. sum_width: bits of the sum."""

    output: FixedPoint
    sum_width: int

    def row(self, sums: Integers) -> RowNumbers:
        """The sum itself; a sum of 0, of which every numerator is 0, counts as 1."""
        return (np.maximum(sums, 1),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """numerator / sum in float64 (correctly rounded, so the same everywhere), then to an output step."""
        quotient = np.rint(numerators / row[0] * self.output.codes_per_unit)
        return np.minimum(quotient, self.output.highest).astype(np.int64)

    def form(self, row: RowNumbers) -> Divide:
        """A division an element."""
        return Divide(row[0], self.output.codes_per_unit, self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: a quotient falls, and rounding keeps order."""
        return NONE

    def quotient(self, least: int, most: int, numerator: int) -> tuple[float, float, float, float]:
        """Rounded, after a float64 division."""
        scale = self.output.codes_per_unit
        return scale * (1 - 2.0**-50), scale * (1 + 2.0**-50), 0.5, 0.5

    def row_operators(self) -> tuple[Operator, ...]:
        """Nothing: every element is divided."""
        return ()

    def element_operators(self) -> tuple[Operator, ...]:
        """What exactness costs: a restoring divider a lane, a row of subtractors a quotient bit, and the rounding."""
        bits = self.output.width + 1
        return (
            Operator("subtract", (self.sum_width,), bits, bits, "output"),
            Operator("mux", (self.sum_width,), bits, bits, "output"),
            Operator("register", (2 * self.sum_width,), bits, bits, "output"),
            Operator("add", (self.output.width,), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after each row of subtractors."""
        return self.output.width + 1


INT32_MAX = (1 << 31) - 1


@dataclass(frozen=True)
class ShiftedQuotient(IntegerReciprocal):
    """The same for numerators that are powers of two, whose multiplication is a shift by the difference.

    The sum is an int32 in C: a larger one raises ValueError.
    """

    def row(self, sums: Integers) -> RowNumbers:
        """The integer reciprocal."""
        if (sums > INT32_MAX).any():
            raise ValueError(
                f"a row whose terms sum to {sums.max()} is undefined: the original adds them in 32 bits with sign, "
                f"which holds {INT32_MAX} at most; shorten the row"
            )
        return super().row(sums)

    def element_operators(self) -> tuple[Operator, ...]:
        """One shifter a lane and the clip."""
        width = self._factor_width
        return (
            Operator("shift", (width, (self.numerator_width - 1).bit_length()), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )


@part("normalizer", "integer_reciprocal")
def integer_reciprocal(wires: Wires) -> IntegerReciprocal:
    """One integer division a row, 2**bits / sum with bits for the whole output, and a multiplication."""
    bits = wires.sum_width + wires.output.frac
    if bits + wires.numerator_width - wires.term_frac > 62:
        raise ValueError(f"a product of {bits + wires.numerator_width} bits does not fit; give fewer bits to terms")
    return IntegerReciprocal(1 << bits, wires.sum_width, wires.numerator_width, wires.output, sum_width=wires.sum_width)


@part("normalizer", "exact_divide")
def exact_divide(wires: Wires) -> IdealDivide:
    """Every element divided exactly and rounded once: an array divider a lane."""
    return IdealDivide(wires.output, wires.sum_width)
