"""Piecewise linear exponentials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.parts import Wires, part
from approx.rounding import Rounding
from approx.unit import ExpUnit, Integers, leading_one


@dataclass(frozen=True)
class Exp2Chords(ExpUnit):
    """2**-x as a shift by the integer part of x and equal chords of 2**f on [0, 1) for the fraction.

    frac: fraction bits of the distance. pieces: a power of two; one that is at least 2**frac leaves no slope, and the
    unit is the exact table of 2**frac entries. one_frac: fraction bits of the result, whose 1.0 is 2**one_frac. Entries
    are rounded to nearest (halves away from zero), the product and the shift truncate.
    Error of the chords: relative, 0 to 3.76e-3 for 4 pieces, a quarter for each doubling.
    """

    above_reference: ClassVar[bool] = True

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

    @cached_property
    def rises(self) -> Integers:
        """How far each piece rises."""
        return np.diff(self.ends)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """-difference = integer + fraction with the integer at most 0 (or 0 above a floored reference)."""
        above = -difference
        integer, fraction = above >> self.frac, above & ((1 << self.frac) - 1)
        piece, offset = fraction >> self.offset_bits, fraction & ((1 << self.offset_bits) - 1)
        value = self.ends.take(piece) + (self.rises.take(piece) * offset >> self.offset_bits)
        if integer.max(initial=0) > 0:
            value <<= np.maximum(integer, 0)
        return value >> np.clip(-integer, 0, 62)

    @property
    def saturation(self) -> int:
        """Where everything has been shifted out."""
        return (self.one_frac + 1) << self.frac

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, a multiplier and an adder if there is an offset, and the shifter."""
        address = max(1, self.frac - self.offset_bits)
        slope_bits = int(self.rises.max()).bit_length() if self.offset_bits else 0
        words = tuple(
            int(e) << slope_bits | int(r if self.offset_bits else 0)
            for e, r in zip(self.ends, self.rises, strict=False)
        )
        shifter = Operator("shift", (self.one_frac + 1, (self.one_frac + 1).bit_length()), 1, 1, "exp")
        if self.pieces == 1:  # 1 + f is wiring
            return (shifter,)
        rom = Operator("rom", (address, self.one_frac + 1 + slope_bits), 1, 1, "exp", contents=words)
        if not self.offset_bits:
            return (rom, shifter)
        product = Operator("multiply", (slope_bits, self.offset_bits), 1, 1, "exp")
        return (rom, product, Operator("add", (self.one_frac + 1,), 1, 1, "exp"), shifter)

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """The distance is negated, and its integer part again: a shift to the right."""
        widths = (width, width + 1 - self.frac) if self.frac else ()
        return tuple(Operator("increment", (bits,), 1, 1, "exp") for bits in widths)


@dataclass(frozen=True)
class ExpChords(ExpUnit):
    """e**-x by equal chords on the bounded domain [0, domain], constant beyond it.

    frac: fraction bits of the distance. domain and pieces: powers of two. one_frac: fraction bits of the result; the
    ends of the chords are rounded to it (nearest, halves to even), the product truncates. slope: "multiply" by the
    exact fall of a chord, or the fall replaced by the nearest sum of one or two powers of two, which needs only shifts.
    Error of exact chords: 2.05e-1, 7.8e-2, 2.45e-2, 6.9e-3, 1.84e-3 absolute for 4 to 64 pieces on [0, 8].
    """

    frac: int
    domain: int
    pieces: int
    one_frac: int
    slope: Literal["multiply", "one_shift", "two_shifts"] = "multiply"

    def __post_init__(self) -> None:
        for name, number in (("domain", self.domain), ("pieces", self.pieces)):
            if number < 1 or number & (number - 1):
                raise ValueError(f"{name} = {number} cannot be cut into pieces by leading bits; give a power of two")
        if self.offset_bits < 0:
            raise ValueError(f"{self.pieces} pieces are more than the {self.domain << self.frac} codes of the domain")

    @property
    def offset_bits(self) -> int:
        """Bits of the distance within a piece."""
        return (self.domain << self.frac).bit_length() - self.pieces.bit_length()

    @cached_property
    def ends(self) -> Integers:
        """e**-x at the ends of the pieces."""
        return rounded("exp", -np.arange(self.pieces + 1) * self.domain / self.pieces, 2.0**self.one_frac)

    @cached_property
    def falls(self) -> Integers:
        """How far each chord falls over its piece, as the hardware has it."""
        exact = -np.diff(self.ends)
        if self.slope == "multiply":
            return exact
        first = _nearest_power_of_two(exact)
        if self.slope == "one_shift":
            return first
        rest = exact - first
        return np.asarray(first + np.sign(rest) * _nearest_power_of_two(np.abs(rest)), dtype=np.int64)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The end of the piece less the fall so far; never negative."""
        clamped = np.minimum(difference, self.domain << self.frac)
        piece, offset = clamped >> self.offset_bits, clamped & ((1 << self.offset_bits) - 1)
        falls = np.append(self.falls, 0)
        return np.maximum(self.ends[piece] - (falls[piece] * offset >> self.offset_bits), 0)

    @property
    def saturation(self) -> int:
        """The bound of the domain."""
        return self.domain << self.frac

    def operators(self) -> tuple[Operator, ...]:
        """The bound, a table of chords, a multiplier or shifters, a subtractor."""
        width, slope_bits = self.one_frac + 1, int(self.falls.max()).bit_length()
        words = tuple(int(e) << slope_bits | int(f) for e, f in zip(self.ends, self.falls, strict=False))
        address = max(1, (self.pieces - 1).bit_length())
        if self.slope == "multiply":
            steep: tuple[Operator, ...] = (Operator("multiply", (slope_bits, max(1, self.offset_bits)), 1, 1, "exp"),)
        else:
            shifts = 1 if self.slope == "one_shift" else 2
            shifter = Operator("shift", (width, max(1, (slope_bits - 1).bit_length())), shifts, shifts, "exp")
            steep = (shifter, *([Operator("add", (width,), 1, 1, "exp")] if shifts > 1 else []))
        return (
            Operator(
                "saturate",
                (self.frac + self.domain.bit_length() + 1, self.frac + self.domain.bit_length()),
                1,
                1,
                "exp",
            ),
            Operator("rom", (address, width + slope_bits), 1, 1, "exp", contents=words),
            *steep,
            Operator("subtract", (width,), 1, 1, "exp"),
        )


def _nearest_power_of_two(numbers: Integers) -> Integers:
    """Of positive integers (0 stays 0); halfway between two powers goes up."""
    below = np.int64(1) << leading_one(np.maximum(numbers, 1))
    return np.where(numbers == 0, 0, np.where(2 * numbers >= 3 * below, 2 * below, below)).astype(np.int64)


@part("exp", "exp2_chords", base="2")
def exp2_chords(wires: Wires, pieces: Annotated[int, Interval(ge=1, le=1 << 12)] = 4) -> Exp2Chords:
    """2**-x by a shift and equal chords of 2**f; one piece is 1 + f, which is wiring."""
    if wires.input.frac < 0:
        raise ValueError(f"input = {wires.input} has steps of more than one octave; give 0 or more fraction bits")
    return Exp2Chords(wires.input.frac, pieces, wires.term_frac)


@part("exp", "exp_chords", base="e")
def exp_chords(
    wires: Wires,
    pieces: Annotated[int, Interval(ge=1, le=1 << 12)] = 64,
    domain: Annotated[int, Interval(ge=1, le=64)] = 16,
    slope: Literal["multiply", "one_shift", "two_shifts"] = "multiply",
) -> ExpChords:
    """e**-x by equal chords on a bounded domain."""
    if wires.input.frac < 0:
        raise ValueError(f"input = {wires.input} has steps of more than one; give 0 or more fraction bits")
    return ExpChords(wires.input.frac, domain, pieces, wires.term_frac, slope)
