"""I-ViT's Shiftmax: as shipped (integers simulated in float32), and as its integer deployment computes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.design import Softmax, Traits
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.forms import FloatScale, Scale
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, Reads, RowNumbers

PAPER = "I-ViT: Integer-only Quantization for Efficient Vision Transformer Inference"
SHIPPED = Source(
    title=PAPER,
    authors="Z. Li, Q. Gu",
    venue="ICCV",
    year=2023,
    where="zkkli/I-ViT @ 380ba991: models/quantization_utils/quant_modules.py (IntSoftmax, float32 arithmetic)",
    link="arXiv:2207.01405",
)
DEPLOYED = Source(
    title=PAPER,
    authors="Z. Li, Q. Gu",
    venue="ICCV",
    year=2023,
    where="zkkli/I-ViT: TVM_benchmark/models/layers.py (int32 arithmetic, shifts in that order)",
    link="arXiv:2207.01405",
)

INT32_MAX = (1 << 31) - 1
Scalar = Annotated[float, Interval(gt=0, lt=1)]


@dataclass(frozen=True)
class FloatShiftmax(ExpUnit):
    """Shiftmax in float32: e = floor((r / 2 - x0) * 2**(15 - q)) with d = q * x0 + r, d the difference times 1.4375.

    scale: of the input codes, a float32. The codes are multiplied by it and divided again before they are used, so what
    the unit sees depends on the maximum and not on the difference alone unless the scale is a power of two.
    """

    scale: float
    octaves: int = 15

    reads: ClassVar[Reads] = "maximum_and_difference"

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Every operation rounds to float32; the results are whole numbers."""
        f32 = np.float32
        scale = f32(self.scale)
        top = maximum.astype(f32) * scale / scale
        d = (maximum - difference).astype(f32) * scale / scale - top
        v = d + np.floor(d / f32(2)) - np.floor(d / f32(16))
        x0 = np.floor(f32(-1) / scale)
        v = np.maximum(v, f32(self.octaves) * x0)
        q = np.floor(v / x0)
        r = v - x0 * q
        return np.maximum(np.floor((r / f32(2) - x0) * np.exp2(f32(self.octaves) - q)), f32(0)).astype(np.int64)

    def operators(self) -> tuple[Operator, ...]:
        """The integer circuit that the simulation stands for."""
        return _shiftmax_operators(self.scale, self.octaves)


@dataclass(frozen=True)
class FloatFactor(Normalizer):
    """floor(e * floor((2**31 - 1) / sum) / 2**(32 - output_bit)), quotient and product rounded to float32."""

    output_bit: int

    def row(self, sums: Integers) -> RowNumbers:
        """The factor; sums are clipped to 2**31 - 1, which float32 holds as 2**31."""
        total = np.minimum(sums.astype(np.float32), np.float32(INT32_MAX))
        return (np.floor(np.float32(INT32_MAX) / total).astype(np.int64),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The float32 product, scaled by an exact power of two."""
        product = numerators.astype(np.float32) * row[0].astype(np.float32)
        return np.floor(product * np.float32(2.0 ** -(32 - self.output_bit))).astype(np.int64)

    def form(self, row: RowNumbers) -> FloatScale:
        """One float32 multiplication."""
        return FloatScale(row[0].astype(np.float32), 32 - self.output_bit, cap=INT32_MAX)

    def row_operators(self) -> tuple[Operator, ...]:
        """One serial divider of 31 bits."""
        return _factor_row_operators()

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane."""
        return _factor_element_operators()

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return 31


@dataclass(frozen=True)
class IntegerShiftmax(ExpUnit):
    """Shiftmax in int32: v = d + (d >> 1) - (d >> 4), q = v // x0, e = ((r >> 1) - x0) << (16 - q).

    octave: -x0 = ceil(1/S), and one more where 1/S is a whole number, because it is trunc(-1/S - 1). The halving comes
    before the shift, so half a step of r is lost.
    """

    octave: int
    octaves: int = 16

    def terms(self, difference: Integers, maximum: Integers) -> Integers:  # noqa: ARG002  reads the difference only
        """Differences beyond 16 octaves count as 16 octaves."""
        d = -difference
        v = np.maximum(d + (d >> 1) - (d >> 4), -self.octaves * self.octave)
        q = -v // self.octave
        r = v + q * self.octave
        return np.maximum((r >> 1) + self.octave, 0) << (self.octaves - q)

    def operators(self) -> tuple[Operator, ...]:
        """Shifts and adders, and the division by a constant as a multiplication."""
        return _shiftmax_operators(1 / self.octave, self.octaves)


@dataclass(frozen=True)
class IntegerFactor(Normalizer):
    """e * ((2**31 - 1) / sum) >> 24 cast to int8, the sum wrapped to 32 bits and the division truncated as in C."""

    def row(self, sums: Integers) -> RowNumbers:
        """The factor; negative where the sum wrapped. A sum that wrapped to 0 raises ValueError: C cannot divide."""
        signed = np.where(sums > INT32_MAX, sums - (1 << 32), sums)
        if (signed == 0).any():
            raise ValueError("ivit_integer is undefined for a row whose 32-bit sum wraps to 0; shorten the row")
        return (np.sign(signed) * (INT32_MAX // np.abs(signed)),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The product's bits 24 to 31."""
        shifted = numerators * row[0] >> 24
        return (shifted + 128) % 256 - 128

    def form(self, row: RowNumbers) -> Scale | None:
        """One multiplication and a constant shift, unless a sum wrapped."""
        if (row[0] < 0).any():
            return None
        return Scale(row[0], np.full(row[0].shape, 24, dtype=np.int64), cap=127)

    def row_operators(self) -> tuple[Operator, ...]:
        """One serial divider of 31 bits."""
        return _factor_row_operators()

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane."""
        return _factor_element_operators()

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return 31


def _shiftmax_operators(scale: float, octaves: int) -> tuple[Operator, ...]:
    octave = math.ceil(1 / scale)
    width = octave.bit_length() + octaves
    return (
        Operator("add", (12,), 2, 2, "exp"),  # d + (d >> 1) - (d >> 4)
        Operator("constant_multiply", (12, 12), 1, 1, "exp", constant=round(2.0**12 / octave)),  # division by x0
        Operator("multiply", (octave.bit_length(), 4), 1, 1, "exp"),  # q * x0
        Operator("subtract", (12,), 1, 1, "exp"),
        Operator("add", (octave.bit_length() + 1,), 1, 1, "exp"),
        Operator("shift", (width, 5), 1, 1, "exp"),
    )


def _factor_row_operators() -> tuple[Operator, ...]:
    return (Operator("divide_serial", (31,), 1, 1, "normalizer"), Operator("register", (31,), 1, 1, "normalizer"))


def _factor_element_operators() -> tuple[Operator, ...]:
    return (Operator("multiply", (31, 32), 1, 1, "output"),)


@published(family="integer polynomial", source=SHIPPED)
def ivit_shiftmax(scale: Scalar = 1 / 16, output_bit: Literal[8, 16] = 8) -> Softmax:
    """I-ViT's Shiftmax in the float32 arithmetic that is shipped (ICCV 2023).

    scale: of the int8 input codes (used as float32). Output codes have step 2**-(output_bit - 1); a row of one element
    gives 2**(output_bit - 1) where 1/scale is a power of two, one less elsewhere.
    """
    step = float(np.float32(scale))
    return Softmax(
        input=ScaledInteger(8, step),
        reference=RowMaximum(),
        exp=FloatShiftmax(step),
        accumulator=Accumulator(62),
        normalizer=FloatFactor(output_bit),
        output=FixedPoint(output_bit, output_bit - 1, signed=False),
        traits=Traits(base=math.e, shift_invariant=False),
    )


@published(family="integer polynomial", source=DEPLOYED)
def ivit_integer(scale: Annotated[float, Interval(gt=1e-3, lt=1)] = 1 / 16) -> Softmax:
    """I-ViT's Shiftmax in int32, in the order of its TVM deployment (ICCV 2023).

    scale: of the int8 input codes. Output: int8 with step 2**-7. The sum may wrap (it is not clipped there): rows
    beyond max_row_length = (2**31 - 1) / e(0) elements are not safe.
    """
    octave = -math.trunc(-1 / scale - 1)
    return Softmax(
        input=ScaledInteger(8, scale),
        reference=RowMaximum(),
        exp=IntegerShiftmax(octave),
        accumulator=Accumulator(32, "wrap"),
        normalizer=IntegerFactor(),
        output=FixedPoint(8, 7),
        traits=Traits(base=math.e, max_row_length=INT32_MAX // (octave << 16)),
    )
