"""2**f on [0, 1) by two small tables and an adder."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.correct_rounding import exact_value, round_fraction, rounded
from approx.exp.exp2 import Exp2, Exp2Fraction
from approx.parts import Wires, part
from approx.rounding import Rounding
from approx.unit import Integers

Split = Annotated[int, Interval(ge=1, le=11)]
ADDRESS_BITS = 12  # of a table, at most: beyond it a plain table is the better circuit


@dataclass(frozen=True)
class Bipartite(Exp2Fraction):
    """INITIAL[x0, x1] + OFFSET[x0, x2], with f cut into x0, x1, x2 of `split` bits from the top.

    INITIAL holds 2**f at the middle of the fractions that share x0 and x1, OFFSET how far the chord of 2**f over all
    that share x0 moves from there to x2. Entries have one_frac fraction bits, rounded to nearest; the leading one of
    INITIAL is not stored. fold: OFFSET is odd about the middle of x2, so half of it is stored, and the other half
    inverts address and value; without fold it is stored whole, with a sign.
    Largest absolute error for one_frac = bits of f + 2, of 2**f in [1, 2): (3, 3, 2) 9.4e-4, (4, 3, 3) 2.6e-4,
    (4, 4, 4) 9.2e-5, (5, 5, 5) 1.3e-5.
    """

    split: tuple[int, int, int]
    one_frac: int
    fold: bool = True

    def __post_init__(self) -> None:
        high, middle, low = self.split
        if min(self.split) < 1 or high + max(middle, low) > ADDRESS_BITS:
            raise ValueError(
                f"split = {self.split}: each part takes 1 bit or more, the first and either other at "
                f"most {ADDRESS_BITS}"
            )
        if not 2 <= self.one_frac <= 30:
            raise ValueError(f"tables of {self.one_frac} fraction bits are outside 2 to 30")

    @property
    def frac(self) -> int:  # type: ignore[override]  # what is a field elsewhere follows from the split here
        """Fraction bits of f."""
        return sum(self.split)

    @cached_property
    def initial(self) -> Integers:
        """2**f in the middle of each group, at address x0 x1."""
        high, middle, low = self.split
        groups = np.arange(1 << (high + middle))
        return rounded("exp2", (groups * 2.0**low + ((1 << low) - 1) / 2) / 2.0**self.frac, 2.0**self.one_frac)

    @cached_property
    def offset(self) -> Integers:
        """The signed move from the middle of a group, 2**high x 2**low."""
        high, _, low = self.split
        ends = [exact_value("exp2", Fraction(i, 1 << high)) for i in range((1 << high) + 1)]
        scale = Fraction(1 << self.one_frac, 1 << (self.frac - high + 1))  # by twice the distance from the middle
        return np.array(
            [
                [
                    round_fraction((b - a) * scale * (2 * x2 + 1 - (1 << low)), Rounding.NEAREST_EVEN)
                    for x2 in range(1 << low)
                ]
                for a, b in itertools.pairwise(ends)
            ],
            dtype=np.int64,
        )

    def of(self, fraction: Integers) -> Integers:
        """Two look-ups and their sum, clipped to what lies between 2**0 and 2**1 as the first entries give them."""
        _, middle, low = self.split
        value = self.initial[fraction >> low] + self.offset[fraction >> (middle + low), fraction & ((1 << low) - 1)]
        return np.clip(value, 1 << self.one_frac, 2 << self.one_frac)

    @property
    def table_bits(self) -> int:
        """Bits of both tables."""
        return sum(len(rom.contents) * rom.widths[1] for rom in self.operators() if rom.kind == "rom")

    def operators(self) -> tuple[Operator, ...]:
        """Two tables, an adder, the clip, and the inverters of a folded table."""
        high, middle, low = self.split
        one, largest = 1 << self.one_frac, int(self.offset.max()).bit_length()
        if self.fold:
            words, address, width = self.offset[:, 1 << (low - 1) :], high + low - 1, largest
        else:
            words, address, width = self.offset & ((2 << largest) - 1), high + low, largest + 1
        initial = tuple(int(v) - one for v in self.initial)
        roms = (
            Operator("rom", (high + middle, self.one_frac), 1, 1, "exp", contents=initial),
            Operator("rom", (address, width), 1, 1, "exp", contents=tuple(int(w) for w in words.ravel())),
        )
        inverters = (Operator("mux", (low - 1 + width,), 1, 1, "exp"),) if self.fold else ()
        add = Operator("add", (self.one_frac + 1,), 1, 1, "exp")
        return (*roms, *inverters, add, Operator("saturate", (self.one_frac + 2, self.one_frac + 1), 1, 1, "exp"))


@part("exp", "exp2_bipartite", base="2")
def exp2_bipartite(wires: Wires, high: Split = 2, middle: Split = 1, low: Split = 1, symmetric: bool = True) -> Exp2:
    """2**-x by a shift and bipartite tables of 2**f; the three parts of f are its fraction bits."""
    if high + middle + low != wires.input.frac:
        raise ValueError(
            f"high, middle, low = {high}, {middle}, {low} cut {high + middle + low} bits, but input = {wires.input} "
            f"has {wires.input.frac} fraction bits"
        )
    return Exp2(Bipartite((high, middle, low), wires.term_frac, symmetric))
