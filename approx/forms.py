"""The few shapes that the last step of a softmax takes, each a record of per-row numbers that a kernel understands.

A normaliser states what it does in `code`; a form repeats it as numbers for a compiled kernel. Which of the two runs
never shows: a contract test compares them on every code. A normaliser whose arithmetic fits none of these offers no
form, and its rows are looked up in tables made by `code` itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """min((((e * multiplier + first_half) >> first_shift) + half) >> shift, cap) + zero, for e >= 0.

    multiplier, shift: int64, one a row, never negative. `rounded` adds half of a step before the last shift,
    `first_shift` is a shift with its own rounding before it (0: none). e * multiplier stays below 2**62.
    wraps: a cap beyond the output format lets results wrap to it (`zero` is 0 then).
    """

    multiplier: Integers
    shift: Integers
    cap: int
    zero: int = 0
    rounded: bool = False
    first_shift: int = 0
    wraps: bool = False

    def live(self, numerators: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the largest factor tells."""
        half = 1 << int(self.shift.min()) >> 1 if self.rounded else 0
        first = (numerators.astype(np.int64) * self.multiplier.max() + (1 << self.first_shift >> 1)) >> self.first_shift
        return _last_column((first + half) >> self.shift.min() != 0)


@dataclass(frozen=True)
class Divide:
    """min(rint(e / divisor * scale), cap) + zero in float64: an exact quotient, rounded once, ties to even."""

    divisor: Integers
    scale: float
    cap: int
    zero: int = 0

    def live(self, numerators: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the smallest divisor tells."""
        return _last_column(np.rint(numerators / self.divisor.min() * self.scale) != 0)


@dataclass(frozen=True)
class Offset:
    """antilog[min(e + offset, last)] for e = difference << distance_bits: the log domain.

    The outputs of a row are then every 2**distance_bits-th entry from its own offset on. The last entry is zero.
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

    def live(self, numerators: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the largest factor tells."""
        product = numerators.astype(np.float32) * self.multiplier.max()
        return _last_column(product * np.float32(2.0**-self.shift) >= 1)


@dataclass(frozen=True)
class FloatQuotient:
    """round(e * factor), or round(e * scale / factor) if `divide`, in float32, plus `zero`, clipped.

    factor: float32, one a row. scale: a float32, applied first. rounding: of a non-negative number, "even" and "away"
    name what ties go to, "add_half" adds 0.5 (which rounds to float32) and truncates. No operand may be infinite.
    """

    factor: NDArray[np.float32]
    rounding: Literal["even", "away", "add_half"]
    lowest: int
    highest: int
    zero: int = 0
    divide: bool = False
    scale: float = 1.0

    def live(self, numerators: NDArray[Any]) -> int:
        """Leading columns of the table that can give anything but zero in these rows: the largest quotient tells."""
        if self.divide:
            largest = numerators * np.float32(self.scale) / self.factor.min()
        else:
            largest = numerators * self.factor.max()
        return _last_column(largest >= np.float32(0.25))


Form = Scale | Divide | Offset | FloatScale | FloatQuotient


def _last_column(flags: NDArray[np.bool_]) -> int:
    columns = np.flatnonzero(flags.any(axis=0))
    return int(columns[-1]) + 1 if columns.size else 1
