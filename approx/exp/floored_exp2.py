"""2**x of a number whose integer part is a shift: chords of the fraction that multiply all of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.correct_rounding import exact_value, rounded
from approx.double_chord import double_chord
from approx.rounding import Rounding
from approx.unit import ExpUnit, Integers

PIECES = 4


@dataclass(frozen=True)
class FlooredExp2(ExpUnit):
    """2**x for x whose integer part is at most 0: four chords of the fraction, or an exact table, and a right shift.

    frac: fraction bits of x. width: bits of the result, one of them before the point. Slopes keep `width` fraction
    bits and multiply the whole fraction. A positive integer part gives 0. Relative error of the chords for 16 bits:
    -2.4e-5 to +3.76e-3.
    """

    frac: int
    width: int

    @property
    def is_table(self) -> bool:
        """Up to two fraction bits select an entry, and no chord is left."""
        return self.frac <= 2

    @cached_property
    def entries(self) -> Integers:
        """2**f for every fraction."""
        fractions = np.arange(1 << self.frac) / (1 << self.frac)
        return rounded("exp2", fractions, 2.0 ** (self.width - 1), Rounding.NEAREST_AWAY)

    @cached_property
    def chords(self) -> NDArray[np.int64]:
        """Slopes and intercepts, 2 x 4."""
        ends = [Fraction(i, PIECES) for i in range(PIECES + 1)]
        values = [float(exact_value("exp2", end)) for end in ends]
        each = [
            double_chord(ends[i], ends[i + 1], (values[i], values[i + 1]), self.width, self.frac + self.width)
            for i in range(PIECES)
        ]
        return np.array(each, dtype=np.int64).T

    def of(self, codes: Integers) -> Integers:
        """Codes with `frac` fraction bits as codes with width - 1."""
        integer, fraction = codes >> self.frac, codes & ((1 << self.frac) - 1)
        down = np.clip(-integer, 0, 62)
        if self.is_table:
            value = self.entries[fraction] >> down
        else:
            slopes, intercepts = self.chords
            piece = fraction >> (self.frac - 2)
            value = (slopes[piece] * fraction + intercepts[piece]) >> down >> (self.frac + 1)
        return np.where(integer > 0, 0, value)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """2**-difference. The RTL shifts twice, to its window's maximum and to the row's: two floors are one."""
        return self.of(-difference)

    @property
    def stages(self) -> int:
        """Product, sum, shift and output; one for a table."""
        return 1 if self.is_table else 4

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, a multiplier, an adder, and shifters to the window's and to the row's maximum."""
        shifter = Operator("shift", (self.width, self.width.bit_length()), 2, 2, "exp")
        if self.is_table:
            words = tuple(self.entries.tolist())
            return (Operator("rom", (max(1, self.frac), self.width), 1, 1, "exp", contents=words), shifter)
        slope, wide = self.width, self.frac + self.width
        words = tuple(int(b) << slope | int(m) for m, b in self.chords.T)
        return (
            Operator("rom", (2, wide + 1 + slope), 1, 1, "exp", contents=words),
            Operator("multiply", (slope, self.frac), 1, 1, "exp"),
            Operator("add", (wide,), 1, 1, "exp"),
            shifter,
        )
