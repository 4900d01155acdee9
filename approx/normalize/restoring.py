"""Division digit by digit: restoring, and linear CORDIC, whose digits are +1 and -1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.normalize.seams import NONE
from approx.parts import Wires, part
from approx.unit import Integers, Normalizer, RowNumbers, leading_one

SAFE_BITS = 62  # of products and powers of two in int64


def floor_form(sums: Integers, numerator_width: int, frac: int, cap: int) -> Scale | None:
    """floor(numerator * 2**frac / sum) as a product with ceil(2**(shift + frac) / sum), where that fits 62 bits.

    With shift = bits of the numerator and of the sum, the product is above the quotient by less than 1/sum, which no
    floor can see.
    """
    shift = numerator_width + leading_one(sums) + 1
    if max(shift.max(initial=0), 2 * numerator_width) + frac >= SAFE_BITS:
        return None
    return Scale(-(-(np.int64(1) << (shift + frac)) // sums), shift, cap=cap)


@dataclass(frozen=True)
class RestoringDivide(Normalizer):
    """floor(numerator / sum) in steps of `output`, clipped to it: exact to truncation.

    numerator_width, sum_width: bits of the operands, which have the same fraction bits. The circuit is an array in each
    lane, one row of subtractors a quotient bit. (One divider a row, used serially, is `IntegerReciprocal`.)
    """

    numerator_width: int
    sum_width: int
    output: FixedPoint

    def __post_init__(self) -> None:
        if self.output.frac < 1 or self.numerator_width + self.output.frac > SAFE_BITS:
            raise ValueError(
                f"output = {self.output}: a quotient of {self.numerator_width}-bit terms has 1 to "
                f"{SAFE_BITS - self.numerator_width} fraction bits"
            )

    def row(self, sums: Integers) -> RowNumbers:
        """The sum itself; a sum of 0, of which every numerator is 0, counts as 1."""
        return (np.maximum(sums, 1),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The quotient."""
        return np.minimum((numerators << self.output.frac) // row[0], self.output.highest)

    def form(self, row: RowNumbers) -> Scale | None:
        """The same floor as a product."""
        return floor_form(row[0], self.numerator_width, self.output.frac, self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: a quotient falls."""
        return NONE

    def quotient(self, least: int, most: int, numerator: int) -> tuple[float, float, float, float]:
        """Truncated."""
        return self.output.codes_per_unit, self.output.codes_per_unit, 1.0, 0.0

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum is held, and goes with the elements from one row of subtractors to the next."""
        bits = self.output.width
        return (Operator("held_register", (self.sum_width,), bits, bits, "normalizer"),)

    def element_operators(self) -> tuple[Operator, ...]:
        """A row of subtractors and multiplexers a quotient bit; the last one needs no rest."""
        bits = self.output.width
        return (
            Operator("subtract", (self.sum_width,), 1, 1, "output"),
            Operator("subtract", (self.sum_width + 1,), bits - 1, bits - 1, "output"),
            Operator("mux", (self.sum_width,), bits - 1, bits - 1, "output"),
        )

    @property
    def inner_register_bits(self) -> int:
        """The rest after each row but the last one, and beside it the bits to come and those of the quotient."""
        bits, whole = self.output.width, self.output.width - self.output.frac
        to_come = sum(max(0, whole - place) for place in range(1, bits))
        return (bits - 1) * self.sum_width + bits * (bits - 1) // 2 + to_come

    @property
    def stages(self) -> int:
        """A register after each row of subtractors."""
        return self.output.width


@dataclass(frozen=True)
class CordicDivide(Normalizer):
    """Linear CORDIC in vectoring mode: z' = z + d * 2**-i, y' = y - d * (sum >> i), d = +1 unless y is negative.

    Starts at y = numerator, z = 0; i = 1 ... iterations. Both operands have `iterations` zeros appended, so shifts lose
    nothing and |z - numerator / sum| is at most 2**-iterations. z is truncated to `output`. A numerator is never larger
    than the sum.
    """

    numerator_width: int
    sum_width: int
    iterations: int
    output: FixedPoint

    def __post_init__(self) -> None:
        if not 1 <= self.output.frac <= self.iterations or self.iterations + self.sum_width > SAFE_BITS:
            raise ValueError(
                f"division_iterations = {self.iterations} do not give {self.output.frac} fraction bits of a quotient "
                f"by a "
                f"sum of {self.sum_width} bits; give {self.output.frac} to {SAFE_BITS - self.sum_width}"
            )

    def row(self, sums: Integers) -> RowNumbers:
        """The sum itself; a sum of 0, of which every numerator is 0, counts as 1."""
        return (np.maximum(sums, 1),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The digits +1 and -1 add up to the odd number next to the quotient, below 1."""
        n = self.iterations
        z = np.minimum(2 * ((numerators << (n - 1)) // row[0]) + 1, (1 << n) - 1)
        return np.minimum(z >> (n - self.output.frac), self.output.highest)

    def form(self, row: RowNumbers) -> Scale | None:
        """With a digit to spare the truncated result is the floor of the quotient, below 1."""
        if self.iterations == self.output.frac:
            return None
        cap = min(self.output.highest, (1 << self.output.frac) - 1)
        return floor_form(row[0], self.numerator_width, self.output.frac, cap)

    def seams(self, least: int, most: int) -> Integers:
        """None: every digit is decided by the quotient alone."""
        return NONE

    def quotient(self, least: int, most: int, numerator: int) -> tuple[float, float, float, float] | None:
        """Off by the last digit, and truncated; for a numerator above the sum it does not converge."""
        if numerator > least:
            return None
        digit = 2.0 ** (self.output.frac - self.iterations)
        return self.output.codes_per_unit, self.output.codes_per_unit, 1.0 + digit, digit

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum is held."""
        return (Operator("held_register", (self.sum_width,), 1, 1, "normalizer"),)

    def element_operators(self) -> tuple[Operator, ...]:
        """Unrolled: one adder a digit (the digits are the quotient but for a recoding), registers between them."""
        n, width = self.iterations, self.sum_width + self.iterations
        return (
            Operator("add", (width,), n, n, "output"),
            Operator("held_register", (width + n,), n, n, "output"),
            Operator("subtract", (n,), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register a digit."""
        return self.iterations


@part("normalizer", "restoring")
def restoring(wires: Wires) -> RestoringDivide:
    """The floor of the exact quotient, by an array divider in each lane."""
    return RestoringDivide(wires.numerator_width, wires.sum_width, wires.output)


@part("normalizer", "linear_cordic")
def linear_cordic(wires: Wires, iterations: Annotated[int, Interval(ge=1, le=40)] = 16) -> CordicDivide:
    """The quotient by linear CORDIC iterations."""
    return CordicDivide(wires.numerator_width, wires.sum_width, iterations, wires.output)
