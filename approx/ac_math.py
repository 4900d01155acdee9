"""The piecewise linear functions of Siemens' AC Math library: 2**x, e**x and 1/x by tables of slopes and intercepts.

Results are exact numbers mantissa * 2**exponent, both integers, which the caller assigns to a type: one rounding, one
overflow. Source: hlslibs/ac_math 3.8.1, ac_pow_pwl.h and ac_reciprocal_pwl.h (Apache-2.0).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.hls_type import Integers

Exact = tuple[Integers, Integers]  # mantissa and exponent

COEFFICIENT_BITS = 10  # fraction bits of slopes, intercepts; also the most fraction bits of an offset
POW2_SLOPES = np.array([194, 230, 273, 325])
POW2_INTERCEPTS = np.array([1022, 1216, 1446, 1719])
RECIPROCAL_SLOPES = np.array([-228, -181, -148, -124, -105, -90, -77, -68])
RECIPROCAL_INTERCEPTS = np.array([2045, 1817, 1636, 1488, 1364, 1259, 1169, 1092])

LOG2E_FRAC = 14
LOG2E = math.floor(math.log2(math.e) * 2**LOG2E_FRAC)  # 23637
ARGUMENT_FRAC = 12  # least fraction bits of x * log2(e): those of an offset, and two that select the segment


def pow2(codes: Integers, frac: int) -> Exact:
    """2**x for x = codes * 2**-frac.

    Four segments of 2**f for the fraction f of x, of which up to 12 bits are used. Relative error -1.95e-3 (2**0 is
    0.998) to 2.29e-3, and up to -1.7e-4 from the bits that are dropped.
    """
    if frac < 0:
        codes, frac = codes << -frac, 0
    whole, fraction = codes >> frac, codes & ((1 << frac) - 1)
    bits = offset_bits(frac - 2)
    position = fraction << (2 + bits) >> frac
    return _chord(position, bits, POW2_SLOPES, POW2_INTERCEPTS), whole - bits - COEFFICIENT_BITS


def exp(codes: Integers, frac: int) -> Exact:
    """e**x for x = codes * 2**-frac: 2**(x * 23637 / 2**14), the product truncated to at least 12 fraction bits.

    Relative error: that of `pow2`, -4.89e-6 * x from the constant (7.05e-6 in the exponent), and up to -1.7e-4 from the
    truncation.
    """
    kept = max(ARGUMENT_FRAC, frac)
    dropped = frac + LOG2E_FRAC - kept
    product = codes * LOG2E
    return pow2(product >> dropped if dropped >= 0 else product << -dropped, kept)


def reciprocal(codes: Integers, width: int, signed: bool) -> Exact:
    """1/x of integers other than 0 (of a fixed-point x, less its scale): eight segments of 1/v on [1/2, 1).

    width, signed: of the operand's type, which says how many bits of an offset are used. Codes are int64 of up to 62
    bits, or Python's integers. Relative error up to 1.89e-3, and the slope over the bits that are dropped.
    """
    magnitude = np.abs(codes)
    length = bit_length(magnitude)
    bits = offset_bits(width - 4 - signed)
    below = magnitude - (np.ones_like(magnitude) << (length - 1))
    up, down = np.maximum(4 + bits - length, 0), np.maximum(length - 4 - bits, 0)
    position = ((below << up) >> down).astype(np.int64)
    mantissa = _chord(position, bits, RECIPROCAL_SLOPES, RECIPROCAL_INTERCEPTS)
    return np.where(codes < 0, -mantissa, mantissa), -length.astype(np.int64) - bits - COEFFICIENT_BITS


def offset_bits(available: int) -> int:
    """Bits of the offset within a segment."""
    return min(max(available, 1), COEFFICIENT_BITS)


def _chord(position: Integers, bits: int, slopes: NDArray[np.int64], intercepts: NDArray[np.int64]) -> Integers:
    """slope * offset + intercept, exact, with bits + 10 fraction bits; `bits` bits of the position are the offset."""
    segment, offset = position >> bits, position & ((1 << bits) - 1)
    return slopes[segment] * offset + (intercepts[segment] << bits)


def bit_length(magnitudes: Integers) -> Integers:
    """Bits of positive integers, of the same type as they are."""
    if magnitudes.dtype == object:
        return np.asarray(np.frompyfunc(int.bit_length, 1, 1)(magnitudes))
    high, low = magnitudes >> 32, magnitudes & 0xFFFFFFFF  # float64 holds either half exactly
    return np.where(high > 0, np.frexp(high)[1] + 32, np.frexp(low)[1]).astype(np.int64)


def pow2_circuit(frac: int, role: str) -> tuple[Operator, ...]:
    """A table of four segments, one multiplier, one adder. frac: of the argument."""
    return _segments(POW2_SLOPES, POW2_INTERCEPTS, offset_bits(frac - 2), role)


def reciprocal_circuit(width: int, signed: bool, role: str) -> tuple[Operator, ...]:
    """The operand to the top, a table of eight segments, one multiplier, one subtractor."""
    segments = _segments(-RECIPROCAL_SLOPES, RECIPROCAL_INTERCEPTS, offset_bits(width - 4 - signed), role)
    return (Operator("normalize", (width,), 1, 1, role), *segments)


def _segments(slopes: NDArray[np.int64], intercepts: NDArray[np.int64], bits: int, role: str) -> tuple[Operator, ...]:
    slope_bits, intercept_bits = (int(numbers.max()).bit_length() for numbers in (slopes, intercepts))
    words = tuple(int(i) << slope_bits | int(s) for i, s in zip(intercepts, slopes, strict=True))
    address = (len(words) - 1).bit_length()
    return (
        Operator("rom", (address, slope_bits + intercept_bits), 1, 1, role, contents=words),
        Operator("multiply", (slope_bits, bits), 1, 1, role),
        Operator("add", (intercept_bits + bits,), 1, 1, role),
    )
