"""A reciprocal by chords that keeps every bit until one truncation, and the division by it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.double_chord import double_chord
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.normalize.seams import classes
from approx.unit import Integers, Normalizer, RowNumbers

ENTRIES = 8


@dataclass(frozen=True)
class WideReciprocal:
    """1/x by `entries` chords on [1, 2), computed with all bits and truncated once; 0 gives the largest code.

    width, frac: of x, unsigned. out_width, out_frac: of the result, which is clipped to its largest code. Slopes keep
    out_width fraction bits and multiply the whole normalised number. Relative error for eight chords and wide formats:
    0 to 3.47e-3.
    """

    width: int
    frac: int
    out_width: int
    out_frac: int
    entries: int = ENTRIES

    @cached_property
    def chords(self) -> NDArray[Any]:
        """Slopes and intercepts, 2 x entries, Python integers."""
        ends = [1 + Fraction(i, self.entries) for i in range(self.entries + 1)]
        each = [
            double_chord(a, b, (float(1 / a), float(1 / b)), self.out_width, self.width - 1 + self.out_width)
            for a, b in itertools.pairwise(ends)
        ]
        return np.array(each, dtype=object).T

    def of(self, codes: Integers) -> NDArray[Any]:
        """Results as Python integers in an array of objects: they may have more than 62 bits."""
        positive = np.maximum(codes, 1)
        exponent = np.frexp(positive.astype(np.float64))[1].astype(np.int64) - 1  # exact: x has up to 53 bits
        normalized = positive << (self.width - 1 - exponent)
        piece = (normalized >> (self.width - 1 - (self.entries - 1).bit_length())) & (self.entries - 1)
        value = self.chords[0][piece] * normalized.astype(object) + self.chords[1][piece]
        down = self.width - 1 + self.out_width - self.out_frac - self.frac + exponent
        shifted = (value << np.maximum(-down, 0).astype(object)) >> np.maximum(down, 0).astype(object)
        largest = (1 << self.out_width) - 1
        return np.where(codes == 0, largest, np.minimum(shifted, largest))

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shift, a table of chords, multiplier, subtractor, shift back, clip."""
        wide = self.width - 1 + self.out_width
        slope = int(-min(self.chords[0])).bit_length()
        words = tuple(int(b) << slope | int(-m) for m, b in self.chords.T)
        return (
            Operator("normalize", (self.width,), 1, 1, "normalizer"),
            Operator("rom", ((self.entries - 1).bit_length(), wide + 1 + slope), 1, 1, "normalizer", contents=words),
            Operator("multiply", (slope, self.width), 1, 1, "normalizer"),
            Operator("subtract", (wide + 1,), 1, 1, "normalizer"),
            Operator("shift", (wide + 1, self.width.bit_length()), 1, 1, "normalizer"),
            Operator("register", (self.out_width,), 5, 5, "normalizer"),
        )


@dataclass(frozen=True)
class TimesReciprocal(Normalizer):
    """numerator * reciprocal of the sum, exact, truncated once and clipped to a signed format.

    row_length: how many numerators a sum may have.
    """

    reciprocal: WideReciprocal
    numerator_width: int
    row_length: int
    output: FixedPoint

    def row(self, sums: Integers) -> RowNumbers:
        """The reciprocal; it is about 1 at most, because the maximum's own term is in the sum."""
        if (sums > self.row_length << self.numerator_width).any():
            raise ValueError(
                f"the sum was built for rows of {self.row_length} elements, and a row sums to more than so many "
                "can; build it with a larger row_length"
            )
        return (self.reciprocal.of(sums).astype(np.int64),)

    @property
    def shift(self) -> int:
        """Fraction bits of the product that the output drops."""
        return self.numerator_width - 1 + self.reciprocal.out_frac - self.output.frac

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Multiply, truncate, clip."""
        return np.minimum((numerators * row[0]) >> self.shift, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """One multiplication and one shift."""
        return Scale(row[0], np.full_like(row[0], self.shift), cap=self.output.highest)

    def seams(self, least: int, most: int) -> Integers | None:
        """The ends of chords, which need not meet; a chord falls."""
        ends = classes((self.reciprocal.entries - 1).bit_length(), least, most)
        return None if ends is None else ends[ends > least]

    def row_operators(self) -> tuple[Operator, ...]:
        """See `WideReciprocal`."""
        return self.reciprocal.operators()

    def element_operators(self) -> tuple[Operator, ...]:
        """One wide multiplier and the clip."""
        return (
            Operator("multiply", (self.numerator_width, self.reciprocal.out_width), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def serial_cycles(self) -> int:
        """The reciprocal's pipeline."""
        return 5
