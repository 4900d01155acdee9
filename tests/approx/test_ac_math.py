"""AC Math's units and softmaxes against a model in plain Python integers, and what is known of their corners."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx import ac_math
from approx.fixed_point import FixedPoint

POW2 = [(194, 1022), (230, 1216), (273, 1446), (325, 1719)]
RECIPROCAL = [
    (-228, 2045), (-181, 1817), (-148, 1636), (-124, 1488), (-105, 1364), (-90, 1259), (-77, 1169), (-68, 1092)
]  # fmt: skip


def quantised(value, width, integer, signed, rounding, overflow):
    """A rational in ac_fixed<width, integer, signed, rounding, overflow>, as a code."""
    scaled = value * Fraction(2) ** (width - integer)
    code = math.floor(scaled + Fraction(1, 2)) if rounding == "AC_RND" else math.floor(scaled)
    high = 2 ** (width - signed) - 1
    low = -high - 1 if signed else 0
    return min(max(code, low), high) if overflow == "AC_SAT" else (code - low) % 2**width + low


def chord(segments, position, bits):
    """Slope times offset plus intercept at a position in segments, of which `bits` fraction bits are seen."""
    cut = math.floor(position * 2**bits)
    slope, intercept = segments[cut >> bits]
    return Fraction(slope, 1024) * Fraction(cut & (2**bits - 1), 2**bits) + Fraction(intercept, 1024)


def seen(bits):
    return min(max(bits, 1), 10)


def pow2(x, frac):
    whole = math.floor(x)
    return chord(POW2, 4 * (x - whole), seen(frac - 2)) * Fraction(2) ** whole


def exp(x, frac):
    kept = max(12, frac)
    return pow2(Fraction(math.floor(x * Fraction(23637, 2**14) * 2**kept), 2**kept), kept)


def reciprocal(code, frac, width, signed):
    length = abs(code).bit_length()
    position = (Fraction(abs(code), 2**length) - Fraction(1, 2)) * 16
    value = chord(RECIPROCAL, position, seen(width - 4 - signed)) / Fraction(2) ** (length - frac)
    return value if code > 0 else -value


def largest(width, signed):
    return 2 ** (width - signed) - 1


def numerator_frac(frac):
    return seen(frac - 2) + 10


def old(codes, frac, integer, out, row_length, exp_type=None, reciprocal_type=None):
    """`ac_softmax_pwl`; types are (width, integer, signed, rounding, overflow)."""
    e = numerator_frac(frac)
    integers = math.trunc(1.443 * 2.0 ** (integer - 1)) + 1
    exp_type = exp_type or (integers + e, integers, False, "AC_TRN", "AC_WRAP")
    e = exp_type[0] - exp_type[1]
    width = exp_type[0] + (row_length - 1).bit_length()
    reciprocal_type = reciprocal_type or (width + 20, e + 1, False, "AC_TRN", "AC_WRAP")
    terms = [quantised(exp(Fraction(code) / 2**frac, frac), *exp_type) for code in codes]
    return divided(terms, e, width, reciprocal_type, out)


def new(codes, frac, out, row_length, e=None, log2e_frac=16):
    """`ac_softmax_pwl_new`."""
    e = e or numerator_frac(frac)
    log2e = Fraction(math.floor(math.log2(math.e) * 2**log2e_frac), 2**log2e_frac)
    products = [Fraction(code, 2**frac) * log2e for code in codes]
    wholes = [math.floor(product) for product in products]
    powers = [math.floor(pow2(p - n, frac + log2e_frac) * 2**e) for p, n in zip(products, wholes, strict=True)]
    terms = [power >> (max(wholes) - n) for power, n in zip(powers, wholes, strict=True)]
    width = e + (2 * row_length - 1).bit_length()
    return divided(terms, e, width, (width + 20, e + 1, False, "AC_TRN", "AC_WRAP"), out)


def divided(terms, e, width, reciprocal_type, out):
    total = sum(terms) % 2**width
    code = largest(reciprocal_type[0], False)
    if total:
        code = quantised(reciprocal(total, e, width, False), *reciprocal_type)
    factor = Fraction(code, 2 ** (reciprocal_type[0] - reciprocal_type[1]))
    return [quantised(Fraction(term, 2**e) * factor, *out) for term in terms]


def text(type_):
    width, integer, signed, rounding, overflow = type_
    return f"ac_fixed<{width},{integer},{str(signed).lower()},{rounding},{overflow}>"


def random_modes(rng):
    return str(rng.choice(["AC_TRN", "AC_RND"])), str(rng.choice(["AC_WRAP", "AC_SAT"]))


@pytest.mark.parametrize("function", ["pow2", "exp", "reciprocal"])
def test_units_give_what_the_integer_model_gives_for_random_types(function):
    rng = np.random.default_rng(len(function))
    for _ in range(40):
        width, signed = int(rng.integers(1, 19)), bool(rng.integers(2))
        integer = int(rng.integers(-3, 9))
        out_width = int(rng.integers(2, 60))
        out = (out_width, int(rng.integers(-2, 30)), signed and function == "reciprocal", *random_modes(rng))
        read = FixedPoint(width, width - integer, signed)
        codes = np.append(rng.integers(read.lowest, read.highest + 1, 20), [read.lowest, read.highest, 0])
        outputs = approx.catalog.build_unit("ac_math_pwl", function=function, input=read, output=text(out)).codes(codes)
        for code, output in zip(codes.tolist(), outputs.tolist(), strict=True):
            x = Fraction(code) / Fraction(2) ** read.frac
            if function == "reciprocal":
                zero = largest(out_width, out[2])
                expected = quantised(reciprocal(code, read.frac, width, signed), *out) if code else zero
            else:
                expected = quantised((pow2 if function == "pow2" else exp)(x, read.frac), *out)
            assert output == expected, (read, out, code)


def rows(rng, low, high, lengths):
    for length in lengths:
        yield rng.integers(low, high + 1, length)
        yield np.clip(rng.integers(low, high + 1) + rng.integers(-9, 10, length), low, high)
    yield np.full(4, low)
    yield np.full(4, high)
    yield np.array([low, high, low, low])
    yield np.array([high, low])


@pytest.mark.parametrize("seed", range(10))
def test_the_old_softmax_gives_what_the_integer_model_gives(seed):
    """Inputs of up to 6 integer bits, whose sums have up to 75 bits; inner types replaced in half of the cases."""
    rng = np.random.default_rng(seed)
    width, integer = [(8, 4), (16, 6), (10, 6), (12, 2), (16, 5)][seed % 5]
    out = (int(rng.integers(4, 24)), int(rng.integers(0, 3)), False, *random_modes(rng))
    types = {}
    if seed >= 5:
        types["exp_type"] = (24, 12, False, *random_modes(rng))
        types["reciprocal_type"] = (int(rng.integers(20, 90)), int(rng.integers(4, 14)), False, *random_modes(rng))
    design = approx.build(
        "ac_softmax_pwl", input=FixedPoint(width, width - integer), output=text(out), row_length=20,
        **{name: text(type_) for name, type_ in types.items()},
    )  # fmt: skip
    for row in rows(rng, design.input.lowest, design.input.highest, (1, 3, 20)):
        expected = old(row.tolist(), width - integer, integer, out, 20, **types)
        assert design.codes(row).tolist() == expected, row
        assert design.definition(row[None]).tolist() == [expected]


@pytest.mark.parametrize("seed", range(8))
def test_the_new_softmax_gives_what_the_integer_model_gives(seed):
    rng = np.random.default_rng([1, seed])
    signed = seed % 3 > 0
    width, integer = [(8, 4), (16, 6), (20, 7), (6, 6)][seed % 4]
    out = (int(rng.integers(4, 24)), int(rng.integers(0, 3)), False, *random_modes(rng))
    own = {"exp2_frac": int(rng.integers(1, 31)), "log2e_frac": int(rng.integers(1, 17))} if seed >= 4 else {}
    read = FixedPoint(width, width - integer, signed)
    design = approx.build("ac_softmax_pwl_new", input=read, output=text(out), row_length=20, **own)
    for row in rows(rng, read.lowest, read.highest, (1, 3, 20)):
        expected = new(row.tolist(), read.frac, out, 20, own.get("exp2_frac"), own.get("log2e_frac", 16))
        assert design.codes(row).tolist() == expected, row
        assert design.definition(row[None]).tolist() == [expected]


def test_the_segments_of_pow2_have_the_known_error():
    x = np.arange(1 << 12)
    mantissa, exponent = ac_math.pow2(x, 12)
    error = mantissa * 2.0**exponent / np.exp2(x / 2**12) - 1
    assert error.max() == pytest.approx(2.29e-3, rel=3e-3)
    assert error.min() == pytest.approx(-1.95e-3, rel=3e-3)
    assert error.argmin() == 0  # 2**0 is 0.998


def test_the_segments_of_the_reciprocal_have_the_known_error():
    x = np.arange(1 << 13, 1 << 14)
    mantissa, exponent = ac_math.reciprocal(x, 14, signed=False)
    error = mantissa * 2.0**exponent * x - 1
    assert abs(error).max() == pytest.approx(1.89e-3, rel=3e-3)


def test_exp_adds_the_error_of_the_constant_and_of_the_truncation():
    x = np.arange(-(1 << 15), 1 << 15)  # s16.10
    mantissa, exponent = ac_math.exp(x, 10)
    error = mantissa * 2.0**exponent / np.exp(x / 2**10) - 1
    drift = -4.89e-6 * x / 2**10
    below, above = (error - drift).min(), (error - drift).max()
    assert below == pytest.approx(-1.95e-3 - 2**-12 * math.log(2), rel=5e-3)
    assert above == pytest.approx(2.29e-3, rel=3e-3)


def test_terms_of_the_new_softmax_are_within_their_stated_error():
    unit = approx.build("ac_softmax_pwl_new", input="s16.10", exp2_frac=30).exp
    x = np.arange(-(1 << 15), 1 << 15)
    scaled = x * unit.log2e / 2**26
    error = unit.terms(np.zeros_like(x), x) / 2**30 / np.exp2(scaled - np.floor(scaled)) - 1
    assert error.min() == pytest.approx(-2.12e-3, rel=5e-3)
    assert error.max() == pytest.approx(2.29e-3, rel=3e-3)
    assert (unit.log2e / 2**16 - math.log2(math.e)) * math.log(2) == pytest.approx(-4.89e-6, rel=1e-3)


def test_ideals_are_the_functions():
    x = np.array([0.5, 2.0])
    for function, expected in (("pow2", np.exp2(x)), ("exp", np.exp(x)), ("reciprocal", 1 / x)):
        out = "ac_fixed<20,6,true>"
        unit = approx.catalog.build_unit("ac_math_pwl", function=function, output=out)
        np.testing.assert_array_equal(unit.ideal(x), expected)
        outputs = unit.codes((x * unit.input.codes_per_unit).astype(int))
        assert unit.output.value(outputs) == pytest.approx(expected, rel=3e-3)


def test_the_reciprocal_of_zero_is_the_largest_code_whatever_the_modes():
    for out, expected in (("ac_fixed<12,5,true>", 2047), ("ac_fixed<12,5,true,AC_RND,AC_SAT>", 2047)):
        unit = approx.catalog.build_unit("ac_math_pwl", function="reciprocal", input="s12.6", output=out)
        assert unit.codes(np.array([0])).tolist() == [expected]
    unsigned = approx.catalog.build_unit(
        "ac_math_pwl", function="reciprocal", input="u16.8", output="ac_fixed<24,9,false>"
    )
    assert unsigned.codes(np.array([0])).tolist() == [2**24 - 1]


def test_the_reciprocal_of_the_most_negative_code_is_handled():
    unit = approx.catalog.build_unit("ac_math_pwl", function="reciprocal", input="s12.6", output="ac_fixed<20,8,true>")
    assert unit.codes(np.array([-2048])).tolist() == [math.floor(-2045 / 1024 / 64 * 2**12)]


@pytest.mark.parametrize("name", ["ac_softmax_pwl", "ac_softmax_pwl_new"])
def test_one_hot_rows_wrap_to_nothing_without_an_integer_bit(name):
    """Where the segments of the reciprocal lie above the curve a winner reaches 1."""
    ones = np.full((64, 4), -32768)
    ones[:, 0] = np.arange(32767, 32767 - 64 * 16, -16)
    shares = {
        output: approx.build(name, input="s16.10", output=output, row_length=4).codes(ones)[:, 0].astype(int)
        for output in ("ac_fixed<16,0,false>", "ac_fixed<17,1,false>", "ac_fixed<16,0,false,AC_TRN,AC_SAT>")
    }
    wrapped, exact, saturated = shares.values()
    assert exact.max() < 1.002 * 2**16
    assert 0 < (exact >= 1 << 16).sum() < 64
    np.testing.assert_array_equal(wrapped, exact % 2**16)
    np.testing.assert_array_equal(saturated, np.minimum(exact, 2**16 - 1))


def test_the_old_softmax_gives_zeros_where_all_exponentials_are_zero():
    """Below -12.48, which is ln(2**-18), for 16.6 inputs; 8.4 inputs keep at least one step."""
    design = approx.build("ac_softmax_pwl", input="s16.10", row_length=10)
    assert design(np.full(10, -12.49)).tolist() == [0.0] * 10
    assert design(np.full(10, -12.46)).min() > 0.09
    assert not design.traits.normalised
    assert approx.build("ac_softmax_pwl", row_length=10)(np.full(10, -8.0)).min() > 0.09


def test_sums_of_more_than_62_bits_do_not_wrap():
    """256 codes at the top: exponentials of 2**46 with 18 fraction bits, a sum of 73 bits, shares of 1/256."""
    design = approx.build("ac_softmax_pwl", input="s16.10", output="ac_fixed<16,1,false>", row_length=256)
    assert (design.accumulator.width, design.normalizer.reciprocal.width) == (73, 93)
    outputs = design(np.full(256, 31.99))
    assert outputs == pytest.approx(np.full(256, 1 / 256), rel=8e-3)


def test_a_two_element_tie_sums_to_a_little_more_than_one():
    design = approx.build("ac_softmax_pwl_new", output="ac_fixed<24,1,false>", row_length=4)
    assert design(np.zeros(2)).sum() == pytest.approx(1.00006, abs=2e-4)


def test_tails_of_8_bit_inputs_end_at_twelve_fraction_bits():
    """The worst absolute error of rows of 256 is about 0.04, and a tenth of that with 15 fraction bits."""
    rng = np.random.default_rng(0)
    x = np.round(rng.uniform(-8, 7.9, (200, 256)) * 16) / 16
    x[:100, 1:] = np.clip(x[:100, 1:], -8, -0.5)
    x[::2, 0] = 7.9375
    exact = np.exp(x - x.max(axis=1, keepdims=True))
    exact /= exact.sum(axis=1, keepdims=True)

    def worst(**parameters):
        return abs(approx.build("ac_softmax_pwl_new", row_length=256, **parameters)(x) - exact).max()

    assert worst() < 0.045
    assert worst(exp2_frac=15) < 0.006


def test_terms_of_the_new_softmax_lie_below_two():
    unit = approx.build("ac_softmax_pwl_new").exp
    top = np.arange(-128, 128)
    terms = unit.terms(np.zeros_like(top), top)
    assert terms.max() == unit.largest_term < 2 << unit.kept
    assert unit.largest_term >= 1.9 * 2**unit.kept
    assert terms.min() >= 0.99 * 2**unit.kept
    wide = approx.build("ac_softmax_pwl_new", input="s18.10").exp
    assert wide.largest_term.bit_length() == wide.kept + 1


def test_the_row_length_is_part_of_the_widths():
    for length, width in ((4, 26), (10, 28), (64, 30), (256, 32)):
        design = approx.build("ac_softmax_pwl", row_length=length)
        assert (design.accumulator.width, design.normalizer.reciprocal.width) == (width, width + 20)
        assert design.normalizer.reciprocal.integer == 13


@pytest.mark.parametrize(("input_", "integer"), [("s8.4", 12), ("s16.10", 47), ("s8.8", 1), ("u8.4", 24)])
def test_exponentials_get_integer_bits_for_the_largest_code(input_, integer):
    design = approx.build("ac_softmax_pwl", input=input_)
    assert design.exp.type.integer == integer
    top = int(design.exp.of_code(np.array([design.input.highest]))[0])
    assert top / 2**design.exp.type.frac == pytest.approx(math.exp(design.input.highest * design.input.step), rel=3e-3)


@pytest.mark.parametrize(
    ("build", "parameters", "sentence"),
    [
        ("ac_softmax_pwl", {"input": "s16.9"}, "need 93 integer bits"),
        ("ac_softmax_pwl", {"output": "ap_fixed<16,1>"}, "output = .* is signed"),
        ("ac_softmax_pwl", {"exp_type": "ap_fixed<16,1>"}, "exp_type = .* is signed"),
        ("ac_softmax_pwl_new", {"output": "ap_fixed<16,1>"}, "output = .* is signed"),
        ("ac_softmax_pwl_new", {"input": "ap_fixed<8,9>"}, "more than one unit"),
        ("ac_math_pwl", {"function": "reciprocal"}, "can be negative"),
        ("ac_math_pwl", {"input": "s40.20"}, "up to 32 bits"),
        ("ac_math_pwl", {"input": "ap_fixed<8,30>"}, "24 integer bits"),
        ("ac_math_pwl", {"function": "log"}, "function = 'log'"),
    ],
)
def test_what_makes_no_hardware_is_refused(build, parameters, sentence):
    entries = approx.catalog.entries() | approx.catalog.unit_entries()
    with pytest.raises(ValueError, match=sentence):
        entries[build](**parameters)
