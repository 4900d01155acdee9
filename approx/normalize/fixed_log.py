"""ln in Q16.16 by a table of exponents and one of mantissas, as UT-LCA built it and as it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.rounding import Rounding
from approx.unit import Integers, leading_one

Version = Literal["as_built", "as_intended"]

FRAC = 16
LOG_BITS = 12  # of the mantissa that address its table
EXACT = 48  # fraction bits in which the table of exponents is formed
LOG_OF_ZERO = 0x80000001 - (1 << 32)


@dataclass(frozen=True)
class FixedLog:
    """ln of unsigned Q16.16 as Q16.16: a table for the leading zeros, one for 12 bits below the leading one.

    "as_built" the first table is wrong below 1: instead of a two's complement it holds the magnitude with ones above
    its leading one. Error from 1 on: at most 2.6e-4. ln 0 is 0x80000001.
    """

    version: Version

    @cached_property
    def of_exponent(self) -> Integers:
        """ln 2 * (15 - leading zeros), truncated toward zero."""
        whole = (FRAC - 1) - np.arange(32)
        ln2 = int(rounded("ln", 2.0, 2.0**EXACT))
        magnitude = np.abs(whole) * ln2 >> (EXACT - FRAC)
        filled = magnitude - (np.int64(2) << leading_one(np.maximum(magnitude, 1)))
        below_one = filled if self.version == "as_built" else -magnitude
        return np.where(whole < 0, below_one, magnitude)

    @cached_property
    def of_mantissa(self) -> Integers:
        """ln(1 + i / 4096), truncated."""
        return rounded("ln", 1 + np.arange(1 << LOG_BITS) / (1 << LOG_BITS), 2.0**FRAC, Rounding.FLOOR)

    def of(self, codes: Integers) -> Integers:
        """Unsigned Q16.16 codes to Q16.16 codes."""
        exponent = leading_one(np.maximum(codes, 1))
        below = (codes << (31 - exponent) & 0x7FFFFFFF) >> (31 - LOG_BITS)
        return np.where(codes == 0, LOG_OF_ZERO, self.of_exponent[31 - exponent] + self.of_mantissa[below])

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shift, two tables, one adder."""
        first = tuple((self.of_exponent & 0xFFFFFFFF).tolist())
        return (
            Operator("normalize", (32,), 1, 1, "normalizer"),
            Operator("rom", (5, 32), 1, 1, "normalizer", contents=first),
            Operator("rom", (LOG_BITS, 32), 1, 1, "normalizer", contents=tuple(self.of_mantissa.tolist())),
            Operator("add", (32,), 1, 1, "normalizer"),
        )
