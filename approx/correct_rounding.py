"""Table entries that are the same on every platform.

`np.exp` differs by an ulp between machines in some percent of its results. An entry is therefore rounded from float64
only where an error of 4 ulp could not change it; the few others are decided in decimal arithmetic.
"""

from __future__ import annotations

import decimal
import functools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.float_format import FloatFormat
from approx.rounding import Rounding, round_float

Function = Literal["exp", "exp2", "reciprocal", "ln", "log2", "sigmoid", "softplus"]

DIGITS = 60  # of the decimal arithmetic; a transcendental value does not come within 1e-50 of a tie by chance
FRACTION_BITS = 160  # of exponentials in whole numbers
EXPONENTIAL_BITS = 110  # to which they are right
LIBM_ULPS = 4  # the largest error that is assumed of a platform's float64 exp, exp2, log, log2 and what is made of them

_TO_NEAREST = (
    Rounding.NEAREST_EVEN, Rounding.NEAREST_UP, Rounding.NEAREST_DOWN, Rounding.NEAREST_AWAY, Rounding.NEAREST_ZERO
)  # fmt: skip

_FLOAT: dict[Function, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "reciprocal": np.reciprocal,
    "ln": np.log,
    "log2": np.log2,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)),  # ln(1 + e**x), for x up to 700
}


def rounded(
    function: Function, x: ArrayLike, scale: float, rounding: Rounding = Rounding.NEAREST_EVEN
) -> NDArray[np.int64]:
    """`function(x) * scale` rounded to integers as if computed exactly.

    x: float64, any shape, taken as exact numbers. scale: a positive float, taken as exact. The result must fit int64.
    Stochastic modes are refused (ValueError): a table is not random.
    """
    x = np.asarray(x, dtype=np.float64)
    arguments = x.reshape(-1)
    approximate = _FLOAT[function](arguments)
    approximate *= scale
    if function in ("exp", "exp2") and rounding not in _TO_NEAREST:  # an underflow is still above 0
        approximate = np.maximum(approximate, np.finfo(np.float64).tiny)
    whole = round_float(approximate, rounding)
    codes = whole.astype(np.int64)
    for where in _suspects(approximate, whole, rounding).tolist():
        codes[where] = _rounded_exactly(function, float(arguments[where]), scale, rounding)
    return codes.reshape(x.shape)


def _rounded_exactly(function: Function, x: float, scale: float, rounding: Rounding) -> int:
    """`function(x) * scale` rounded: in whole numbers where those decide it, else in decimal arithmetic."""
    if function in ("exp", "exp2"):
        mantissa, exponent = _exponential(function, x)
        numerator, denominator = scale.as_integer_ratio()
        denominator <<= max(FRACTION_BITS - exponent, 0)
        numerator <<= max(exponent - FRACTION_BITS, 0)
        error = mantissa >> EXPONENTIAL_BITS
        below = round_ratio((mantissa - error) * numerator, denominator, rounding)
        if below == round_ratio((mantissa + error) * numerator, denominator, rounding):
            return below
    return round_fraction(exact_value(function, Fraction(x)) * Fraction(scale), rounding)


def _exponential(function: Function, x: float) -> tuple[int, int]:
    """A mantissa and an exponent k: mantissa * 2**(k - FRACTION_BITS) is e**x or 2**x within 2**-EXPONENTIAL_BITS.

    x = k ln 2 + r; a Taylor series of e**(r / 2**8), squared eight times. Each of some thirty truncations costs at most
    2**(9 - FRACTION_BITS) of the result, and ln 2 is short by less than a unit, k of which are subtracted.
    """
    numerator, denominator = x.as_integer_ratio()
    fixed = (numerator << FRACTION_BITS) // denominator
    ln2 = _ln2()
    if function == "exp":
        exponent, rest = divmod(fixed, ln2)
    else:
        exponent = fixed >> FRACTION_BITS
        rest = (fixed - (exponent << FRACTION_BITS)) * ln2 >> FRACTION_BITS
    small = rest >> 8
    total = term = 1 << FRACTION_BITS
    for n in range(1, 14):  # the next term is below 2**-140
        term = (term * small >> FRACTION_BITS) // n
        total += term
    for _ in range(8):
        total = total * total >> FRACTION_BITS
    return total, exponent


@functools.cache
def _ln2() -> int:
    with decimal.localcontext(prec=DIGITS):
        return int(decimal.Decimal(2).ln() * (1 << FRACTION_BITS))


def _suspects(approximate: NDArray[np.float64], whole: NDArray[np.float64], rounding: Rounding) -> NDArray[np.intp]:
    """Where the error of a platform's function could change the number that was rounded to `whole`.

    Modes to nearest change their mind at halves, the others at whole numbers. Numbers within the error of the largest
    are looked at again with their own. `whole` is overwritten.
    """
    change = 0.5 if rounding in _TO_NEAREST else 0.0
    nearest = whole if rounding in _TO_NEAREST else np.rint(approximate)
    distance = np.subtract(approximate, nearest, out=nearest)
    np.abs(distance, out=distance)
    largest = max(np.max(approximate, initial=0.0), -np.min(approximate, initial=0.0))
    error = (LIBM_ULPS + 1) * np.spacing(largest)
    near = np.flatnonzero(distance >= change - error if change else distance <= error)
    return near[np.abs(distance[near] - change) <= (LIBM_ULPS + 1) * np.spacing(np.abs(approximate[near]))]


def nearest_float32(function: Function, x: ArrayLike) -> NDArray[np.float32]:
    """`function(x)` rounded once to float32, ties to even, subnormal numbers kept; beyond the largest it is infinite.

    x: float64, any shape, taken as exact numbers. This is what a float32 library function gives that never errs by
    more than half an ulp.
    """
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore", under="ignore"):
        approximate = _FLOAT[function](x)
        reach = LIBM_ULPS * np.spacing(np.where(np.isinf(approximate), 1.0, approximate))
        low, high = (approximate - reach).astype(np.float32), (approximate + reach).astype(np.float32)
        result = approximate.astype(np.float32)
    for position in np.argwhere(low != high):
        where = tuple(position)
        result[where] = _fraction_as_float32(exact_value(function, Fraction(float(x[where]))))
    return result


def _fraction_as_float32(value: Fraction) -> np.float32:
    """An exact rational rounded to float32; infinite beyond the largest."""
    exponent = max(math.frexp(float(value))[1] - 24, -149)  # of the last bit
    with np.errstate(over="ignore"):
        return np.float32(math.ldexp(round_fraction(value / Fraction(2) ** exponent, Rounding.NEAREST_EVEN), exponent))


def rounded_to_float(function: Function, x: ArrayLike, scale: float, fmt: FloatFormat) -> NDArray[np.int64]:
    """Codes of `function(x) * scale` in a floating-point format, rounded once to nearest as if computed exactly.

    x: float64, any shape, taken as exact numbers; scale: any float64, taken as exact. Saturated as `FloatFormat.encode`
    saturates.
    """
    x = np.asarray(x, dtype=np.float64)
    approximate = _FLOAT[function](x) * scale
    margin = (LIBM_ULPS + 1) * np.spacing(np.abs(approximate))
    codes = fmt.encode(approximate).astype(np.int64)
    suspect = fmt.encode(approximate - margin) != fmt.encode(approximate + margin)
    for position in np.argwhere(suspect):
        where = tuple(position)
        value = exact_value(function, Fraction(float(x[where]))) * Fraction(scale)
        codes[where] = _nearest_code(value, float(approximate[where]), fmt)
    return codes


def _nearest_code(value: Fraction, near: float, fmt: FloatFormat) -> int:
    """The code nearest to an exact rational (ties to even), one of the two around the float `near`."""
    margin = 8 * float(np.spacing(abs(near)))
    around = [int(fmt.encode(near - margin)), int(fmt.encode(near + margin))]
    return min(around, key=lambda code: (abs(Fraction(float(fmt.value(code))) - value), code & 1))


def exact_value(function: Function, x: Fraction) -> Fraction:
    """`function(x)` within 10**-45 relative; exact where the value is a rational with a short expansion."""
    if function == "reciprocal":
        return 1 / x
    with decimal.localcontext(prec=DIGITS):
        argument = decimal.Decimal(x.numerator) / decimal.Decimal(x.denominator)
        match function:
            case "exp":
                value = argument.exp()
            case "exp2":
                if x.denominator == 1:
                    return Fraction(2) ** int(x)
                value = (argument * decimal.Decimal(2).ln()).exp()
            case "sigmoid":
                value = 1 / (1 + (-argument).exp())
            case "softplus":
                value = (1 + argument.exp()).ln()
            case "ln":
                value = argument.ln()
            case "log2":
                if _is_power_of_two(x):
                    return Fraction(math.frexp(float(x))[1] - 1)
                value = argument.ln() / decimal.Decimal(2).ln()
    return Fraction(value)


def round_fraction(value: Fraction, rounding: Rounding) -> int:
    """An exact rational rounded to an integer."""
    return round_ratio(value.numerator, value.denominator, rounding)


def round_ratio(numerator: int, denominator: int, rounding: Rounding) -> int:
    """numerator / denominator rounded to an integer; denominator > 0."""
    down, rest = divmod(numerator, denominator)
    lost, half = 2 * rest, denominator
    match rounding:
        case Rounding.FLOOR:
            return down
        case Rounding.CEIL:
            return down + (lost > 0)
        case Rounding.TOWARD_ZERO:
            return down + (lost > 0 and down < 0)
        case Rounding.NEAREST_UP:
            return down + (lost >= half)
        case Rounding.NEAREST_DOWN:
            return down + (lost > half)
        case Rounding.NEAREST_EVEN:
            return down + (lost > half or (lost == half and down % 2 == 1))
        case Rounding.NEAREST_AWAY:
            return down + (lost > half or (lost == half and down >= 0))
        case Rounding.NEAREST_ZERO:
            return down + (lost > half or (lost == half and down < 0))
        case _:
            raise ValueError(
                f"a constant is rounded by a deterministic mode such as nearest_even, not {rounding.value}"
            )


def _is_power_of_two(x: Fraction) -> bool:
    return x > 0 and (x.numerator & (x.numerator - 1)) == 0 and (x.denominator & (x.denominator - 1)) == 0
