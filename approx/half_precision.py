"""binary16 codes and numbers, with the NaN that DesignWare's operators make."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.float_format import FloatFormat

Integers = NDArray[np.int64]
Halves = NDArray[np.float16]

HALF = FloatFormat("float16")
BIAS, MANTISSA = 15, 10
NAN = 0x7C01


def half_values(codes: Integers) -> Halves:
    """Codes as binary16 numbers."""
    return codes.astype(np.uint16).view(np.float16)


def half_codes(values: Halves) -> Integers:
    """binary16 numbers as codes, with the one NaN that DesignWare makes."""
    codes = np.ascontiguousarray(values).view(np.uint16).astype(np.int64)
    return np.where(np.isnan(values), NAN, codes)


def nearest_half(values: NDArray[Any]) -> Halves:
    """float64 numbers rounded once to binary16."""
    return HALF.to_values(HALF.encode(values))
