"""First guesses of 1/x on [1, 2) that an iteration starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.normalize.reciprocal import MantissaReciprocal, ReciprocalTable, fraction_bits
from approx.unit import Integers

Seed = Literal["linear", "squared", "table"]
SEED_TABLE_BITS = 4  # a table of 16 entries: 3 %


@dataclass(frozen=True)
class LinearSeed:
    """24/17 - 8/17 x on [1, 2): the line of smallest relative error, 1/17. (48/17 - 32/17 D on [0.5, 1) is the same.)

    operand_bits: fraction bits of x that are used. frac: of the result and of the constants, rounded to nearest.
    """

    operand_bits: int
    frac: int

    @property
    def width(self) -> int:
        """The largest result is 16/17."""
        return self.frac

    @property
    def line(self) -> tuple[int, int]:
        """24/17 and 8/17."""
        return round(24 / 17 * 2**self.frac), round(8 / 17 * 2**self.frac)

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """One product by a constant, truncated, and a subtraction."""
        start, slope = self.line
        return start - (slope * mantissa(sums, exponent, self.operand_bits) >> self.operand_bits)

    @property
    def sum_bits(self) -> int:
        """Bits of a sum below its leading one that are read."""
        return self.operand_bits

    def operators(self) -> tuple[Operator, ...]:
        """A constant multiplier and a subtractor."""
        slope = self.line[1]
        widths = (self.operand_bits + 1, slope.bit_length())
        return (
            Operator("constant_multiply", widths, 1, 1, "normalizer", constant=slope),
            Operator("subtract", (self.frac + 1,), 1, 1, "normalizer"),
        )


@dataclass(frozen=True)
class SquaredSeed:
    """(1 + (1 - f)**2) / 2 for x = 1 + f, with n = NOT f of 7 bits: (n >> 1) * n, its top 7 bits; 1 where f is 0.

    Largest relative error 8.6e-2. Source: the mantissa path of SoftEx's reciprocal seed (belanoa/softex).
    """

    frac: int

    def __post_init__(self) -> None:
        if self.frac < 8:
            raise ValueError(f"a squared seed has 8 fraction bits; {self.frac} do not hold them")

    @property
    def width(self) -> int:
        """The reciprocal of 1.0 is 1.0."""
        return self.frac + 1

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """One 6 x 7-bit product."""
        f = fraction_bits(sums, exponent, 7)
        n = 127 - f
        return np.where(f == 0, 256, 128 + ((n >> 1) * n >> 6)) << (self.frac - 8)

    @property
    def sum_bits(self) -> int:
        """Bits of a sum below its leading one that are read."""
        return 7

    def operators(self) -> tuple[Operator, ...]:
        """A small multiplier; the complement is a row of inverters."""
        return (Operator("multiply", (6, 7), 1, 1, "normalizer"),)


def seed_of(name: Seed, operand_bits: int, frac: int) -> MantissaReciprocal:
    """The seed called `name`, in `frac` fraction bits."""
    match name:
        case "linear":
            return LinearSeed(operand_bits, frac)
        case "squared":
            return SquaredSeed(frac)
        case "table":
            return ReciprocalTable(SEED_TABLE_BITS, frac)


def mantissa(sums: Integers, exponent: Integers, bits: int) -> Integers:
    """The leading one of each sum and the `bits` bits below it."""
    return (np.int64(1) << bits) + fraction_bits(sums, exponent, bits)
