"""Every unit's error statement, swept over all of its codes, and the figures that the literature prints."""

import math

import numpy as np
import pytest

import approx
from approx.correct_rounding import rounded
from approx.exp.chords import Exp2Chords, ExpChords
from approx.exp.table import ExpTable, IdealExp
from approx.gemmlowp import exp_on_negative_values, one_over_one_plus_x
from approx.normalize.log_subtract import LinearLog, LogTable
from approx.normalize.reciprocal import ReciprocalChords, ReciprocalTable
from approx.unit import leading_one

NONE = np.zeros(1, dtype=np.int64)


def relative(approximate, exact):
    return approximate / exact - 1


@pytest.mark.parametrize(("pieces", "bound"), [(1, 6.148e-2), (2, 1.51e-2), (4, 3.76e-3), (8, 9.39e-4), (16, 2.35e-4)])
def test_chords_of_two_to_the_f_have_the_known_error(pieces, bound):
    """Relative error of equal chords; 6.148 % is Mitchell's antilogarithm."""
    frac = 14
    d = np.arange(1 << frac)
    value = Exp2Chords(frac, pieces, 40).terms(d, NONE) / 2.0**40
    error = relative(value, 2.0 ** (-d / 2**frac))
    assert error.min() >= -1e-9
    assert float(f"{error.max():.3g}") == pytest.approx(bound, rel=2e-3)


def test_four_chords_of_two_fraction_bits_are_an_exact_table():
    unit = Exp2Chords(2, 4, 15)
    np.testing.assert_array_equal(unit.terms(np.array([0, 3, 2, 1]), NONE), [32768, 38968 >> 1, 46341 >> 1, 55109 >> 1])
    assert [op.kind for op in unit.operators()] == ["rom", "shift"]


@pytest.mark.parametrize(("pieces", "bound"), [(4, 2.05e-1), (8, 7.8e-2), (16, 2.45e-2), (32, 6.9e-3), (64, 1.84e-3)])
def test_bounded_chords_of_e_have_the_known_error(pieces, bound):
    d = np.arange((8 << 12) + 1)
    value = ExpChords(12, 8, pieces, 40).terms(d, NONE) / 2.0**40
    error = abs(value - np.exp(-d / 2**12)).max()
    assert error == pytest.approx(bound, rel=1e-2)


def test_bounded_chords_are_constant_beyond_the_domain():
    unit = ExpChords(6, 8, 16, 12)
    assert (unit.terms(np.arange(8 << 6, 2000), NONE) == unit.terms(np.array([8 << 6]), NONE)).all()


@pytest.mark.parametrize("slope", ["multiply", "one_shift", "two_shifts"])
def test_shifted_slopes_are_sums_of_as_many_powers_of_two(slope):
    falls = ExpChords(6, 8, 16, 12, slope).falls
    terms = np.array([min(bin(int(f)).count("1"), bin(int(f) * 3 ^ int(f)).count("1")) for f in falls])
    if slope != "multiply":
        assert terms.max() <= (1 if slope == "one_shift" else 2)
    else:
        assert terms.max() > 2


@pytest.mark.parametrize("depth", [16, 64, 256])
@pytest.mark.parametrize("sample", ["edge", "middle"])
def test_an_exp_table_is_within_its_stated_error(depth, sample):
    unit = ExpTable(depth, 256, 1 / 16, 65535, 8, sample=sample)
    d = np.arange(256)
    error = abs(unit.terms(d, NONE) / 65535 - np.exp(-d / 16)).max()
    reach = (unit.stride - 1) / 16 / (2 if sample == "middle" else 1)
    assert error <= math.expm1(reach) + 0.5 / 65535
    assert error >= 0.5 * reach  # the statement is not loose


def test_the_ideal_exponential_is_rounded_once():
    d = np.arange(4096)
    np.testing.assert_array_equal(IdealExp(1 / 64, 4096).terms(d, NONE), rounded("exp", -d / 64, 2.0**40))


@pytest.mark.parametrize(
    ("bits", "bound"), [(3, 5.9e-2), (4, 3.0e-2), (5, 1.5e-2), (6, 7.8e-3), (7, 3.9e-3), (8, 1.95e-3)]
)
def test_a_reciprocal_table_has_the_known_error(bits, bound):
    s = np.arange(1 << 14, 1 << 15)
    error = relative(ReciprocalTable(bits, 30).of(s, leading_one(s)) / 2.0**30, 2.0**14 / s)
    assert float(f"{abs(error).max():.2g}") == float(f"{bound:.2g}")


@pytest.mark.parametrize("pieces", [1, 2, 8, 32])
def test_reciprocal_chords_lie_above_the_curve_within_the_bound(pieces):
    s = np.arange(1 << 13, 1 << 14)
    error = relative(ReciprocalChords(pieces, 30, offset_bits=13).of(s, leading_one(s)) / 2.0**30, 2.0**13 / s)
    assert error.min() >= -(2.0**-29)
    assert error.max() == pytest.approx(1 / (4 * pieces * (pieces + 1)), rel=1e-4)


def test_the_linear_logarithm_is_below_by_at_most_its_bound():
    s = np.arange(1 << 12, 1 << 13)
    unit = LinearLog(12, 24, 12, round(math.log(2) * 2**30), 30, frac=42)
    error = unit.of(s) / 2.0**unit.frac - np.log(s / 2**12)
    assert error.max() <= 1e-8
    assert error.min() == pytest.approx(-0.0861 * math.log(2), rel=1e-3)


def test_the_logarithm_table_is_within_its_bound_and_exact_at_one():
    s = np.arange(1 << 12, 1 << 18)
    unit = LogTable(12, 20, 8, 20)
    error = abs(unit.of(s) / 2.0**20 - np.log(s / 2**12)).max()
    assert 2.0**-10 < error <= 2.0**-8 + 2.0**-20  # the first interval is taken at its left end
    assert unit.of(np.array([1 << 12]))[0] == 0


def test_gemmlowp_exp_has_the_known_error():
    """Error of the reference kernel: 2.3e-7 absolute, 6.1e-6 relative above exp(-10)."""
    a = -np.arange(0, 10 << 26, 4099, dtype=np.int64)
    exact = np.exp(a / 2**26)
    value = exp_on_negative_values(a) / 2.0**31
    assert abs(value - exact).max() == pytest.approx(2.3e-7, rel=0.05)
    assert abs(value / exact - 1).max() == pytest.approx(6.1e-6, rel=0.05)


def test_gemmlowp_reciprocal_is_within_seven_units():
    z = np.arange(0, 1 << 31, 100_003, dtype=np.int64)
    exact = 2.0**31 / (1 + z / 2**31)
    assert abs(one_over_one_plus_x(z) - exact).max() < 7


def test_ibert_polynomial_has_the_error_of_its_paper():
    """1.913e-3 absolute with the shipped coefficients (1.9e-3 in the paper)."""
    unit = approx.build("ibert", scale=1e-4, input_width=32).exp
    d = np.arange(unit.octave)
    error = abs(unit.terms(d, NONE) / 32767 - np.exp(-d * 1e-4)).max()
    assert error == pytest.approx(1.913e-3, rel=1e-2)


def test_shiftmax_is_above_the_exponential_by_at_most_9_17_percent():
    unit = approx.build("ivit_integer", scale=1 / 999.999).exp  # the octave is 1000 codes
    d = np.arange(8000)
    error = relative(unit.terms(d, NONE) / unit.terms(NONE, NONE), np.exp(-d / 999.999))
    assert error.max() == pytest.approx(0.0917, abs=1e-4)
    assert error.min() >= -1e-3  # the dropped halves


@pytest.mark.parametrize(("name", "low", "high"), [("itamax_paper", 2**-0.5 - 1, 2 ** (15 / 32) - 1), ("itamax", 0, 0)])
def test_itamax_terms_have_the_known_error(name, low, high):
    """Term error of the paper generation: 2**-round(d/32); the current one has exact exponents."""
    design = approx.build(name)
    d = np.arange(8 if name == "itamax" else 256)
    error = relative(design.exp.terms(d, NONE) / 256, 2.0 ** (-d * design.input.step))
    assert error.min() == pytest.approx(low, abs=1e-9)
    assert error.max() == pytest.approx(high, abs=1e-9)


def test_itamax_rows_of_ties():
    """256 codes at the maximum give zeros, 255 give ones, 2048 wrap the sum."""
    design = approx.build("itamax")
    assert (design.codes(np.zeros(255, np.int8)) == 1).all()
    assert (design.codes(np.zeros(256, np.int8)) == 0).all()
    assert (design.codes(np.zeros(2048, np.int8)) == 255).all()


def test_tflite_refuses_rows_on_which_the_original_aborts():
    design = approx.build("tflite_int8")
    assert (design.codes(np.zeros(511, np.int8)) == -128 + round(256 / 511)).all()
    with pytest.raises(ValueError, match="512"):
        design.codes(np.zeros(512, np.int8))


@pytest.mark.parametrize(("length", "row_sum"), [(16, 0.94), (64, 0.79), (256, 0.48), (1024, 0.17)])
def test_softermax_row_sums_fall_as_known_from_the_output_format(length, row_sum):
    """Mean row sum of Q(1,7) outputs on Gaussian rows of deviation 2, truncated."""
    x = np.random.default_rng(0).normal(0, 2, (2000, length))
    assert approx.build("softermax")(x).sum(axis=1).mean() == pytest.approx(row_sum, abs=0.01)


def test_wang_with_exact_constants_has_the_known_error():
    """Ideal arithmetic, rows of 64, deviation 2: row sums 1.00 to 1.11, largest error about 0.08."""
    x = np.random.default_rng(0).normal(0, 2, (4000, 64))
    design = approx.build("wang2018", input="s16.10", constants="exact", mantissa_bits=12)
    p = design(x)
    assert abs(p - approx.softmax(x)).max() == pytest.approx(0.079, abs=0.01)
    assert 0.99 <= p.sum(axis=1).min() <= p.sum(axis=1).max() <= 1.12


@pytest.mark.parametrize(("rounding", "low", "high"), [("floor", 1.0, 2.0), ("nearest", 0.707, 1.4143)])
def test_division_by_a_power_of_two_is_off_by_the_known_factor(rounding, low, high):
    design = approx.build(
        "geng2018", shift_rounding=rounding, term_frac=18, output="u18.17", input="s16.10", pieces=1024
    )
    x = np.random.default_rng(0).normal(0, 2, (3000, 64))
    sums = design(x).sum(axis=1)
    assert low - 2e-3 <= sums.min() < low + 0.05
    assert high - 0.05 < sums.max() <= high + 2e-3


@pytest.mark.parametrize("length", [1927, 1928, 2100, 3855, 3856, 4000])
def test_sums_of_ivit_that_wrap_give_what_c_gives(length):
    """From 1928 equal codes on the 32-bit sum is negative, from 3856 on it is positive again and below its terms."""
    design = approx.build("ivit_integer")
    total = length * (17 << 16)
    signed = (total + (1 << 31)) % (1 << 32) - (1 << 31)
    factor = int((2**31 - 1) / signed)
    expected = ((17 << 16) * factor >> 24) + 128 & 255
    assert (design.codes(np.zeros(length, np.int8)) == expected - 128).all()
    np.testing.assert_array_equal(design.definition(np.zeros((1, length))), expected - 128)


def test_a_table_whose_first_entry_is_zero_is_refused():
    with pytest.raises(ValueError, match="a row would sum to nothing"):
        approx.build("lut_reciprocal", input="s8.0", exp_depth=2, exp_sample="middle")


def test_formats_that_the_arithmetic_cannot_hold_are_refused():
    for name, parameters in (
        ("base2_shift", {"input": "s8.-1"}),
        ("geng2018", {"input": "s8.-1"}),
        ("softermax", {"input": "s8.50"}),
        ("base2_shift", {"output": "u8.64"}),
        ("lut_reciprocal", {"input": "s33.4"}),
    ):
        with pytest.raises(ValueError, match=r"steps|fraction bits"):
            approx.build(name, **parameters)


def test_row_limits_follow_from_the_widths():
    limits = {name: approx.build(name).traits.max_row_length for name in ("itamax", "tflite_int8", "ivit_integer")}
    assert limits == {"itamax": 2047, "tflite_int8": 511, "ivit_integer": (2**31 - 1) // (17 * 2**16)}
