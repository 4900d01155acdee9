"""Division by a reciprocal: leading one of the sum, 1/x of the mantissa on [1, 2), then multiply and shift."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Protocol

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.normalize.seams import of_classes
from approx.parts import Wires, part
from approx.unit import Integers, Normalizer, RowNumbers, leading_one


class MantissaReciprocal(Protocol):
    """1/x on [1, 2): `frac` fraction bits of the result, from the bits of the sum below its leading one."""

    @property
    def frac(self) -> int:
        """Fraction bits of the reciprocal."""

    @property
    def width(self) -> int:
        """Bits of the largest reciprocal."""

    @property
    def sum_bits(self) -> int:
        """Bits of a sum below its leading one that are read."""

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """The reciprocal of sums / 2**exponent; sums: int64 >= 1, exponent: position of their leading one."""

    def operators(self) -> tuple[Operator, ...]:
        """The circuit."""

    def __hash__(self) -> int:
        """Units with equal numbers share what is computed of them."""


@dataclass(frozen=True)
class ReciprocalTable:
    """2**index_bits entries, each the reciprocal of the middle of its interval, ties to even, below 1.0.

    Relative error at most 2**-(index_bits + 1) / (1 - 2**-(index_bits + 1)) from the intervals plus half an entry step.
    """

    index_bits: int
    frac: int

    @property
    def width(self) -> int:
        """Entries are below 1.0."""
        return self.frac

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        return _entries(self)

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """The entry at the bits below the leading one."""
        return self.entries[fraction_bits(sums, exponent, self.index_bits)]

    @property
    def sum_bits(self) -> int:
        """Those of the index."""
        return self.index_bits

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory."""
        return _rom(self)


@functools.lru_cache(maxsize=256)
def _entries(table: ReciprocalTable) -> Integers:
    """The contents; equal tables of many designs share them."""
    middle = 1 + (np.arange(1 << table.index_bits) + 0.5) / (1 << table.index_bits)
    entries = np.minimum(rounded("reciprocal", middle, 2.0**table.frac), (1 << table.frac) - 1)
    entries.setflags(write=False)
    return entries


@functools.lru_cache(maxsize=256)
def _rom(table: ReciprocalTable) -> tuple[Operator, ...]:
    contents = tuple(table.entries.tolist())
    return (Operator("rom", (table.index_bits, table.frac), 1, 1, "normalizer", contents=contents),)


@dataclass(frozen=True)
class ReciprocalChords:
    """`pieces` equal chords of 1/x on [1, 2): intercept - slope * offset, truncated to `frac` fraction bits.

    pieces: a power of two. The offset within a piece keeps `offset_bits` bits of the sum; slopes and intercepts are
    rounded to frac + guard fraction bits. A chord lies above the curve: relative error 0 to
    1/(4 pieces (pieces + 1)) before rounding.
    """

    pieces: int
    frac: int
    offset_bits: int = 8
    guard: int = 2

    def __post_init__(self) -> None:
        if self.pieces < 1 or self.pieces & (self.pieces - 1):
            raise ValueError(f"{self.pieces} chords cannot be selected by leading bits; give a power of two")

    @property
    def width(self) -> int:
        """The reciprocal of 1.0 is 1.0."""
        return self.frac + 1

    @cached_property
    def intercepts(self) -> Integers:
        """1/x at the left end of each piece, and at 2."""
        ends = 1 + np.arange(self.pieces + 1) / self.pieces
        return rounded("reciprocal", ends, 2.0 ** (self.frac + self.guard))

    @cached_property
    def slopes(self) -> Integers:
        """How far each chord falls over its piece."""
        return -np.diff(self.intercepts)

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """The chord at the top bits, at the offset of the bits below."""
        piece_bits = (self.pieces - 1).bit_length()
        fraction = fraction_bits(sums, exponent, piece_bits + self.offset_bits)
        piece, offset = fraction >> self.offset_bits, fraction & ((1 << self.offset_bits) - 1)
        exact = (self.intercepts[piece] << self.offset_bits) - self.slopes[piece] * offset
        return exact >> (self.offset_bits + self.guard)

    @property
    def sum_bits(self) -> int:
        """Those that choose a piece, and the offset in it."""
        return (self.pieces - 1).bit_length() + self.offset_bits

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, one multiplier, one subtractor."""
        address = max(1, (self.pieces - 1).bit_length())
        slope_bits = int(self.slopes.max()).bit_length()
        width = self.frac + self.guard + 1 + slope_bits
        words = tuple(int(i) << slope_bits | int(s) for i, s in zip(self.intercepts, self.slopes, strict=False))
        return (
            Operator("rom", (address, width), 1, 1, "normalizer", contents=words),
            Operator("multiply", (slope_bits, self.offset_bits), 1, 1, "normalizer"),
            Operator("subtract", (self.frac + self.guard + 1 + self.offset_bits,), 1, 1, "normalizer"),
        )


@dataclass(frozen=True)
class Reciprocal(Normalizer):
    """numerator / sum as numerator * reciprocal(mantissa of sum) >> exponent, in steps of `output`, clipped to it.

    sum_width, numerator_width: bits of the operands. rounded: add half a step before the shift instead of truncating.
    extra_frac: how many fraction bits more the numerators have than the sum. below_one: binary orders by which the
    term of a row's maximum, and so its sum, may lie below 1.
    """

    mantissa: MantissaReciprocal
    sum_width: int
    numerator_width: int
    output: FixedPoint
    rounded: bool = False
    extra_frac: int = 0
    below_one: int = 0

    def row(self, sums: Integers) -> RowNumbers:
        """Multiplier and right shift: quotient = numerator * multiplier >> shift."""
        exponent = leading_one(sums)
        shift = self.mantissa.frac + exponent + self.extra_frac - self.output.frac
        return self.mantissa.of(sums, exponent) << np.maximum(-shift, 0), np.maximum(shift, 0)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Multiply, round or truncate, clip."""
        multiplier, shift = row
        half = (np.int64(1) << shift) >> 1 if self.rounded else 0
        return np.minimum((numerators * multiplier + half) >> shift, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """One multiplication and one shift."""
        return Scale(row[0], row[1], cap=self.output.highest, rounded=self.rounded)

    def seams(self, least: int, most: int) -> Integers | None:
        """Found by trying every class of sums that the reciprocal tells apart."""
        return of_classes(self.mantissa.sum_bits, least, most, lambda sums: self.form(self.row(sums)))

    def quotient(self, least: int, most: int, numerator: int) -> tuple[float, float, float, float]:
        """The extreme products of mantissa and reciprocal, over every class of mantissas that it tells apart."""
        low, high = _shares(self.mantissa)
        scale = self.output.codes_per_unit * 2.0**-self.extra_frac
        below, above = (0.5, 0.5) if self.rounded else (1.0, 0.0)
        return low * scale * (1 - 2.0**-50), high * scale * (1 + 2.0**-50), below, above

    def row_operators(self) -> tuple[Operator, ...]:
        """Leading one and left shift of the sum, and the mantissa's reciprocal in a register."""
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            *self.mantissa.operators(),
            Operator("increment", (self._exponents.bit_length(),), 1, 1, "normalizer"),
            Operator("held_register", (self.mantissa.width,), 1, 1, "normalizer"),
            Operator("held_register", (self._exponents.bit_length(),), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier, one shifter, rounding where it is wanted, and the clip of each lane.

        The constant part of the shift is wiring, and bits that no output depends on are not shifted.
        """
        return (
            Operator("multiply", (self.numerator_width, self.mantissa.width), 1, 1, "output"),
            Operator("shift", (self._shifted, self._exponents.bit_length()), 1, 1, "output"),
            *((Operator("increment", (self._shifted,), 1, 1, "output"),) if self.rounded else ()),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the shift."""
        return 2

    @property
    def inner_register_bits(self) -> int:
        """What is left of the product."""
        return self._shifted

    @property
    def _shifted(self) -> int:
        """Bits of the product after the shift that all exponents have in common, one of them for rounding."""
        least = self.sum_width - self._exponents - 1
        down = self.mantissa.frac + self.extra_frac - self.output.frac + least
        return max(1, self.numerator_width + self.mantissa.width + 1 - down)

    @property
    def _exponents(self) -> int:
        """How far the exponent of a sum varies: a sum is at least its largest term."""
        return max(1, self.sum_width - (self.numerator_width - self.extra_frac) + self.below_one)


@functools.lru_cache(maxsize=1024)
def _shares(mantissa: MantissaReciprocal) -> tuple[float, float]:
    """The least and the largest product of a mantissa and its reciprocal."""
    bits = mantissa.sum_bits
    ends = (1 << bits) + np.arange((1 << bits) + 1, dtype=np.int64)  # the mantissas at which classes end
    reciprocals = mantissa.of(ends[:-1], np.full(1 << bits, bits, dtype=np.int64))
    one = 2.0 ** -(bits + mantissa.frac)
    return float((reciprocals * ends[:-1]).min()) * one, float((reciprocals * ends[1:]).max()) * one


def fraction_bits(sums: Integers, exponent: Integers, bits: int) -> Integers:
    """The `bits` bits of each sum below its leading one (zeros are appended to short sums)."""
    below = sums - (np.int64(1) << exponent)
    return (below << np.maximum(bits - exponent, 0)) >> np.maximum(exponent - bits, 0)


Width = Annotated[int, Interval(ge=2, le=24)]
PowerOfTwo = Annotated[int, Interval(ge=1, le=4096)]


@part("normalizer", "reciprocal_table")
def reciprocal_table(wires: Wires, depth: PowerOfTwo = 128, width: Width = 16, rounded: bool = True) -> Reciprocal:
    """The reciprocal of the normalised sum from a table, a multiplication and a shift."""
    if depth & (depth - 1):
        raise ValueError(f"depth = {depth} is not addressed by whole bits; give a power of two")
    return _reciprocal(wires, ReciprocalTable(depth.bit_length() - 1, width), rounded)


@part("normalizer", "reciprocal_chords")
def reciprocal_chords(wires: Wires, pieces: PowerOfTwo = 8, frac: Width = 15, rounded: bool = True) -> Reciprocal:
    """The reciprocal of the normalised sum by chords, a multiplication and a shift."""
    return _reciprocal(wires, ReciprocalChords(pieces, frac), rounded)


def _reciprocal(wires: Wires, mantissa: MantissaReciprocal, rounded: bool) -> Reciprocal:
    return Reciprocal(mantissa, wires.sum_width, wires.numerator_width, wires.output, rounded)
