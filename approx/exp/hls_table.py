"""Exponentials of hls4ml: a table of the distance below the maximum, or of the code itself.

Source: hls4ml 1.3.0, nnet_activation.h (Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from approx.bill import Operator
from approx.fixed_point import Overflow
from approx.hls_table import TopBitsTable
from approx.hls_type import HlsType
from approx.unit import CodeUnit, ExpUnit, Integers


@dataclass(frozen=True)
class Terms:
    """The entries of a table in the type that is summed and divided. One that wraps is given by its low bits."""

    table: TopBitsTable
    type: HlsType

    @cached_property
    def codes(self) -> Integers:
        """Each entry assigned to the type; ValueError if terms of both signs would meet in a saturating sum."""
        codes = self.type.assign(self.table.entries, -self.table.entry.frac)
        if codes.min() >= 0:
            return codes
        if self.type.overflow is not Overflow.WRAP:
            raise ValueError(
                f"exp_table_t = {self.table.entry} wraps to negative entries, whose sum in accum_t = {self.type} "
                "depends on the order of its saturations; let exp_table_t saturate or accum_t wrap"
            )
        return codes & ((1 << self.type.width) - 1)

    def of(self, words: Integers) -> Integers:
        """The terms that words (codes of the table's word) select."""
        dropped = self.table.word.width - self.table.address_bits
        return self.codes[(words & ((1 << self.table.word.width) - 1)) >> dropped]


@dataclass(frozen=True)
class HlsExpOfDistance(ExpUnit):
    """exp(-d), the distance d assigned to the word of the table first, where it may wrap.

    frac: of the distance. Error, where the word does not wrap: half a step of the entry's type if it rounds, and 0 to
    1 - exp(-w) for intervals of width w, since an interval takes the value at its lower edge.
    """

    of_word: Terms
    frac: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The entry at the top bits of the distance."""
        return self.of_word.of(self.of_word.table.word.assign(difference, -self.frac))

    @property
    def largest_term(self) -> int:
        """Of all that the distances of the input can select."""
        return int(self.of_word.codes.max())

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory; a clip where the distance saturates."""
        word = self.of_word.table.word
        clip = Operator("saturate", (word.width + 1, word.width), 1, 1, "exp")
        rom = self.of_word.table.rom("exp")
        return (rom,) if word.overflow is Overflow.WRAP else (clip, rom)


@dataclass(frozen=True)
class HlsExpOfCode(CodeUnit):
    """exp(x) of the code itself. Relative error 0 to exp(-w) - 1, half a step; it saturates where the type ends."""

    of_word: Terms

    def of_code(self, codes: Integers) -> Integers:
        """The entry at the top bits of the code."""
        return self.of_word.of(codes)

    @property
    def largest_term(self) -> int:
        """Of the table: codes select all of it."""
        return int(self.of_word.codes.max())

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory."""
        return (self.of_word.table.rom("exp"),)
