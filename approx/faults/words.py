"""Flipped bits of binary units: in the words of exponentials, and in the words that a row is kept in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator
from approx.composed import Softmax
from approx.faults.design import NUMERATOR, TERM, FaultyDesign, Live
from approx.faults.flips import Flips, Integers, Words, flipped
from approx.tables import has_tables
from approx.unit import ExpUnit

MAX_WORD = 62  # bits of a term that fit int64 with a sign


@dataclass(frozen=True)
class Word:
    """How an integer is kept: two's complement if signed."""

    width: int
    signed: bool

    def flip(self, values: Integers, flips: Words) -> Integers:
        """The integers with bits inverted."""
        return flipped(values, flips, self.width, signed=self.signed)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FaultyWords(FaultyDesign):
    """A composed softmax whose exponentials flip in all bits of their words.

    A row whose flipped terms sum to 0 gives nothing. Raises ValueError where the unit's normaliser is not defined for
    what flips make of its operands.
    """

    of: Softmax

    def computed(self, codes: Integers, live: Live, elements: Words) -> Integers:
        """As `Softmax.definition`, with an exponential that flips."""
        unit = self.of.for_row_length(codes.shape[1])
        codes = np.where(live, codes, unit.input.lowest)
        unit.check_rows(codes, live)
        exp = _FlippingExp(unit.exp, self.flips, elements, *self.words)
        sums, numerators = unit.reference.reduce(codes, live, exp, unit.accumulator, unit.input.lowest)
        something = np.asarray(sums > 0, dtype=bool)
        row = unit.normalizer.row(np.where(something, sums, unit.sum_of_one))
        try:
            outputs = unit.normalizer.code(numerators, tuple(numbers[:, None] for numbers in row))
        except IndexError:
            raise ValueError(f"{self.name}: its normaliser is not defined for every word that a flip makes") from None
        return np.where(something[:, None], outputs, self.nothing)

    @cached_property
    def words(self) -> tuple[Word, Word]:
        """Of the terms and of the numerators."""
        unit = self.of.for_row_length(self.of.traits.max_row_length or 1)
        if has_tables(unit):
            return _word(unit.tables.terms), _word(unit.tables.numerators)
        term, numerator = unit.largest
        return _word(np.array([term])), _word(np.array([numerator]))

    @property
    def exposed_bits(self) -> int:
        """One word, or two where the unit divides another integer than it sums."""
        term, numerator = self.words
        same = type(self.of.exp).numerators is ExpUnit.numerators
        return self.kept_bits + term.width + (0 if same else numerator.width)


@dataclass(frozen=True, eq=False)
class _FlippingExp(ExpUnit):
    """The exp unit of one block of rows; terms alone (an online sum asks for those) stay as they are."""

    of: ExpUnit
    flips: Flips
    elements: Words
    term: Word
    numerator: Word

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        return self.of.terms(difference, maximum)

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        return self.numerator.flip(self.of.numerators(difference, maximum), self.flips.words(self.elements, NUMERATOR))

    def terms_and_numerators(self, difference: Integers, maximum: Integers) -> tuple[Integers, Integers]:
        terms, numerators = self.of.terms_and_numerators(difference, maximum)
        kept = self.term.flip(terms, self.flips.words(self.elements, TERM))
        if numerators is terms:
            return kept, kept
        return kept, self.numerator.flip(numerators, self.flips.words(self.elements, NUMERATOR))

    def operators(self) -> tuple[Operator, ...]:
        return self.of.operators()


def _word(values: Integers) -> Word:
    low, high = int(values.min()), int(values.max())
    return Word(max(1, high.bit_length(), (-low - 1).bit_length()) + (low < 0), low < 0)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FaultyCodes(FaultyDesign):
    """A unit of which only the words are known that a row is kept in: input and output codes."""

    def computed(self, codes: Integers, live: Live, elements: Words) -> Integers:
        """The unit's own definition."""
        return self.of.definition(codes, None if live.all() else live)

    @property
    def exposed_bits(self) -> int:
        """Those of the codes."""
        return self.kept_bits
