"""MASE's Softermax against a scalar model with windows, and what is known of its units."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx import catalog


def nearest(value):
    """Halves away from zero."""
    return math.floor(abs(value) + Fraction(1, 2)) * (1 if value >= 0 else -1)


def line(x1, x2, y1, y2, slope_frac, intercept_frac):
    slope = (y2 - y1) / (x2 - x1)
    intercept = y1 - slope * x1
    return nearest(Fraction(slope) * 2**slope_frac), nearest(Fraction(intercept) * 2**intercept_frac)


def exp2(code, frac, width):
    integer, fraction = code >> frac, code % (1 << frac)
    if integer > 0:
        return 0
    if frac <= 2:
        return nearest(Fraction(2.0 ** (fraction / 2**frac)) * 2 ** (width - 1)) >> -integer
    left = math.floor(4 * fraction / 2**frac) / 4
    slope, intercept = line(left, left + 0.25, 2.0**left, 2.0 ** (left + 0.25), width, frac + width)
    return (slope * fraction + intercept) >> -integer >> (frac + 1)


def reciprocal(code, width, frac, out_width, out_frac, entries=8):
    largest = (1 << out_width) - 1
    if code == 0:
        return largest
    leading = code.bit_length() - 1
    mantissa = Fraction(code, 1 << leading)
    left = 1 + math.floor((mantissa - 1) * entries) / entries
    slope, intercept = line(
        left, left + 1 / entries, 1 / left, 1 / (left + 1 / entries), out_width, width - 1 + out_width
    )
    value = Fraction(slope * int(mantissa * 2 ** (width - 1)) + intercept, 2 ** (width - 1 + out_width))
    return min(math.floor(value * Fraction(2) ** (frac - leading + out_frac)), largest)


def softmax(row, lanes, frac, pow2_width, out_width, out_frac):
    """Windows with their own maxima, then one shift of every stored value."""
    windows = [row[i : i + lanes] for i in range(0, len(row), lanes)]
    maxima = [max(window) >> frac for window in windows]
    highest = max(maxima)
    values = [
        exp2(x - (m << frac), frac, pow2_width) >> (highest - m)
        for window, m in zip(windows, maxima, strict=True)
        for x in window
    ]
    width = 1 + pow2_width + math.ceil(math.log2(lanes)) + math.ceil(math.log2(len(row) / lanes))
    factor = reciprocal(sum(values), width, pow2_width - 1, 2 * width, 2 * (pow2_width - 1))
    down = 3 * (pow2_width - 1) - out_frac
    return [min(value * factor >> down, 2 ** (out_width - 1) - 1) for value in values]


CONFIGURATIONS = [
    (16, 4, (8, 4), 16, (8, 7)), (16, 4, (8, 2), 8, (8, 7)), (64, 8, (8, 2), 16, (8, 7)), (10, 1, (8, 4), 8, (8, 4)),
    (10, 2, (8, 1), 8, (8, 7)), (16, 4, (16, 8), 16, (16, 15)), (256, 16, (8, 2), 16, (8, 7)),
    (16, 16, (8, 4), 16, (8, 7)), (12, 3, (8, 0), 12, (10, 9)), (1, 1, (8, 4), 16, (8, 7)),
]  # fmt: skip


def built(row_length, lanes, read, pow2_width, written):
    return approx.build(
        "softermax_mase", row_length=row_length, lanes=lanes, input=f"s{read[0]}.{read[1]}", pow2_width=pow2_width,
        output=f"s{written[0]}.{written[1]}",
    )  # fmt: skip


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=str)
def test_rows_are_what_the_description_gives(configuration):
    length, lanes, read, pow2_width, written = configuration
    rng = np.random.default_rng(length)
    low, high = -(1 << read[0] - 1), (1 << read[0] - 1) - 1
    rows = np.clip(rng.normal(0, 2 << read[1], (40, length)).round(), low, high).astype(np.int64)
    rows[:8] = rng.integers(low, high + 1, (8, length))
    rows[8:12] = np.array([low, high, 0, -1])[:, None]
    expected = [softmax(row, lanes, read[1], pow2_width, *written) for row in rows.tolist()]
    design = built(*configuration)
    np.testing.assert_array_equal(design.codes(rows), expected)
    np.testing.assert_array_equal(design.definition(rows), expected)


@pytest.mark.parametrize(("frac", "width", "in_width"), [(4, 16, 9), (2, 8, 9), (8, 16, 14), (1, 8, 9), (6, 24, 12)])
def test_the_power_of_two_is_its_description_on_every_code(frac, width, in_width):
    unit = catalog.build_unit("softermax_mase_unit", input=f"s{in_width}.{frac}", output=f"u{width}.{width - 1}")
    codes = np.arange(unit.input.lowest, unit.input.highest + 1)
    np.testing.assert_array_equal(unit.codes(codes), [exp2(int(c), frac, width) for c in codes])


@pytest.mark.parametrize(
    ("width", "frac", "out_width", "out_frac", "entries"),
    [(13, 7, 26, 14, 8), (8, 4, 8, 5, 8), (16, 12, 16, 12, 8), (12, 8, 12, 8, 4), (9, 4, 58, 40, 8), (12, 0, 6, 6, 1)],
)
def test_the_reciprocal_is_its_description(width, frac, out_width, out_frac, entries):
    unit = catalog.build_unit(
        "softermax_mase_unit", function="reciprocal", input=f"u{width}.{frac}", output=f"u{out_width}.{out_frac}",
        entries=entries,
    )  # fmt: skip
    codes = np.unique(np.append(np.random.default_rng(0).integers(0, 1 << width, 2000), [0, 1, (1 << width) - 1]))
    expected = [reciprocal(int(c), width, frac, out_width, out_frac, entries) for c in codes]
    np.testing.assert_array_equal(unit.codes(codes), expected)


def test_the_units_have_the_known_errors():
    """Power of two -2.4e-5 to +3.76e-3, reciprocal 0 to +3.47e-3."""
    unit = catalog.build_unit("softermax_mase_unit", input="s14.10")
    codes = np.arange(-1024, 0)
    error = unit.output.value(unit.codes(codes)) / unit.ideal(codes / 1024) - 1
    assert -6.2e-5 < error.min() < -1e-5  # of a result near 1/2, in steps of 2**-15
    assert error.max() == pytest.approx(3.76e-3, rel=0.01)
    unit = catalog.build_unit("softermax_mase_unit", function="reciprocal", input="u14.13", output="u40.39")
    codes = np.arange(1 << 13, 1 << 14)
    error = unit.output.value(unit.codes(codes)) / unit.ideal(codes / 2**13) - 1
    assert error.min() >= -1e-8
    assert error.max() == pytest.approx(3.47e-3, rel=0.01)


def test_equal_rows_can_lose_a_code():
    """8 bits with 7 of fraction, windows of 4, 16-bit numerators; exact would be 32, 16, 8, 4, 2, 1, 0.5."""
    lengths = (4, 8, 16, 32, 64, 128, 256)
    codes = [int(built(n, 4, (8, 4), 16, (8, 7)).codes(np.zeros(n, np.int8))[0]) for n in lengths]
    assert codes == [31, 16, 7, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("configuration", "bound"),
    [
        ((16, 4, (8, 4), 16, (8, 7)), 0.0084),
        ((16, 4, (8, 2), 8, (8, 7)), 0.0497),
        ((10, 1, (8, 4), 8, (8, 4)), 0.0656),
        ((16, 4, (16, 8), 16, (16, 15)), 0.0032),
    ],
    ids=str,
)
def test_whole_rows_are_within_the_known_error_of_a_base_2_softmax(configuration, bound):
    """The largest on Gaussian rows of deviation 2."""
    design = built(*configuration)
    rows = design.quantize(np.random.default_rng(0).normal(0, 2, (20000, configuration[0])))
    exact = approx.softmax(design.input.value(rows) * math.log(2))
    error = abs(design.output.value(design.codes(rows)) - exact).max()
    assert error == pytest.approx(bound, rel=0.02)


def test_a_longer_row_than_it_was_built_for_is_refused():
    design = approx.build("softermax_mase", row_length=16, lanes=4)
    with pytest.raises(ValueError, match="built for rows of 16"):
        design.codes(np.zeros(64, np.int8))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"input": "s20.16"}, "16 fraction bits"),
        ({"input": "u8.4"}, "signed"),
        ({"output": "u8.7"}, "signed"),
        ({"pow2_width": 4, "output": "s16.15"}, "15 fraction bits"),
        ({"lanes": 0}, "lanes = 0"),
    ],
)
def test_what_cannot_be_built_is_refused(parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        approx.build("softermax_mase", **parameters)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"entries": 6}, "power of two"),
        ({"function": "reciprocal"}, "reciprocal unsigned"),
        ({"output": "u16.12"}, "one integer bit"),
        ({"function": "reciprocal", "input": "u3.0"}, "too narrow"),
    ],
)
def test_units_that_cannot_be_built_are_refused(parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        catalog.build_unit("softermax_mase_unit", **parameters)
