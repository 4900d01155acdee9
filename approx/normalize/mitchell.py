"""Mitchell's division: logarithms and antilogarithm are straight lines between powers of two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.fixed_point import FixedPoint
from approx.normalize.reciprocal import fraction_bits
from approx.normalize.seams import NONE
from approx.parts import Wires, part
from approx.unit import Integers, Normalizer, RowNumbers, leading_one


@dataclass(frozen=True)
class MitchellDivide(Normalizer):
    """2**(log2 numerator - log2 sum) with log2(2**w (1 + f)) taken as w + f and 2**(w + f) as 2**w (1 + f).

    numerator_width, sum_width: bits of the operands, which have the same fraction bits. log_bits: fraction bits of the
    logarithms, truncated. The borrow of the fractions goes into the integers, and the quotient is truncated to
    `output`. Relative error 0 to +12.5 %, mean +4.1 % over both mantissas, without truncation. Source: J. N. Mitchell,
    IRE Trans. Electronic Computers EC-11 (1962).
    """

    numerator_width: int
    sum_width: int
    log_bits: int
    output: FixedPoint

    def __post_init__(self) -> None:
        if not 1 <= self.output.frac <= 40:
            raise ValueError(f"output = {self.output}: a quotient of logarithms has 1 to 40 fraction bits here")

    def row(self, sums: Integers) -> RowNumbers:
        """The logarithm of the sum."""
        return (linear_log(sums, self.log_bits),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Subtract, and read the fraction as a mantissa; a numerator of 0 gives 0."""
        difference = linear_log(np.maximum(numerators, 1), self.log_bits) - row[0]
        exponent = np.asarray(difference >> self.log_bits)
        mantissa = (np.int64(1) << self.log_bits) + (difference & ((1 << self.log_bits) - 1))
        shift = self.log_bits - self.output.frac - exponent
        quotient = (mantissa << np.maximum(-shift, 0)) >> np.minimum(np.maximum(shift, 0), 62)
        return np.where(numerators > 0, np.minimum(quotient, self.output.highest), 0)

    def seams(self, least: int, most: int) -> Integers:
        """None: the logarithm of the sum rises, and the antilogarithm of the difference keeps order."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """The logarithm of the sum: leading one and shifter."""
        width = self.log_bits + self._select
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            Operator("register", (width,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """The logarithm of the numerator, a subtractor, a shifter, the clip."""
        width = self.log_bits + self._select
        return (
            Operator("normalize", (self.numerator_width,), 1, 1, "output"),
            Operator("subtract", (width,), 1, 1, "output"),
            Operator("shift", (self.log_bits + 1, self._select), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after the logarithm, one after the shift."""
        return 2

    @property
    def _select(self) -> int:
        return (self.sum_width - 1).bit_length()


def linear_log(codes: Integers, bits: int) -> Integers:
    """w + f of 2**w (1 + f), with `bits` fraction bits; codes: int64 of at least 1."""
    exponent = leading_one(codes)
    return (exponent << bits) + fraction_bits(codes, exponent, bits)


@part("normalizer", "mitchell")
def mitchell(wires: Wires, log_bits: Annotated[int, Interval(ge=1, le=20)] = 12) -> MitchellDivide:
    """Division as a difference of linear logarithms and a linear antilogarithm."""
    return MitchellDivide(wires.numerator_width, wires.sum_width, log_bits, wires.output)
