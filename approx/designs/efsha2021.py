"""Hussain and Tsai: 32-bit fixed point, no maximum, a polynomial of order 4, a shift-and-subtract divider."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Bill, Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.minimax import CENTRED_4
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import RestoringDivide
from approx.published import published
from approx.reference import Constant
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import CodeUnit, Integers, RowNumbers

SOURCE = Source(
    title="An Efficient and Fast Softmax Hardware Architecture (EFSHA) for Deep Neural Networks",
    authors="M. A. Hussain, T.-H. Tsai",
    venue="IEEE AICAS",
    year=2021,
    where="S15.16, 2**f on [-1/2, 1/2] by an order-4 polynomial on one multiplier and adder, shift/subtract divider",
    status="reconstruction",
    note="from notes on the paper; minimax coefficients, roundings, saturation and quotients of a sum of 0 are "
    "choices here",
)

FRAC = 16  # of S15.16
LARGEST = (1 << 31) - 1
GUARD = 4  # fraction bits that the polynomial has beyond those of its result
COEFFICIENTS = tuple(round(c * 2 ** (FRAC + GUARD)) for c in CENTRED_4)
LOG2E = round(math.log2(math.e) * 2**FRAC)  # 1.442695
QUOTIENT_BITS = 17
PRODUCTS = 5  # by log2 e, and four steps of Horner's rule


@dataclass(frozen=True)
class CentredPolynomial(CodeUnit):
    """e**x in S15.16 of x itself: x log2 e = n + f with n the nearest integer, 2**f by order 4, shifted by n.

    frac: fraction bits of x. The product is rounded (ties up) to 16 bits, Horner's steps truncate; saturates at
    2**31 - 1, from x = 10.4 on. Absolute error below 1: 2.5 steps of 2**-16; relative on [0, 10]: 7e-5.
    """

    frac: int

    def of_code(self, codes: Integers) -> Integers:
        """Range reduction, polynomial, shift."""
        binary = shift_right(codes * LOG2E, self.frac, Rounding.NEAREST_UP)
        n = np.asarray((binary + (1 << (FRAC - 1))) >> FRAC)
        f = binary - (n << FRAC)
        value: Integers = np.full(np.shape(f), COEFFICIENTS[-1], dtype=np.int64)
        for coefficient in COEFFICIENTS[-2::-1]:
            value = (value * f >> FRAC) + coefficient
        shifted = (value << np.clip(n, 0, 16)) >> (GUARD + np.clip(-n, 0, 40))
        return np.where(n > 16, LARGEST, np.minimum(shifted, LARGEST))

    def operators(self) -> tuple[Operator, ...]:
        """One 32-bit multiplier and one adder that serve the product by log2 e and Horner's steps; a shifter."""
        return (
            Operator("multiply", (32, 32), 1, PRODUCTS, "exp"),
            Operator("add", (32,), 1, PRODUCTS + 1, "exp"),
            Operator("shift", (32, 6), 1, 1, "exp"),
            Operator("saturate", (33, 32), 1, 1, "exp"),
        )

    @property
    def stages(self) -> int:
        """One a use of the multiplier, and the shift."""
        return 6


@dataclass(frozen=True)
class SerialQuotient(RestoringDivide):
    """`RestoringDivide` of one divider that makes a bit a cycle; a sum of 0 is taken as one step."""

    def row(self, sums: Integers) -> RowNumbers:
        """The sum; where every exponential is 0 all quotients are 0."""
        return (np.maximum(sums, 1),)

    def element_operators(self) -> tuple[Operator, ...]:
        """A serial divider a lane."""
        return (Operator("divide_serial", (self.sum_width,), 1, QUOTIENT_BITS, "output"),)

    @property
    def stages(self) -> int:
        """The quotient."""
        return 1


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SharedUnits(Softmax):
    """A composed softmax whose multiplier and divider serve one element for several cycles."""

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """The cycles in which the next element waits: five products in each sweep, a bit of the quotient at a time."""
        whole, groups = super().circuit(row_length, lanes), -(-row_length // lanes)
        waiting = groups * (2 * (PRODUCTS - 1) + QUOTIENT_BITS - 1)
        return replace(whole, serial_cycles=whole.serial_cycles + waiting)


@published(family="polynomial", source=SOURCE)
def efsha2021(
    input: FixedPoint = FixedPoint(32, 16),
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 12)] = 1024,
) -> SharedUnits:
    """No maximum, order-4 polynomial, restoring division, all in 32 bits (AICAS 2021, reconstruction).

    e**x saturates at 2**15 from x = 10.4 on and is 0 below -11.8; y = floor(e / sum) with 16 fraction bits. Logits
    outside that window are lost: a row without any inside it gives zeros below, and equal shares above.
    """
    if not 0 <= input.frac <= FRAC:
        raise ValueError(f"input = {input} has {input.frac} fraction bits; S15.16 has {FRAC}, give 0 to that")
    sum_width = 31 + (max_row_length - 1).bit_length()
    output = FixedPoint(QUOTIENT_BITS, FRAC, signed=False)
    return SharedUnits(
        input=input,
        reference=Constant(level=0, top=input.highest),
        exp=CentredPolynomial(input.frac),
        accumulator=Accumulator(sum_width),
        normalizer=SerialQuotient(31, sum_width, output),
        output=output,
        traits=Traits(
            base=math.e, shift_invariant=False, normalised=False, monotone=True, max_row_length=max_row_length,
        ),
    )  # fmt: skip
