"""UT-LCA's log-domain softmaxes against scalar models, and their known defects and errors."""

import functools
import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

import approx
from approx import catalog
from approx.exp.fixed_chords import FixedExp
from approx.exp.half_chords import HalfExp
from approx.normalize.fixed_log import FixedLog

ONE = 1 << 16
HALVES = np.arange(1 << 16)
EXPONENTIALS = {64: {"function": "exp", "entries": 64}, 128: {"function": "exp", "entries": 128}}


def wrapped(x):
    return (x + (1 << 31)) % (1 << 32) - (1 << 31)


def exact_exp(x):
    with localcontext(prec=50):
        return Decimal(x).exp()


@functools.cache
def exact_ln(x):
    with localcontext(prec=50):
        return Decimal(x).ln()


def fixed_chord(i):
    """Slope and intercept of the line through both ends of [-(i + 1) / 16, -i / 16], truncated to 16 bits."""
    with localcontext(prec=50):
        high, low = exact_exp(-Decimal(i) / 16), exact_exp(-Decimal(i + 1) / 16)
        slope = (high - low) * 16
        return int(slope * ONE), int((high + slope * i / 16) * ONE)


FIXED_CHORDS = [fixed_chord(i) for i in range(128)]


def fixed_exp(d, intended):
    if intended and d <= -8 * ONE:
        return 0
    address = math.floor(-d / ONE * 16) if -8 * ONE < d <= 0 else 0 if intended else 15
    slope, intercept = FIXED_CHORDS[address]
    return wrapped(math.floor(d * slope / ONE) + intercept)  # exact: the product is below 2**53


def fixed_ln(s, intended):
    if s == 0:
        return wrapped(0x80000001)
    zeros = 32 - s.bit_length()
    with localcontext(prec=50):
        first = int(exact_ln(2) * (15 - zeros) * ONE)
        below = format(s, "b")[1:13].ljust(12, "0")
        second = int(exact_ln(1 + Decimal(int(below, 2)) / 4096) * ONE)
    if zeros > 15 and not intended:
        first = -first - (1 << (-first).bit_length())
    return first + second


def fixed_softmax(row, intended):
    m = max(0, *row)
    d = [wrapped(x - m) for x in row]
    s = sum(fixed_exp(x, intended) for x in d) % (1 << 32)
    outputs = [fixed_exp(wrapped(x - fixed_ln(s, intended)), intended) for x in d]
    return [0] * len(row) if intended and s == 0 else outputs


@pytest.mark.parametrize(("name", "intended"), [("utlca_fixed32_as_built", False), ("utlca_fixed32", True)])
@pytest.mark.parametrize("length", [1, 4, 16, 100])
def test_fixed_rows_are_what_the_description_gives(name, intended, length):
    rng = np.random.default_rng(length)
    rows = np.clip(rng.normal(0, 4 * ONE, (24, length)), -(2**31), 2**31 - 1).astype(np.int64)
    rows[:4] = rng.integers(-(1 << 31), 1 << 31, (4, length))
    rows[4:8] -= 6 * ONE
    rows[8:10] = np.array([-20 * ONE, 3 * ONE])[:, None]
    design = approx.build(name)
    np.testing.assert_array_equal(design.codes(rows), [fixed_softmax(row, intended) for row in rows.tolist()])


@pytest.mark.parametrize(("version", "intended"), [("as_built", False), ("as_intended", True)])
def test_fixed_units_are_what_the_description_gives(version, intended):
    rng = np.random.default_rng(0)
    d = np.concatenate([rng.integers(-9 * ONE, ONE, 3000), rng.integers(-(1 << 31), 1 << 31, 500), [0, -8 * ONE, -1]])
    expected = [fixed_exp(int(x), intended) for x in d]
    np.testing.assert_array_equal(catalog.build_unit("utlca_fixed32_unit", version=version).codes(d), expected)
    s = np.concatenate([2 ** rng.integers(0, 32, 300), rng.integers(0, 1 << 32, 300), [0, 1, ONE, ONE - 1]])
    unit = catalog.build_unit("utlca_fixed32_unit", function="ln", version=version)
    np.testing.assert_array_equal(unit.codes(s), [fixed_ln(int(x), intended) for x in s])


def test_fixed_tables_are_those_of_exact_arithmetic():
    np.testing.assert_array_equal(np.transpose(FixedExp("as_built").chords), FIXED_CHORDS)
    mantissas = [int(exact_ln(1 + Decimal(i) / 4096) * ONE) for i in range(0, 4096, 7)]
    np.testing.assert_array_equal(FixedLog("as_built").of_mantissa[::7], mantissas)


@pytest.mark.parametrize(("x", "value"), [(-8, -2.29), (-10, -3.05), (-20, -6.84), (-8 + 1 / ONE, 0.00041)])
def test_fixed_exp_as_built_is_negative_from_minus_eight_down(x, value):
    code = np.array([round(x * ONE)])
    built = catalog.build_unit("utlca_fixed32_unit").codes(code)[0] / ONE
    assert built == pytest.approx(value, abs=6e-3 if value < 0 else 1e-5)
    intended = catalog.build_unit("utlca_fixed32_unit", version="as_intended").codes(code)[0] / ONE
    assert intended == (0 if x <= -8 else built)


def test_fixed_ln_as_built_is_wrong_below_one():
    """ln 0.5 = -0.307; error 0.16 to 7.2. As intended it is right down to the table's resolution."""
    s = 2 ** np.arange(0, 16)
    built, intended = (
        catalog.build_unit("utlca_fixed32_unit", function="ln", version=v) for v in ("as_built", "as_intended")
    )
    assert built.codes(np.array([ONE // 2]))[0] / ONE == pytest.approx(-0.307, abs=1e-3)
    error = abs(built.codes(s) / ONE - np.log(s / ONE))
    assert error.min() == pytest.approx(0.16, abs=0.005)
    assert error.max() == pytest.approx(7.2, abs=0.1)
    assert abs(intended.codes(s) / ONE - np.log(s / ONE)).max() < 2e-5


def test_fixed_units_have_the_known_errors():
    """exp on (-8, 0]: 4.7e-4 absolute; ln from 1 on: 2.6e-4."""
    d = np.arange(-8 * ONE + 1, 1)
    error = abs(catalog.build_unit("utlca_fixed32_unit").codes(d) / ONE - np.exp(d / ONE)).max()
    assert error == pytest.approx(4.7e-4, rel=0.03)
    s = np.arange(ONE, 64 * ONE, 3)
    error = abs(catalog.build_unit("utlca_fixed32_unit", function="ln").codes(s) / ONE - np.log(s / ONE)).max()
    assert error == pytest.approx(2.6e-4, rel=0.03)


def test_a_row_far_below_zero_has_no_sum_and_gives_zeros():
    assert (approx.build("utlca_fixed32").codes(np.full(5, -9 * ONE)) == 0).all()


def half(x):
    """A float64 rounded to binary16 once."""
    with np.errstate(over="ignore"):
        return float(np.float16(x))


def half_chord(i, entries, intended):
    step = Decimal(8) / entries
    width = step if intended else Decimal(1) / 16
    with localcontext(prec=50):
        right = -step * i
        slope = (exact_exp(right) - exact_exp(right - width)) / width
        return half(float(slope)), half(float(exact_exp(right) - slope * right))


HALF_CHORDS = {(n, v): [half_chord(i, n, v) for i in range(n)] for n in (64, 128) for v in (False, True)}


def half_exp(x, entries, intended):
    """x: a float that binary16 holds. Sums and products of two such numbers are exact in float64."""
    if intended and x <= -8:
        return 0.0
    magnitude = abs(x)
    address = min(math.floor(magnitude * entries / 8), entries - 1) if math.isfinite(x) else 0
    slope, intercept = HALF_CHORDS[entries, intended][address]
    return half(half(x * slope) + intercept)


def half_ln(x, entries):
    magnitude = abs(x)
    if magnitude < 2.0**-14:
        return -math.inf
    if not math.isfinite(magnitude):
        return math.inf
    mantissa, exponent = math.frexp(magnitude)
    top = math.floor((2 * mantissa - 1) * entries)
    return half(half(float(exact_ln(2) * (exponent - 1))) + half(float(exact_ln(1 + Decimal(top) / entries))))


def half_softmax(row, exp_entries, log_entries, lanes, intended):
    m = max(0.0, *row)
    d = [half(x - m) for x in row]
    terms = [half_exp(x, exp_entries, intended) for x in d]
    terms += [0.0] * (-len(terms) % lanes)
    total = 0.0
    for start in range(0, len(terms), lanes):
        word = terms[start : start + lanes]
        while len(word) > 1:
            word = [half(a + b) for a, b in zip(word[::2], word[1::2], strict=True)]
        total = half(total + word[0])
    logarithm = half_ln(total, log_entries)
    return [half_exp(half(x - logarithm), exp_entries, intended) for x in d]


@pytest.mark.parametrize(("name", "intended"), [("utlca_fp16_as_built", False), ("utlca_fp16", True)])
@pytest.mark.parametrize(("exp_entries", "log_entries", "lanes"), [(64, 64, 4), (128, 256, 4), (128, 1024, 1)])
def test_half_rows_are_what_the_description_gives(name, intended, exp_entries, log_entries, lanes):
    design = approx.build(name, exp_entries=exp_entries, log_entries=log_entries, lanes=lanes)
    for length in (1, 4, 7, 8, 60):
        rng = np.random.default_rng(length)
        rows = rng.normal(0, 2, (20, length)).astype(np.float16)
        rows[:5] = (rng.normal(0, 1, (5, length)) * 2.0 ** rng.integers(-10, 9, (5, length))).astype(np.float16)
        rows[5:8] -= np.float16(4)
        expected = [half_softmax(row, exp_entries, log_entries, lanes, intended) for row in rows.astype(float).tolist()]
        np.testing.assert_array_equal(design.output.value(design.codes(rows.view(np.uint16))), expected)


@pytest.mark.parametrize(("entries", "version"), [(64, "as_built"), (128, "as_built"), (64, "as_intended")])
def test_half_exp_is_its_description_on_every_code(entries, version):
    unit = catalog.build_unit("utlca_fp16_unit", entries=entries, version=version)
    x = unit.input.value(HALVES)
    expected = [half_exp(v, entries, version == "as_intended") for v in x.tolist()]
    np.testing.assert_array_equal(unit.output.value(unit.codes(HALVES)), expected)
    assert set(unit.codes(HALVES)[np.isnan(x)]) == {0x7C01}


@pytest.mark.parametrize("entries", [64, 256, 1024])
def test_half_ln_is_its_description_on_every_code(entries):
    unit = catalog.build_unit("utlca_fp16_unit", function="ln", entries=entries)
    sample = HALVES[::17]
    expected = [half_ln(v, entries) for v in unit.input.value(sample).tolist()]
    np.testing.assert_array_equal(unit.output.value(unit.codes(sample)), expected)


@pytest.mark.parametrize(("entries", "bound"), [(64, 0.0201), (256, 0.0099), (1024, 0.0072)])
def test_half_ln_has_the_known_error_from_one_on(entries, bound):
    unit = catalog.build_unit("utlca_fp16_unit", function="ln", entries=entries)
    codes = np.arange(0x3C00, 0x7C00)
    error = abs(unit.output.value(unit.codes(codes)) - np.log(unit.input.value(codes)))
    assert error.max() == pytest.approx(bound, rel=0.01)


@pytest.mark.parametrize(("entries", "absolute", "bound"), [(64, 3.9e-3, 1.05e-2), (128, 9.1e-4, 6.8e-3)])
def test_half_exp_as_built_has_the_known_error(entries, absolute, bound):
    """On (-8, 0]; 64 entries suffer from chords of half their step."""
    unit = catalog.build_unit("utlca_fp16_unit", entries=entries)
    codes = np.arange(0x8000, 0xC800)
    exact = np.exp(unit.input.value(codes))
    value = unit.output.value(unit.codes(codes))
    assert abs(value - exact).max() == pytest.approx(absolute, rel=0.02)
    assert abs(value / exact - 1).max() == pytest.approx(bound, rel=0.02)


def test_half_exp_as_intended_is_better_and_ends_at_minus_eight():
    """64 entries: 7.7e-3 relative, of which the chords are 1.95e-3 and binary16 the rest."""
    codes = np.arange(0x8000, 0xC800)
    unit = catalog.build_unit("utlca_fp16_unit", version="as_intended")
    error = abs(unit.output.value(unit.codes(codes)) / np.exp(unit.input.value(codes)) - 1).max()
    assert error == pytest.approx(7.7e-3, rel=0.01)
    assert (unit.codes(np.arange(0xC800, 0xFC01)) == 0).all()


def test_half_exp_as_built_is_negative_below_minus_eight():
    """-24 at the lowest number; 99 % of the codes from -8 down."""
    codes = np.arange(0xC800, 0xFC00)
    unit = catalog.build_unit("utlca_fp16_unit")
    values = unit.output.value(unit.codes(codes))
    assert values[-1] == pytest.approx(-24, abs=0.3)
    assert (values < 0).mean() == pytest.approx(0.99, abs=0.01)


@pytest.mark.parametrize(
    ("length", "built", "intended"),
    [(8, 9.2e-3, 2.73e-3), (16, 5.76e-3, 1.54e-3), (64, 1.30e-3, 4.06e-4), (120, 7.09e-4, 3.37e-4)],
)
def test_half_rows_have_the_known_error(length, built, intended):
    """The largest on rows of uniform logits within 2.4 of zero: maximum above zero, spread below 5."""
    x = np.random.default_rng(length).uniform(-2.4, 2.4, (3000, length)).astype(np.float16).astype(float)
    for name, bound in (("utlca_fp16_as_built", built), ("utlca_fp16", intended)):
        assert abs(approx.build(name)(x) - approx.softmax(x)).max() == pytest.approx(bound, rel=0.01)


def test_fixed_rows_as_built_can_be_negative_and_as_intended_are_near():
    """Rows of 64, deviation 2: outputs down to -9 as built, within 4.0e-3 of the exact softmax as intended."""
    x = np.random.default_rng(0).normal(0, 2, (3000, 64))
    assert approx.build("utlca_fixed32_as_built")(x).min() < -9
    assert abs(approx.build("utlca_fixed32")(x) - approx.softmax(x)).max() == pytest.approx(3.95e-3, rel=0.01)


@pytest.mark.parametrize(
    "parameters", [{"entries": 256}, {"function": "ln", "entries": 128}, {"function": "ln", "entries": 32}]
)
def test_tables_that_do_not_exist_are_refused(parameters):
    with pytest.raises(ValueError, match="entries = "):
        catalog.build_unit("utlca_fp16_unit", **parameters)


def test_chords_as_intended_span_their_step():
    slopes, intercepts = HalfExp(64, "as_intended").chords
    left = intercepts[:-1].astype(float) - slopes[:-1] * (np.arange(1, 64) / 8)
    right = intercepts[1:].astype(float) - slopes[1:] * (np.arange(1, 64) / 8)
    np.testing.assert_allclose(left, right, atol=4e-3)  # rounding of slopes and intercepts alone
