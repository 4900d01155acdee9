"""The reference itself, against rationals and against scipy where the two agree by definition."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.special

import approx


def test_float64_agrees_with_rationals():
    rng = np.random.default_rng(0)
    for base in (None, 2):
        row = rng.normal(0, 4, 9)
        exact = [float(p) for p in approx.softmax_rational(list(row), base=base)]
        np.testing.assert_allclose(approx.softmax(row, base=base or math.e), exact, rtol=2e-15)


def test_rationals_are_exact_for_whole_exponents_of_two():
    assert approx.softmax_rational([0, 1, 3], base=2) == [Fraction(1, 11), Fraction(2, 11), Fraction(8, 11)]
    assert sum(approx.softmax_rational([0.1, 0.7, -3])) == 1


@pytest.mark.parametrize("axis", [-1, 0, 1, (0, 2), None])
def test_axes_are_those_of_scipy(axis):
    x = np.random.default_rng(1).normal(size=(3, 4, 5))
    np.testing.assert_allclose(approx.softmax(x, axis=axis), scipy.special.softmax(x, axis=axis), rtol=1e-14)
    np.testing.assert_allclose(approx.log_softmax(x, axis=axis), scipy.special.log_softmax(x, axis=axis), atol=1e-13)


def test_the_default_axis_is_the_last():
    np.testing.assert_allclose(approx.softmax(np.zeros((2, 4))), np.full((2, 4), 0.25))


def test_masked_infinite_and_nan_elements():
    inf, nan = np.inf, np.nan
    x = np.array([[0, -inf, 0], [-inf, -inf, -inf], [inf, 0, inf], [nan, 0, 0]])
    expected = np.array([[0.5, 0, 0.5], [0, 0, 0], [0.5, 0, 0.5], [nan, nan, nan]])
    np.testing.assert_array_equal(approx.softmax(x), expected)
    flat, offsets = x.ravel(), np.arange(0, 13, 3)
    np.testing.assert_array_equal(approx.softmax_ragged(flat, offsets), expected.ravel())
    np.testing.assert_array_equal(np.exp(approx.log_softmax(x[0])), expected[0])


def test_huge_numbers_do_not_overflow():
    np.testing.assert_array_equal(approx.softmax([1.7e308, -1.7e308]), [1, 0])
    assert approx.log_softmax([-1000.0, 0.0])[0] == -1000


def test_what_has_no_softmax_is_refused():
    with pytest.raises(ValueError, match="no elements"):
        approx.softmax(np.empty((2, 0)))
    with pytest.raises(TypeError, match="complex128"):
        approx.softmax(np.array([1j]))
    with pytest.raises(ValueError, match="base 1"):
        approx.softmax([1.0], base=1)
    with pytest.raises(ValueError, match="row 1 has no elements"):
        approx.softmax_ragged(np.zeros(3), np.array([0, 3, 3]))
    with pytest.raises(ValueError, match="no elements"):
        approx.softmax_rational([])
