"""Piecewise linear 2**f on [0, 1): equal pieces, chords or the lines of smallest error, with quantised slopes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.correct_rounding import exact_value, round_fraction
from approx.exp.exp2 import Exp2, Exp2Fraction, refuse_whole
from approx.parts import Wires, part
from approx.rounding import Rounding
from approx.unit import Integers

Fit = Literal["chord", "shifted", "minimax"]


@dataclass(frozen=True)
class PiecewiseLinear(Exp2Fraction):
    """start + slope * offset in one of `pieces` equal pieces of [0, 1).

    pieces: a power of two of at most 2**frac. fit: "chord" meets 2**f at the ends of a piece; "shifted" is the chord
    less half of its largest error; "minimax" is the chord scaled so that its relative errors are equal on both sides.
    slope_frac: fraction bits of a slope, rounded to nearest. guard: fraction bits that starts have beyond one_frac;
    product and sum keep them, the result truncates to one_frac.
    Largest relative error before quantisation, for 1, 2, 4, 8, 16 pieces: chord 6.15e-2, 1.51e-2, 3.76e-3, 9.39e-4,
    2.35e-4 (none below 2**f); shifted 4.3e-2, 9.0e-3, 2.05e-3, 4.9e-4, 1.2e-4; minimax half of the chord's. A shifted
    piece ends above the start of the next one, so there the result may fall.
    """

    frac: int
    pieces: int
    one_frac: int
    fit: Fit = "chord"
    slope_frac: int = 16
    guard: int = 2

    def __post_init__(self) -> None:
        if self.pieces < 1 or self.pieces & (self.pieces - 1):
            raise ValueError(f"pieces = {self.pieces} cannot be selected by leading bits; give a power of two")
        if self.pieces > 1 << self.frac:
            raise ValueError(f"pieces = {self.pieces} are more than the {1 << self.frac} fractions of {self.frac} bits")

    @property
    def offset_bits(self) -> int:
        """Fraction bits below those that select the piece."""
        return self.frac - (self.pieces - 1).bit_length()

    @cached_property
    def lines(self) -> tuple[Integers, Integers]:
        """Starts with one_frac + guard fraction bits, slopes (rise for f = 1) with slope_frac."""
        lines = [
            _line(Fraction(piece, self.pieces), Fraction(1, self.pieces), self.fit) for piece in range(self.pieces)
        ]
        starts = [round_fraction(s * 2 ** (self.one_frac + self.guard), Rounding.NEAREST_EVEN) for s, _ in lines]
        slopes = [round_fraction(r * 2**self.slope_frac, Rounding.NEAREST_EVEN) for _, r in lines]
        return np.array(starts, dtype=np.int64), np.array(slopes, dtype=np.int64)

    def of(self, fraction: Integers) -> Integers:
        """One product, one sum, truncated, at most twice the result at 0."""
        starts, slopes = self.lines
        piece, offset = fraction >> self.offset_bits, fraction & ((1 << self.offset_bits) - 1)
        dropped = self.frac + self.slope_frac - self.one_frac - self.guard
        rise = slopes[piece] * offset
        rise = rise >> dropped if dropped >= 0 else rise << -dropped
        return np.minimum((starts[piece] + rise) >> self.guard, 2 * (int(starts[0]) >> self.guard))

    def operators(self) -> tuple[Operator, ...]:
        """A table of lines, a multiplier where there is an offset, an adder."""
        starts, slopes = self.lines
        slope_bits = int(slopes.max()).bit_length() if self.offset_bits else 0
        width = self.one_frac + self.guard + 1
        if self.pieces == 1 and self.fit == "chord":  # 1 + f is wiring
            return ()
        words = tuple(int(s) << slope_bits | (int(r) if slope_bits else 0) for s, r in zip(starts, slopes, strict=True))
        address = max(1, (self.pieces - 1).bit_length())
        rom = Operator("rom", (address, width + slope_bits), 1, 1, "exp", contents=words)
        if not self.offset_bits:
            return (rom,)
        product = Operator("multiply", (slope_bits, self.offset_bits), 1, 1, "exp")
        return (rom, product, Operator("add", (width,), 1, 1, "exp"))


def _line(start: Fraction, length: Fraction, fit: Fit) -> tuple[Fraction, Fraction]:
    """Value at the start of a piece and slope, as exact as 45 digits."""
    low, high = exact_value("exp2", start), exact_value("exp2", start + length)
    slope, ln2 = (high - low) / length, exact_value("ln", Fraction(2))
    if fit == "chord":
        return low, slope
    if fit == "shifted":  # the gap is widest where 2**f rises as the chord does: 2**f * ln 2 = slope
        widest = exact_value("log2", slope / ln2) - start
        return low - (low + slope * widest - slope / ln2) / 2, slope
    widest = 1 / ln2 - low / slope  # the ratio is largest where both rise by the same share: chord * ln 2 = slope
    ratio = (slope / ln2) / exact_value("exp2", start + widest)
    return low * 2 / (1 + ratio), slope * 2 / (1 + ratio)


@part("exp", "exp2_lines", base="2")
def exp2_lines(
    wires: Wires,
    pieces: Annotated[int, Interval(ge=1, le=1 << 12)] = 4,
    fit: Fit = "chord",
    slope_frac: Annotated[int, Interval(ge=1, le=24)] = 8,
) -> Exp2:
    """2**-x by a shift and equal lines of 2**f with quantised slopes."""
    refuse_whole(wires.input.frac)
    return Exp2(PiecewiseLinear(wires.input.frac, pieces, wires.term_frac, fit, slope_frac))
