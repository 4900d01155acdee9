"""exp as a table of C's expf for the 256 differences of 8-bit codes: TFLite's optimised kernels.

Source: google-ai-edge/LiteRT @ f6745779, tflite/kernels/internal/optimized/optimized_ops.h
(PopulateSoftmaxLookupTable, PopulateSoftmaxUInt8LookupTable). expf is the correctly rounded one here. That of glibc
2.36 gives the same for all 256 differences at each of the 14 scales that vectors were recorded with; of two million
arguments from -20 to 0 it gives a neighbour for 1235 (0.06 %), so at another scale an entry may differ in its last bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.correct_rounding import nearest_float32
from approx.unit import ExpUnit, Integers

DIFFERENCES = 256
ONE_OF_UINT16 = (1 << 16) - 1


@dataclass(frozen=True)
class FloatExpTable(ExpUnit):
    """expf(-step * difference), product and exponential rounded to float32. step: a float32."""

    step: float

    def terms(self, difference: Integers, maximum: Integers) -> NDArray[np.float32]:  # type: ignore[override]
        """float32, 1 for the maximum."""
        argument = np.float32(-self.step) * difference.astype(np.float32)
        return nearest_float32("exp", argument)

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory of float32."""
        words = self.terms(np.arange(DIFFERENCES), np.zeros(1, np.int64)).view(np.uint32)
        return (Operator("rom", (8, 32), 1, 1, "exp", contents=tuple(words.tolist())),)


@dataclass(frozen=True)
class Uint16ExpTable(ExpUnit):
    """The same in 16 bits: expf times 65535 in float32, rounded half up, at most 65535 (which stands for 1).

    Error of an entry against exp(-step * difference): half of 2**-16 and the rounding of argument and product, together
    at most 7.8e-6.
    """

    step: float

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """uint16, kept as two tables of bytes by the original."""
        scaled = FloatExpTable(self.step).terms(difference, maximum) * np.float32(ONE_OF_UINT16)
        return np.minimum((scaled.astype(np.float64) + 0.5).astype(np.int64), ONE_OF_UINT16)

    def operators(self) -> tuple[Operator, ...]:
        """One read-only memory."""
        words = self.terms(np.arange(DIFFERENCES), np.zeros(1, np.int64))
        return (Operator("rom", (8, 16), 1, 1, "exp", contents=tuple(words.tolist())),)
