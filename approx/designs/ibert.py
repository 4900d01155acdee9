"""I-BERT: a second-order integer polynomial on one octave, and an integer reciprocal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.normalize.divide import IntegerReciprocal
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers

SOURCE = Source(
    title="I-BERT: Integer-only BERT Quantization",
    authors="S. Kim, A. Gholami, Z. Yao, M. W. Mahoney, K. Keutzer",
    venue="ICML",
    year=2021,
    where="algorithm 2 (i-exp, i-softmax) with the coefficients of huggingface/transformers "
    "src/transformers/models/ibert/quant_modules.py::IntSoftmax, in integers of unlimited width",
    link="arXiv:2101.01321",
    status="reconstruction",
    note="what is shipped simulates this in float32 and differs in up to 3 % of its elements; the requantisation's "
    "dyadic multiplier is taken as the exact ratio",
)

A = 0.35815147  # e**p = A * (p**2 + B p + C) on (-ln 2, 0]
B = 0.96963238 / A
C = 1.0 / A
LN2 = 0.6931  # as shipped
OCTAVES = 30  # differences beyond 30 ln2 count as 30 ln2
SUM_WIDTH = 31
TERM_HIGHEST = (1 << 15) - 1  # terms are requantised to 16 bits, the largest exponential being 32767
MOST_SHIFT = 61 - TERM_HIGHEST.bit_length()  # products stay within 61 bits


@dataclass(frozen=True)
class IntegerPolynomial(ExpUnit):
    """((r + b) * r + c) >> q of a difference q * ln2 + r, requantised to 16 bits (ties to even).

    octave, b, c: ln2 / scale, B / scale and C / scale**2, rounded towards minus infinity. Largest error of the
    polynomial 1.913e-3; ln2 rounded to a multiple of the scale adds a temperature error of up to scale / ln2.
    """

    octave: int
    b: int
    c: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """round(polynomial * 32767 / (c * 2**q))."""
        clamped = np.minimum(difference, OCTAVES * self.octave)
        q = clamped // self.octave
        r = q * self.octave - clamped  # in (-octave, 0]
        polynomial = np.maximum((r + self.b) * r + self.c, 0)
        return _divide_ties_even(polynomial * TERM_HIGHEST, np.int64(self.c) << q)

    @property
    def saturation(self) -> int:
        """Thirty octaves."""
        return OCTAVES * self.octave

    def operators(self) -> tuple[Operator, ...]:
        """Octave and remainder by constant multiplications, the polynomial, the shift, the requantisation."""
        distance, octave = self.saturation.bit_length(), self.octave.bit_length()
        offset, polynomial = self.b.bit_length(), self.c.bit_length()
        inverse, ratio = self.inverse[1], self.ratio[1]
        zeros = (self.octave & -self.octave).bit_length() - 1
        return (
            Operator("saturate", (distance + 1, distance), 1, 1, "exp"),
            Operator("constant_multiply", (distance, inverse.bit_length()), 1, 1, "exp", constant=inverse),
            Operator("constant_multiply", (5, octave), 1, 1, "exp", constant=self.octave),
            Operator("subtract", (octave - zeros,), 1, 1, "exp"),
            Operator("increment", (offset,), 1, 1, "exp"),
            Operator("multiply", (offset, octave), 1, 1, "exp"),
            Operator("increment", (polynomial,), 1, 1, "exp"),
            Operator("constant_multiply", (polynomial, ratio.bit_length()), 1, 1, "exp", constant=ratio),
            Operator("shift", (self._scaled, 5), 1, 1, "exp"),
            Operator("increment", (TERM_HIGHEST.bit_length() + 1,), 1, 1, "exp"),
        )

    def inner_register_bits(self, width: int) -> int:
        """The low bits of the distance, remainder, polynomial, product, and the octaves beside each of them."""
        return 2 * self.octave.bit_length() + self.c.bit_length() + self._scaled + 4 * 5

    @property
    def _scaled(self) -> int:
        """Bits of the product with the ratio that a term can come from."""
        shift, ratio = self.ratio
        return self.c.bit_length() + ratio.bit_length() - shift + 1

    @cached_property
    def inverse(self) -> tuple[int, int]:
        """Shift and the shortest constant that, multiplied and shifted, divide every distance by an octave."""
        distances, bits = np.arange(self.saturation + 1, dtype=np.int64), self.saturation.bit_length()
        for shift in range(bits, 2 * bits + 1):
            inverse = -(-(1 << shift) // self.octave)
            if np.array_equal(distances * inverse >> shift, distances // self.octave):
                return shift, inverse
        raise AssertionError(f"twice the bits of a distance are enough to divide by {self.octave}")

    @cached_property
    def ratio(self) -> tuple[int, int]:
        """Shift and the shortest constant for which every term comes out as the division rounds it.

        Where none of up to 60 bits does, the last one tried, which is near enough to be priced.
        """
        tried = [(shift, round((TERM_HIGHEST << shift) / self.c)) for shift in range(self.c.bit_length(), MOST_SHIFT)]
        return next((each for each in tried if self.rounds_as_division(*each)), tried[-1])

    def rounds_as_division(self, shift: int, ratio: int) -> bool:
        """Whether every term comes out right by a multiplication and shifts, the last bit rounded."""
        rest = np.arange(self.octave, dtype=np.int64)[:, None]
        octaves = np.arange(OCTAVES, dtype=np.int64)
        terms = self.terms(octaves * self.octave + rest, rest)
        polynomial = self.c - rest * (self.b - rest)
        return np.array_equal(((polynomial * ratio >> (shift - 1) >> octaves) + 1) >> 1, terms)

    @property
    def stages(self) -> int:
        """One register after each of the four multiplications in a row, one after the shift."""
        return 5


def _divide_ties_even(numerator: Integers, denominator: Integers) -> Integers:
    quotient = numerator // denominator
    twice_rest = 2 * (numerator - quotient * denominator)
    return quotient + ((twice_rest > denominator) | ((twice_rest == denominator) & (quotient % 2 == 1)))


@published(family="integer polynomial", source=SOURCE)
def ibert(
    scale: Annotated[float, Interval(ge=1e-4, le=0.69)] = 2.0**-10,
    input_width: Annotated[int, Interval(ge=4, le=32)] = 16,
    output_bit: Annotated[int, Interval(ge=2, le=16)] = 8,
) -> Softmax:
    """I-BERT's i-softmax in integers (ICML 2021).

    scale: of the input codes; it should be fine, because ln2 is rounded to a multiple of it.
    e = i-exp(x - m) in 16 bits; y = e * floor(2**32 / sum) >> (32 - output_bit), truncated.
    """
    unit = IntegerPolynomial(math.ceil(LN2 / scale), math.floor(B / scale), math.floor(C / scale**2))
    output = FixedPoint(output_bit, output_bit, signed=False)
    return Softmax(
        input=ScaledInteger(input_width, scale),
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(SUM_WIDTH),
        normalizer=IntegerReciprocal(
            1 << 32, 32 - output_bit, TERM_HIGHEST.bit_length(), output, TERM_HIGHEST, SUM_WIDTH
        ),
        output=output,
        traits=Traits(base=math.e, max_row_length=1 << 16),
    )
