"""Formats: range, quantisation, conversion, notations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from approx.fixed_point import FixedPoint, Overflow, ScaledInteger
from approx.rounding import Rounding


@given(st.integers(1, 20), st.integers(-8, 24), st.booleans(), st.data())
def test_every_code_survives_value_and_back(width, frac, signed, data):
    fmt = FixedPoint(width, frac, signed)
    code = data.draw(st.integers(fmt.lowest, fmt.highest))
    assert fmt.quantize(fmt.value(code)) == code


@pytest.mark.parametrize(
    ("overflow", "expected"),
    [
        (Overflow.WRAP, [-8, 7, -8, 0]),
        (Overflow.SATURATE, [7, -8, -8, 7]),
        (Overflow.SATURATE_SYMMETRIC, [7, -7, -7, 7]),
        (Overflow.TO_ZERO, [0, 0, -8, 0]),
    ],
)
def test_overflow_modes_on_codes_outside_four_bits(overflow, expected):
    np.testing.assert_array_equal(FixedPoint(4, 0).fit([8, -9, -8, 16], overflow), expected)


@pytest.mark.parametrize("overflow", list(Overflow))
@pytest.mark.parametrize("fmt", [FixedPoint(8, 4), FixedPoint(8, 8, signed=False), FixedPoint(62, 0)])
def test_huge_and_infinite_numbers_stay_in_the_format(fmt, overflow):
    codes = fmt.quantize([1e308, -1e308, 1e38, np.inf, -np.inf], overflow=overflow)
    assert codes.min() >= fmt.lowest
    assert codes.max() <= fmt.highest
    assert list(codes[3:]) == [fmt.highest, fmt.lowest]


def test_nan_has_no_code():
    with pytest.raises(ValueError, match="NaN has no code"):
        FixedPoint(8, 4).quantize([0.0, np.nan])


def test_conversion_between_formats_is_integer_arithmetic():
    wide, narrow = FixedPoint(40, 30), FixedPoint(8, 4)
    codes = np.array([(5 << 26) + (1 << 25), -(1 << 39)])
    np.testing.assert_array_equal(narrow.convert(codes, wide, Rounding.NEAREST_EVEN), [6, -128])
    np.testing.assert_array_equal(narrow.convert(codes, wide, Rounding.FLOOR, Overflow.WRAP), [5, 0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ap_fixed<8,4>", FixedPoint(8, 4)),
        ("ap_fixed<16, 6>", FixedPoint(16, 10)),
        ("ap_ufixed<8,0>", FixedPoint(8, 8, signed=False)),
        ("ap_fixed<8,-2>", FixedPoint(8, 10)),
        ("s8.4", FixedPoint(8, 4)),
        ("u8.8", FixedPoint(8, 8, signed=False)),
        ("fxp-s16/8", FixedPoint(16, 8)),
        ("sfixed(3 downto -4)", FixedPoint(8, 4)),
        ("ufixed(-1 downto -8)", FixedPoint(8, 8, signed=False)),
        ("UQ4.4", FixedPoint(8, 4, signed=False)),
    ],
)
def test_notations(text, expected):
    assert FixedPoint.parse(text) == expected


def test_the_printed_notation_is_read_back():
    for fmt in (FixedPoint(8, 4), FixedPoint(9, 12), FixedPoint(16, 16, signed=False), FixedPoint(5, -3)):
        assert FixedPoint.parse(str(fmt)) == fmt


def test_q_notation_needs_its_convention():
    assert FixedPoint.parse("Q0.15", q_convention="ti") == FixedPoint(16, 15)
    assert FixedPoint.parse("Q1.15", q_convention="arm") == FixedPoint(16, 15)
    with pytest.raises(ValueError, match="16 bits to ARM and 17 to TI"):
        FixedPoint.parse("Q1.15")


@pytest.mark.parametrize("text", ["int8", "ap_fixed<8>", "s0.4", "u63.0", "", "ap_fixed<8,4,AP_RND>"])
def test_what_is_no_format_is_refused(text):
    with pytest.raises(ValueError, match=r"not a number format|outside 1 to 62"):
        FixedPoint.parse(text)


@pytest.mark.parametrize(("width", "dtype"), [(1, "int8"), (8, "int8"), (9, "int16"), (17, "int32"), (33, "int64")])
def test_codes_live_in_the_narrowest_type(width, dtype):
    assert FixedPoint(width, 0).dtype == np.dtype(dtype)


def test_scaled_integers_have_a_zero_point():
    fmt = ScaledInteger(8, 0.5, zero_point=-128)
    np.testing.assert_array_equal(fmt.quantize([0.0, 1.0, 1e9, -1.0]), [-128, -126, 127, -128])
    np.testing.assert_array_equal(fmt.value([-128, -126]), [0.0, 1.0])
    with pytest.raises(ValueError, match="step of 0"):
        ScaledInteger(8, 0.0)


def test_conversion_to_finer_steps_saturates_or_wraps_instead_of_overflowing():
    fine = FixedPoint(62, 60)
    np.testing.assert_array_equal(fine.convert([16, -16, 1], FixedPoint(8, 0)), [fine.highest, fine.lowest, 1 << 60])
    np.testing.assert_array_equal(fine.convert([16], FixedPoint(8, 0), overflow=Overflow.WRAP), [0])
    np.testing.assert_array_equal(FixedPoint(8, 0).convert([100, -100], FixedPoint(8, 100)), [0, -1])


def test_integers_of_any_size_are_fitted():
    np.testing.assert_array_equal(FixedPoint(8, 0).fit([2**70, -(2**80)]), [127, -128])
    np.testing.assert_array_equal(FixedPoint(8, 0).fit(np.array([2**64 - 1], np.uint64)), [127])


def test_wide_formats_wrap_small_negative_numbers_exactly():
    np.testing.assert_array_equal(FixedPoint(56, 0).quantize([-1.0, -3.0], overflow=Overflow.WRAP), [-1, -3])


@pytest.mark.parametrize("width", [True, 4.5, "8"])
def test_widths_are_whole_numbers(width):
    with pytest.raises(TypeError, match="whole number of bits"):
        FixedPoint(width, 0)
