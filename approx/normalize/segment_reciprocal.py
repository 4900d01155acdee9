"""AC Math's division by a sum: a piecewise linear reciprocal, assigned to its type. hlslibs/ac_math 3.8.1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx import ac_math
from approx.bill import Operator
from approx.hls_type import HlsType, assignment
from approx.normalize.hls_product import AssignedProduct
from approx.unit import Integers, RowNumbers


@dataclass(frozen=True)
class SegmentReciprocal(AssignedProduct):
    """The reciprocal of the sum by eight segments, assigned to its own type; of 0 it is the largest code.

    sum_width: bits of the sum, which has the fraction bits of a numerator. Relative error up to 1.89e-3.
    """

    sum_width: int
    reciprocal: HlsType

    @property
    def reciprocal_width(self) -> int:
        """Its type's."""
        return self.reciprocal.width

    def row(self, sums: Integers) -> RowNumbers:
        """Code and scale of the reciprocal, the code without its trailing zeros."""
        mantissa, exponent = ac_math.reciprocal(np.where(sums == 0, 1, sums), self.sum_width, signed=False)
        codes = self.reciprocal.assign(mantissa, exponent + self.numerator.frac)
        codes = np.where(sums == 0, self.reciprocal.highest, codes)
        lowest_one = ac_math.bit_length(np.where(codes == 0, 1, codes & -codes)) - 1
        odd = codes >> lowest_one
        fits = self.reciprocal.width <= 62 or odd.size == 0 or int(odd.max()) < 1 << 62
        return odd.astype(np.int64) if fits else odd, lowest_one.astype(np.int64) - self.reciprocal.frac

    def row_operators(self) -> tuple[Operator, ...]:
        """The segments, the shifter back, the register."""
        width = self.reciprocal.width
        return (
            *ac_math.reciprocal_circuit(self.sum_width, False, "normalizer"),
            Operator("shift", (width, self.sum_width.bit_length()), 1, 1, "normalizer"),
            *assignment(self.reciprocal, "normalizer"),
            Operator("register", (width,), 1, 1, "normalizer"),
        )
