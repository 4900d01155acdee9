"""Rounding modes against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from approx.correct_rounding import round_fraction
from approx.rounding import Rounding, round_float, shift_right

RANDOM = {Rounding.STOCHASTIC, Rounding.STOCHASTIC_EQUAL}
JAMMING = {Rounding.JAM, Rounding.JAM_UNBIASED}
EXACT = [mode for mode in Rounding if mode not in RANDOM | JAMMING]


@pytest.mark.parametrize("mode", EXACT)
@pytest.mark.parametrize("bits", [1, 2, 5])
def test_every_small_code_is_shifted_as_the_rational_is_rounded(mode, bits):
    codes = np.arange(-130, 131)
    expected = [round_fraction(Fraction(int(code), 1 << bits), mode) for code in codes]
    np.testing.assert_array_equal(shift_right(codes, bits, mode), expected)


@pytest.mark.parametrize("mode", EXACT)
def test_floats_are_rounded_as_rationals_ties_and_neighbours_included(mode):
    ties = np.arange(-40, 41) / 4
    x = np.concatenate([ties, np.nextafter(ties, 99), np.nextafter(ties, -99), [0.49999999999999994, 2.0**52 + 1]])
    expected = [round_fraction(Fraction(float(value)), mode) for value in x]
    np.testing.assert_array_equal(round_float(x, mode), expected)


def test_jamming_sets_the_last_bit():
    codes = np.arange(-16, 17)
    np.testing.assert_array_equal(shift_right(codes, 2, Rounding.JAM), (codes >> 2) | 1)
    np.testing.assert_array_equal(shift_right(codes, 2, Rounding.JAM_UNBIASED), (codes >> 2) | (codes % 4 != 0))


def test_stochastic_rounding_is_unbiased_reproducible_and_keeps_whole_numbers():
    x = np.full(40_000, 2.3)
    first = round_float(x, Rounding.STOCHASTIC, np.random.default_rng(1))
    np.testing.assert_array_equal(first, round_float(x, Rounding.STOCHASTIC, np.random.default_rng(1)))
    assert set(first) == {2.0, 3.0}
    assert abs(first.mean() - 2.3) < 4 * np.sqrt(0.21 / x.size)
    equal = round_float(x, Rounding.STOCHASTIC_EQUAL, np.random.default_rng(1))
    assert abs(equal.mean() - 2.5) < 4 * np.sqrt(0.25 / x.size)
    assert (shift_right(np.full(50, 12), 2, Rounding.STOCHASTIC_EQUAL, np.random.default_rng(2)) == 3).all()


def test_a_stochastic_mode_without_a_generator_says_so():
    with pytest.raises(ValueError, match=r"rng=numpy\.random\.default_rng"):
        round_float(np.array([0.5]), Rounding.STOCHASTIC)


def test_a_negative_shift_is_exact_and_an_absurd_one_is_refused():
    assert shift_right(np.array([3]), -4, Rounding.FLOOR)[0] == 48
    with pytest.raises(ValueError, match="63 bits"):
        shift_right(np.array([3]), 63, Rounding.FLOOR)


@pytest.mark.parametrize(
    ("alias", "mode"),
    [
        ("AP_TRN", "floor"),
        ("AP_TRN_ZERO", "toward_zero"),
        ("AP_RND", "nearest_up"),
        ("AP_RND_CONV", "nearest_even"),
        ("AP_RND_INF", "nearest_away"),
        ("AP_RND_ZERO", "nearest_zero"),
        ("AP_RND_MIN_INF", "nearest_down"),
        ("TIES_EVEN", "nearest_even"),
        ("STOCH_WEIGHTED", "stochastic"),
        ("nearest_even", "nearest_even"),
    ],
)
def test_vendor_names_mean_the_modes_of_their_manuals(alias, mode):
    assert Rounding.parse(alias) == mode


def test_an_unknown_mode_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'half-ish'; known are floor"):
        Rounding.parse("half-ish")
