"""ConSmax: a lane against a scalar model in rationals, and what is known of its multiplier and its conversion."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx import catalog
from approx.designs.consmax import Lane

ONES = (0x3F80,) * 16
BYTES = np.arange(256)


def lane_output(low, high, shift, repaired):
    """One pair of table words, by the bits of the 15 or 16 bit product."""
    fields = (low >> 7 & 255, high >> 7 & 255)
    if 0 in fields or sum(fields) < 127:
        return conversion(0, -127, 0, shift)  # a product of zero reads as the smallest exponent
    bits = format((128 + (low & 127)) * (128 + (high & 127)), "016b")
    kept = bits if repaired else bits[1:]
    carry = int(kept[0])
    mantissa = int(bits[1:8] if carry else bits[2:9], 2)
    return conversion((low ^ high) >> 15, (sum(fields) - 127 + carry) % 256 - 127, mantissa, shift)


def conversion(sign, order, mantissa, shift):
    """Round half up of (1 + mantissa / 128) * 2**order * 2**(shift - 1), with the limits of the shifter."""
    scaled = Fraction(128 + mantissa, 128) * Fraction(2) ** (order + shift)
    if order >= 0 and order + shift >= 7:
        magnitude = 127
    elif order < 0 and (order + shift < 0 or order + shift > 7):
        magnitude = 0
    else:
        whole = math.floor(scaled)  # what the shifter keeps, with one bit more than the result
        magnitude = (whole + 1) // 2
    return (-magnitude if sign else magnitude) % 256


@pytest.mark.parametrize("multiplier", ["as_built", "repaired"])
def test_lanes_with_random_tables_are_what_the_description_gives(multiplier):
    rng = np.random.default_rng(0)
    for case in range(60):
        low, high = rng.integers(0, 1 << 16, 16), rng.integers(0, 1 << 16, 16)
        if case % 2:  # products near 1
            low, high = (table & 0x807F | (0x3F80 + rng.integers(-6, 7, 16) * 128) for table in (low, high))
        shift = int(rng.integers(0, 256)) if case % 3 == 0 else int(rng.integers(0, 16))
        unit = catalog.build_unit(
            "consmax_lane", low=low.tolist(), high=high.tolist(), shift=shift, multiplier=multiplier
        )
        expected = [lane_output(int(low[u & 15]), int(high[u >> 4]), shift, multiplier == "repaired") for u in BYTES]
        np.testing.assert_array_equal(unit.codes(BYTES), expected)


def test_one_times_one_is_three_as_built():
    one = np.array([0x3F80])
    assert Lane(ONES, ONES, 8, "as_built").product(one, one)[0] == 0x4040
    assert Lane(ONES, ONES, 8, "repaired").product(one, one)[0] == 0x3F80


def test_the_multiplier_as_built_is_wrong_for_most_mantissas():
    """p in [1, 2) gives 2 + p, in [2, 3) p - 1, in [3, 4) p; 86.7 % of all pairs are off by more than 1 %."""
    a, b = (m.ravel() for m in np.meshgrid(np.arange(128), np.arange(128)))
    lane = Lane(ONES, ONES, 8, "as_built")
    codes = lane.product(0x3F80 | a, 0x3F80 | b)
    value = (1 + (codes & 127) / 128) * 2.0 ** ((codes >> 7) - 127)
    p = (1 + a / 128) * (1 + b / 128)
    known = np.where(p < 2, 2 + p, np.where(p < 3, p - 1, p))
    assert (value <= known).all()
    assert (value > known - 2.0**-5).all()
    assert (abs(value / p - 1) > 0.01).mean() == pytest.approx(0.867, abs=5e-4)


def test_the_conversion_saturates_on_one_side_only():
    """From 1 on nothing between 64 and 127; below 1 up to 128, and 0 where the shifter overflows."""
    lane = Lane(ONES, ONES, 6, "repaired")
    values = np.arange(0x3F80, 0x4380)
    assert set(lane.integer(values)) & set(range(65, 127)) == set()
    below = Lane(ONES, ONES, 8, "repaired").integer(np.arange(0x3F00, 0x3F80))
    assert (below.min(), below.max()) == (64, 128)
    assert Lane(ONES, ONES, 9, "repaired").integer(np.array([0x3F00]))[0] == 0


@pytest.mark.parametrize(("gamma", "scale"), [(1.0, "s8.4"), (20.0, "s8.5"), (0.5, "s8.3")])
def test_the_repaired_lane_is_within_its_stated_error(gamma, scale):
    """Product within 1.2 % of exp(x - beta) / gamma, and half an output step; the statement is not loose."""
    design = approx.build("consmax", input=scale, gamma=gamma, beta=4.0)
    codes = np.arange(-128, 128)
    exact = np.exp(codes * design.input.step - 4.0) / gamma
    u = codes & 0xFF
    low, high = np.array(design.lane.low)[u & 15], np.array(design.lane.high)[u >> 4]
    product = design.lane.product(low, high)
    value = (1 + (product & 127) / 128) * 2.0 ** ((product >> 7) - 127)
    relative = abs(value / exact - 1).max()
    assert 0.007 < relative <= 0.012
    in_range = exact < 0.99
    error = abs(design.output.value(design.codes(codes)) - exact)[in_range]
    assert (error <= 0.012 * exact[in_range] + design.output.step / 2).all()


def test_an_element_does_not_see_its_row():
    design = approx.build("consmax")
    codes = np.random.default_rng(0).integers(-128, 128, (5, 40))
    np.testing.assert_array_equal(design.codes(codes), design.codes(codes.reshape(-1, 1)).reshape(5, 40))


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("consmax", {"input": "u8.4"}, "signed codes of 8 bits"),
        ("consmax", {"input": "s9.4"}, "signed codes of 8 bits"),
        ("consmax", {"gamma": 0.0}, "gamma = 0.0"),
        ("consmax", {"shift": 34}, "shift = 34"),
    ],
)
def test_what_makes_no_lane_is_refused(name, parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        approx.build(name, **parameters)


@pytest.mark.parametrize("table", [[0] * 15, [0] * 15 + [1 << 16], [-1] * 16])
def test_tables_are_sixteen_words_of_sixteen_bits(table):
    with pytest.raises(ValueError, match="16 bfloat16 codes"):
        catalog.build_unit("consmax_lane", low=table)
