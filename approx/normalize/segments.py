"""Reciprocals of a mantissa from two pieces, chosen by its first fraction bit: no table, no multiplier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.normalize.reciprocal import Reciprocal, fraction_bits
from approx.parts import Wires, part
from approx.unit import Integers


@dataclass(frozen=True)
class TwoSegments:
    """1/x on [1, 2) as 1.59375 - 0.625 x below 1.5 and 1.125 - 0.3125 x from there on, truncated to `frac` bits.

    operand_bits: fraction bits of x that are used. The constants are 51/32 and 36/32, the slopes 1/2 + 1/8 and
    1/4 + 1/16: two subtractors and wiring. Largest absolute error 0.03125 (at 1), mean 0.0070 for 8 bits of x.
    Source: Cardarilli et al., Scientific Reports 11:15307 (2021).
    """

    operand_bits: int
    frac: int

    @property
    def width(self) -> int:
        """The largest result is 0.96875."""
        return self.frac

    def of_mantissa(self, mantissa: Integers) -> Integers:
        """The reciprocal of mantissa codes, 2**operand_bits standing for 1."""
        exact_bits = self.operand_bits + 4
        low = (np.int64(51) << (exact_bits - 5)) - mantissa * 10
        high = (np.int64(36) << (exact_bits - 5)) - mantissa * 5
        exact = np.where(mantissa < 3 << (self.operand_bits - 1), low, high)
        dropped = exact_bits - self.frac
        return exact >> dropped if dropped >= 0 else exact << -dropped

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """The segment at the bits below the leading one."""
        return self.of_mantissa((np.int64(1) << self.operand_bits) + fraction_bits(sums, exponent, self.operand_bits))

    @property
    def sum_bits(self) -> int:
        """Bits of a sum below its leading one that are read."""
        return self.operand_bits

    def operators(self) -> tuple[Operator, ...]:
        """The slopes are sums of two shifts; the constants and the shift are selected."""
        width = self.operand_bits + 5
        return (
            Operator("add", (width,), 1, 1, "normalizer"),
            Operator("mux", (width,), 2, 2, "normalizer"),
            Operator("subtract", (width,), 1, 1, "normalizer"),
        )


@dataclass(frozen=True)
class TwoConstants:
    """1/x on [1, 2) as 0.818 below 1.5 and 0.568 from there on, rounded to `frac` bits.

    Relative error -18.2 % to +22.7 %, mean +0.8 %. Source: SOLE (arXiv 2510.17189), whose constants are Mitchell's
    quotient with its mean error removed.
    """

    frac: int

    @property
    def width(self) -> int:
        """Both are below 1."""
        return self.frac

    @property
    def constants(self) -> tuple[int, int]:
        """0.818 and 0.568 in steps of 2**-frac."""
        return round(0.818 * 2**self.frac), round(0.568 * 2**self.frac)

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """The constant at the first bit below the leading one."""
        return np.array(self.constants, dtype=np.int64)[fraction_bits(sums, exponent, 1)]

    @property
    def sum_bits(self) -> int:
        """One."""
        return 1

    def operators(self) -> tuple[Operator, ...]:
        """A table of two constants: wires."""
        return (Operator("rom", (1, self.frac), 1, 1, "normalizer", contents=self.constants),)


@dataclass(frozen=True)
class ShiftedConstant(Reciprocal):
    """`Reciprocal` of numerators that are powers of two: the product is a shift of the mantissa's reciprocal.

    code_width: bits of the exponent code of a numerator.
    """

    code_width: int = 4

    def row_operators(self) -> tuple[Operator, ...]:
        """Leading one of the sum, the constant, what of it an output can come from in a register.

        All lanes read the constant a cycle later, from one register more.
        """
        exponents = self._exponents.bit_length()
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            *self.mantissa.operators(),
            Operator("increment", (exponents,), 1, 1, "normalizer"),
            Operator("held_register", (exponents + self._kept,), 1, 1, "normalizer"),
            Operator("held_register", (self._kept,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """Exponents are added, the constant is shifted by their sum."""
        width, select = self._kept, self._select
        return (
            Operator("add", (select - 1,), 1, 1, "output"),
            Operator("shift", (width, min(width.bit_length(), select)), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def inner_register_bits(self) -> int:
        """How far the constant is shifted."""
        return self._select

    @property
    def _select(self) -> int:
        """Bits of the sum of two exponents."""
        return max(self._exponents.bit_length(), self.code_width) + 1

    @property
    def _kept(self) -> int:
        """Bits of the constant that an output can come from."""
        least = self.sum_width - self._exponents - 1
        down = self.mantissa.frac + self.extra_frac - self.output.frac + least - (self.numerator_width - 1)
        return max(1, self.mantissa.width - down)


@part("normalizer", "two_segments")
def two_segments(wires: Wires, frac: Annotated[int, Interval(ge=4, le=24)] = 12) -> Reciprocal:
    """The reciprocal of the normalised sum by two lines, a multiplication and a shift."""
    return Reciprocal(TwoSegments(frac, frac), wires.sum_width, wires.numerator_width, wires.output)


@part("normalizer", "two_constants")
def two_constants(wires: Wires, frac: Annotated[int, Interval(ge=4, le=24)] = 12) -> Reciprocal:
    """The reciprocal of the normalised sum as one of two constants, a multiplication and a shift."""
    return Reciprocal(TwoConstants(frac), wires.sum_width, wires.numerator_width, wires.output)
