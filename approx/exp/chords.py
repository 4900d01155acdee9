"""Piecewise linear exponentials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.rounding import Rounding
from approx.unit import ExpUnit, Integers


@dataclass(frozen=True)
class Exp2Chords(ExpUnit):
    """2**-x as a shift by the integer part of x and equal chords of 2**f on [0, 1) for the fraction.

    frac: fraction bits of the distance. pieces: a power of two; one that is at least 2**frac leaves no slope, and the
    unit is the exact table of 2**frac entries. one_frac: fraction bits of the result, whose 1.0 is 2**one_frac. Entries
    are rounded to nearest (halves away from zero), the product and the shift truncate.
    Error of the chords: relative, 0 to 3.76e-3 for 4 pieces, a quarter for each doubling.
    """

    frac: int
    pieces: int
    one_frac: int

    def __post_init__(self) -> None:
        if self.pieces < 1 or self.pieces & (self.pieces - 1):
            raise ValueError(f"{self.pieces} chords cannot be selected by leading bits; give a power of two")

    @property
    def offset_bits(self) -> int:
        """Fraction bits below those that select the chord."""
        return max(0, self.frac - (self.pieces - 1).bit_length())

    @cached_property
    def ends(self) -> Integers:
        """2**f at the ends of the pieces, 0 to 1 inclusive."""
        pieces = 1 << (self.frac - self.offset_bits)
        return rounded("exp2", np.arange(pieces + 1) / pieces, 2.0**self.one_frac, Rounding.NEAREST_AWAY)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:  # noqa: ARG002  reads the difference only
        """-difference = integer + fraction with the integer at most 0 (or 0 above a floored reference)."""
        integer = -difference >> self.frac
        fraction = -difference - (integer << self.frac)
        piece, offset = fraction >> self.offset_bits, fraction & ((1 << self.offset_bits) - 1)
        rise = (self.ends[piece + 1] - self.ends[piece]) * offset
        value = self.ends[piece] + (rise >> self.offset_bits)
        return (value << np.maximum(integer, 0)) >> np.minimum(np.maximum(-integer, 0), 62)

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, a multiplier and an adder if there is an offset, and the shifter."""
        address = max(1, self.frac - self.offset_bits)
        rises = np.diff(self.ends)
        slope_bits = int(rises.max()).bit_length() if self.offset_bits else 0
        words = tuple(int(e) << slope_bits | int(r if self.offset_bits else 0) for e, r in zip(self.ends, rises, strict=False))
        shifter = Operator("shift", (self.one_frac + 1, (self.one_frac + 1).bit_length()), 1, 1, "exp")
        rom = Operator("rom", (address, self.one_frac + 1 + slope_bits), 1, 1, "exp", contents=words)
        if not self.offset_bits:
            return (rom, shifter)
        product = Operator("multiply", (slope_bits, self.offset_bits), 1, 1, "exp")
        return (rom, product, Operator("add", (self.one_frac + 1,), 1, 1, "exp"), shifter)
