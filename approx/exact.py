"""The exact softmax, the reference of every error: in float64, and as rationals for short rows."""

from __future__ import annotations

import decimal
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Axis = int | tuple[int, ...] | None


def softmax(x: ArrayLike, axis: Axis = -1, *, base: float = math.e) -> NDArray[np.float64]:
    """base**x / sum(base**x) along `axis`, in float64.

    x: real numbers of any shape; integers are ordinary numbers here. axis: the *last* one unless given (scipy's
    default is the whole array), an int, a tuple, or None for all. Relative error of an element about
    1e-16 * (2 + max - x).
    -inf is a masked element and gets 0; a row of -inf only gives zeros; elements of +inf share the row equally; a NaN
    makes its row NaN. An empty axis raises ValueError, complex input and booleans TypeError.
    """
    shifted, total = _exponentials(x, axis, base)
    with np.errstate(invalid="ignore"):
        return np.divide(shifted, total, out=np.zeros_like(shifted), where=total != 0)[()]


def log_softmax(x: ArrayLike, axis: Axis = -1, *, base: float = math.e) -> NDArray[np.float64]:
    """log_base(softmax(x, base=base)), in float64, without first forming the small quotients.

    Same arguments and errors as `softmax`; a masked element gives -inf.
    """
    values = _numbers(x)
    _, total = _exponentials(values, axis, base)
    top = _maximum(values, axis)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        logarithm = np.log(total) / math.log(base)
        result = np.where(np.isposinf(top), np.where(np.isposinf(values), 0.0, -np.inf), values - top) - logarithm
    return np.where(np.isneginf(values), -np.inf, result)[()]


def softmax_ragged(values: NDArray[Any], offsets: NDArray[np.int64], *, base: float = math.e) -> NDArray[np.float64]:
    """The softmax of rows of different lengths: row r is values[offsets[r]:offsets[r + 1]], each at least one long.

    values: real, flat. offsets: int64, R + 1. Returns flat float64; -inf, NaN and rows of -inf as in `softmax`.
    """
    values = np.asarray(values, dtype=np.float64)
    lengths = np.diff(offsets)
    if (lengths < 1).any():
        raise ValueError(f"row {int(np.argmin(lengths))} has no elements; every row needs at least one")
    starts = np.asarray(offsets[:-1])
    shifted = _powers(values, np.repeat(np.maximum.reduceat(values, starts), lengths), base)
    total = np.repeat(np.add.reduceat(shifted, starts), lengths)
    return np.divide(shifted, total, out=np.zeros_like(shifted), where=total != 0)


def softmax_rational(
    values: Sequence[float | Fraction], *, base: int | None = None, digits: int = 50
) -> list[Fraction]:
    """The softmax of one short row as rationals.

    values: exact numbers (a float stands for its exact value). base: 2 (or another integer), or None for base e.
    Every result is within 10**-digits of the true value, and exact where all exponents are whole numbers and the base
    is an integer.
    """
    if not len(values):
        raise ValueError("a row of no elements has no softmax; give at least one")
    if not all(isinstance(value, Fraction) or math.isfinite(value) for value in values):
        raise ValueError(f"{list(values)} holds a number that is not finite; a rational softmax needs finite ones")
    exact = [value if isinstance(value, Fraction) else Fraction(float(value)) for value in values]
    top = max(exact)
    powers = [_power(base, value - top, digits + 10) for value in exact]
    total = sum(powers, Fraction(0))
    return [power / total for power in powers]


def _power(base: int | None, exponent: Fraction, digits: int) -> Fraction:
    if base is not None and exponent.denominator == 1:
        return Fraction(base) ** int(exponent)
    with decimal.localcontext(prec=digits + 10):
        argument = decimal.Decimal(exponent.numerator) / decimal.Decimal(exponent.denominator)
        return Fraction((argument if base is None else argument * decimal.Decimal(base).ln()).exp())


def _numbers(x: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(x)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"softmax needs real numbers, not {array.dtype}; convert to float64 first")
    if array.size == 0:
        raise ValueError(f"an array of shape {array.shape} has no elements; a softmax needs at least one")
    return array.astype(np.float64)


def _maximum(values: NDArray[np.float64], axis: Axis) -> NDArray[np.float64]:
    return np.asarray(values.max(axis=axis, keepdims=True))


def _exponentials(x: ArrayLike, axis: Axis, base: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = _numbers(x)
    if not base > 1:
        raise ValueError(f"base {base} does not make an increasing exponential; it must be above 1")
    shifted = _powers(values, _maximum(values, axis), base)
    return shifted, np.asarray(shifted.sum(axis=axis, keepdims=True))


def _powers(values: NDArray[np.float64], top: NDArray[np.float64], base: float) -> NDArray[np.float64]:
    """base**(values - top), with -inf - -inf meaning a masked element and +inf - +inf the maximum."""
    with np.errstate(invalid="ignore", over="ignore"):
        difference = values - np.where(np.isneginf(top), 0.0, top)
    difference = np.where(np.isposinf(values), 0.0, difference)
    return np.exp(difference) if base == math.e else np.power(base, difference)
