"""Floating-point operators as the integer operators they are built of, so that bills price them like everything else.

The structures are the textbook ones with one path: align, add, find the leading one, shift back, round; or multiply the
mantissas, shift by at most one, round. Subnormal numbers need no more operators in an adder, but a normaliser and a
shifter in a multiplier (`float_multiply_gradual`); exceptions (NaN, infinity) are a few gates and left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from approx.bill import Operator

GUARD = 3  # guard, round and sticky bit


def float_add(dtype: np.dtype[Any] | type[Any], role: str = "sum") -> tuple[Operator, ...]:
    """One adder or subtractor with rounding to nearest. dtype: a NumPy or `ml_dtypes` float type."""
    exponent, mantissa = widths(dtype)
    wide = mantissa + GUARD
    return (
        Operator("subtract", (exponent,), 1, 1, role),  # difference of the exponents
        Operator("mux", (exponent + mantissa,), 2, 2, role),  # the larger operand first
        Operator("shift", (wide, (wide - 1).bit_length()), 1, 1, role),  # align
        Operator("add", (wide + 1,), 1, 1, role),
        Operator("normalize", (wide + 1,), 1, 1, role),
        Operator("subtract", (exponent,), 1, 1, role),
        Operator("add", (mantissa,), 1, 1, role),  # round
    )


def float_multiply(dtype: np.dtype[Any] | type[Any], role: str) -> tuple[Operator, ...]:
    """One multiplier with rounding to nearest."""
    exponent, mantissa = widths(dtype)
    return (
        Operator("multiply", (mantissa, mantissa), 1, 1, role),
        Operator("add", (exponent,), 2, 2, role),  # exponents, bias
        Operator("mux", (mantissa + GUARD,), 1, 1, role),  # a product in [2, 4)
        Operator("add", (mantissa,), 1, 1, role),  # round
    )


def float_multiply_gradual(dtype: np.dtype[Any] | type[Any], role: str) -> tuple[Operator, ...]:
    """One multiplier with subnormal numbers: the product is normalised, and shifted back where it is below range."""
    exponent, mantissa = widths(dtype)
    return (
        *float_multiply(dtype, role),
        Operator("normalize", (2 * mantissa,), 1, 1, role),
        Operator("subtract", (exponent + 1,), 2, 2, role),  # how far to the left, and back
        Operator("shift", (2 * mantissa, exponent), 1, 1, role),
    )


def float_fused(dtype: np.dtype[Any] | type[Any], role: str) -> tuple[Operator, ...]:
    """One fused multiply-add: the whole product meets the aligned addend, one rounding."""
    exponent, mantissa = widths(dtype)
    wide = 3 * mantissa + GUARD
    return (
        Operator("multiply", (mantissa, mantissa), 1, 1, role),
        Operator("add", (exponent,), 2, 2, role),  # exponents, bias
        Operator("subtract", (exponent,), 1, 1, role),  # how far the addend lies from the product
        Operator("shift", (wide, (wide - 1).bit_length()), 1, 1, role),  # align
        Operator("add", (wide,), 1, 1, role),
        Operator("normalize", (wide,), 1, 1, role),
        Operator("subtract", (exponent,), 1, 1, role),
        Operator("add", (mantissa,), 1, 1, role),  # round
    )


def float_divide(dtype: np.dtype[Any] | type[Any], role: str) -> tuple[Operator, ...]:
    """One combinational divider with rounding to nearest."""
    exponent, mantissa = widths(dtype)
    return (
        Operator("subtract", (exponent,), 2, 2, role),  # exponents, bias
        Operator("divide_array", (mantissa + GUARD,), 1, 1, role),
        Operator("mux", (mantissa + GUARD,), 1, 1, role),  # a quotient below 1
        Operator("add", (mantissa,), 1, 1, role),  # round
    )


def float_to_fixed(dtype: np.dtype[Any] | type[Any], width: int, role: str) -> tuple[Operator, ...]:
    """A float as a two's-complement integer of `width` bits: shift by the exponent, negate."""
    exponent, mantissa = widths(dtype)
    wide = max(width, mantissa)
    return (
        Operator("subtract", (exponent,), 1, 1, role),
        Operator("shift", (wide, (wide - 1).bit_length()), 1, 1, role),
        Operator("subtract", (width,), 1, 1, role),
    )


def float_maximum(dtype: np.dtype[Any] | type[Any], role: str = "maximum") -> tuple[Operator, ...]:
    """The larger of two: bit patterns compare as sign and magnitude."""
    return (Operator("maximum", (sum(widths(dtype)),), 1, 1, role),)


def widths(dtype: np.dtype[Any] | type[Any]) -> tuple[int, int]:
    """Bits of the exponent, and of the significand with its leading one."""
    bits = 8 * np.dtype(dtype).itemsize
    name = np.dtype(dtype).name
    stored = {"float16": 10, "float32": 23, "float64": 52, "bfloat16": 7, "float8_e4m3fn": 3, "float8_e5m2": 2}
    if name not in stored:
        raise ValueError(f"{name} is no floating-point type of a circuit here; known are {', '.join(stored)}")
    return bits - 1 - stored[name], stored[name] + 1
