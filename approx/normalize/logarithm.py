"""Logarithm units to base 2, and a constant multiplication that makes the base e of one.

All find the leading one of the sum, whose position is the integer part; they differ in what they make of the bits below
it. Beside them, `approx.normalize.log_subtract` has two of base e: `LinearLog` and `LogTable`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.normalize.log_subtract import LogUnit
from approx.normalize.reciprocal import fraction_bits
from approx.rounding import Rounding, shift_right
from approx.unit import Integers, leading_one


@dataclass(frozen=True)
class Log2Linear:
    """log2(2**w * k) as w + (k - 1), k in [1, 2): the position of the leading one, and the bits below it as they are.

    sum_frac, sum_width: of the sum. frac: fraction bits of the result. Below the logarithm by 0 to 0.0861 bits, 0.0573
    in the mean over k, and by the bits of the sum that `frac` drops.
    """

    sum_frac: int
    sum_width: int
    frac: int

    def of(self, sums: Integers) -> Integers:
        """Integer part and fraction side by side."""
        exponent = leading_one(sums)
        return ((exponent - self.sum_frac) << self.frac) + fraction_bits(sums, exponent, self.frac)

    @property
    def sum_bits(self) -> int:
        """Those of the fraction."""
        return self.frac

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shifter."""
        return (Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),)


@dataclass(frozen=True)
class Log2Corrected:
    """The linear logarithm plus CORRECTION[top bits of k - 1]: log2(k) - (k - 1) in the middle of each interval.

    index_bits: of the table. The first entry is 0, so that a sum of 1 changes nothing. Entries are rounded to nearest.
    Within 0.443 * 2**-index_bits bits and one step of the logarithm (0.443 is the steepest correction, at k = 1), of
    which entries for 3 and more bits come close.
    """

    linear: Log2Linear
    index_bits: int

    @property
    def frac(self) -> int:
        """Fraction bits of the result."""
        return self.linear.frac

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        middle = (np.arange(1 << self.index_bits) + 0.5) / (1 << self.index_bits)
        middle[0] = 0.0
        fine = 2.0 ** (self.index_bits + 1)  # which makes every middle a whole number
        exact = rounded("log2", 1 + middle, fine * 2.0**self.frac, Rounding.FLOOR) - (
            (middle * fine).astype(np.int64) << self.frac
        )
        return shift_right(exact, self.index_bits + 1, Rounding.NEAREST_UP)

    def of(self, sums: Integers) -> Integers:
        """The linear logarithm and the entry, added."""
        return self.linear.of(sums) + self.entries[fraction_bits(sums, leading_one(sums), self.index_bits)]

    @property
    def sum_bits(self) -> int:
        """Those of the line and of the index."""
        return max(self.linear.sum_bits, self.index_bits)

    def operators(self) -> tuple[Operator, ...]:
        """The linear logarithm, one read-only memory, an adder."""
        width = max(1, int(self.entries.max()).bit_length())
        contents = tuple(self.entries.tolist())
        return (
            *self.linear.operators(),
            Operator("rom", (self.index_bits, width), 1, 1, "normalizer", contents=contents),
            Operator("add", (self.frac + 1,), 1, 1, "normalizer"),
        )


@dataclass(frozen=True)
class Log2Table:
    """log2(2**w * k) as w + LOG2[top bits of k - 1]: the integer part is wiring, the fraction a table.

    Entries are log2 of the middle of their interval, the first is log2 1 = 0, rounded to nearest. Within
    1.443 * 2**-index_bits bits and half a step of the logarithm.
    """

    sum_frac: int
    sum_width: int
    index_bits: int
    frac: int

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        middle = 1 + (np.arange(1 << self.index_bits) + 0.5) / (1 << self.index_bits)
        middle[0] = 1.0
        return rounded("log2", middle, 2.0**self.frac)

    def of(self, sums: Integers) -> Integers:
        """Integer part and entry."""
        exponent = leading_one(sums)
        return ((exponent - self.sum_frac) << self.frac) + self.entries[fraction_bits(sums, exponent, self.index_bits)]

    @property
    def sum_bits(self) -> int:
        """Those of the index."""
        return self.index_bits

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shifter, one read-only memory (an entry that rounds to 1 carries into the integer part)."""
        rom = Operator(
            "rom", (self.index_bits, self.frac + 1), 1, 1, "normalizer", contents=tuple(self.entries.tolist())
        )
        return (Operator("normalize", (self.sum_width,), 1, 1, "normalizer"), rom)


@dataclass(frozen=True)
class NaturalLog:
    """ln as ln2 * log2: a constant multiplication after a unit of base 2, truncated to its step.

    width: bits of the binary logarithm. ln2_frac: fraction bits of the constant, which is rounded to nearest. Below the
    product by less than one step, and off by the constant's rounding times the binary logarithm.
    """

    binary: LogUnit
    width: int
    ln2_frac: int = 16

    @property
    def frac(self) -> int:
        """Fraction bits of the result: those of the binary logarithm."""
        return self.binary.frac

    @property
    def ln2(self) -> int:
        """The constant."""
        return round(math.log(2) * 2**self.ln2_frac)

    def of(self, sums: Integers) -> Integers:
        """The product, truncated."""
        return self.binary.of(sums) * self.ln2 >> self.ln2_frac

    @property
    def sum_bits(self) -> int:
        """Those of the binary logarithm."""
        return self.binary.sum_bits

    def operators(self) -> tuple[Operator, ...]:
        """The unit of base 2 and the constant multiplication."""
        widths = (self.width, self.ln2.bit_length())
        return (
            *self.binary.operators(),
            Operator("constant_multiply", widths, 1, 1, "normalizer", constant=self.ln2),
        )
