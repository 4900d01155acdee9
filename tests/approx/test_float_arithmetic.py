"""The fused multiply-add against exact rationals, and the order of bit patterns."""

import math
from fractions import Fraction

import numpy as np
import pytest

from approx import kernels
from approx.correct_rounding import rounded_to_float
from approx.float_arithmetic import codes_of, fused_multiply_add, rank, unrank
from approx.float_format import FloatFormat

SINGLE, BF16, HALF = FloatFormat("float32"), FloatFormat("bfloat16"), FloatFormat("float16")


def nearest_single(value):
    """A rational as float32, ties to even."""
    if value == 0:
        return np.float32(0)
    exponent = max(math.frexp(float(value))[1] - 24, -149)
    return np.float32(math.ldexp(round(value / Fraction(2) ** exponent), exponent))


def singles(rng, count, low=-60, high=60):
    return (rng.normal(0, 1, count) * 2.0 ** rng.integers(low, high, count)).astype(np.float32)


def operands():
    """Random numbers, sums that nearly cancel, and sums beside a tie of float32."""
    rng = np.random.default_rng(0)
    a, b = singles(rng, 3000), singles(rng, 3000)
    c = singles(rng, 3000)
    c[1000:2000] = -(a * b)[1000:2000]
    a[2000:], b[2000:] = 1 + 2.0**-12 * rng.integers(1, 4, 1000), 1 + 2.0**-12 * rng.integers(1, 4, 1000)
    c[2000:] = 2.0 ** rng.integers(-100, 30, 1000) * rng.choice([-1, 1], 1000)
    return a, b, c


def test_a_fused_multiply_add_rounds_once():
    a, b, c = operands()
    expected = [nearest_single(Fraction(float(x)) * Fraction(float(y)) + Fraction(float(z))) for x, y, z in
                zip(a, b, c, strict=True)]  # fmt: skip
    np.testing.assert_array_equal(fused_multiply_add(a, b, c), expected)
    twice = (a.astype(np.float64) * b + c).astype(np.float32)
    assert (twice != expected).any()  # the operands tell it from rounding to float64 first


def test_the_compiled_fused_multiply_add_is_the_same():
    a, b, c = operands()
    compiled = [kernels.fused_multiply_add(x, y, z) for x, y, z in zip(a, b, c, strict=True)]
    np.testing.assert_array_equal(fused_multiply_add(a, b, c), compiled)


def test_infinities_and_overflow_pass_through():
    big, infinity = np.float32(3e38), np.float32(np.inf)
    a = np.array([big, infinity, infinity, big], dtype=np.float32)
    b = np.array([big, 1, 0, 1], dtype=np.float32)
    result = fused_multiply_add(a, b, np.array([0, 1, 1, -big], dtype=np.float32))
    np.testing.assert_array_equal(result, [np.inf, np.inf, np.nan, 0])


@pytest.mark.parametrize("fmt", [BF16, HALF], ids=str)
def test_ranks_are_ordered_as_values(fmt):
    codes = np.arange(1 << 16)
    ranks = rank(fmt, codes)
    np.testing.assert_array_equal(unrank(fmt, ranks), codes)
    values = fmt.value(codes[np.argsort(ranks)])
    finite = values[~np.isnan(values)]
    assert (np.diff(finite[np.isfinite(finite)]) >= 0).all()
    assert np.isnan(values[[0, -1]]).all()


def test_every_nan_gets_one_code():
    codes = codes_of(BF16, BF16.to_values(np.array([0xFFFF, 0x7F81, 0x3F80])))
    np.testing.assert_array_equal(codes, [0x7FC0, 0x7FC0, 0x3F80])


@pytest.mark.parametrize("fmt", [BF16, HALF, SINGLE], ids=str)
@pytest.mark.parametrize("function", ["exp", "ln"])
def test_table_entries_are_the_nearest_floats(fmt, function):
    x = np.linspace(1.5, 9.0, 300)
    exact = (np.exp if function == "exp" else np.log)(x)
    codes = rounded_to_float(function, x, 0.25, fmt)
    distance = abs(fmt.value(codes) - exact / 4)
    for neighbour in (codes - 1, codes + 1):
        assert (distance <= abs(fmt.value(neighbour) - exact / 4) + 1e-15).all()


def test_a_table_entry_at_a_tie_is_decided_exactly():
    """1/x of a power of two between two floats: 1.00390625 is halfway for bfloat16, and even wins."""
    halfway = 1 + 2.0**-8
    codes = rounded_to_float("reciprocal", [1.0, 1.0], halfway, BF16)
    np.testing.assert_array_equal(codes, [0x3F80, 0x3F80])
