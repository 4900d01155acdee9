"""The 8-bit softmax of QNNPACK, which XNNPACK kept and PyTorch runs: a table that depends on the row length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.correct_rounding import rounded
from approx.design import Traits
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.forms import FloorDivide
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="QNNPACK u8lut32norm, also XNNPACK qu8 softmax and PyTorch's quantized softmax with the qnnpack engine",
    authors="Facebook, Google",
    venue="software",
    year=2019,
    where="pytorch/QNNPACK: src/softargmax.c, src/u8lut32norm/scalar.c; google/XNNPACK @ 75db3c09: "
    "src/operators/softmax-nc.c, src/u8-lut32norm/u8-lut32norm-scalar.c; pytorch 2.13 qsoftmax.cpp",
    link="https://github.com/google/XNNPACK",
    status="exact",
)

ENTRIES = 256
UINT32_MAX = (1 << 32) - 1
LARGEST_ENTRY = (1 << 23) - 1  # 8388607
OUTPUT = FixedPoint(8, 8, signed=False)


@dataclass(frozen=True)
class LengthTable(ExpUnit):
    """round(one * exp(-d * scale)), ties to even, of rows of a length: one = min((2**32 - 1) / length, 2**23 - 1)."""

    scale: float
    length: int

    @cached_property
    def entries(self) -> Integers:
        """For differences 0 to 255; the double that stands for 1.0 is not an integer for most lengths."""
        one = min(UINT32_MAX / self.length, float(LARGEST_ENTRY))
        return rounded("exp", -np.arange(float(ENTRIES)) * self.scale, one)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The entry."""
        return self.entries[difference]

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory, loaded for the row length and scale."""
        widths = (8, int(self.entries[0]).bit_length())
        return (Operator("rom", widths, 1, 1, "exp", contents=tuple(self.entries.tolist())),)


@dataclass(frozen=True)
class ExpByLength(ExpUnit):
    """A `LengthTable` for each row length."""

    scale: float

    by_row_length: ClassVar[bool] = True

    def for_row_length(self, row_length: int) -> LengthTable:
        """The table for rows of that length."""
        return LengthTable(self.scale, row_length)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Those of a row of one element."""
        return self.for_row_length(1).terms(difference, maximum)

    def operators(self) -> tuple[Operator, ...]:
        """Those of a row of one element."""
        return self.for_row_length(1).operators()


@dataclass(frozen=True)
class RoundedQuotient(Normalizer):
    """min((256 e + (sum >> 1)) / sum, 255) in unsigned 32-bit integers: the quotient rounded, halves up."""

    def row(self, sums: Integers) -> RowNumbers:
        """The sum modulo 2**32."""
        if (sums == 0).any():
            raise ValueError(
                "qnnpack_u8 is undefined for a row whose sum wraps to 0 modulo 2**32 (equal codes in rows of 1024, "
                "2048, 4096 ... do); the original divides by zero there, which ends the process"
            )
        return (sums,)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """No operand passes 32 bits: 256 e is below 2**31, as is half of the sum."""
        return np.minimum(((numerators << 8) + (row[0] >> 1)) // row[0], OUTPUT.highest)

    def form(self, row: RowNumbers) -> FloorDivide:
        """A division an element."""
        return FloorDivide(row[0], row[0] >> 1, 1 << 8, OUTPUT.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: half of the sum is floored, which shows only below a quotient of one half."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum is kept."""
        return (Operator("register", (32,), 1, 1, "normalizer"),)

    def element_operators(self) -> tuple[Operator, ...]:
        """The rounding, and a divider a lane."""
        return (
            Operator("add", (32,), 1, 1, "output"),
            Operator("divide_array", (32,), 1, 1, "output"),
            Operator("saturate", (32, 8), 1, 1, "output"),
        )


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"scale": configuration["eff_scale"], "zero_point": max(0, min(255, configuration["in_zp"]))}


@published(family="shipped kernel", source=SOURCE, vectors={"pytorch_qnnpack_u8lut32norm": _recorded})
def qnnpack_u8(
    scale: Annotated[float, Interval(ge=2.0**-32, le=1024)] = 1 / 16,
    zero_point: Annotated[int, Interval(ge=0, le=255)] = 128,
) -> Softmax:
    """QNNPACK's uint8 softmax, also XNNPACK qu8 and PyTorch quantized: a 32-bit table made for the row length.

    scale: of the input codes, used as float32; zero_point cancels (it only moves what saturates). For rows of N:
    t = T[m - x], T[d] = round(min((2**32 - 1) / N, 2**23 - 1) * exp(-d * scale)); V = sum of t modulo 2**32;
    y = min((256 t + V / 2) / V, 255). Output: uint8 with step 1/256. Rows of up to 512 elements are within 0.501 of a
    step of the exact softmax (255 for probability 1). Longer ones can wrap V: 600 equal codes give 255 each; a V of 0
    raises ValueError.
    """
    step = float(np.float32(scale))
    return Softmax(
        input=ScaledInteger(8, step, zero_point, signed=False),
        reference=RowMaximum(),
        exp=ExpByLength(step),
        accumulator=Accumulator(32, "wrap"),
        normalizer=RoundedQuotient(),
        output=OUTPUT,
        traits=Traits(base=math.e, max_row_length=UINT32_MAX // LARGEST_ENTRY),
    )
