"""Floating-point steps that NumPy does not offer: the fused multiply-add, the order of bit patterns, one NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.float_format import FloatFormat

Integers = NDArray[np.int64]
Singles = NDArray[np.float32]


def fused_multiply_add(a: Singles, b: Singles, c: Singles | np.float32) -> Singles:
    """a * b + c in float32 with one rounding (nearest, ties to even); float32 arrays that broadcast.

    The product is exact in float64 and the sum is rounded to odd there, so that the rounding to float32 is the only one
    that shows.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        product = np.asarray(a, dtype=np.float64) * np.asarray(b, dtype=np.float64)
        addend = np.asarray(c, dtype=np.float64)
        total = np.asarray(product + addend)
        rest = total - product
        error = (product - (total - rest)) + (addend - rest)  # of the float64 sum, exactly
        even = total.view(np.int64) & 1 == 0
        toward = np.where(error > 0, np.inf, -np.inf)
        odd = np.where((error != 0) & even & np.isfinite(total), np.nextafter(total, toward), total)
        return odd.astype(np.float32)


def codes_of(fmt: FloatFormat, values: NDArray[Any]) -> Integers:
    """Values of the format's own type as codes, every NaN as the positive quiet one with no payload."""
    codes = fmt.of_values(values).astype(np.int64)
    quiet = ((1 << (fmt.width - fmt.mantissa_bits)) - 1) << (fmt.mantissa_bits - 1)
    with np.errstate(invalid="ignore"):  # signalling NaN
        return np.where(np.isnan(values), quiet, codes)


def rank(fmt: FloatFormat, codes: Integers) -> Integers:
    """Integers that are ordered as sign and magnitude: -NaN, -inf, ..., -0, +0, ..., +inf, +NaN."""
    sign = 1 << (fmt.width - 1)
    return np.where(codes & sign, codes ^ (2 * sign - 1), codes ^ sign)


def unrank(fmt: FloatFormat, ranks: Integers) -> Integers:
    """The codes that have these ranks."""
    sign = 1 << (fmt.width - 1)
    return np.where(ranks & sign, ranks ^ sign, ranks ^ (2 * sign - 1))
