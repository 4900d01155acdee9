"""One float32 division a row: the optimised 8-bit kernels of TFLite.

Source: google-ai-edge/LiteRT @ f6745779, tflite/kernels/internal/optimized/optimized_ops.h (Softmax, SoftmaxInt8LUT).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.fixed_point import ScaledInteger
from approx.float_circuits import float_multiply
from approx.forms import FloatQuotient, Scale
from approx.gemmlowp import INT32_MAX, divide_by_power_of_two, high_multiply
from approx.unit import Integers, Normalizer, RowNumbers

MANTISSA = 24


@dataclass(frozen=True)
class FloatReciprocal(Normalizer):
    """1 / (sum * step of the output) in float32 a row, one float32 product an element, rounded to a code.

    rounding: "away" is C's round(), "add_half" adds 0.5 in float32 and truncates.
    """

    output: ScaledInteger
    rounding: Literal["away", "add_half"]

    def row(self, sums: NDArray[np.float32]) -> RowNumbers:
        """The factor of the row."""
        return (np.float32(1) / (sums * np.float32(self.output.step)),)

    def code(self, numerators: NDArray[np.float32], row: RowNumbers) -> Integers:
        """Multiply, round, add the zero point, clip."""
        product = numerators * row[0]
        if self.rounding == "away":
            whole = np.floor(product)
            rounded = whole.astype(np.int64) + (product - whole >= np.float32(0.5))
        else:
            rounded = (product + np.float32(0.5)).astype(np.int64)
        return np.clip(rounded + self.output.zero_point, self.output.lowest, self.output.highest)

    def form(self, row: RowNumbers) -> FloatQuotient:
        """The same in float32."""
        output = self.output
        return FloatQuotient(row[0], self.rounding, output.lowest, output.highest, output.zero_point)

    def row_operators(self) -> tuple[Operator, ...]:
        """A multiplication by a constant, a division of mantissas, a register."""
        return (*float_multiply(np.float32, "normalizer"), *_float_division(), _register(32))

    def element_operators(self) -> tuple[Operator, ...]:
        """One float32 multiplication, and the conversion to a code."""
        return (
            *float_multiply(np.float32, "output"),
            Operator("shift", (MANTISSA, 5), 1, 1, "output"),
            Operator("add", (self.output.width + 1,), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the shift."""
        return 2

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit and a guard bit."""
        return MANTISSA + 1


@dataclass(frozen=True)
class QuantizedReciprocal(Normalizer):
    """1 / (sum * step of the output) in float32 a row, made a 31-bit multiplier and a shift; integers an element.

    undefined: the design that is undefined where a sum leaves 32 bits.
    """

    output: ScaledInteger
    undefined: str

    def row(self, sums: Integers) -> RowNumbers:
        """Multiplier in [2**30, 2**31), left shift before and right shift after the multiplication."""
        if (sums > INT32_MAX).any():
            raise ValueError(
                f"{self.undefined} is undefined for a row whose exponentials sum to 32769 or more (32769 equal codes "
                "do); the original's 32-bit sum overflows there, shorten the row"
            )
        factor = np.float32(1) / (sums.astype(np.float32) * np.float32(self.output.step))
        fraction, exponent = np.frexp(factor.astype(np.float64))
        multiplier = (fraction * 2.0**31).astype(np.int64)  # exact: a float32 has 24 bits
        exponent = exponent.astype(np.int64)
        return multiplier, np.maximum(exponent, 0), np.maximum(-exponent, 0)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Rounding high multiply, rounding shift, zero point, clip."""
        multiplier, left, right = row
        quotient = divide_by_power_of_two(high_multiply(numerators << left, multiplier), right)
        return np.clip(quotient + self.output.zero_point, self.output.lowest, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """Two shifts, both rounded; operands are never negative, so ties up and away from zero are the same."""
        zero = self.output.zero_point
        return Scale(
            np.left_shift(row[0], row[1]), row[2], self.output.highest - zero, zero, rounded=True, first_shift=31
        )

    def seams(self, least: int, most: int) -> Integers:
        """Where the shift changes, which rounds otherwise; between, the multiplier is a quotient that falls."""
        ends = np.array([least, most], dtype=np.int64)
        first, last = (int(left - right) for _, left, right in zip(*self.row(ends), strict=True))
        return np.array([self._first_below(shift, least, most) for shift in range(first, last, -1)], dtype=np.int64)

    def _first_below(self, shift: int, least: int, most: int) -> int:
        """The first sum whose shift to the left is below `shift`; that of `most` is."""
        while least < most:
            middle = (least + most) // 2
            _, left, right = self.row(np.array([middle], dtype=np.int64))
            least, most = (least, middle) if left[0] - right[0] < shift else (middle + 1, most)
        return most

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum as a float32, a multiplication by a constant, a division of mantissas, a register."""
        to_float = (Operator("normalize", (31,), 1, 1, "normalizer"), Operator("add", (MANTISSA,), 1, 1, "normalizer"))
        return (*to_float, *float_multiply(np.float32, "normalizer"), *_float_division(), _register(MANTISSA + 5))

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplication (the low 7 bits of the multiplier are zero), the shift, two roundings, zero point."""
        return (
            Operator("multiply", (16, MANTISSA), 1, 1, "output"),
            Operator("shift", (16, 5), 1, 1, "output"),
            Operator("add", (17,), 3, 3, "output"),
            Operator("saturate", (17, self.output.width), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the shift."""
        return 2

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit and a guard bit."""
        return MANTISSA + 1


def _float_division() -> tuple[Operator, ...]:
    """1 / x in float32: mantissas bit by bit, the difference of the exponents, the rounding."""
    return (
        Operator("divide_serial", (MANTISSA + 1,), 1, MANTISSA + 1, "normalizer"),
        Operator("subtract", (8,), 1, 1, "normalizer"),
        Operator("add", (MANTISSA,), 1, 1, "normalizer"),
    )


def _register(width: int) -> Operator:
    return Operator("register", (width,), 1, 1, "normalizer")
