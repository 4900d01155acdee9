"""e**x in Q16.16 by chords of width 1/16, as UT-LCA built it and as it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.fixed_point import FixedPoint, Overflow
from approx.unit import Integers

Version = Literal["as_built", "as_intended"]

FRAC = 16
Q16_16 = FixedPoint(32, FRAC)
REACH = 8  # there are chords down to -8
CHORDS_PER_UNIT = 16
ENTRIES = REACH * CHORDS_PER_UNIT
EXACT = 48  # fraction bits in which chords are formed
DEFECTIVE_ADDRESS = 15  # what the saturation leaves of the address as built


@dataclass(frozen=True)
class FixedExp:
    """e**x for Q16.16 by chords of width 1/16 on -8 to 0, slopes and intercepts truncated to Q16.16.

    From -8 down and above 0, "as_built" takes the chord at address 15, near -1, so that e**-8 is -2.29; "as_intended"
    gives 0 from -8 down and takes the first chord above 0. Error on (-8, 0]: at most 4.7e-4 absolute, because slopes
    have 16 fraction bits and multiply the whole argument.
    """

    version: Version

    @cached_property
    def chords(self) -> tuple[Integers, Integers]:
        """Slopes and intercepts of address 0, 1, ..., the line through both ends of [-(i + 1) / 16, -i / 16]."""
        address = np.arange(ENTRIES)
        ends = rounded("exp", -np.arange(ENTRIES + 1) / CHORDS_PER_UNIT, 2.0**EXACT)
        rise = ends[:-1] - ends[1:]
        drop = EXACT - FRAC
        return rise * CHORDS_PER_UNIT >> drop, ends[:-1] + rise * address >> drop

    def of(self, codes: Integers) -> Integers:
        """Q16.16 codes to Q16.16 codes."""
        slopes, intercepts = self.chords
        inside = (codes <= 0) & (codes > -(REACH << FRAC))
        outside = DEFECTIVE_ADDRESS if self.version == "as_built" else 0
        address = np.where(inside, -codes >> (FRAC - 4), outside)
        line = Q16_16.fit((codes * slopes[address] >> FRAC) + intercepts[address], Overflow.WRAP)
        return np.where(codes <= -(REACH << FRAC), 0, line) if self.version == "as_intended" else line

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, one multiplier, one adder."""
        words = tuple(int(s) << 32 | int(i) for s, i in zip(*self.chords, strict=True))
        return (
            Operator("subtract", (32,), 1, 1, "exp"),
            Operator("compare", (32,), 1, 1, "exp"),
            Operator("rom", (7, 64), 1, 1, "exp", contents=words),
            Operator("multiply", (32, 32), 1, 1, "exp"),
            Operator("add", (32,), 1, 1, "exp"),
        )
