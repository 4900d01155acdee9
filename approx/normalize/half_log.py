"""ln in binary16 by a table of exponents and one of mantissas, after UT-LCA."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.float_circuits import float_add
from approx.half_precision import BIAS, HALF, MANTISSA, Halves, half_codes, nearest_half
from approx.unit import Integers

LogEntries = Literal[64, 256, 1024]

EXACT = 48  # fraction bits in which tables are formed


@dataclass(frozen=True)
class HalfLog:
    """ln of binary16: a table for the exponent and one of `entries` for the top bits of the mantissa, added.

    The sign is not looked at; 0 and subnormal numbers give -inf, infinities and NaN +inf. Error from 1 on, absolute:
    2.01e-2 for 64 entries, 9.9e-3 for 256, 7.2e-3 for 1024.
    """

    entries: LogEntries

    @cached_property
    def of_exponent(self) -> Halves:
        """ln 2 * (exponent - 15); the first is -inf, the last +inf."""
        table = nearest_half((np.arange(32) - BIAS) * int(rounded("ln", 2.0, 2.0**EXACT)) * 2.0**-EXACT)
        table[0], table[31] = -np.inf, np.inf
        return table

    @cached_property
    def of_mantissa(self) -> Halves:
        """ln(1 + i / entries)."""
        return nearest_half(rounded("ln", 1 + np.arange(self.entries) / self.entries, 2.0**EXACT) * 2.0**-EXACT)

    def of(self, codes: Integers) -> Integers:
        """binary16 codes to binary16 codes."""
        top = (codes & 0x3FF) >> (MANTISSA - self.entries.bit_length() + 1)
        return half_codes(self.of_exponent[codes >> MANTISSA & 0x1F] + self.of_mantissa[top])

    def operators(self) -> tuple[Operator, ...]:
        """Two tables, one adder."""
        first, second = (tuple(HALF.of_values(table).tolist()) for table in (self.of_exponent, self.of_mantissa))
        return (
            Operator("rom", (5, 16), 1, 1, "normalizer", contents=first),
            Operator("rom", (self.entries.bit_length() - 1, 16), 1, 1, "normalizer", contents=second),
            *float_add(HALF.dtype_of_values, "normalizer"),
        )
