"""Division by a factor (2**31 - 1) / sum that is formed once a row: the normalisers of I-ViT.

Sources: as for `approx.exp.shiftmax`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.forms import FloatScale, Scale
from approx.normalize.seams import NONE
from approx.unit import Integers, Normalizer, RowNumbers

INT32_MAX = (1 << 31) - 1
QUOTIENT_BITS = 31


@dataclass(frozen=True)
class Factor(Normalizer):
    """The circuit that both arithmetics share. largest_term: a sum that did not wrap is at least that."""

    largest_term: int

    @property
    def _factor_width(self) -> int:
        return (INT32_MAX // self.largest_term).bit_length()

    def row_operators(self) -> tuple[Operator, ...]:
        """One serial divider of 31 bits."""
        return (
            Operator("divide_serial", (QUOTIENT_BITS,), 1, QUOTIENT_BITS, "normalizer"),
            Operator("register", (self._factor_width,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane."""
        return (Operator("multiply", (self.largest_term.bit_length(), self._factor_width), 1, 1, "output"),)

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return QUOTIENT_BITS


@dataclass(frozen=True)
class FloatFactor(Factor):
    """floor(e * floor((2**31 - 1) / sum) / 2**(32 - output_bit)), quotient and product rounded to float32."""

    output_bit: int

    def row(self, sums: Integers) -> RowNumbers:
        """The factor; sums are clipped to 2**31 - 1, which float32 holds as 2**31."""
        total = np.minimum(sums.astype(np.float32), np.float32(INT32_MAX))
        return (np.floor(np.float32(INT32_MAX) / total).astype(np.int64),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The float32 product, scaled by an exact power of two."""
        product = numerators.astype(np.float32) * row[0].astype(np.float32)
        return np.floor(product * np.float32(2.0 ** -(32 - self.output_bit))).astype(np.int64)

    def form(self, row: RowNumbers) -> FloatScale:
        """One float32 multiplication."""
        return FloatScale(row[0].astype(np.float32), 32 - self.output_bit, cap=INT32_MAX)

    def seams(self, least: int, most: int) -> Integers:
        """None: a quotient falls, and rounding keeps order."""
        return NONE


@dataclass(frozen=True)
class IntegerFactor(Factor):
    """e * ((2**31 - 1) / sum) >> 24 cast to int8, the sum wrapped to 32 bits and the division truncated as in C."""

    def row(self, sums: Integers) -> RowNumbers:
        """The factor; negative where the sum wrapped. A sum that wrapped to 0 raises ValueError: C cannot divide."""
        signed = np.where(sums > INT32_MAX, sums - (1 << 32), sums)
        if (signed == 0).any():
            raise ValueError("ivit_integer is undefined for a row whose 32-bit sum wraps to 0; shorten the row")
        return (np.sign(signed) * (INT32_MAX // np.abs(signed)),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The product's bits 24 to 31."""
        shifted = numerators * row[0] >> 24
        return (shifted + 128) % 256 - 128

    def form(self, row: RowNumbers) -> Scale | None:
        """One multiplication and a constant shift, unless a sum wrapped: to something negative, or below its terms."""
        if (row[0] < 0).any() or (row[0] > INT32_MAX // self.largest_term).any():
            return None
        return Scale(row[0], np.full(row[0].shape, 24, dtype=np.int64), cap=127)

    def seams(self, least: int, most: int) -> Integers | None:
        """None where no sum wraps."""
        return NONE if self.largest_term <= least and most <= INT32_MAX else None
