"""The few shapes that the last step of a softmax takes, each a record of per-row numbers that a kernel understands.

A normaliser states what it does in `code`; a form repeats it as numbers for a compiled kernel. Which of the two runs
never shows: a contract test compares them on every code. A normaliser whose arithmetic fits none of these offers no
form, and its rows are looked up in tables made by `code` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """min((((e * multiplier + first_half) >> first_shift) + half) >> shift, cap) + zero, for e >= 0.

    multiplier, shift: int64, one a row, never negative. `rounded` adds half of a step before the last shift,
    `first_shift` is a shift with its own rounding before it (0: none). e * multiplier stays below 2**62 for every e
    that the row can have. wraps: a cap beyond the output format lets results wrap to it (`zero` is 0 then).
    """

    multiplier: Integers
    shift: Integers
    cap: int
    zero: int = 0
    rounded: bool = False
    first_shift: int = 0
    wraps: bool = False

    @property
    def half(self) -> Integers:
        """What is added before the last shift, one a row."""
        return (np.int64(1) << self.shift) >> 1 if self.rounded else np.zeros_like(self.shift)

    def live(self, envelope: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the largest factor tells."""
        shift, first_half = self.shift.min(), 1 << self.first_shift >> 1
        half = 1 << int(shift) >> 1 if self.rounded else 0
        multiplier = self.multiplier.max()
        return _leading(
            envelope,
            lambda e: ((e.astype(np.int64) * multiplier + first_half >> self.first_shift) + half) >> shift != 0,
        )


@dataclass(frozen=True)
class Divide:
    """min(rint(e / divisor * scale), cap) + zero in float64: an exact quotient, rounded once, ties to even."""

    divisor: Integers
    scale: float
    cap: int
    zero: int = 0

    def live(self, envelope: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the smallest divisor tells."""
        return _leading(envelope, lambda e: np.rint(e / self.divisor.min() * self.scale) != 0)


@dataclass(frozen=True)
class FloorDivide:
    """min((e * scale + bias) // divisor, cap) + zero: an exact quotient of non-negative integers, rounded down.

    divisor, bias: int64, one a row, divisor > 0. e * scale + bias stays below 2**51, so that the float64 product of it
    plus a half and 1 / divisor has the right integer part: it is off by less than the half over the divisor.
    """

    divisor: Integers
    bias: Integers
    scale: int
    cap: int
    zero: int = 0

    def live(self, envelope: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows."""
        needed = (self.divisor - self.bias).min()
        return _leading(envelope, lambda e: e.astype(np.int64) * self.scale >= needed)


@dataclass(frozen=True)
class Offset:
    """antilog[min(e + offset, last)] for e = difference << distance_bits: the log domain.

    The outputs of a row are then every 2**distance_bits-th entry from its own offset on. The last entry is that of
    every larger distance.
    """

    offset: Integers
    antilog: Integers
    distance_bits: int


@dataclass(frozen=True)
class FloatScale:
    """floor(float32(e) * float32(multiplier) * 2**-shift), the product rounded once to float32; at most `cap`."""

    multiplier: NDArray[np.float32]
    shift: int
    cap: int

    def live(self, envelope: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the largest factor tells."""
        factor, downscale = self.multiplier.max(), np.float32(2.0**-self.shift)
        return _leading(envelope, lambda e: e.astype(np.float32) * factor * downscale >= 1)


@dataclass(frozen=True)
class FloatQuotient:
    """round(e * factor), or round(e * scale / factor) if `divide`, e and all in float32, plus `zero`, clipped.

    factor: float32, one a row, positive. Integer numerators are rounded to float32 first. scale: a float32, applied
    before the division. rounding: of a non-negative number, "even" and "away" name what ties go to, "add_half" adds 0.5
    (which rounds to float32) and truncates. beyond: the output for a quotient of 2**31 or more, infinite ones included.
    """

    factor: NDArray[np.float32]
    rounding: Literal["even", "away", "add_half"]
    lowest: int
    highest: int
    zero: int = 0
    divide: bool = False
    scale: float = 1.0
    beyond: int = 0

    def live(self, envelope: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the largest quotient tells."""
        quarter = np.float32(0.25)
        with np.errstate(over="ignore"):  # an infinite quotient is not zero
            if self.divide:
                divisor, scale = self.factor.min(), np.float32(self.scale)
                return _leading(envelope, lambda e: e.astype(np.float32) * scale / divisor >= quarter)
            factor = self.factor.max()
            return _leading(envelope, lambda e: e.astype(np.float32) * factor >= quarter)


RowForm = Scale | Divide | FloorDivide | FloatScale | FloatQuotient  # those of one row of the table and a few numbers
Form = RowForm | Offset


def _leading(envelope: NDArray[Any], gives: Callable[[NDArray[Any]], NDArray[np.bool_]]) -> int:
    """How many leading entries give something, at least one; `gives` is monotone, so a part of them is tried first.

    envelope: not increasing (`approx.tables.Tables.envelope`).
    """
    stride = -(-envelope.size // 512)
    if stride == 1:
        return max(int(np.count_nonzero(gives(envelope))), 1)
    start = max(int(np.count_nonzero(gives(envelope[::stride]))) - 1, 0) * stride
    return max(start + int(np.count_nonzero(gives(envelope[start : start + stride]))), 1)
