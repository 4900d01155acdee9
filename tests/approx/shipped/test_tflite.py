"""TensorFlow Lite and CMSIS-NN against scalar models that follow the kernels statement by statement."""

import decimal
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import approx
from approx.exp.float_table import FloatExpTable, Uint16ExpTable
from approx.exp.gemmlowp import GemmlowpExp
from approx.exp.interpolated import InterpolatedExp
from approx.interpolation import EXP, ONE_OVER_ONE_PLUS_X
from experiments.vectors import read

INT32_MAX = 2**31 - 1
NONE = np.zeros(1, dtype=np.int64)
f32 = np.float32

GOLDEN = Path(__file__).parents[2] / "golden"
LENGTHS = (1, 2, 3, 5, 16, 31, 64, 257)
SCALES = [
    (0.1, 1.0), (1 / 16, 1.0), (1 / 256, 1.0), (0.0390625, 1.0), (0.25, 1.0), (0.1, 0.5), (0.05, 2.0), (0.5, 1.0),
    (1.0, 1.0), (3.7, 1.0), (20.0, 1.0), (31.99, 1.0), (32.0, 1.0), (40.0, 1.0), (0.001, 1.0), (2.0**-26 * 1.0001, 1.0),
    (0.087432, 1.0), (0.3, 0.7),
]  # fmt: skip
SCALES_16 = [
    (2.0**-12, 1.0), (10 / 65535, 1.0), (2.0**-15, 1.0), (2.0**-13, 1.0), (2.0**-10, 1.0), (2.0**-12, 0.5), (0.01, 1.0),
    (1.0, 1.0), (0.00061035156, 1.0), (2.5, 1.9), (1e-8, 1.0), (3e-5, 0.7),
]  # fmt: skip


def rows_of(low, high, rng, lengths=LENGTHS):
    """Extremes, ties, one-hot rows both ways, ramps, pairs, normal and uniform codes."""
    for n in lengths:
        for code in (low, 0, high):
            yield np.full(n, code)
        hot = np.full(n, low)
        hot[n // 2] = high
        yield hot
        yield np.where(hot == high, low, high)
        yield np.where(hot == high, high, high - 1)
        yield np.clip(high - np.arange(n), low, high)
        yield np.linspace(low, high, n).round().astype(np.int64)
        for deviation in (0.02, 0.2, 1.0):
            span = deviation * (high - low) / 2
            yield np.clip(rng.normal((low + high) / 2, span, n).round(), low, high).astype(np.int64)
        yield rng.integers(low, high + 1, n)


def compare(design, rows, model):
    """Every element of every row, through the kernels and through the definition; rows without a model are left out."""
    kept, expected = [], []
    for row in rows:
        outputs = model(row.tolist())
        if outputs is not None:
            kept.append(row)
            expected.append(outputs)
    offsets = np.concatenate([[0], np.cumsum([row.size for row in kept])])
    outputs = design.codes_ragged(np.concatenate(kept).astype(design.input.dtype), offsets)
    np.testing.assert_array_equal(outputs, np.concatenate(expected))
    for row, numbers in list(zip(kept, expected, strict=True))[::7]:
        np.testing.assert_array_equal(design.definition(row[None, :])[0], numbers)


# The gemmlowp pipeline, in Python integers.


def wrapped(x, bits=32):
    return (x + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)


def clipped(x, bits=32):
    return max(-(1 << bits - 1), min((1 << bits - 1) - 1, x))


def quotient(a, b):
    """C's division: towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def srdhm(a, b):
    product = a * b
    return clipped(quotient(product + (2**30 if product >= 0 else 1 - 2**30), 2**31))


def rdpot(x, n):
    """To the nearest, ties away from zero."""
    return int(math.copysign(1, x)) * ((abs(x) * 2 + 2**n) // 2 ** (n + 1))


def multiplier_of(real):
    fraction, exponent = math.frexp(real)
    mantissa = math.floor(Fraction(fraction) * 2**31 + Fraction(1, 2))
    return (2**30, exponent + 1) if mantissa == 2**31 else (mantissa, exponent)


def gemmlowp_exp(a):
    if a == 0:
        return INT32_MAX
    fraction = (a & 0xFFFFFF) - 0x1000000
    remainder = fraction - a
    x = (fraction << 5) + 2**28
    x2 = srdhm(x, x)
    x3, x4 = srdhm(x2, x), srdhm(x2, x2)
    t = rdpot(srdhm(rdpot(x4, 2) + x3, 715827883) + x2, 1)
    result = 1895147668 + srdhm(1895147668, x + t)
    for k, c in enumerate((1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)):
        if remainder & 1 << 24 + k:
            result = srdhm(result, c)
    return result


def reciprocal(z):
    half = quotient(z + INT32_MAX + 1, 2)
    x = 1515870810 + srdhm(half, -1010580540)
    for _ in range(3):
        x = wrapped(x + clipped(srdhm(x, 2**29 - srdhm(half, x)) << 2))
    return clipped(x << 1)


def setup(scale, beta):
    real = min(float(f32(beta)) * float(f32(scale)) * 2.0**26, 2.0**31 - 1)
    multiplier, shift = multiplier_of(real)
    return multiplier, shift, -math.floor(31 * 2.0**26 / 2.0**shift)


def gemmlowp_model(scale, beta, bits, lowest, limit):
    """A function of a row, which gives None for rows that sum to `limit` or more."""
    multiplier, left, least = setup(scale, beta)
    known = {}

    def exp(d):
        if d not in known:
            known[d] = gemmlowp_exp(srdhm(d << left, multiplier)) if d >= least else None
        return known[d]

    def model(row):
        top = max(row)
        terms = [exp(x - top) for x in row]
        total = sum(rdpot(e, 12) for e in terms if e is not None)
        if total >= limit << 19:
            return None
        zeros = 32 - total.bit_length()
        factor = reciprocal((total << zeros) - 2**31)
        out = {None: lowest}
        for e in set(terms) - {None}:
            y = rdpot(srdhm(factor, e), 12 - zeros + 31 - bits) + lowest
            out[e] = max(lowest, min(lowest + 2**bits - 1, y))
        return [out[e] for e in terms]

    return model


@pytest.mark.parametrize(("scale", "beta"), SCALES)
@pytest.mark.parametrize(
    ("names", "low", "bits", "lowest", "limit"),
    [
        (("tflite_int8", "cmsis_nn_s8"), -128, 8, -128, 512),
        (("tflite_int8_int16",), -128, 16, -32768, 8192),
        (("cmsis_nn_s8_s16",), -128, 16, -32768, 4096),
        (("tflite_uint8", "cmsis_nn_u8"), 0, 8, 0, 512),
    ],
)
def test_eight_bit_inputs_follow_the_scalar_model(names, low, bits, lowest, limit, scale, beta):
    rng = np.random.default_rng(bits)
    model = gemmlowp_model(scale, beta, bits, lowest, limit)
    rows = list(rows_of(low, low + 255, rng, (1, 2, 3, 17, 100)))
    for name in names:
        compare(approx.build(name, scale=scale, beta=beta), rows, model)


def test_long_rows_follow_the_scalar_model():
    rng = np.random.default_rng(3)
    rows = [rng.integers(-128, 128, n) for n in (1000, 2047, 4096)]
    rows += [np.full(n, -5) for n in (505, 511)] + [np.where(np.arange(4096) < 255, 100, -128)]
    compare(approx.build("tflite_int8", scale=0.1), rows, gemmlowp_model(0.1, 1.0, 8, -128, 512))
    rows += [np.full(n, 127) for n in (2048, 4095, 4096, 8191)]
    wide = gemmlowp_model(0.1, 1.0, 16, -32768, 8192)
    assert wide([0] * 8191) is not None
    compare(approx.build("tflite_int8_int16", scale=0.1), rows, wide)


@pytest.mark.parametrize("code", [-128, 0, 127])
@pytest.mark.parametrize(
    ("name", "limit", "sentence"),
    [
        ("tflite_int8", 512, "tflite_int8 is undefined .* 512 or more .* stops the process"),
        ("tflite_uint8", 512, "tflite_uint8 is undefined .* 512 or more .* stops the process"),
        ("tflite_int8_int16", 8192, "tflite_int8_int16 is undefined .* 8192 or more .* stops the process"),
        ("cmsis_nn_s8", 512, "cmsis_nn_s8 is undefined .* 512 or more .* more than 31 bits"),
        ("cmsis_nn_u8", 512, "cmsis_nn_u8 is undefined .* 512 or more .* more than 31 bits"),
        ("cmsis_nn_s8_s16", 4096, "cmsis_nn_s8_s16 is undefined .* 4096 or more .* overflows"),
        ("tflite_int16", 65549, "tflite_int16 is undefined .*65549 equal codes do.* overflows"),
        ("cmsis_nn_s16", 65549, "cmsis_nn_s16 is undefined .*65549 equal codes do.* overflows"),
        ("tflite_int8_lut_aarch64", 32769, "tflite_int8_lut_aarch64 is undefined .*32769 equal codes do.* overflows"),
    ],
)
def test_rows_beyond_the_limit_are_refused_and_the_longest_allowed_is_not(name, limit, sentence, code):
    design = approx.build(name)
    code = code if design.input.signed else code + 128
    row = np.full(limit, code, dtype=design.input.dtype)
    assert np.unique(design.codes(row[1:])).size == 1
    assert design.traits.max_row_length == limit - 1
    for computes in (design.codes, lambda x: design.definition(x[None, :])):
        with pytest.raises(ValueError, match=sentence):
            computes(row)


def test_the_kernel_of_x86_takes_rows_of_any_length():
    for n in (511, 512, 8192, 65549):
        out = approx.build("tflite_int8_lut_x86").codes(np.full(n, 3, dtype=np.int8))
        assert (out == -128 + math.floor(256 / n + 0.5)).all()


def test_a_single_element_saturates_or_wraps():
    one = np.array([[5]])
    expected = {
        "tflite_int8": 127, "tflite_int8_int16": 32767, "tflite_uint8": 255, "tflite_int16": 32767,
        "tflite_int8_lut_x86": 127, "tflite_uint8_lut_x86": 255, "tflite_int8_lut_aarch64": 127, "cmsis_nn_s8": 127,
        "tflite_uint8_lut_aarch64": 255, "cmsis_nn_s8_s16": 32767, "cmsis_nn_u8": 255, "cmsis_nn_s16": -32768,
        "tflite_int8_int16_lut": 32767,
    }  # fmt: skip
    assert {name: int(approx.build(name).codes(one)[0, 0]) for name in expected} == expected


def test_the_input_scale_is_stored_as_float32():
    assert GemmlowpExp.of_step(float(f32(0.1))) == GemmlowpExp(1717986944, 23, -248)
    assert approx.build("tflite_int8", scale=0.1).exp == GemmlowpExp(1717986944, 23, -248)


# What the makers of the recorded CMSIS-NN vectors derived: scale, multiplier, shift, diff_min.
@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (0.0625, (1073741824, 23, -248)), (0.00390625, (1073741824, 19, -3968)), (0.0390625, (1342177280, 22, -496)),
        (0.25, (1073741824, 25, -62)), (0.5, (1073741824, 26, -31)), (1.0, (1073741824, 27, -15)),
        (3.7, (1986422400, 28, -7)), (20.0, (1342177280, 31, 0)), (40.0, (2147483647, 31, 0)),
        (0.001, (1099511680, 17, -15872)), (0.08743199706077576, (1502070272, 23, -248)),
    ],
)  # fmt: skip
def test_multipliers_of_8_bit_inputs_are_those_of_the_framework(scale, expected):
    assert approx.build("cmsis_nn_s8", scale=scale).exp == GemmlowpExp(*expected)
    assert setup(scale, 1.0) == expected


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (0.000244140625, (1717960704, 1)), (0.00015259021893143654, (1073741824, 1)),
        (3.0517578125e-05, (1717960704, -2)), (0.009999999776482582, (1099494826, 7)), (1.0, (1717960704, 13)),
        (0.0006103515625, (2147450880, 2)),
    ],
)  # fmt: skip
def test_multipliers_of_16_bit_inputs_are_those_of_the_framework(scale, expected):
    assert approx.build("cmsis_nn_s16", scale=scale).exp == InterpolatedExp(*expected)


@pytest.mark.parametrize("name", ["tflite_int8", "tflite_int8_int16", "tflite_uint8", "cmsis_nn_s8", "cmsis_nn_u8"])
@pytest.mark.parametrize(("scale", "beta"), [(2.0**-26, 1.0), (2.0**-13, 2.0**-14), (1e-30, 1.0)])
def test_scales_that_would_need_a_right_shift_are_refused(name, scale, beta):
    with pytest.raises(ValueError, match=r"scale \* beta = .* must be above 2\*\*-26"):
        approx.build(name, scale=scale, beta=beta)


def test_a_scale_that_float32_does_not_know_is_refused():
    with pytest.raises(ValueError, match=r"step of 0\.0 is not a positive"):
        approx.build("tflite_int8", scale=1e-60)


@pytest.mark.parametrize("name", ["tflite_int16", "cmsis_nn_s16"])
def test_scales_that_shift_a_16_bit_difference_out_are_refused(name):
    approx.build(name, scale=5.0)
    with pytest.raises(ValueError, match=r"scale \* beta = 5.000\d* must be below 5.000076"):
        approx.build(name, scale=5.001)


@pytest.mark.parametrize("scale", [32.0, 33.3, 1000.0])
def test_from_a_step_of_32_on_only_ties_with_the_maximum_count(scale):
    outputs = approx.build("tflite_int8", scale=scale).codes(np.array([7, 6, 7, -128]))
    assert outputs.tolist() == [0, -128, 0, -128]


# The int16 kernels.


def exact_entries(function, low, high):
    """The generator's formula in rational arithmetic."""

    def away(x):
        return int(math.copysign(1, x)) * math.floor(abs(x) + Fraction(1, 2))

    def at(i):
        with decimal.localcontext(prec=40):
            x = Fraction(low) + Fraction(high - low) * Fraction(i) / 512
            value = decimal.Decimal(x.numerator) / decimal.Decimal(x.denominator)
            return Fraction(value.exp() if function == "exp" else 1 / (1 + value)) * 32768

    entries = []
    for i in range(512):
        here = away(at(i))
        line = away((at(i + 1) + here) / 2)
        entries.append(here - away(Fraction(line - away(at(Fraction(2 * i + 1, 2))), 2)))
    return [max(-32768, min(32767, entry)) for entry in [*entries, away(at(512))]]


@pytest.fixture(scope="module")
def exact_tables():
    return exact_entries("exp", -10, 0), exact_entries("reciprocal", 0, 1)


def test_the_tables_are_those_of_exact_arithmetic(exact_tables):
    assert (EXP.entries.tolist(), ONE_OVER_ONE_PLUS_X.entries.tolist()) == exact_tables


def test_the_shipped_table_of_cmsis_nn_differs_in_two_entries():
    shipped = approx.build("cmsis_nn_s16").normalizer.table.entries
    generated = approx.build("cmsis_nn_s16", table="generated").normalizer.table.entries
    assert np.flatnonzero(shipped != generated).tolist() == [160, 294]
    assert shipped[[160, 294]].tolist() == [24966, 20816]
    assert generated[[160, 294]].tolist() == [24967, 20815]
    np.testing.assert_array_equal(generated, approx.build("tflite_int16").normalizer.table.entries)


def int16_model(scale, beta, exact_tables, saturates, patches=()):
    exps, reciprocals = exact_tables
    reciprocals = list(reciprocals)
    for index, entry in patches:
        reciprocals[index] = entry
    multiplier, shift = multiplier_of(float(f32(scale) * f32(beta)) / (10.0 / 65535.0))
    fit = clipped if saturates else wrapped

    def look_up(table, v):
        i = 256 + (v >> 7)
        return table[i] + ((table[i + 1] - table[i]) * (v & 127) + 64 >> 7)

    known = {}

    def exp(d):
        if d not in known:
            q = rdpot(srdhm(d << max(shift, 0), multiplier), max(-shift, 0))
            known[d] = look_up(exps, clipped(q + 32767, 16))
        return known[d]

    def model(row):
        top = max(row)
        terms = [exp(x - top) for x in row]
        total = sum(terms)
        zeros = 32 - total.bit_length()
        r = look_up(reciprocals, fit(((total << zeros - 1) + 2**13 >> 14) - 98304, 16))
        n = 31 - zeros
        if saturates:
            return [max(0, min(32767, e * r + 2 ** (n - 1) >> n)) for e in terms]
        return [wrapped((e * r >> n - 1) + 1 >> 1, 16) for e in terms]

    return model


@pytest.mark.parametrize(("scale", "beta"), SCALES_16)
def test_16_bit_inputs_follow_the_scalar_model(scale, beta, exact_tables):
    rows = list(rows_of(-32768, 32767, np.random.default_rng(16)))
    rows += [np.array([32767, 32767 - d]) for d in range(0, 65536, 251)]
    model = int16_model(scale, beta, exact_tables, True)
    compare(approx.build("tflite_int16", scale=scale, beta=beta), rows, model)
    for table, patches in (("shipped", ((160, 24966), (294, 20816))), ("generated", ())):
        model = int16_model(scale, beta, exact_tables, False, patches)
        compare(approx.build("cmsis_nn_s16", scale=scale, beta=beta, table=table), rows, model)


def sum_row(target, exp):
    """Codes (int16, the highest first) whose terms sum to `target`, by a greedy choice of terms."""
    terms = exp.terms(np.arange(65536), NONE)
    chosen = [0]
    left = target - int(terms[0])
    while left >= int(terms[-1]):
        d = int(np.argmax(terms <= left))
        chosen.append(d)
        left -= int(terms[d])
    return 32767 - np.array(chosen), left


def test_a_mantissa_just_below_two_saturates_in_tflite_and_wraps_in_cmsis_nn(exact_tables):
    """262143 rounds up to a mantissa of 2, beyond the table: CMSIS-NN reads its first entry instead of its last."""
    row, left = sum_row(2**18 - 1, approx.build("tflite_int16").exp)
    assert left == 0
    compare(approx.build("tflite_int16"), [row], int16_model(2.0**-12, 1.0, exact_tables, True))
    patches = ((160, 24966), (294, 20816))
    compare(approx.build("cmsis_nn_s16"), [row], int16_model(2.0**-12, 1.0, exact_tables, False, patches))
    winner = [int(approx.build(name).codes(row)[0]) for name in ("tflite_int16", "cmsis_nn_s16")]
    assert winner == [4095, 8190]


def test_exp_of_zero_is_32762_and_far_tails_are_2():
    terms = approx.build("tflite_int16").exp.terms(np.array([0, 40960, 65535]), NONE)
    assert terms.tolist() == [32762, 2, 2]


@pytest.mark.parametrize(("length", "winner"), [(1000, 30884), (2048, 29128)])
def test_tails_of_16_bit_rows_take_from_the_winner(length, winner):
    row = np.full(length, -32768)
    row[7] = 32767
    assert approx.build("tflite_int16").codes(row)[7] == winner


def test_the_interpolated_tables_are_within_their_stated_error():
    v = np.arange(-32768, 32768)
    x = (v + 32768) / 65536
    assert abs(EXP(v) / 32768 - np.exp(10 * x - 10)).max() == pytest.approx(5.85e-5, abs=5e-7)
    assert abs(ONE_OVER_ONE_PLUS_X(v) / 32768 - 1 / (1 + x)).max() == pytest.approx(4.35e-5, abs=5e-7)
    d = np.arange(65536)
    unit = approx.build("tflite_int16", scale=10 / 65535).exp
    assert abs(unit.terms(d, NONE) / 32768 - np.exp(-d * 10 / 65535)).max() == pytest.approx(1.96e-4, abs=4e-6)


# The optimised kernels, in NumPy float32 scalars.


def expf(x):
    """Correctly rounded, from 40 decimal digits."""
    with decimal.localcontext(prec=40):
        exact = Fraction(decimal.Decimal(float(x)).exp())
    near = f32(math.exp(float(x)))
    around = (np.nextafter(near, f32(0)), near, np.nextafter(near, f32(np.inf)))
    return min(around, key=lambda candidate: abs(Fraction(float(candidate)) - exact))


def float_model(scale, beta, output_scale, unsigned, bits=8):
    step = f32(-f32(scale) * f32(beta))
    table = [expf(f32(step * f32(k))) for k in range(256)]

    def model(row):
        top = max(row)
        terms = [table[top - x] for x in row]
        total = f32(0)
        for term in terms:
            total = f32(total + term)
        factor = f32(f32(1) / f32(total * f32(output_scale)))
        out = []
        for term in terms:
            p = f32(term * factor)
            if unsigned:
                out.append(min(255, int(f32(p + f32(0.5)))))
            else:
                half = 2 ** (bits - 1)
                out.append(min(half - 1, math.floor(Fraction(float(p)) + Fraction(1, 2)) - half))
        return out

    return model


@pytest.mark.parametrize(("scale", "beta"), SCALES)
def test_the_float_table_kernel_follows_the_scalar_model(scale, beta):
    rng = np.random.default_rng(7)
    lengths = (1, 2, 3, 4, 17, 100)
    design = approx.build("tflite_int8_lut_x86", scale=scale, beta=beta)
    compare(design, list(rows_of(-128, 127, rng, lengths)), float_model(scale, beta, 1 / 256, False))
    design = approx.build("tflite_int8_int16_lut", scale=scale, beta=beta)
    compare(design, list(rows_of(-128, 127, rng, (1, 5, 64))), float_model(scale, beta, 1 / 65536, False, 16))
    for output_scale in (1 / 256, 0.007):
        design = approx.build("tflite_uint8_lut_x86", scale=scale, beta=beta, output_scale=output_scale)
        rows = list(rows_of(0, 255, rng, (1, 5, 40)))
        compare(design, rows, float_model(scale, beta, output_scale, True))


def test_long_rows_of_the_float_table_kernel_are_summed_one_after_the_other():
    rng = np.random.default_rng(8)
    rows = [rng.integers(-128, 128, n) for n in (1000, 4096)] + [
        np.full(4096, 9),
        np.clip(127 - np.arange(2000), -128, 127),
    ]
    design = approx.build("tflite_int8_lut_x86", scale=1 / 256)
    compare(design, rows, float_model(1 / 256, 1.0, 1 / 256, False))
    terms = design.exp.terms(np.arange(256)[None, :], NONE)
    total = design.accumulator.total(np.repeat(terms, 64, axis=1))[0]
    assert total == np.cumsum(np.repeat(terms, 64), dtype=f32)[-1]
    assert total != f32(terms.astype(np.float64).sum() * 64)  # the order shows


@pytest.mark.parametrize(("scale", "beta"), SCALES)
def test_the_float_table_is_the_correctly_rounded_one(scale, beta):
    step = f32(f32(scale) * f32(beta))
    terms = FloatExpTable(float(step)).terms(np.arange(256), NONE)
    assert terms.dtype == np.float32
    assert terms.tolist() == [float(expf(f32(-step * f32(k)))) for k in range(256)]


def uint16_model(scale, beta, output_scale, zero, low):
    step = f32(f32(scale) * f32(beta))
    table = []
    for k in range(256):
        product = f32(expf(f32(step * f32(-k))) * f32(65535))
        table.append(min(65535, int(float(product) + 0.5)))

    def model(row):
        top = max(row)
        terms = [table[top - x] for x in row]
        inverse = f32(f32(1) / f32(f32(sum(terms)) * f32(output_scale)))
        multiplier, shift = multiplier_of(float(inverse))
        out = []
        for term in terms:
            y = rdpot(srdhm(term << max(shift, 0), multiplier), max(-shift, 0)) + zero
            out.append(max(low, min(low + 255, y)))
        return out

    return model


@pytest.mark.parametrize(("scale", "beta"), SCALES)
def test_the_uint16_table_kernel_follows_the_scalar_model(scale, beta):
    rng = np.random.default_rng(9)
    design = approx.build("tflite_int8_lut_aarch64", scale=scale, beta=beta)
    rows = [*rows_of(-128, 127, rng, (1, 2, 3, 17, 100)), rng.integers(-128, 128, 4096), np.full(4096, 1)]
    compare(design, rows, uint16_model(scale, beta, 1 / 256, -128, -128))
    for output_scale, zero in ((1 / 256, 0), (0.01, 100), (2.0**-16, 255), (1.0, 3)):
        design = approx.build(
            "tflite_uint8_lut_aarch64", scale=scale, beta=beta, output_scale=output_scale, output_zero_point=zero
        )
        rows = list(rows_of(0, 255, rng, (1, 5, 40)))
        compare(design, rows, uint16_model(scale, beta, output_scale, zero, 0))


@pytest.mark.parametrize("scale", [0.001, 1 / 16, 0.1])
def test_entries_of_the_uint16_table_are_within_their_stated_error(scale):
    d = np.arange(256)
    terms = Uint16ExpTable(float(f32(scale))).terms(d, NONE)
    assert terms[0] == 65535
    error = abs(terms / 65535 - np.exp(-d * float(f32(scale)))).max()
    assert 7.3e-6 < error <= 7.8e-6


@pytest.mark.parametrize(("name", "bound"), [("tflite_int8", 0.502), ("tflite_int8_lut_x86", 0.501)])
def test_outputs_are_within_the_stated_error_of_the_exact_softmax(name, bound):
    rng = np.random.default_rng(11)
    worst = 0.0
    for scale, length in [(1 / 16, 2), (1 / 16, 8), (0.1, 64), (0.01, 300), (1.0, 500)]:
        design = approx.build(name, scale=scale)
        codes = rng.integers(-128, 128, (60000 // length, length)).astype(np.int8)
        exact = np.minimum(approx.softmax(design.logits(codes)) * 256, 255)
        worst = max(worst, abs(design.codes(codes) + 128.0 - exact).max())
    assert 0.4999 < worst <= bound


# What is equal.


@pytest.mark.parametrize(
    ("one", "other", "longest"),
    [
        ("tflite_int8", "cmsis_nn_s8", 511),
        ("tflite_uint8", "cmsis_nn_u8", 511),
        ("tflite_int8_int16", "cmsis_nn_s8_s16", 4095),
    ],
)
@pytest.mark.parametrize("scale", [0.003, 0.1, 1.7, 35.0])
def test_cmsis_nn_equals_the_reference_of_tflite_where_both_are_defined(one, other, longest, scale):
    a, b = approx.build(one, scale=scale), approx.build(other, scale=scale)
    rng = np.random.default_rng(4)
    for length in (1, 7, 64, longest):
        codes = rng.integers(a.input.lowest, a.input.highest + 1, (40, length)).astype(a.input.dtype)
        codes[0] = 5
        np.testing.assert_array_equal(a.codes(codes), b.codes(codes))


def test_unsigned_codes_are_signed_codes_moved_by_128():
    codes = np.random.default_rng(5).integers(-128, 128, (300, 50))
    signed, unsigned = approx.build("tflite_int8", scale=0.1), approx.build("tflite_uint8", scale=0.1)
    np.testing.assert_array_equal(signed.codes(codes).astype(np.int64) + 128, unsigned.codes(codes + 128))


def test_the_float_table_gives_what_the_reference_gives_on_the_recorded_rows():
    recorded = read(GOLDEN / "tflite_ref_int8_int8.npz")
    for number, part in recorded.parts():
        c = recorded.configurations[number]
        design = approx.build("tflite_int8_lut_x86", scale=c["in_scale"], zero_point=c["in_zp"], beta=c["beta"])
        np.testing.assert_array_equal(design.codes_ragged(part.inputs, part.offsets), part.outputs)
