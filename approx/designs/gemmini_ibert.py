"""Gemmini's softmax: the integer exponential of I-BERT with truncated constants, a float32 factor for each row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import ScaledInteger
from approx.float_circuits import float_multiply
from approx.forms import FloatQuotient
from approx.limits import Reach, RowLimit
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="Gemmini, I-BERT softmax of the software reference",
    authors="H. Genc et al.",
    venue="software",
    year=2024,
    where="ucb-bar/gemmini-rocc-tests @ 180c4684: include/gemmini.h (matmul_cpu with SOFTMAX), 32-bit sums wrapping; "
    "ucb-bar/gemmini AccumulatorScale.scala computed the same until commit 2916cde of November 2024",
    link="https://github.com/ucb-bar/gemmini-rocc-tests",
    status="exact",
)

LN2 = 0.693147  # e**p = A * ((p + B)**2 + C / A) on (-ln2, 0]
A, B, C = np.float32(0.3585), np.float32(1.353), np.float32(0.344)
LARGEST_SHIFT = 31
ONE = 127  # the output code of probability 1
INT32_MAX = (1 << 31) - 1
BUFFER = RowLimit(1024, "the original ends the program, because its buffer holds no more")


@dataclass(frozen=True)
class TruncatedPolynomial(ExpUnit):
    """((p + b)**2 + c) >> z of a difference split into z octaves and a rest p, all constants truncated to integers.

    octave, b, c: ln2 / scale, 1.353 / scale and 0.344 / (0.3585 scale**2). z = difference * (65536 // octave) >> 16,
    which falls short of difference / octave, so that p can lie a little below -octave. Largest error against the
    exponential, with 1 for the maximum: 4.9e-2 at a scale of 0.1, 2.2e-2 at 0.05, 1.95e-3 at 0.001 and below.
    """

    octave: int
    b: int
    c: int

    @property
    def inverse(self) -> int:
        """1 / octave in 16 fraction bits."""
        return (1 << 16) // self.octave

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The shifted polynomial; differences beyond the reach are refused before they count."""
        z = difference * self.inverse >> 16
        p = z * self.octave - difference
        return ((p + self.b) ** 2 + self.c) >> np.minimum(z, LARGEST_SHIFT)

    @property
    def reach(self) -> Reach:
        """Where a shift would pass 31."""
        distance = (((LARGEST_SHIFT + 1) << 16) - 1) // self.inverse
        return Reach(distance, "the original would shift 32 bits by more than 31, which C does not define")

    @property
    def saturation(self) -> int:
        """Beyond the reach every row is refused, however far."""
        return self.reach.distance + 1

    def operators(self) -> tuple[Operator, ...]:
        """Octaves and rest by constant multiplications, the square, the constant, the shift."""
        distance, octave = self.reach.distance.bit_length(), self.octave.bit_length()
        offset, polynomial = (self.b + 1).bit_length() + 1, (self.b**2 + self.c).bit_length()
        inverse = Operator(
            "constant_multiply", (distance, self.inverse.bit_length()), 1, 1, "exp", constant=self.inverse
        )
        return (
            inverse,
            Operator("constant_multiply", (5, octave), 1, 1, "exp", constant=self.octave),
            Operator("subtract", (distance,), 1, 1, "exp"),
            Operator("add", (offset,), 1, 1, "exp"),
            Operator("multiply", (offset, offset), 1, 1, "exp"),
            Operator("add", (polynomial,), 1, 1, "exp"),
            Operator("shift", (polynomial, 5), 1, 1, "exp"),
        )

    @property
    def stages(self) -> int:
        """One register after each multiplication, one after the shift."""
        return 4


@dataclass(frozen=True)
class FloatFactorOf127(Normalizer):
    """round(float32(e) * (127 / float32(sum))), ties to even, clipped to int8; sums are int32 and wrap."""

    output: ScaledInteger

    def row(self, sums: Integers) -> RowNumbers:
        """The factor, a float32; negative where the sum wrapped to a negative number."""
        signed = np.where(sums > INT32_MAX, sums - (1 << 32), sums)
        if (signed == 0).any():
            raise ValueError(
                "gemmini_ibert is undefined for a row whose 32-bit sum wraps to 0: the original converts an infinite "
                "quotient to an integer; shorten the row"
            )
        return (np.float32(ONE) / signed.astype(np.float32),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """One float32 product."""
        product = np.rint(numerators.astype(np.float32) * row[0])
        return np.clip(product, self.output.lowest, self.output.highest).astype(np.int64)

    def form(self, row: RowNumbers) -> FloatQuotient | None:
        """One float32 multiplication, unless a sum is negative."""
        if (row[0] < 0).any():
            return None
        return FloatQuotient(row[0], "even", self.output.lowest, self.output.highest, beyond=self.output.highest)

    def seams(self, least: int, most: int) -> Integers | None:
        """None where no sum is negative: a quotient falls, and rounding keeps order."""
        return NONE if most <= INT32_MAX else None

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum as a float, and a serial division of the significands."""
        return (
            Operator("normalize", (32,), 1, 1, "normalizer"),
            Operator("divide_serial", (25,), 1, 25, "normalizer"),
            Operator("register", (32,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """The term as a float, the product, its integer."""
        return (
            Operator("normalize", (32,), 1, 1, "output"),
            *float_multiply(np.float32, "output"),
            Operator("shift", (24, 5), 1, 1, "output"),
            Operator("add", (9,), 1, 1, "output"),
            Operator("saturate", (9, 8), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after each conversion and the product."""
        return 3

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return 25


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    low, high = configuration["lo"], configuration["hi"]
    return {"scale": configuration["bert_scale"], "input_width": max(high, ~low).bit_length() + 1}


@published(family="integer polynomial", source=SOURCE, vectors={"gemmini_ibert_int8": _recorded})
def gemmini_ibert(
    scale: Annotated[float, Interval(ge=1e-4, le=10)] = 0.05,
    input_width: Annotated[int, Interval(ge=4, le=32)] = 8,
) -> Softmax:
    """Gemmini's I-BERT softmax: integer polynomial with truncated constants, float32 factor.

    scale: of the accumulators that are its input, used as float32 (`bert_scale`). input_width: their bits; the original
    has 32. e = ((p + b)**2 + c) >> z for a distance of z octaves and p; y = rint(float32(e) * (127 / float32(S))), with
    S the sum of e wrapped to 32 bits; output int8 with 127 for probability 1. The octave int(ln2 / scale) errs most: 6
    instead of 6.93 for 0.1. Raises ValueError for rows beyond 1024 elements, distances beyond 31 octaves, and sums that
    wrap to 0; a sum that wraps to a negative number gives outputs of 0 and below, as the original does.
    """
    step = np.float32(scale)
    octave = int(LN2 / float(step))
    if octave == 0:
        raise ValueError(
            f"scale = {scale} is above ln2 = {LN2}: an octave would be 0 codes, by which the original divides"
        )
    unit = TruncatedPolynomial(octave, int(B / step), int(C / (A * step * step)))
    output = ScaledInteger(8, 1 / ONE)
    spans = np.arange(min(unit.reach.distance, (1 << input_width) - 1) + 1)
    terms = unit.terms(spans, spans)
    return Softmax(
        input=ScaledInteger(input_width, float(step)),
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(32, "wrap"),
        normalizer=FloatFactorOf127(output),
        output=output,
        traits=Traits(
            base=math.e,
            monotone=bool((np.diff(terms) <= 0).all()),
            max_row_length=min(BUFFER.length, INT32_MAX // int(terms.max())),
        ),
        row_limit=BUFFER,
    )
