"""Schraudolph's exponential: the errors that are known of its corrections, and the softmax around it."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx import catalog
from approx.float_format import FloatFormat

SINGLE, BF16 = FloatFormat("float32"), FloatFormat("bfloat16")


def error(correction, format="float32"):
    """Relative errors over twelve octaves below zero, uniform."""
    unit = catalog.build_unit("schraudolph_exp", format=format, correction=correction)
    codes = unit.input.encode(-np.linspace(0, 12 * math.log(2), 1 << 19, endpoint=False))
    return unit.output.value(unit.codes(codes)) / unit.ideal(unit.input.value(codes)) - 1


def test_no_correction_leaves_mitchells_error():
    assert error(0).min() >= -1e-6
    assert error(0).max() == pytest.approx(6.148e-2, abs=1e-5)


def test_each_correction_is_best_in_its_sense():
    """Root mean square 1.770 %, largest 2.982 %, mean 1.483 %."""
    assert math.sqrt((error(60801) ** 2).mean()) == pytest.approx(1.770e-2, abs=5e-6)
    assert abs(error(60801)).max() == pytest.approx(3.94e-2, abs=5e-5)
    assert abs(error(45799)).max() == pytest.approx(2.982e-2, abs=5e-6)
    assert abs(error(68243)).mean() == pytest.approx(1.483e-2, abs=5e-6)


@pytest.mark.parametrize("fmt", [SINGLE, BF16], ids=str)
@pytest.mark.parametrize("correction", [0, 60801])
def test_codes_are_the_floor_of_the_line(fmt, correction):
    unit = catalog.build_unit("schraudolph_exp", format=fmt.name, correction=correction)
    x = np.random.default_rng(0).uniform(-80, 80, 500)
    codes = fmt.encode(x)
    slope = Fraction(2**fmt.mantissa_bits / math.log(2))
    offset = 127 * 2**fmt.mantissa_bits - Fraction(correction) * Fraction(2) ** (fmt.mantissa_bits - 20)
    line = [slope * Fraction(v) + offset for v in fmt.value(codes).tolist()]
    clear = np.array([abs(v - round(v)) > Fraction(1, 10**6) for v in line])  # of float64's rounding
    expected = np.array([math.floor(v) for v in line])
    assert clear.mean() > 0.99
    np.testing.assert_array_equal(unit.codes(codes)[clear], expected[clear])


def test_results_saturate_and_nan_stays():
    unit = catalog.build_unit("schraudolph_exp")
    codes = SINGLE.of_values(np.array([1e4, np.inf, -1e4, -np.inf, np.nan], dtype=np.float32))
    np.testing.assert_array_equal(unit.codes(codes), [0x7F800000, 0x7F800000, 0, 0, 0x7FC00000])


@pytest.mark.parametrize("lanes", [1, 4])
def test_rows_are_what_the_description_gives(lanes):
    """float32 throughout, one element after the other to `lanes` sums, these in pairs."""
    design = approx.build("schraudolph", lanes=lanes)
    unit = catalog.build_unit("schraudolph_exp")
    rng = np.random.default_rng(0)
    for length in (1, 5, 32, 77):
        x = rng.normal(0, 3, length).astype(np.float32)
        masked = rng.random(length) < 0.3
        masked[0] = False
        maximum = x[~masked].max()
        terms = unit.codes(SINGLE.of_values(x - maximum)).view(np.float32)
        partial = [np.float32(0)] * lanes
        for i in range(length):
            partial[i % lanes] += np.float32(0) if masked[i] else terms[i]
        while len(partial) > 1:
            partial = [a + b for a, b in zip(partial[::2], partial[1::2], strict=True)]
        expected = np.where(masked, np.float32(0), terms / partial[0]).astype(np.float32)
        codes = design.codes(SINGLE.of_values(x), masked=masked)
        np.testing.assert_array_equal(codes, SINGLE.of_values(expected))


@pytest.mark.parametrize(("correction", "reached"), [(0, 0.06), (45799, 0.052), (60801, 0.051), (68243, 0.049)])
def test_outputs_are_within_the_ratio_of_the_extremes(correction, reached):
    """At most 6.2 % relative, however large the error of the exponential: a correction cancels in the quotient."""
    x = np.random.default_rng(0).normal(0, 2, (3000, 20)).astype(np.float32).astype(float)
    relative = abs(approx.build("schraudolph", correction=correction)(x) / approx.softmax(x) - 1).max()
    assert reached < relative <= 0.062
