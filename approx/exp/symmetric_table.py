"""Correction of a straight line by half a table: 2**v and log2(1 + v) bend almost symmetrically about v = 1/2."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.exp.exp2 import Exp2Fraction
from approx.unit import Integers

Mirroring = Literal["plain", "half_difference"]


@dataclass(frozen=True)
class SymmetricTable:
    """c(v) = 1 + v - 2**v ("exp2") or log2(1 + v) - v ("log2"), both 0 at 0 and 1, at most 0.0861 between.

    index_bits: of v, the lower ones are dropped; v is below 1. frac: fraction bits of an entry, each rounded to
    nearest. mirroring: "plain" reads the entry of min(v, 1 - v), which is off by up to 7.6e-3 (exp2) and 1.5e-2 (log2)
    above 1/2; "half_difference" also stores half of what the two sides differ by, added below 1/2 and subtracted above:
    exact. 2**(index_bits - 1) entries: those of v = 1 ... 2**(index_bits - 1) steps, that of 0 being 0.
    """

    function: Literal["exp2", "log2"]
    index_bits: int
    frac: int
    mirroring: Mirroring

    def __post_init__(self) -> None:
        if not 1 <= self.index_bits <= min(self.frac, 16):
            raise ValueError(
                f"a correction table of {self.index_bits} index bits: give 1 to 16, and at most the {self.frac} "
                "fraction "
                "bits of its entries"
            )

    @cached_property
    def whole(self) -> Integers:
        """c at every index and at 1."""
        v = np.arange((1 << self.index_bits) + 1) / (1 << self.index_bits)
        line = (v * 2.0**self.frac).astype(np.int64)
        if self.function == "exp2":
            return (1 << self.frac) + line - rounded("exp2", v, 2.0**self.frac)
        return rounded("log2", 1 + v, 2.0**self.frac) - line

    @cached_property
    def halves(self) -> tuple[Integers, Integers]:
        """Sum and difference of the two sides, in half steps, at addresses 0 to 2**(index_bits - 1)."""
        middle = 1 << (self.index_bits - 1)
        below, above = self.whole[: middle + 1], self.whole[middle:][::-1]
        if self.mirroring == "plain":
            return 2 * below, np.zeros_like(below)
        return below + above, below - above

    def at(self, index: Integers) -> Integers:
        """The correction at each index, 0 to 2**index_bits - 1."""
        sums, differences = self.halves
        high = index > 1 << (self.index_bits - 1)
        address = np.where(high, (1 << self.index_bits) - index, index)
        signed = np.where(high, -differences[address], differences[address])
        return np.asarray(sums[address] + signed) >> 1

    def operators(self, role: str) -> tuple[Operator, ...]:
        """The mirrored address, one or two half tables, and what adds the half-difference."""
        sums, differences = self.halves
        address = max(1, self.index_bits - 1)
        roms = [sums[1:] // 2] if self.mirroring == "plain" else [sums[1:], np.abs(differences[1:])]
        width = max(1, int(sums.max()).bit_length())
        add = (Operator("add", (width,), 1, 1, role),) if self.mirroring == "half_difference" else ()
        return (
            Operator("subtract", (self.index_bits,), 1, 1, role),
            Operator("mux", (self.index_bits,), 1, 1, role),
            *(
                Operator(
                    "rom", (address, max(1, int(words.max()).bit_length())), 1, 1, role, contents=tuple(words.tolist())
                )
                for words in roms
            ),
            *add,
        )


@dataclass(frozen=True)
class SymmetricExp2(Exp2Fraction):
    """2**v as 1 + v less a correction from a `SymmetricTable` of index_bits.

    Largest error beside half an entry step: "half_difference" 0.386 steps of the index (what dropped bits lose),
    "plain" also up to 7.6e-3.
    """

    frac: int
    index_bits: int
    one_frac: int
    mirroring: Mirroring = "half_difference"

    @cached_property
    def correction(self) -> SymmetricTable:
        """The table; an index is never longer than the fraction."""
        return SymmetricTable("exp2", min(self.index_bits, self.frac), self.one_frac, self.mirroring)

    def of(self, fraction: Integers) -> Integers:
        """The line, in one_frac bits, less the correction."""
        line = fraction << self.one_frac >> self.frac
        return (1 << self.one_frac) + line - self.correction.at(fraction >> (self.frac - self.correction.index_bits))

    def operators(self) -> tuple[Operator, ...]:
        """The correction and a subtractor; 1 + v is wiring."""
        return (*self.correction.operators("exp"), Operator("subtract", (self.one_frac,), 1, 1, "exp"))
