"""Exponentials that are a read-only memory."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.bill import Operator, address_bits
from approx.correct_rounding import rounded
from approx.parts import Wires, part
from approx.unit import ExpUnit, Integers

MAX_DEPTH = 1 << 16


@dataclass(frozen=True)
class ExpTable(ExpUnit):
    """base**-x from a table of `depth` entries that is addressed by the top bits of the distance.

    step: the value of one code of the distance. codes: distances that the table covers, larger ones are taken as the
    last; entry i serves the distances from i * stride to i * stride + stride - 1 with stride = codes / depth. sample:
    the point of that interval at which the exponential is taken. operand_width: bits of a distance. one: the integer
    that stands for 1.0, so entries are round(one * base**-x), ties to even.
    Error of an entry against base**-x: half a unit of `one` from rounding, and the slope over one stride.
    """

    depth: int
    codes: int
    step: float
    one: int
    operand_width: int
    base: Literal["e", "2"] = "e"
    sample: Literal["edge", "middle"] = "edge"

    def __post_init__(self) -> None:
        if self.depth > MAX_DEPTH:
            raise ValueError(f"a table of {self.depth} entries is deeper than the {MAX_DEPTH} that are offered")
        if self.depth < 1 or self.codes % self.depth or self.stride & (self.stride - 1):
            raise ValueError(
                f"a table of {self.depth} entries cannot be addressed by the top bits of {self.codes} distances; "
                f"the depth must be a power of two from 1 to {self.codes}"
            )

    def refuse_zero(self) -> ExpTable:
        """The table itself; ValueError if even the maximum's own term would be 0."""
        if not self.entries[0]:
            raise ValueError(
                f"the first of {self.depth} entries, taken at {self.sample}, is 0: a row would sum to nothing; "
                "make the table deeper or take entries at the edge"
            )
        return self

    @property
    def stride(self) -> int:
        """Distances that share an entry."""
        return self.codes // self.depth

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        return _entries(self)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The entry at the distance's top bits."""
        return self.entries[np.minimum(difference, self.codes - 1) >> (self.stride - 1).bit_length()]

    @property
    def saturation(self) -> int:
        """The first distance of the constant end of the table."""
        changes = np.flatnonzero(np.diff(self.entries))
        return (int(changes[-1]) + 1) * self.stride if changes.size else 0

    @property
    def unread_bits(self) -> int:
        """Those that the table's address leaves out; a clip reads those above only."""
        return max(0, (self.codes - 1).bit_length() - address_bits(self.depth))

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory, and a clip where it covers less than all distances."""
        covered = (self.codes - 1).bit_length()
        clip = Operator("saturate", (self.operand_width, covered), 1, 1, "exp")
        widths = (address_bits(self.depth), self.one.bit_length())
        rom = Operator("rom", widths, 1, 1, "exp", contents=tuple(self.entries.tolist()))
        return (clip, rom) if covered < self.operand_width else (rom,)


@functools.lru_cache(maxsize=256)
def _entries(table: ExpTable) -> Integers:
    """The contents; equal tables of many designs share them."""
    offset = (table.stride - 1) / 2 if table.sample == "middle" else 0.0
    x = (np.arange(table.depth) * table.stride + offset) * table.step
    entries = rounded("exp" if table.base == "e" else "exp2", -x, table.one)
    entries.setflags(write=False)
    return entries


@dataclass(frozen=True)
class IdealExp(ExpUnit):
    """base**-x itself, kept to `bits` fraction bits: a control. step, codes: as in `ExpTable`."""

    step: float
    codes: int
    base: Literal["e", "2"] = "e"
    bits: int = 40

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """round(base**(-difference * step) * 2**bits)."""
        x = np.multiply(difference, -self.step, dtype=np.float64)
        return rounded("exp" if self.base == "e" else "exp2", x, 2.0**self.bits)

    @property
    def saturation(self) -> int:
        """Where the term has become 0: half of its last bit, and a little more for base e."""
        return math.ceil((self.bits + 2) / self.step)

    def operators(self) -> tuple[Operator, ...]:
        """What exactness costs: a table for each 8 bits of the distance, and multipliers that combine them."""
        pieces = -(-(self.codes - 1).bit_length() // 8)
        width = self.bits + 1
        tables = (np.arange(1 << min(8, (self.codes - 1).bit_length())) << (8 * piece) for piece in range(pieces))
        roms = (
            Operator("rom", ((table.size - 1).bit_length(), width), 1, 1, "exp", contents=tuple(entries.tolist()))
            for table in tables
            for entries in [self.terms(table, table)]
        )
        products = Operator("multiply", (width, width), pieces - 1, pieces - 1, "exp")
        return (*roms, *([products] if pieces > 1 else []))


Depth = Annotated[int, Interval(ge=2, le=MAX_DEPTH)]
Sample = Literal["edge", "middle"]


@part("exp", "exp_table", base="e")
def exp_table(wires: Wires, depth: Depth = 256, sample: Sample = "edge") -> ExpTable:
    """A table of e**-x over all distances, addressed by their top bits."""
    return _table(wires, depth, sample)


@part("exp", "exp2_table", base="2")
def exp2_table(wires: Wires, depth: Depth = 256, sample: Sample = "edge") -> ExpTable:
    """A table of 2**-x over all distances, addressed by their top bits."""
    return _table(wires, depth, sample)


def _table(wires: Wires, depth: int, sample: Sample) -> ExpTable:
    step, one, width = wires.input.step, 1 << wires.term_frac, wires.input.width
    return ExpTable(depth, wires.distances, step, one, width, wires.base, sample).refuse_zero()


@part("exp", "ideal_exp", base="e")
def ideal_exp(wires: Wires) -> ExpTable:
    """Every distance's own exponential, rounded to the term format: what any unit of that format can reach."""
    return _table(wires, wires.distances, "edge")
