"""Exponentials of AC Math's softmaxes. Source: hlslibs/ac_math 3.8.1 (Apache-2.0)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from approx import ac_math
from approx.bill import Operator
from approx.fixed_point import FixedPoint
from approx.hls_type import HlsType, assignment
from approx.unit import CodeUnit, ExpUnit, Integers


@dataclass(frozen=True)
class ExpOfCode(CodeUnit):
    """e**x of the code, assigned to a type. Terms of more than 62 bits are Python's integers.

    Relative error: that of `ac_math.exp`; a step of the type.
    """

    input: FixedPoint
    type: HlsType

    def of_code(self, codes: Integers) -> Integers:
        """Product with log2(e), segments, one assignment."""
        return self.type.assign(*ac_math.exp(codes, self.input.frac))

    def operators(self) -> tuple[Operator, ...]:
        """The constant multiplier, the segments, the shifter to the integer part."""
        frac = max(ac_math.ARGUMENT_FRAC, self.input.frac)
        integer = self.input.width - self.input.frac + 1
        return (
            Operator("constant_multiply", (self.input.width, ac_math.LOG2E.bit_length()), 1, 1, "exp",
                     constant=ac_math.LOG2E),
            *ac_math.pow2_circuit(frac, "exp"),
            Operator("shift", (self.type.width, max(1, integer)), 1, 1, "exp"),
            *assignment(self.type, "exp"),
        )  # fmt: skip


@dataclass(frozen=True)
class Exp2BelowInteger(ExpUnit):
    """2**f >> (m - n), n and f the integer and the fraction of x * log2(e), m the integer of the row's largest x.

    log2e_frac: fraction bits of the constant, truncated. kept: fraction bits of 2**f, which
    is truncated to them, as is the shift; 1 integer bit, so that terms lie below 2. Relative error of 2**f before these
    truncations: -2.12e-3 to 2.29e-3; the constant of 16 bits adds -4.89e-6 * x.
    """

    input: FixedPoint
    log2e_frac: int
    kept: int

    reads = "maximum_and_difference"

    @property
    def log2e(self) -> int:
        """The constant."""
        return math.floor(math.log2(math.e) * 2**self.log2e_frac)

    @property
    def split(self) -> int:
        """Fraction bits of the exact product."""
        return self.input.frac + self.log2e_frac

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Exact product, split by floor; 2**f by segments; a shift to the right."""
        product = (maximum - difference) * self.log2e
        whole, fraction = product >> self.split, product & ((1 << self.split) - 1)
        below = (maximum * self.log2e >> self.split) - whole
        return np.asarray(self._power(fraction) >> np.minimum(below, 62), dtype=np.int64)

    def _power(self, fraction: Integers) -> Integers:
        return HlsType(self.kept + 1, self.kept, signed=False).assign(*ac_math.pow2(fraction, self.split))

    @property
    def largest_term(self) -> int:
        """The largest 2**f of a code that is its row's maximum; of wide inputs that of the largest f there is."""
        if self.input.width > 16:
            last = np.array([(1 << self.split) - 1])
            return int(self._power(last)[0])
        codes = np.arange(self.input.lowest, self.input.highest + 1)
        return int(self.terms(np.zeros_like(codes), codes).max())

    def operators(self) -> tuple[Operator, ...]:
        """The constant multiplier, the segments, the difference of the integers, the shifter."""
        integer = max(1, self.input.width - self.input.frac + 1)
        return (
            Operator(
                "constant_multiply", (self.input.width, self.log2e.bit_length()), 1, 1, "exp", constant=self.log2e
            ),
            *ac_math.pow2_circuit(self.split, "exp"),
            Operator("subtract", (integer,), 1, 1, "exp"),
            Operator("shift", (self.kept + 1, (self.kept + 1).bit_length()), 1, 1, "exp"),
        )
