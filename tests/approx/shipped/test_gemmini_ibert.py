"""Gemmini's softmax against its loop in Python's integers and float32 scalars."""

import numpy as np
import pytest

import approx

F32 = np.float32
CONFIGURATIONS = (  # scale, lowest and highest code, octave, inverse, b, c
    (0.05, -128, 127, 13, 5041, 27, 383),
    (0.0625, -128, 127, 11, 5957, 21, 245),
    (0.1, -100, 100, 6, 10922, 13, 95),
    (0.02, -500, 500, 34, 1927, 67, 2398),
    (0.005, -2000, 2000, 138, 474, 270, 38382),
    (0.002, -5000, 5000, 346, 189, 676, 239888),
    (0.03, -128, 127, 23, 2849, 45, 1066),
)


def wrap(number):
    return (number + 2**31) % 2**32 - 2**31


def model(row, scale):
    s = F32(scale)
    octave, b, c = int(0.693147 / float(s)), int(F32(1.353) / s), int(F32(0.344) / (F32(0.3585) * s * s))
    inverse, terms = 65536 // octave, []
    for x in row:
        q = int(x) - int(max(row))
        z = wrap(-q * inverse) >> 16
        assert 0 <= z <= 31
        terms.append(wrap((q + z * octave + b) ** 2 + c) >> z)
    factor = F32(127) / F32(wrap(sum(terms)))
    return [int(min(max(round(float(F32(t) * factor)), -128), 127)) for t in terms]


def width(low, high):
    return max(high, ~low).bit_length() + 1


def within_31_octaves(rows, distance):
    return [[max(x, max(row) - distance) for x in row] for row in rows]


@pytest.mark.parametrize(("scale", "low", "high", "octave", "inverse", "b", "c"), CONFIGURATIONS)
def test_every_element_is_that_of_the_loop(scale, low, high, octave, inverse, b, c, differing, rows_of, pairs):
    design = approx.build("gemmini_ibert", scale=scale, input_width=width(low, high))
    unit = design.exp
    assert (unit.octave, unit.inverse, unit.b, unit.c) == (octave, inverse, b, c)
    rows = [*rows_of(low, high), *pairs(low, high, max(1, (high - low) // 300))]
    rows = within_31_octaves(rows, unit.reach.distance)
    assert differing(design, lambda row: model(row, scale), rows) == 0


@pytest.mark.parametrize("input_width", [16, 24, 32])
@pytest.mark.parametrize("scale", [0.05, 0.002, 0.0001])
def test_wide_accumulators_give_the_same(input_width, scale, differing, rows_of):
    """Up to 2**17 distances are tabulated below the maximum, more are computed directly."""
    design = approx.build("gemmini_ibert", scale=scale, input_width=input_width)
    low, high = design.input.lowest, design.input.highest
    rows = within_31_octaves(rows_of(low, high, (1, 2, 5, 64)), design.exp.reach.distance)
    assert differing(design, lambda row: model(row, scale), rows) == 0


@pytest.mark.parametrize("input_width", [9, 32])
def test_distances_of_more_than_31_octaves_are_refused(input_width):
    design = approx.build("gemmini_ibert", scale=0.1, input_width=input_width)
    top = 100
    assert design.codes(np.array([top, top - 192, top - 1])).tolist() == model([top, top - 192, top - 1], 0.1)
    row = np.array([top, top - 193, top - 1])
    with pytest.raises(ValueError, match="up to 192 below the row's maximum, not for 193"):
        design.codes(row)
    with pytest.raises(ValueError, match="more than 31"):
        design.definition(row[None])
    for left_out in (0, 1):  # a masked element is at no distance
        masked = np.arange(3) == left_out
        outputs = design.codes(row, masked=masked)
        assert outputs[~masked].tolist() == model(row[~masked].tolist(), 0.1)
    assert not design.codes(np.stack([row, row]), masked=np.ones((2, 3), bool)).any()


def test_a_refused_row_anywhere_in_a_batch_is_found():
    design = approx.build("gemmini_ibert", scale=0.1, input_width=9)
    flat, offsets = np.zeros(600, np.int16), np.array([0, 1, 300, 301, 600])
    design.codes_ragged(flat, offsets)
    flat[450] = -193
    with pytest.raises(ValueError, match="not for 193"):
        design.codes_ragged(flat, offsets)


def test_a_sum_that_wraps_to_a_negative_number_gives_negative_outputs():
    design = approx.build("gemmini_ibert", scale=0.0005)
    row = np.full(1024, 3, np.int8)
    assert (design.codes(row) == -1).all()
    assert model(row.tolist(), 0.0005) == [-1] * 1024
    mixed = np.stack([row, np.arange(1024) % 255 - 127])
    np.testing.assert_array_equal(design.codes(mixed), [model(r.tolist(), 0.0005) for r in mixed])


@pytest.mark.parametrize("length", [192, 193, 300, 384, 385, 386, 700, 770, 1000])
def test_wrapped_sums_are_those_of_32_bits_with_sign(length):
    for scale in (0.0005, 0.0003, 0.0001):
        row = np.full(length, -128, np.int8)
        row[::3] = 127
        assert approx.build("gemmini_ibert", scale=scale).codes(row).tolist() == model(row.tolist(), scale)


def test_rows_beyond_the_buffer_are_refused():
    design = approx.build("gemmini_ibert")
    assert design.codes(np.zeros(1024, np.int8)).size == 1024
    with pytest.raises(ValueError, match="rows of up to 1024 elements, not of 1025"):
        design.codes(np.zeros((2, 1025), np.int8))


def test_an_octave_of_0_codes_is_refused():
    assert approx.build("gemmini_ibert", scale=0.693, input_width=5).exp.octave == 1
    with pytest.raises(ValueError, match=r"scale = 0\.694 is above ln2"):
        approx.build("gemmini_ibert", scale=0.694)


def test_a_sum_of_zero_is_refused():
    normalizer = approx.build("gemmini_ibert").normalizer
    with pytest.raises(ValueError, match="wraps to 0"):
        normalizer.row(np.array([5, 0]))


@pytest.mark.parametrize(("scale", "bound"), [(0.1, 4.9e-2), (0.05, 2.2e-2), (0.001, 1.95e-3), (0.0001, 1.95e-3)])
def test_the_exponential_has_the_stated_error(scale, bound):
    unit = approx.build("gemmini_ibert", scale=scale).exp
    d = np.arange(unit.reach.distance + 1)
    terms = unit.terms(d, d)
    assert abs(terms / terms[0] - np.exp(-d * float(F32(scale)))).max() == pytest.approx(bound, rel=1e-2)


def test_truncated_constants_err_most_at_a_scale_of_a_tenth():
    """6 codes instead of 6.93 for an octave: up to 31 of 127."""
    design = approx.build("gemmini_ibert", scale=0.1)
    d = np.arange(101)
    pairs = np.stack([np.full(101, 60), 60 - d], axis=1).astype(np.int8)
    exact = 127 * approx.softmax(pairs * float(F32(0.1)))
    assert 2 < abs(design.codes(pairs) - exact).max() < 31
