"""The rounding high multiply and shift of gemmlowp, from which TFLite and its relatives are built.

Source: google/gemmlowp @ 16e8662c, fixedpoint/fixedpoint.h (SaturatingRoundingDoublingHighMul, RoundingDivideByPOT,
exp_on_negative_values, one_over_one_plus_x_for_x_in_0_1).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

INT32_MAX = (1 << 31) - 1
INT32_MIN = -(1 << 31)


def q31(value: float) -> int:
    """A real number below 1 as a Q0.31 integer."""
    return round(value * 2.0**31)


EXP_MINUS_EIGHTH = q31(math.exp(-1 / 8))  # 1895147668
ONE_THIRD = q31(1 / 3)  # 715827883
# exp(-2**k / 4), multiplied in where bit 24 + k of the remainder is set
EXP_POWERS = tuple(q31(math.exp(-(2.0**k) / 4)) for k in range(7))  # 1672461947 ... 242


def high_multiply(a: Integers, b: Integers | int) -> Integers:
    """a * b / 2**31 rounded, ties up; saturates for the one product that does not fit."""
    return np.minimum((a * b + (1 << 30)) >> 31, INT32_MAX)


def divide_by_power_of_two(x: Integers, exponent: Integers | int) -> Integers:
    """x / 2**exponent rounded, ties away from zero."""
    mask = (np.int64(1) << exponent) - 1
    return (x >> exponent) + ((x & mask) > (mask >> 1) + (x < 0))


def saturating_left_shift(x: Integers, exponent: int) -> Integers:
    """x * 2**exponent clipped to 32 bits."""
    return np.clip(x << exponent, INT32_MIN, INT32_MAX)


def exp_on_negative_values(a: Integers) -> Integers:
    """exp(a) in Q0.31 for a <= 0 in Q5.26.

    a = -k/4 + r with r in [-1/4, 0): a degree-4 Taylor polynomial around -1/8 for r, then one multiplication for each
    set bit of k. Largest error 2.3e-7 absolute, 6.1e-6 relative above exp(-10).
    """
    quarter = 1 << 24
    fraction = (a & (quarter - 1)) - quarter
    remainder = fraction - a
    x = (fraction << 5) + (1 << 28)  # Q0.31, centred on -1/8
    x2 = high_multiply(x, x)
    x3 = high_multiply(x2, x)
    x4 = high_multiply(x2, x2)
    cubic = high_multiply(divide_by_power_of_two(x4, 2) + x3, ONE_THIRD) + x2
    result = EXP_MINUS_EIGHTH + high_multiply(x + divide_by_power_of_two(cubic, 1), EXP_MINUS_EIGHTH)
    for k, factor in enumerate(EXP_POWERS):
        result = np.where(remainder >> (24 + k) & 1, high_multiply(result, factor), result)
    return np.where(a == 0, INT32_MAX, result)


def one_over_one_plus_x(z: Integers) -> Integers:
    """1 / (1 + z) in Q0.31 for z in [0, 1) in Q0.31: three Newton steps from 48/17 - 32/17 * (1 + z) / 2."""
    half_denominator = (z + INT32_MAX + 1) >> 1
    seed = round(48 / 17 * 2.0**29)  # 1515870810, Q2.29
    slope = round(-32 / 17 * 2.0**29)  # -1010580540
    x = seed + high_multiply(half_denominator, slope)
    for _ in range(3):
        correction = (1 << 29) - high_multiply(half_denominator, x)
        x = x + saturating_left_shift(high_multiply(x, correction), 2)
    return saturating_left_shift(x, 1)


def quantized_multiplier(real: float) -> tuple[int, int]:
    """A positive real number as a Q0.31 mantissa in [1/2, 1) and a left shift."""
    fraction, exponent = math.frexp(real)
    mantissa = math.floor(fraction * 2.0**31 + 0.5)
    return (mantissa >> 1, exponent + 1) if mantissa == 1 << 31 else (mantissa, exponent)
