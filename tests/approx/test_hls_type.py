"""Types of high-level synthesis against exact rationals, number by number."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx.correct_rounding import nearest_float32
from approx.fixed_point import FixedPoint, Overflow
from approx.hls_type import HlsType, exact_product
from approx.rounding import Rounding

ROUNDINGS = ["AP_TRN", "AP_TRN_ZERO", "AP_RND", "AP_RND_CONV", "AP_RND_INF", "AP_RND_ZERO", "AP_RND_MIN_INF"]
OVERFLOWS = ["AP_WRAP", "AP_SAT", "AP_SAT_SYM", "AP_SAT_ZERO"]


def assigned(value, width, frac, signed, rounding, overflow):
    """The code of a rational, as the manuals of the types describe the modes."""
    scaled = value * Fraction(2) ** frac
    down, lost = math.floor(scaled), scaled - math.floor(scaled)
    half = Fraction(1, 2)
    up = {
        "AP_TRN": False,
        "AP_TRN_ZERO": scaled < 0 and lost > 0,
        "AP_RND": lost >= half,
        "AP_RND_CONV": lost > half or (lost == half and down % 2),
        "AP_RND_INF": lost > half or (lost == half and scaled > 0),
        "AP_RND_ZERO": lost > half or (lost == half and scaled < 0),
        "AP_RND_MIN_INF": lost > half,
    }[rounding]
    code = down + bool(up)
    high = 2 ** (width - 1) - 1 if signed else 2**width - 1
    low = -high - 1 if signed else 0
    if overflow == "AP_WRAP":
        return (code - low) % 2**width + low
    if overflow == "AP_SAT_ZERO":
        return code if low <= code <= high else 0
    return min(max(code, -high if overflow == "AP_SAT_SYM" and signed else low), high)


def random_type(rng, widths=(1, 70)):
    width, signed = int(rng.integers(*widths)), bool(rng.integers(2))
    modes = str(rng.choice(ROUNDINGS)), str(rng.choice(OVERFLOWS))
    return HlsType(width, int(rng.integers(-5, 75)), signed, Rounding.parse(modes[0]), Overflow.parse(modes[1])), modes


@pytest.mark.parametrize("bits", [8, 30, 59, 62])
def test_an_assignment_rounds_once_and_fits_once(bits):
    rng = np.random.default_rng(bits)
    for _ in range(60):
        type_, modes = random_type(rng)
        mantissas = rng.integers(-(1 << bits) + 1, 1 << bits, 20) >> rng.integers(0, bits, 20)
        exponents = rng.integers(-90, 40, 20)
        expected = [
            assigned(int(m) * Fraction(2) ** int(e), type_.width, type_.frac, type_.signed, *modes)
            for m, e in zip(mantissas, exponents, strict=True)
        ]
        assert type_.assign(mantissas, exponents).tolist() == expected, type_
        assert type_.assign(mantissas.astype(object), exponents).tolist() == expected
        one = int(exponents[0])
        assert type_.assign(mantissas[:1], one).tolist() == expected[:1]


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("overflow", OVERFLOWS)
@pytest.mark.parametrize("signed", [True, False])
def test_every_mode_on_every_eighth_of_a_step(rounding, overflow, signed):
    eighths = np.arange(-400, 400)
    type_ = HlsType(5, 1, signed, Rounding.parse(rounding), Overflow.parse(overflow))
    expected = [assigned(Fraction(int(n), 16), 5, 1, signed, rounding, overflow) for n in eighths]
    assert type_.assign(eighths, -4).tolist() == expected
    assert type_.assign_reals(eighths / 16).tolist() == expected


def test_reals_of_every_magnitude_are_assigned_exactly():
    rng = np.random.default_rng(1)
    reals = rng.normal(0, 1, 40) * 2.0 ** rng.integers(-80, 60, 40)
    for _ in range(40):
        type_, modes = random_type(rng)
        expected = [assigned(Fraction(x), type_.width, type_.frac, type_.signed, *modes) for x in reals.tolist()]
        assert type_.assign_reals(reals).tolist() == expected


def test_an_infinity_saturates_or_wraps_to_zero():
    infinite = np.array([np.inf, -np.inf])
    assert HlsType.parse("ap_fixed<8,4,AP_RND,AP_SAT>").assign_reals(infinite).tolist() == [127, -128]
    assert HlsType.parse("ap_fixed<8,4,AP_RND,AP_SAT_SYM>").assign_reals(infinite).tolist() == [127, -127]
    assert HlsType.parse("ap_fixed<8,4>").assign_reals(infinite).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("ap_fixed<18,8>", "ap_fixed<18,8>"),
        ("ap_fixed<18,8,AP_TRN,AP_WRAP>", "ap_fixed<18,8>"),
        ("ap_ufixed< 8, 0, AP_RND_CONV, AP_SAT >", "ap_ufixed<8,0,AP_RND_CONV,AP_SAT>"),
        ("ap_fixed<18,8,RND,SAT>", "ap_fixed<18,8,AP_RND,AP_SAT>"),
        ("ac_fixed<24,12,false,AC_RND,AC_SAT>", "ap_ufixed<24,12,AP_RND,AP_SAT>"),
        ("ac_fixed<16,-2,true>", "ap_fixed<16,-2>"),
        ("ac_fixed<16,0,true,AC_TRN_ZERO,AC_SAT_SYM>", "ap_fixed<16,0,AP_TRN_ZERO,AP_SAT_SYM>"),
        ("s8.4", "ap_fixed<8,4>"),
    ],
)
def test_a_type_is_read_and_printed(text, printed):
    type_ = HlsType.parse(text)
    assert str(type_) == printed
    assert HlsType.parse(printed) == type_


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ap_fixed<18,8,AP_ROUND>", "no rounding mode 'AP_ROUND'"),
        ("ap_fixed<18,8,AP_RND,AP_CLIP>", "no overflow mode 'AP_CLIP'"),
        ("ac_fixed<18,8>", "ac_fixed<8,4,false>"),
        ("ap_fixed<18,8,true>", "for an unsigned type"),
        ("ap_fixed<0,8>", "0 bits"),
        ("fixed", "not a number format"),
        ("ap_fixed<8,4,CEIL>", "no rounding of these types"),
    ],
)
def test_what_is_no_type_gets_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        HlsType.parse(text)


def test_a_design_takes_types_as_text_and_as_objects():
    text = "ap_fixed<12,2,AP_RND,AP_SAT>"
    design = approx.build("hls4ml_stable", output=text)
    assert design == approx.build("hls4ml_stable", output=HlsType.parse(text))
    assert design.parameters["output"] == text
    assert design.parameters["inp_norm_t"] is None
    assert approx.build("hls4ml_stable", inp_norm_t="ap_ufixed<9,5>").parameters["inp_norm_t"] == "ap_ufixed<9,5>"
    for name in ("output", "inp_norm_t"):
        with pytest.raises(ValueError, match=f"hls4ml_stable: {name} = 'ap_fixed<1>': 'ap_fixed<1>' is not a number"):
            approx.build("hls4ml_stable", **{name: "ap_fixed<1>"})


def test_products_and_codes_beyond_62_bits_are_exact():
    a = np.array([(1 << 45) - 1, 3])
    assert exact_product(a, a).tolist() == [((1 << 45) - 1) ** 2, 9]
    assert exact_product(np.array([3]), np.array([4])).dtype == np.int64
    wide = HlsType(90, 20, signed=False)
    assert wide.assign(np.array([1]), 60).tolist() == [1 << 80]
    assert wide.assign(np.array([-1]), -20).tolist() == [(1 << 90) - 1]
    with pytest.raises(ValueError, match="62"):
        _ = wide.format
    assert HlsType.parse("ap_fixed<8,4>").format == FixedPoint(8, 4)


@pytest.mark.parametrize("function", ["exp", "reciprocal"])
def test_float32_tables_are_rounded_once(function):
    x = np.concatenate([np.arange(-120, 100) + 0.37, [0.0, 1.0, -103.97, -87.5, 88.7, 88.73, 700.0]])
    with np.errstate(divide="ignore", over="ignore"):
        computed = np.exp(x.astype(np.longdouble)) if function == "exp" else 1 / x.astype(np.longdouble)
        expected = computed.astype(np.float32)
    np.testing.assert_array_equal(nearest_float32(function, x), expected)
