"""Shiftmax of I-ViT: 2**-x as a shift by whole octaves and a straight line within one.

Sources: zkkli/I-ViT @ 380ba991, models/quantization_utils/quant_modules.py (float32) and
TVM_benchmark/models/layers.py (int32). 0 to 9.17 % above the exponential on [-8, 0] where 1/scale is a whole number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from approx.bill import Operator
from approx.unit import ExpUnit, Integers, Reads

CODE_WIDTH = 8  # differences of int8 codes


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
        return _shiftmax_operators(math.ceil(1 / self.scale), self.octaves, CODE_WIDTH)


@dataclass(frozen=True)
class IntegerShiftmax(ExpUnit):
    """Shiftmax in int32: v = d + (d >> 1) - (d >> 4), q = v // x0, e = ((r >> 1) - x0) << (16 - q).

    octave: -x0 = ceil(1/S), and one more where 1/S is a whole number, because it is trunc(-1/S - 1). The halving comes
    before the shift, so half a step of r is lost.
    """

    octave: int
    octaves: int = 16

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Differences beyond 16 octaves count as 16 octaves."""
        d = -difference
        v = np.maximum(d + (d >> 1) - (d >> 4), -self.octaves * self.octave)
        q = -v // self.octave
        r = v + q * self.octave
        return np.maximum((r >> 1) + self.octave, 0) << (self.octaves - q)

    def operators(self) -> tuple[Operator, ...]:
        """Shifts and adders, and the division by a constant as a multiplication."""
        return _shiftmax_operators(self.octave, self.octaves, CODE_WIDTH)


def _shiftmax_operators(octave: int, octaves: int, width: int) -> tuple[Operator, ...]:
    """octave: codes in an octave. width: bits of a difference."""
    scaled = width + 1  # d + (d >> 1) - (d >> 4), up to 1.4375 times the difference
    inverse = round(2.0**scaled / octave)
    return (
        Operator("add", (scaled,), 2, 2, "exp"),
        Operator("saturate", (scaled, (octaves * octave).bit_length()), 1, 1, "exp"),
        Operator("constant_multiply", (scaled, inverse.bit_length()), 1, 1, "exp", constant=inverse),  # v / x0
        Operator("constant_multiply", (octaves.bit_length(), octave.bit_length()), 1, 1, "exp", constant=octave),
        Operator("subtract", (octave.bit_length(),), 1, 1, "exp"),  # v - q * x0
        Operator("add", (octave.bit_length() + 1,), 1, 1, "exp"),
        Operator("shift", ((octave << octaves).bit_length(), octaves.bit_length()), 1, 1, "exp"),
    )
