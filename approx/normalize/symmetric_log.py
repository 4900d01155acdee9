"""log2 of a sum: leading one, the bits below it, and a correction from half a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator
from approx.exp.symmetric_table import Mirroring, SymmetricTable
from approx.normalize.reciprocal import fraction_bits
from approx.unit import Integers, leading_one


@dataclass(frozen=True)
class SymmetricLog2:
    """log2(2**w (1 + v)) as w + v + correction(v), with `frac` fraction bits; sums have sum_frac of them.

    Largest error beside half a step and the bits that are dropped: "half_difference" 0.443 steps of the index, "plain"
    also up to 1.5e-2.
    """

    sum_frac: int
    sum_width: int
    index_bits: int
    frac: int
    mirroring: Mirroring = "half_difference"

    @cached_property
    def correction(self) -> SymmetricTable:
        """The table."""
        return SymmetricTable("log2", self.index_bits, self.frac, self.mirroring)

    def of(self, sums: Integers) -> Integers:
        """Integer and fraction side by side, and the correction."""
        exponent = leading_one(sums)
        fraction = fraction_bits(sums, exponent, self.frac)
        line = ((exponent - self.sum_frac) << self.frac) + fraction
        return np.asarray(line + self.correction.at(fraction >> (self.frac - self.index_bits)))

    @property
    def sum_bits(self) -> int:
        """Those of the fraction."""
        return self.frac

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shifter, the correction, an adder."""
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            *self.correction.operators("normalizer"),
            Operator("add", (self.frac,), 1, 1, "normalizer"),
        )
