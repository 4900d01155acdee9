"""Enclosures of the exponentials of a softmax, as float64 numbers that are certainly below and above."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from approx.correct_rounding import LIBM_ULPS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HALF_ULP = 2.0**-53
FINEST = 2.0**-1000  # below every exponential that has a name, above the subnormal numbers


def powers(base: float, step: float, differences: Integers) -> tuple[Floats, Floats]:
    """Numbers at most and at least base ** (-difference * step), difference by difference.

    differences: codes, |differences| * step * ln(base) below 600 where it is to be of use; smaller powers are enclosed
    by 0 and 2**-1000. A platform's exp is taken to be within `LIBM_ULPS` ulp, as for tables.
    """
    exponent = -differences * step  # rounded once
    with np.errstate(under="ignore"):
        near = np.exp2(exponent) if base == 2.0 else np.exp(exponent * math.log(base))
    roundings = 0 if base == 2.0 and math.frexp(step)[0] == 0.5 else 3  # of the exponent: step, logarithm, product
    relative = (2 * LIBM_ULPS + 4 + 2 * roundings * np.abs(exponent * math.log(base))) * HALF_ULP
    tiny = near < FINEST
    return np.where(tiny, 0.0, near * (1 - relative)), np.where(tiny, FINEST, near * (1 + relative))
