"""1 / sum by an interpolated table of 513 entries: the int16 softmax of TFLite and CMSIS-NN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.fixed_point import FixedPoint, Overflow
from approx.forms import Scale
from approx.gemmlowp import INT32_MAX
from approx.interpolation import InterpolatedTable
from approx.normalize.seams import classes, of_form
from approx.unit import Integers, Normalizer, RowNumbers, leading_one

Q0_15 = FixedPoint(16, 15)
MANTISSA_BITS = 17  # below the leading one that decide about a mantissa of 16, rounded
LARGEST_PRODUCT = 1 << 16  # of a numerator and a reciprocal, in steps of the output, and more


@dataclass(frozen=True)
class InterpolatedReciprocal(Normalizer):
    """One look-up of 1 / mantissa a row, one 16-bit product and one rounded shift an element; Q0.15 throughout.

    overflow: what happens to an index or an output beyond 16 bits. TFLite saturates both, CMSIS-NN wraps both.
    undefined: the design that is undefined where a sum leaves 32 bits.
    """

    table: InterpolatedTable
    overflow: Overflow
    undefined: str

    def row(self, sums: Integers) -> RowNumbers:
        """The reciprocal of the mantissa, and the shift of a product: the position of the sum's leading one."""
        if (sums > INT32_MAX).any():
            raise ValueError(
                f"{self.undefined} is undefined for a row whose exponentials sum to 65536 or more (65549 equal codes "
                "do); the original's 32-bit sum overflows there, shorten the row"
            )
        exponent = leading_one(sums)
        mantissa = ((sums << (30 - exponent)) + (1 << 13)) >> 14  # 2**16 for 1
        return self.table(Q0_15.fit(mantissa - 3 * (1 << 15), self.overflow)), exponent

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Multiply, shift with rounding, bring into 16 bits."""
        reciprocal, shift = row
        rounded = (numerators * reciprocal + (np.int64(1) << shift >> 1)) >> shift
        return Q0_15.fit(rounded, self.overflow)

    def form(self, row: RowNumbers) -> Scale:
        """One multiplication and one shift; where nothing saturates, the output keeps the low 16 bits."""
        wraps = self.overflow is Overflow.WRAP
        return Scale(row[0], row[1], cap=LARGEST_PRODUCT if wraps else Q0_15.highest, rounded=True, wraps=wraps)

    def seams(self, least: int, most: int) -> Integers | None:
        """Found by trying every class of sums that the rounded mantissa tells apart."""
        sums = classes(MANTISSA_BITS, least, most)
        if sums is None:
            return None
        form = self.form(self.row(sums))
        rises = of_form(form)
        if rises is None or self.overflow is Overflow.SATURATE:
            return None if rises is None else sums[1:][rises]
        half = np.int64(1) << form.shift >> 1
        wraps = (Q0_15.highest * form.multiplier + half) >> form.shift > Q0_15.highest
        return sums[1:][rises | wraps[1:] | wraps[:-1]]

    def row_operators(self) -> tuple[Operator, ...]:
        """Leading one, the rounded mantissa, the table, registers for reciprocal and shift."""
        return (
            Operator("normalize", (31,), 1, 1, "normalizer"),
            Operator("add", (17,), 1, 1, "normalizer"),
            *self._saturates("normalizer"),
            *self.table.operators("normalizer"),
            Operator("register", (16 + 5,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One 16-bit multiplication, one shift, the rounding."""
        return (
            Operator("multiply", (15, 15), 1, 1, "output"),
            Operator("shift", (30, 5), 1, 1, "output"),
            Operator("add", (17,), 1, 1, "output"),
            *self._saturates("output"),
        )

    def _saturates(self, role: str) -> tuple[Operator, ...]:
        clips = self.overflow is Overflow.SATURATE
        return (Operator("saturate", (17, 16), 1, 1, role),) if clips else ()

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the shift."""
        return 2
