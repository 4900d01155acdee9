"""The division family: relative errors over the mantissa, as the literature gives them."""

import numpy as np
import pytest

from approx.fixed_point import FixedPoint
from approx.normalize.mitchell import MitchellDivide
from approx.normalize.newton import GoldschmidtReciprocal, NewtonReciprocal
from approx.normalize.reciprocal import ReciprocalChords, ReciprocalTable
from approx.normalize.restoring import CordicDivide, RestoringDivide
from approx.normalize.seeds import LinearSeed, SquaredSeed, seed_of
from approx.normalize.segments import TwoConstants, TwoSegments
from approx.normalize.shift import PowerOfTwo
from approx.unit import leading_one

SUMS = np.arange(1 << 14, 1 << 15)  # mantissas 1 to 2
MANTISSA = SUMS / 2.0**14


def reciprocal_error(unit, sums=SUMS):
    """Relative error of 1/mantissa."""
    mantissa = sums / 2.0 ** leading_one(sums)
    return unit.of(sums, leading_one(sums)) / 2.0**unit.frac * mantissa - 1


def printed(number, digits):
    return float(f"{number:.{digits}g}")


@pytest.mark.parametrize(
    ("rounding", "low", "high", "mean"),
    [("floor", 0.0, 1.0, 0.5), ("nearest", -0.293, 0.414, None), ("midpoint", -0.25, 0.5, 0.0625)],
)
def test_division_by_a_power_of_two(rounding, low, high, mean):
    """A factor in [1, 2), mean 1.5; [-29.3, +41.4] % with threshold sqrt 2; [-25, +50] %, mean +6.3 % with 1.5."""
    unit = PowerOfTwo(14, 15, FixedPoint(31, 30, signed=False), rounding)
    multiplier, shift = unit.row(SUMS)
    error = multiplier / 2.0**shift * 2.0**-16 * MANTISSA - 1  # 2**16: output and numerator fraction bits
    assert error.min() == pytest.approx(low, abs=5e-4)
    assert error.max() == pytest.approx(high, abs=5e-4)
    if mean is not None:
        assert error.mean() == pytest.approx(mean, abs=5e-4)


def test_two_constants():
    """[-18.2, +22.7] %, mean +0.8 %; the means of the two cells are 0.811 and 0.575."""
    error = reciprocal_error(TwoConstants(24))
    assert (printed(error.min(), 3), printed(error.max(), 3), printed(error.mean(), 1)) == (-0.182, 0.227, 0.008)
    low = MANTISSA < 1.5
    assert (1 / MANTISSA[low]).mean() == pytest.approx(0.811, abs=5e-4)
    assert (1 / MANTISSA[~low]).mean() == pytest.approx(0.575, abs=5e-4)


def test_mitchell_division():
    """[0, +12.5] %, mean +4.1 % over both mantissas (E2)."""
    fine = FixedPoint(40, 36, signed=False)
    unit = MitchellDivide(10, 10, 20, fine)
    codes = np.arange(1 << 9, 1 << 10)
    quotient = unit.code(codes[:, None], unit.row(codes)) / 2.0**36
    error = quotient / (codes[:, None] / codes) - 1
    assert error.min() >= -1e-5
    assert printed(error.max(), 3) == 0.125
    assert printed(error.mean(), 2) == 0.041


def test_mitchell_keeps_the_borrow():
    unit = MitchellDivide(5, 5, 8, FixedPoint(16, 12, signed=False))
    assert unit.code(np.array([16, 17, 31, 0]), unit.row(np.array([31, 16, 16, 16]))).tolist() == [
        2176, 4352, 7936, 0,
    ]  # fmt: skip


def test_two_segments_over_all_mantissas():
    """At most 0.03125, at 1 (E6); 0.0070 on average over 256 codes."""
    mantissa = np.arange(256, 512)
    error = TwoSegments(8, 12).of_mantissa(mantissa) / 2.0**12 - 256 / mantissa
    assert abs(error).max() == 0.03125
    assert abs(error).argmax() == 0
    assert printed(abs(error).mean(), 2) == 0.0070
    relative = error * mantissa / 256
    # 0.01105 in the continuum, 0.0111 over the 256 codes
    assert np.sqrt((relative**2).mean()) == pytest.approx(0.01114, abs=1e-5)


@pytest.mark.parametrize(
    ("bits", "known"), [(3, 5.9e-2), (4, 3.0e-2), (5, 1.5e-2), (6, 7.8e-3), (7, 3.9e-3), (8, 1.95e-3)]
)
def test_midpoint_tables(bits, known):
    digits = 3 if bits == 8 else 2
    assert printed(abs(reciprocal_error(ReciprocalTable(bits, 30))).max(), digits) == known


def test_eight_chords():
    """3.5e-3 above the curve; lines of smallest error would have half."""
    error = reciprocal_error(ReciprocalChords(8, 30, offset_bits=13), np.arange(1 << 16, 1 << 17))
    assert printed(error.max(), 2) == 3.5e-3


@pytest.mark.parametrize(
    ("unit", "known"),
    [(LinearSeed(14, 40), 1 / 17), (SquaredSeed(28), 8.6e-2)],
    ids=["linear", "squared"],
)
def test_seeds(unit, known):
    """1/17 = 5.9e-2 of 48/17 - 32/17 D (E8); 8.6e-2 of the squared complement."""
    assert abs(reciprocal_error(unit)).max() == pytest.approx(known, rel=5e-3)


@pytest.mark.parametrize("iterated", [NewtonReciprocal, GoldschmidtReciprocal])
@pytest.mark.parametrize(
    ("seed", "iterations", "known"),
    [("linear", 0, 5.9e-2), ("linear", 1, 3.5e-3), ("linear", 2, 1.2e-5), ("squared", 1, 7.4e-3),
     ("squared", 2, 5.5e-5)],
)  # fmt: skip
def test_iterations_square_the_error(iterated, seed, iterations, known):
    unit = iterated(seed_of(seed, 14, 27), iterations, 14, 25, guard=4)
    error = reciprocal_error(unit)
    assert printed(abs(error).max(), 2) == known
    if iterations and iterated is NewtonReciprocal:
        assert error.max() <= 2.0**-28  # truncation of m * x is all that lifts it


def test_three_newton_steps_would_reach_1_4e_10():
    """Beyond the 29 bits of a product in int64, so in float64."""
    m = np.linspace(1, 2, 10_001)
    x = 24 / 17 - 8 / 17 * m
    for _ in range(3):
        x = x * (2 - m * x)
    assert printed(abs(x * m - 1).max(), 2) == 1.4e-10


def test_newton_corrects_what_goldschmidt_keeps():
    """Without guard bits and with iterations to spare: one step of the result, and 2.3 steps, however many follow."""
    for iterations in (3, 4, 8):
        errors = []
        for iterated in (NewtonReciprocal, GoldschmidtReciprocal):
            unit = iterated(LinearSeed(14, 16), iterations, 14, 16, guard=0)
            errors.append(abs(unit.of(SUMS, leading_one(SUMS)) - 2.0**16 / MANTISSA).max())
        assert errors == pytest.approx([1.0, 2.319], abs=1e-3)


@pytest.mark.parametrize("output", [FixedPoint(8, 8, signed=False), FixedPoint(16, 15, signed=False)])
def test_restoring_division_is_the_floor_of_the_quotient_in_both_its_forms(output):
    rng = np.random.default_rng(0)
    sums = rng.integers(1 << 15, 1 << 27, 2000)
    numerators = rng.integers(0, (1 << 15) + 1, (2000, 8))
    unit = RestoringDivide(16, 27, output)
    form = unit.form(unit.row(sums))
    exact = np.minimum((numerators << output.frac) // sums[:, None], output.highest)
    np.testing.assert_array_equal(unit.code(numerators, (sums[:, None],)), exact)
    product = np.minimum(numerators * form.multiplier[:, None] >> form.shift[:, None], form.cap)
    np.testing.assert_array_equal(product, exact)


def test_the_product_form_is_right_at_every_sum_that_divides():
    """Quotients that are whole, where the smallest error of the multiplier would show."""
    sums = np.arange(1, 5000)
    unit = RestoringDivide(16, 16, FixedPoint(16, 12, signed=False))
    form = unit.form(unit.row(sums))
    for factor in (1, 2, 3, 5, 7):
        numerators = np.minimum(sums * factor, (1 << 16) - 1)
        product = np.minimum(numerators * form.multiplier >> form.shift, form.cap)
        np.testing.assert_array_equal(product, unit.code(numerators, (sums,)))
    assert RestoringDivide(29, 41, FixedPoint(16, 16, signed=False)).form((sums << 28,)) is None


@pytest.mark.parametrize(("iterations", "frac"), [(1, 1), (8, 8), (12, 12), (13, 12), (20, 8)])
def test_linear_cordic_gives_what_its_iterations_give(iterations, frac):
    rng = np.random.default_rng(2)
    sums = rng.integers(1, 300, 3000)
    numerators = rng.integers(0, sums + 1)
    y, z = numerators << iterations, np.zeros(3000, dtype=np.int64)
    for i in range(1, iterations + 1):
        d = np.where(y >= 0, 1, -1)
        y, z = y - d * ((sums << iterations) >> i), z + d * (1 << (iterations - i))
    unit = CordicDivide(9, 9, iterations, FixedPoint(frac, frac, signed=False))
    expected = np.clip(z >> (iterations - frac), 0, (1 << frac) - 1)
    np.testing.assert_array_equal(unit.code(numerators, (sums,)), expected)
    form = unit.form((sums,))
    assert (form is None) == (iterations == frac)
    if form is not None:
        np.testing.assert_array_equal(np.minimum(numerators * form.multiplier >> form.shift, form.cap), expected)


@pytest.mark.parametrize("iterations", [8, 12])
def test_linear_cordic_is_within_its_last_digit(iterations):
    rng = np.random.default_rng(1)
    sums = rng.integers(1 << 10, 1 << 16, 3000)
    numerators = rng.integers(0, sums + 1)
    numerators[:50] = sums[:50]
    unit = CordicDivide(16, 16, iterations, FixedPoint(iterations, iterations, signed=False))
    error = unit.code(numerators, (sums,)) / 2.0**iterations - numerators / sums
    assert abs(error).max() <= 2.0**-iterations
    assert abs(error).max() > 0.9 * 2.0**-iterations


def test_divisions_that_make_no_hardware_are_refused():
    for build, sentence in (
        (lambda: NewtonReciprocal(LinearSeed(14, 30), 1, 14, 30), "too wide"),
        (lambda: NewtonReciprocal(LinearSeed(14, 28), 1, 14, 16), "finer than"),
        (lambda: SquaredSeed(7), "8 fraction bits"),
        (lambda: CordicDivide(16, 30, 8, FixedPoint(16, 16, signed=False)), "division_iterations = 8"),
        (lambda: RestoringDivide(16, 28, FixedPoint(60, 60, signed=False)), "fraction bits"),
        (lambda: MitchellDivide(16, 28, 12, FixedPoint(60, 60, signed=False)), "fraction bits"),
    ):
        with pytest.raises(ValueError, match=sentence):
            build()
