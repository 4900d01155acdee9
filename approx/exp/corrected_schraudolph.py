"""Schraudolph's exponential on bfloat16 codes with a quadratic correction of the mantissa: SoftEx and VEXP."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator
from approx.unit import Integers

LOG2E_FRAC = 14
LOG2E = math.floor(math.log2(math.e) * 2**LOG2E_FRAC)  # 23637
MANTISSA = 7
BIAS = 127
SHIFTED_OUT = BIAS + 6  # the exponent field from which on |x| * log2(e) may need more than eight integer bits
INFINITY = 0xFF << MANTISSA


@dataclass(frozen=True)
class CorrectedSchraudolph:
    """e**x of bfloat16 codes: |x| * log2(e) in Q8.7 becomes exponent and mantissa, the mantissa is corrected.

    For a fraction f < 1/2 the mantissa is alpha * f * (f + gamma1), else the complement of beta * ~f * (f + gamma2),
    with ones' complements. alpha, beta: integers with `coefficient_frac` fraction bits; gamma1, gamma2: with 7. The
    product is truncated once. No code gives a NaN: what overflows, +NaN included, is +inf, -NaN and what would be
    subnormal is 0. Relative error for arguments from -86 to 0: at most 0.7059 % with the constants of SoftEx.
    """

    alpha: int
    beta: int
    gamma1: int
    gamma2: int
    coefficient_frac: int

    def of(self, codes: Integers) -> Integers:
        """bfloat16 codes of any shape (0 to 65535) as bfloat16 codes."""
        return self.table[codes]

    @cached_property
    def table(self) -> Integers:
        """The results for all 65536 codes: how the simulator works, not the circuit."""
        return self.definition(np.arange(1 << 16, dtype=np.int64))

    def definition(self, codes: Integers) -> Integers:
        """The formula behind `table`."""
        negative, exponent = codes >> 15 == 1, codes >> MANTISSA & 0xFF
        product = (codes & 0x7F | 0x80) * LOG2E  # the leading one is always assumed
        down = np.clip(SHIFTED_OUT - exponent, 0, 62)
        shifted = product >> MANTISSA >> down
        magnitude = (shifted >> 1) + (shifted & 1)
        scaled = np.where(negative, -magnitude, magnitude) & 0x7FFF
        result = (((scaled >> MANTISSA) + BIAS) & 0xFF) << MANTISSA | self.corrected(scaled & 0x7F)
        at_limit = exponent == SHIFTED_OUT
        too_large = (exponent > SHIFTED_OUT) | at_limit & (product >> 22 == 1)
        too_small = at_limit & ((product >> LOG2E_FRAC & 0xFF == 0xFF) | (scaled >> MANTISSA == 0x81))
        return np.where(too_large | negative & too_small, np.where(negative, 0, INFINITY), result)

    def corrected(self, fraction: Integers) -> Integers:
        """2**f - 1 for seven fraction bits, 0 to 127."""
        upper = fraction >= 64
        complement = np.where(upper, 0x7F, 0)
        doubled = (2 * fraction & 0x7F) ^ complement  # the bit that is shifted in counts as one of the complement's
        factor = np.where(upper, self.beta, self.alpha)
        summand = fraction + np.where(upper, self.gamma2, self.gamma1)
        return ((doubled * factor * summand) >> (8 + self.coefficient_frac)) & 0x7F ^ complement

    def operators(self) -> tuple[Operator, ...]:
        """Scale, shift, round and negate; two multipliers and an adder for the correction. No table."""
        coefficient = max(self.alpha, self.beta).bit_length()
        summand = max(self.gamma1, self.gamma2).bit_length()
        return (
            Operator("constant_multiply", (8, LOG2E.bit_length()), 1, 1, "exp", constant=LOG2E),
            Operator("shift", (16, 4), 1, 1, "exp"),
            Operator("add", (15,), 1, 1, "exp"),
            Operator("subtract", (15,), 1, 1, "exp"),
            Operator("mux", (coefficient + summand,), 1, 1, "exp"),
            Operator("add", (summand,), 1, 1, "exp"),
            Operator("multiply", (MANTISSA, coefficient), 1, 1, "exp"),
            Operator("multiply", (MANTISSA + coefficient, summand), 1, 1, "exp"),
        )
