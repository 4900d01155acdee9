"""Normalisers of high-level synthesis: a reciprocal formed once a row, times each numerator, assigned to a type."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

from approx.accumulator import UNBOUNDED
from approx.bill import Operator
from approx.fixed_point import Overflow
from approx.forms import Scale
from approx.hls_table import TopBitsTable
from approx.hls_type import SAFE_BITS, HlsType, assignment, exact_product, magnitude_bits
from approx.rounding import Rounding
from approx.unit import Integers, Normalizer, RowNumbers

_OF_POSITIVE = {  # whether half a step is added: what a mode does to numbers that are not negative
    Rounding.FLOOR: False,
    Rounding.TOWARD_ZERO: False,
    Rounding.NEAREST_UP: True,
    Rounding.NEAREST_AWAY: True,
}


@dataclass(frozen=True)
class AssignedProduct(Normalizer):
    """numerator * reciprocal, exact, assigned to `output` with one rounding. `row` gives mantissa and exponent.

    numerator: the type of what is divided; where it wraps, numerators are its low bits. reciprocal_width: bits of the
    reciprocal's type.
    """

    numerator: HlsType
    output: HlsType

    @property
    @abstractmethod
    def reciprocal_width(self) -> int:
        """Bits of the multiplier's second operand."""

    @abstractmethod
    def row(self, sums: Integers) -> RowNumbers:
        """The reciprocal as mantissa * 2**exponent, exactly."""

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """One multiplication, one assignment."""
        mantissa, exponent = row
        product = exact_product(self._signed(numerators), mantissa)
        return self.output.assign(product, exponent - self.numerator.frac).astype(np.int64)

    def form(self, row: RowNumbers) -> Scale | None:
        """One multiplication and one shift, where no number is negative, none is too wide, and ties go up."""
        mantissa, exponent = row
        shift = self.numerator.frac - self.output.frac - exponent
        left = np.maximum(-shift, 0)
        if self.output.rounding not in _OF_POSITIVE or self.output.overflow is Overflow.TO_ZERO:
            return None
        if mantissa.min() < 0 or (self.numerator.signed and self.numerator.overflow is Overflow.WRAP):
            return None
        if self.numerator.width + magnitude_bits(mantissa) + int(left.max()) > SAFE_BITS:
            return None
        wraps = self.output.overflow is Overflow.WRAP
        return Scale(
            mantissa.astype(np.int64) << left,
            np.clip(shift, 0, SAFE_BITS + 1),  # a product is below half of that, so it rounds to 0
            cap=UNBOUNDED if wraps else self.output.highest,
            rounded=_OF_POSITIVE[self.output.rounding],
            wraps=wraps,
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane, and what the assignment takes."""
        multiply = Operator("multiply", (self.numerator.width, self.reciprocal_width), 1, 1, "output")
        return (multiply, *assignment(self.output, "output"))

    def _signed(self, codes: Integers) -> Integers:
        """Low bits as codes of the numerator's type."""
        return self.numerator.fit(codes) if self.numerator.signed else codes

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the rounding."""
        return 2


@dataclass(frozen=True)
class TableReciprocal(AssignedProduct):
    """hls4ml: the reciprocal from a table at the top bits of the sum, which is assigned to the table's word first."""

    table: TopBitsTable

    @property
    def reciprocal_width(self) -> int:
        """An entry's."""
        return self.table.entry.width

    def row(self, sums: Integers) -> RowNumbers:
        """The entry and its scale. sums: the accumulator's bits."""
        words = self.table.word.assign(self._signed(sums), -self.numerator.frac)
        entries = self.table.of(words)
        return entries, np.full_like(entries, -self.table.entry.frac)

    def row_operators(self) -> tuple[Operator, ...]:
        """One read-only memory and a register for its word."""
        register = Operator("register", (self.reciprocal_width,), 1, 1, "normalizer")
        return (self.table.rom("normalizer"), register)
