"""Hyft: floats outside, fixed point inside, no multiplier: a Mitchell exponential and a Mitchell division."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, control, repeated
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.float_circuits import float_maximum, float_to_fixed
from approx.float_format import FloatFormat
from approx.normalize.reciprocal import fraction_bits
from approx.published import published
from approx.source import Source
from approx.unit import Integers, leading_one

SOURCE = Source(
    title="Hyft: A Reconfigurable Softmax Accelerator with Hybrid Numeric Format for both Training and Inference",
    authors="T. Xia, S. Q. Zhang",
    venue="arXiv",
    year=2023,
    where="hybrid format, exponential by shifts, division as a subtraction of floats taken as integers",
    link="arXiv:2311.13290",
    status="reconstruction",
    note="word lengths, truncation, saturation and the flush of subnormal outputs are choices here; every element is a "
    "candidate of the maximum (STEP = 1), and the division keeps the borrow between mantissa and exponent",
)

HALF = FloatFormat("float16")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Hyft(Design):
    """Fixed-point codes t with `internal.frac` fraction bits stand for the floats 2**floor(t) * (1 + frac(t)).

    internal: what inputs are converted to. sum_frac: fraction bits of the sum; terms are truncated to them.
    """

    internal: FixedPoint
    sum_frac: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Convert, subtract the maximum, scale to base 2, sum, and subtract the sum's word from each term's."""
        numbers = self._fixed(codes)
        counted = numbers if live is None else np.where(live, numbers, self.internal.lowest)
        words = self._exponential(numbers - counted.max(axis=1, keepdims=True))
        terms = self._linear(words)
        terms = terms if live is None else np.where(live, terms, 0)
        total = np.maximum(terms.sum(axis=1, keepdims=True), 1)
        outputs = self._packed(words - self._word(total))
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def _fixed(self, codes: NDArray[Any]) -> Integers:
        """Floats as fixed point, truncated toward zero and saturated; a NaN counts as 0."""
        scaled = np.nan_to_num(self.input.value(codes), nan=0.0) * self.internal.codes_per_unit
        return np.trunc(np.clip(scaled, self.internal.lowest, self.internal.highest)).astype(np.int64)

    @staticmethod
    def _exponential(difference: Integers) -> Integers:
        """The word of e**z: z * log2(e) as z + z / 2 - z / 16, shifts truncate. 2**v is then 1 + v without a gate."""
        return difference + (difference >> 1) - (difference >> 4)

    def _linear(self, words: Integers) -> Integers:
        """Words as integers with `sum_frac` fraction bits."""
        frac = self.internal.frac
        significand = (words & ((1 << frac) - 1)) + (1 << frac)
        return (significand << self.sum_frac) >> np.minimum(frac - (words >> frac), 62)

    def _word(self, sums: Integers) -> Integers:
        """The word of a sum: its leading one and the bits below, truncated."""
        exponent = leading_one(sums)
        mantissa = fraction_bits(sums, exponent, self.internal.frac)
        return (exponent - self.sum_frac) * (1 << self.internal.frac) + mantissa

    def _packed(self, words: Integers) -> Integers:
        """Words as output codes: add the bias, truncate the mantissa; 0 below the smallest normal number."""
        stored = FloatFormat(self.output.name).mantissa_bits if isinstance(self.output, FloatFormat) else 0
        bias = (1 << (self.output.width - stored - 2)) - 1
        biased = words + (bias << self.internal.frac)
        up = stored - self.internal.frac
        packed = biased << max(up, 0) >> max(-up, 0)
        return np.where(packed >> stored < 1, 0, packed)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Per lane conversions, three adders and shifts by wiring, one shifter, one subtraction; no multiplier."""
        groups, width = -(-row_length // lanes), self.internal.width + 1
        real = FloatFormat(self.input.name).dtype_of_values if isinstance(self.input, FloatFormat) else np.float16
        total = self.sum_frac + 1 + (row_length - 1).bit_length()
        tree = (Operator("add_tree", (lanes, self.sum_frac + 1), 1, groups, "sum"),) if lanes > 1 else ()
        operators = (
            *control(groups),
            *repeated(float_maximum(real), lanes, row_length),
            Operator("register", (self.input.width,), 1, groups, "maximum"),
            *repeated(float_to_fixed(real, self.internal.width, "difference"), lanes, 2 * row_length),
            Operator("subtract", (width,), lanes, 2 * row_length, "difference"),
            Operator("register", (width,), lanes, 2 * row_length, "difference"),
            Operator("add", (width + 1,), lanes, 2 * row_length, "exp"),
            Operator("subtract", (width + 1,), lanes, 2 * row_length, "exp"),
            Operator("register", (width + 1,), lanes, 2 * row_length, "exp"),
            Operator("shift", (self.sum_frac + 1, self.sum_frac.bit_length()), lanes, row_length, "sum"),
            *tree,
            Operator("accumulator", (total,), 1, groups, "sum"),
            Operator("normalize", (total,), 1, 1, "normalizer"),
            Operator("register", (width + 1,), 1, 1, "normalizer"),
            Operator("subtract", (width + 1,), lanes, row_length, "output"),
            Operator("register", (self.output.width,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, self.input.width, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), 3, 4, 4)


@published(family="float", source=SOURCE)
def hyft(
    format: FloatFormat = HALF,
    internal: FixedPoint = FixedPoint(16, 10),
    sum_frac: Annotated[int, Interval(ge=4, le=24)] = 16,
) -> Hyft:
    """Hybrid-format softmax: floats in and out, shifts and additions inside (arXiv 2023, reconstruction).

    format: of inputs and outputs. internal: the fixed point between, which saturates. e**z has a relative error of 0 to
    +9.17 % for -8 <= z <= 0, before rounding; whole rows of 64 deviate by up to 0.078 and sum to 1.00 to 1.115.
    """
    if not internal.signed or not 1 <= internal.frac <= 20 or internal.width > 28 or internal.frac >= internal.width:
        raise ValueError(f"internal = {internal}: give a signed format of up to 28 bits, 1 to 20 of them fraction")
    return Hyft(
        input=format,
        output=format,
        traits=Traits(base=math.e, shift_invariant=False, normalised=False),
        internal=internal,
        sum_frac=sum_frac,
    )
