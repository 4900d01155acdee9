"""Table entries are the correctly rounded ones."""

from fractions import Fraction

import numpy as np
import pytest

from approx import correct_rounding
from approx.correct_rounding import exact_value, nearest_float32, round_fraction, rounded
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


@pytest.mark.parametrize("function", ["exp", "exp2"])
def test_exponentials_in_whole_numbers_are_as_right_as_they_say(function):
    rng = np.random.default_rng(0)
    x = np.concatenate([-rng.integers(0, 1 << 22, 100) / 2.0**16, rng.uniform(-745, 700, 100), [0.0, -1.0, 5e-324]])
    for argument in x.tolist():
        mantissa, exponent = correct_rounding._exponential(function, argument)
        assert mantissa.bit_length() in (correct_rounding.FRACTION_BITS, correct_rounding.FRACTION_BITS + 1)
        found = mantissa * Fraction(2) ** (exponent - correct_rounding.FRACTION_BITS)
        value = exact_value(function, Fraction(argument))
        assert abs(found / value - 1) < Fraction(1, 1 << correct_rounding.EXPONENTIAL_BITS)


@pytest.mark.parametrize("mode", [Rounding.NEAREST_EVEN, Rounding.FLOOR, Rounding.CEIL])
def test_many_suspects_are_rounded_as_decimals_round_them(mode):
    x = -np.random.default_rng(1).integers(0, 1 << 15, 400) / 2.0**16
    expected = [round_fraction(exact_value("exp", Fraction(v)) * Fraction(2.0**50), mode) for v in x.tolist()]
    np.testing.assert_array_equal(rounded("exp", x, 2.0**50, mode), expected)


def test_exact_values_are_kept_exact():
    assert exact_value("exp2", Fraction(-3)) == Fraction(1, 8)
    assert exact_value("log2", Fraction(1, 8)) == -3
    assert rounded("exp2", np.array([-1.0]), 1.0, Rounding.NEAREST_EVEN)[0] == 0
    assert rounded("exp2", np.array([-1.0]), 1.0, Rounding.NEAREST_UP)[0] == 1


def test_a_random_mode_makes_no_table():
    with pytest.raises(ValueError, match="deterministic mode"):
        rounded("exp", np.array([0.0]), 1.0, Rounding.JAM)


def test_float32_entries_are_the_nearest_from_normal_to_subnormal_numbers():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(-104, 0, 300), -np.arange(40) * np.log(2), [0.0, -103.97, -104.5, -800.0]])
    entries = nearest_float32("exp", x)
    assert entries.dtype == np.float32
    for argument, entry in zip(x, entries, strict=True):
        value = exact_value("exp", Fraction(float(argument)))
        neighbours = np.nextafter(entry, np.array([-np.inf, np.inf], dtype=np.float32))
        distance = abs(Fraction(float(entry)) - value)
        assert all(distance <= abs(Fraction(float(other)) - value) for other in neighbours)


def test_a_float32_entry_next_to_a_half_is_decided_exactly():
    """ln of the middle between two float32 numbers, rounded down and up: float64's exp cannot tell the sides."""
    middle = 1.0 + 3 * 2.0**-24
    below = np.log(middle)
    x = below + np.arange(-3, 4) * np.spacing(below)
    sides = [exact_value("exp", Fraction(float(argument))) > Fraction(middle) for argument in x]
    assert 0 < sum(sides) < 7
    expected = [1 + 2.0**-22 if above else 1 + 2.0**-23 for above in sides]
    assert nearest_float32("exp", x).tolist() == expected


def test_float32_results_between_two_numbers_are_decided_exactly(monkeypatch):
    """With a platform that is 4 ulp off, the results are the same."""
    x = np.random.default_rng(1).uniform(-90, 80, 2000)
    expected = nearest_float32("exp", x)
    for ulps in (-4, 4):
        off = {"exp": lambda x, ulps=ulps: np.exp(x) + ulps * np.spacing(np.exp(x))}
        monkeypatch.setattr(correct_rounding, "_FLOAT", off)
        np.testing.assert_array_equal(nearest_float32("exp", x), expected)
