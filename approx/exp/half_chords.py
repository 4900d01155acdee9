"""e**x in binary16 by chords, as UT-LCA built it and as it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.float_circuits import float_add, float_multiply_gradual, float_to_fixed
from approx.half_precision import BIAS, HALF, MANTISSA, Halves, half_codes, half_values, nearest_half
from approx.unit import Integers

Version = Literal["as_built", "as_intended"]
ExpEntries = Literal[64, 128]

REACH_BITS = 3  # there are chords down to -8
BUILT_CHORD = 1 / 16  # the width of a chord as built, whatever the number of entries
EXACT = 48  # fraction bits in which chords are formed


@dataclass(frozen=True)
class HalfExp:
    """e**x for binary16: one of `entries` chords by the magnitude of x, one product, one sum, each rounded.

    The sign of x is not looked at. "as_built" chords have width 1/16 even for 64 entries, whose step is 1/8; from 8 on
    the last chord goes on through negative values; infinities and NaN read the first. Error on (-8, 0], relative:
    1.05e-2 for 64 entries, 6.8e-3 for 128. "as_intended" chords span their step, which makes 7.7e-3 of the
    first, and e**x is 0 from -8 down.
    """

    entries: ExpEntries
    version: Version

    @cached_property
    def chords(self) -> tuple[Halves, Halves]:
        """Slopes and intercepts as binary16."""
        step = 2.0**REACH_BITS / self.entries
        width = BUILT_CHORD if self.version == "as_built" else step
        right = -np.arange(self.entries) * step
        high = rounded("exp", right, 2.0**EXACT)
        rise = high - rounded("exp", right - width, 2.0**EXACT)
        slopes = rise / width  # exact: the width is a power of two
        intercepts = high + rise * np.round(-right / width).astype(np.int64)
        return nearest_half(slopes * 2.0**-EXACT), nearest_half(intercepts * 2.0**-EXACT)

    def address(self, codes: Integers) -> Integers:
        """The magnitude as fixed point, three integer bits and those that select within a unit, floored."""
        exponent, significand = codes >> MANTISSA & 0x1F, codes & 0x3FF | 0x400
        fraction_bits = self.entries.bit_length() - 1 - REACH_BITS
        inside = (significand << fraction_bits) >> np.clip(MANTISSA + BIAS - exponent, 0, 62)
        far = np.where(exponent >= BIAS + REACH_BITS, self.entries - 1, inside)
        return np.where((exponent == 0) | (exponent == 31), 0, far)

    def of(self, codes: Integers) -> Integers:
        """binary16 codes to binary16 codes."""
        slopes, intercepts = self.chords
        address = self.address(codes)
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            results = half_codes(half_values(codes) * slopes[address] + intercepts[address])
        if self.version == "as_built":
            return results
        return np.where((codes >> 15 == 1) & (codes & 0x7FFF >= 0x4800) & (codes & 0x7FFF <= 0x7C00), 0, results)

    def operators(self) -> tuple[Operator, ...]:
        """Address, a table of chords, one multiplier, one adder."""
        slopes, intercepts = (HALF.of_values(column) for column in self.chords)
        words = tuple(int(s) << 16 | int(i) for s, i in zip(slopes, intercepts, strict=True))
        half = HALF.dtype_of_values
        address = self.entries.bit_length() - 1
        return (
            *float_to_fixed(half, address, "exp"),
            Operator("rom", (address, 32), 1, 1, "exp", contents=words),
            *float_multiply_gradual(half, "exp"),
            *float_add(half, "exp"),
        )
