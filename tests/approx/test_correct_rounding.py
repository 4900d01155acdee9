"""Table entries are the correctly rounded ones."""

from fractions import Fraction

import numpy as np
import pytest

from approx import correct_rounding
from approx.correct_rounding import exact_value, round_fraction, rounded
from approx.rounding import Rounding

CASES = {
    "exp": -np.arange(256) / 16,
    "exp2": -np.arange(256) / 16,
    "reciprocal": 1 + np.arange(256) / 256,
    "ln": 1 + np.arange(256) / 256,
    "log2": 1 + np.arange(256) / 256,
}


@pytest.mark.parametrize("function", CASES)
@pytest.mark.parametrize("mode", [Rounding.NEAREST_EVEN, Rounding.FLOOR, Rounding.NEAREST_UP])
def test_every_entry_is_rounded_from_the_true_value(function, mode):
    x = CASES[function]
    expected = [round_fraction(exact_value(function, Fraction(float(v))) * 2**15, mode) for v in x]
    np.testing.assert_array_equal(rounded(function, x, 2.0**15, mode), expected)


@pytest.mark.parametrize("function", CASES)
def test_a_library_that_is_wrong_by_four_ulp_gives_the_same_table(function, monkeypatch):
    x = CASES[function]
    expected = rounded(function, x, 2.0**44)
    sloppy = correct_rounding._FLOAT[function]
    for direction in (1, -1):
        shifted = lambda v, d=direction: sloppy(v) + 4 * d * np.spacing(sloppy(v))  # noqa: E731
        monkeypatch.setitem(correct_rounding._FLOAT, function, shifted)
        np.testing.assert_array_equal(rounded(function, x, 2.0**44), expected)


def test_exact_values_are_kept_exact():
    assert exact_value("exp2", Fraction(-3)) == Fraction(1, 8)
    assert exact_value("log2", Fraction(1, 8)) == -3
    assert rounded("exp2", np.array([-1.0]), 1.0, Rounding.NEAREST_EVEN)[0] == 0
    assert rounded("exp2", np.array([-1.0]), 1.0, Rounding.NEAREST_UP)[0] == 1


def test_a_random_mode_makes_no_table():
    with pytest.raises(ValueError, match="deterministic mode"):
        rounded("exp", np.array([0.0]), 1.0, Rounding.JAM)


def test_float32_results_are_rounded_once():
    """Normal, subnormal and vanishing exponentials, against rationals."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-20, 80, 300), rng.uniform(-104.5, -86, 300), [0.0, -745.0, -800.0, 1e-9, -1e-9]])
    result = correct_rounding.rounded_float32("exp", x)
    for number, nearest in zip(x, result, strict=True):
        exact = exact_value("exp", Fraction(number))
        distance = abs(Fraction(float(nearest)) - exact)
        for neighbour in (np.nextafter(nearest, np.float32(0)), np.nextafter(nearest, np.float32(np.inf))):
            assert distance < abs(Fraction(float(neighbour)) - exact) or neighbour == nearest


def test_float32_results_between_two_numbers_are_decided_exactly(monkeypatch):
    """With a platform that is 4 ulp off, the results are the same."""
    x = np.random.default_rng(1).uniform(-90, 80, 2000)
    expected = correct_rounding.rounded_float32("exp", x)
    for ulps in (-4, 4):
        off = {"exp": lambda x, ulps=ulps: np.exp(x) + ulps * np.spacing(np.exp(x))}
        monkeypatch.setattr(correct_rounding, "_FLOAT", off)
        np.testing.assert_array_equal(correct_rounding.rounded_float32("exp", x), expected)
