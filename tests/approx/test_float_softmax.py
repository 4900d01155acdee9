"""Float32 exponentials and the softmaxes around them, against scalar models in exact rational arithmetic."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx import catalog
from approx.exp.float_exp import FLASH_ATTENTION, GGML_5, XNNPACK_5, CodyWaite, CodyWaiteFused, FloorExp2
from approx.float_arithmetic import fused_multiply_add

F32 = np.float32
LENGTHS = (1, 2, 3, 7, 16, 33, 300, 4096)


def single(value):
    """An exact rational rounded once to float32, ties to even, subnormal numbers kept."""
    if value == 0:
        return F32(0)
    magnitude = abs(value)
    exponent = max(magnitude.numerator.bit_length() - magnitude.denominator.bit_length(), -126)
    exponent -= 1 if exponent > -126 and magnitude < Fraction(2) ** exponent else 0
    step = Fraction(2) ** (exponent - 23)
    return F32(math.copysign(float(round(magnitude / step) * step), value))


def fma(a, b, c):
    return single(Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c)))


def test_a_fused_multiply_add_rounds_once():
    rng = np.random.default_rng(0)
    a, b = (rng.normal(0, 1, 2000).astype(F32) for _ in range(2))
    c = np.where(rng.random(2000) < 0.5, -(a * b), rng.normal(0, 1, 2000) * 2.0 ** rng.integers(-30, 30, 2000)).astype(
        F32
    )
    np.testing.assert_array_equal(fused_multiply_add(a, b, c), [fma(*three) for three in zip(a, b, c, strict=True)])


# FlashAttention-4


@pytest.mark.parametrize(("degree", "known"), [(1, 3.88e-2), (2, 2.08e-3), (3, 8.76e-5), (4, 2.99e-6), (5, 8.5e-8)])
def test_the_polynomials_of_flash_attention_have_the_known_error(degree, known):
    """In real arithmetic; 8.76e-5 for degree 3 is anchor E5."""
    f = np.linspace(0, 1, 200_001)
    error = np.polynomial.polynomial.polyval(f, FLASH_ATTENTION[degree]) / np.exp2(f) - 1
    assert float(f"{abs(error).max():.{2 if degree == 5 else 3}g}") == known


@pytest.mark.parametrize(("degree", "stated"), [(1, 3.88e-2), (2, 2.08e-3), (3, 8.77e-5), (4, 3.1e-6), (5, 1.6e-7)])
def test_the_emulated_exp2_has_the_stated_error_in_float32(degree, stated):
    x = np.linspace(-126, 0, 300_001).astype(F32)
    error = abs(FloorExp2(degree).of(x).astype(float) / np.exp2(x.astype(float)) - 1).max()
    assert 0.85 * stated < error <= stated


def scalar_exp2(x, degree):
    """Clamp, floor, Horner, exponent field: one number at a time."""
    x = max(float(x), -127.0) if not math.isnan(x) else -127.0
    whole = math.floor(x)
    f = F32(x - whole)
    p = F32(FLASH_ATTENTION[degree][-1])
    for c in FLASH_ATTENTION[degree][-2::-1]:
        p = fma(p, f, F32(c))
    word = (int(p.view(np.uint32)) + (whole << 23)) & 0xFFFFFFFF
    return np.uint32(word).view(F32)


@pytest.mark.parametrize("degree", [1, 3, 5])
def test_the_emulated_exp2_is_the_scalar_one_bit_for_bit(degree):
    special = [0.0, -0.0, -1e-9, -1.0, -126.0, -126.5, -127.0, -128.0, -1e30, -np.inf, np.nan, 1.5, 100.25]
    x = np.concatenate([special, -np.random.default_rng(0).exponential(20, 500)]).astype(F32)
    unit = catalog.build_unit("flash_attention4_exp2", degree=degree)
    expected = [scalar_exp2(value, degree).view(np.uint32) for value in x]
    np.testing.assert_array_equal(unit.codes(x.view(np.uint32)), expected)


# Cody-Waite


def test_the_polynomials_of_degree_five_have_the_known_error():
    """9.2e-8 for XNNPACK's coefficients."""
    t = np.linspace(-math.log(2) / 2, math.log(2) / 2, 200_001)
    for coefficients, known in ((XNNPACK_5, 9.2e-8), (GGML_5, 1.2e-7)):
        error = np.polynomial.polynomial.polyval(t, (1.0, *coefficients)) / np.exp(t) - 1
        assert float(f"{abs(error).max():.2g}") == known


@pytest.mark.parametrize("unit", [CodyWaite(), CodyWaiteFused()], ids=["apart", "fused"])
def test_float_exponentials_have_the_stated_error(unit):
    x = np.linspace(-87.33, 0, 400_001).astype(F32)
    error = abs(unit.of(x).astype(float) / np.exp(x.astype(float)) - 1).max()
    assert 1.7e-7 < error <= 1.9e-7


def test_results_below_the_smallest_normal_number_are_flushed_or_kept():
    x = np.array([-87.3, -88.0, -100.0, -104.0, -200.0, -np.inf, np.nan], F32)
    flushed, kept = (
        catalog.build_unit(name).codes(x.view(np.uint32)).view(F32)
        for name in ("cody_waite_exp", "cody_waite_fused_exp")
    )
    assert (flushed[1:6] == 0).all()
    np.testing.assert_allclose(kept[:3], np.exp(x[:3].astype(float)), rtol=1e-6, atol=2.0**-149)
    assert (kept[4:6] == 0).all()
    assert np.isnan([flushed[6], kept[6]]).all()


def scalar_exp(x):
    """Products and sums rounded apart, one number at a time, in rational arithmetic."""
    if x < F32(float.fromhex("-0x1.5d589ep+6")):
        return F32(0)

    def times_plus(a, b, c):
        return single(Fraction(float(single(Fraction(float(a)) * Fraction(float(b))))) + Fraction(float(c)))

    shifted = times_plus(x, float.fromhex("0x1.715476p+0"), float.fromhex("0x1.8000fep+23"))
    n = int(shifted) - (127 + 3 * 2**22)
    t = times_plus(n, -float.fromhex("0x1.7f7d1cp-20"), times_plus(n, -float.fromhex("0x1.62e4p-1"), x))
    p = F32(XNNPACK_5[4])
    for c in XNNPACK_5[3::-1]:
        p = times_plus(p, t, F32(c))
    return times_plus(single(Fraction(float(t)) * Fraction(2) ** n), p, Fraction(2) ** n)


def test_the_exponential_of_xnnpack_is_the_scalar_one_bit_for_bit():
    x = np.concatenate([[0.0, -1e-30, -87.336, -87.34], -np.random.default_rng(1).exponential(20, 500)]).astype(F32)
    np.testing.assert_array_equal(CodyWaite().of(x), [scalar_exp(value) for value in x])


# Whole rows


def flash_row(x, degree):
    log2e = F32(math.log2(math.e))
    maximum = max(x)
    scaled = single(Fraction(float(maximum)) * Fraction(float(log2e)))
    return [scalar_exp2(fma(value, log2e, -scaled), degree) for value in x]


def scaled_by_sum(terms):
    """Sequential float32 sum, its reciprocal, products."""
    total = F32(0)
    for term in terms:
        total = F32(total + term)
    scale = F32(1) / total
    return [F32(term * scale) for term in terms]


@pytest.mark.parametrize("length", LENGTHS)
def test_whole_rows_follow_the_scalar_models(length):
    rng = np.random.default_rng(length)
    for x in (
        rng.normal(0, 5, length).astype(F32),
        np.full(length, 3.25, F32),
        np.linspace(-90, 5, length).astype(F32),
    ):
        sample = x[
            :64
        ]  # exact rationals are slow: long rows are checked by their exponentials being those of the units
        flash = approx.build("flash_attention4", output="float32")
        np.testing.assert_array_equal(
            flash.output.value(flash.codes(sample.view(np.uint32))), scaled_by_sum(flash_row(sample, 3))
        )
        cody = approx.build("cody_waite")
        expected = scaled_by_sum([scalar_exp(F32(value - sample.max())) for value in sample])
        np.testing.assert_array_equal(cody.output.value(cody.codes(sample.view(np.uint32))), expected)
        whole = scaled_by_sum(CodyWaite().of(x - x.max()))
        np.testing.assert_array_equal(cody.output.value(cody.codes(x.view(np.uint32))), whole)


@pytest.mark.parametrize(("order", "lanes"), [("sequential", 1), ("lanes", 4), ("tree", 1)])
def test_the_order_of_the_sum_shows_in_the_last_bits_only(order, lanes):
    x = np.random.default_rng(0).normal(0, 2, (50, 1000)).astype(F32)
    design = approx.build("cody_waite", order=order, lanes=lanes)
    np.testing.assert_allclose(design(x), approx.softmax(x.astype(float)), rtol=2e-6)


def test_narrow_formats_are_rounded_once_at_the_end():
    x = np.random.default_rng(0).normal(0, 2, (20, 50))
    narrow, wide = (
        approx.build("flash_attention4", input="bfloat16", output=output) for output in ("bfloat16", "float32")
    )
    codes = narrow.quantize(x)
    rounded = narrow.output.of_values(wide.output.to_values(wide.codes(codes)).astype(narrow.output.dtype_of_values))
    np.testing.assert_array_equal(narrow.codes(codes), rounded.reshape(codes.shape))


def test_rows_of_infinities_and_nan_are_what_the_sources_make_of_them():
    flash, cody = approx.build("flash_attention4", output="float32"), approx.build("cody_waite")
    row = np.array([[-np.inf, -np.inf], [1.0, np.nan], [2.0, -np.inf]], F32)
    values = [np.asarray(d.output.value(d.codes(row.view(np.uint32)))) for d in (flash, cody)]
    np.testing.assert_array_equal(values[0], [[0, 0], [1, 0], [1, 0]])
    np.testing.assert_array_equal(values[1], [[np.nan, np.nan], [np.nan, np.nan], [1, 0]])
