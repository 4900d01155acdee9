"""Logarithm units and the sigmoid table: every error statement, swept, and the figures that the literature prints."""

import decimal
import math

import numpy as np
import pytest

from approx.correct_rounding import rounded
from approx.exp.sigmoid import SigmoidTable
from approx.normalize.logarithm import Log2Corrected, Log2Linear, Log2Table, NaturalLog

OCTAVE = np.arange(1 << 14, 1 << 15)  # every mantissa of 14 bits
SUMS = np.concatenate([OCTAVE >> 2, OCTAVE, np.arange(1 << 12, 1 << 20, 61)])
FRAC = 12  # of a sum


def error(unit, sums=SUMS):
    return unit.of(sums) / 2.0**unit.frac - np.log2(sums / 2**FRAC)


def test_the_linear_logarithm_has_the_known_error():
    """At most 0.0861 bits below the logarithm, 0.0573 in the mean over the mantissa."""
    found = error(Log2Linear(FRAC, 22, 24), OCTAVE)
    assert float(f"{-found.min():.4f}") == 0.0861
    assert float(f"{found.mean():.4f}") == -0.0573
    assert found.max() <= 1e-12


def test_the_linear_logarithm_drops_bits_that_its_format_lacks():
    found = error(Log2Linear(FRAC, 22, 4), OCTAVE)
    assert -0.0861 - 2**-4 < found.min() < -0.0861 - 0.3 * 2**-4


@pytest.mark.parametrize("bits", [3, 4, 6, 8])
def test_a_correction_table_leaves_what_it_says(bits):
    unit = Log2Corrected(Log2Linear(FRAC, 22, 20), bits)
    found = abs(error(unit)).max()
    bound = 0.443 * 2.0**-bits + 2.0**-20
    assert 0.75 * bound < found <= bound
    assert unit.of(np.array([1 << FRAC]))[0] == 0


@pytest.mark.parametrize("bits", [1, 4, 6, 8, 10])
def test_a_table_of_mantissas_leaves_what_it_says(bits):
    unit = Log2Table(FRAC, 22, bits, 20)
    found = abs(error(unit)).max()
    bound = 1.443 * 2.0**-bits + 2.0**-21
    assert 0.7 * bound < found <= bound
    assert unit.of(np.array([1 << FRAC]))[0] == 0


def test_correction_entries_are_the_rounded_difference():
    unit = Log2Corrected(Log2Linear(FRAC, 22, 12), 4)
    expected = [0] + [round((math.log2(1 + (i + 0.5) / 16) - (i + 0.5) / 16) * 4096) for i in range(1, 16)]
    np.testing.assert_array_equal(unit.entries, expected)


def test_a_natural_logarithm_is_the_binary_one_times_ln2():
    binary = Log2Table(FRAC, 22, 8, 14)
    unit = NaturalLog(binary, 18, 28)
    exact = binary.of(SUMS) / 2.0**14 * math.log(2)
    found = unit.of(SUMS) / 2.0**14 - exact
    assert -(2.0**-14) * 1.01 < found.min() < -0.9 * 2.0**-14
    assert found.max() <= 2.0**-14 * 0.01


@pytest.mark.parametrize(
    "unit", [Log2Linear(FRAC, 22, 10), Log2Corrected(Log2Linear(FRAC, 22, 10), 6), Log2Table(FRAC, 22, 6, 10)]
)
def test_logarithms_rise_and_are_never_negative(unit):
    logarithms = unit.of(np.arange(1 << FRAC, 1 << 18))
    assert logarithms.min() == 0
    assert np.diff(logarithms).min() >= (0 if not isinstance(unit, Log2Corrected) else -(2**10 * 0.443 * 2.0**-6 + 1))


@pytest.mark.parametrize(("depth", "domain", "frac"), [(256, 16, 4), (64, 8, 6), (16, 4, 10)])
def test_a_sigmoid_table_is_within_its_stated_error(depth, domain, frac):
    unit = SigmoidTable(frac + 6, frac, domain, depth, 16)
    z = np.arange(-(32 << frac), 32 << frac)
    found = abs(unit.of(z) / 2**16 - 1 / (1 + np.exp(-z / 2**frac)))
    reach = ((1 << unit.stride_bits) - 1) / 2 * 2.0**-frac
    inside = abs(z) < domain << frac
    bound = 2.0**-17 + reach / 4
    assert 0.9 * bound < found[inside].max() <= bound
    assert found[~inside].max() <= 2.0**-17 + math.exp(-domain) + reach / 4


def test_both_sides_of_a_sigmoid_complement_each_other():
    for depth in (8, 64):
        unit = SigmoidTable(8, 4, 4, depth, 12)
        z = np.arange(1, 128)
        np.testing.assert_array_equal(unit.of(z) + unit.of(-z), 1 << 12)


def test_sigmoid_and_softplus_are_rounded_as_if_exact():
    x = np.arange(-300, 300) / 16
    with decimal.localcontext(prec=50):
        for function, formula in (
            ("sigmoid", lambda e: 1 / (1 + 1 / e)),
            ("softplus", lambda e: (1 + e).ln()),
        ):
            exact = [formula(decimal.Decimal(float(value)).exp()) * 2**40 for value in x]
            expected = [int(value.to_integral_value(decimal.ROUND_HALF_EVEN)) for value in exact]
            np.testing.assert_array_equal(rounded(function, x, 2.0**40), expected)
