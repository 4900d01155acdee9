"""Rows that an accumulator does not hold are told."""

import numpy as np
import pytest

import approx

LENGTHS = np.array([1, 100, 128, 129, 130, 300])
OFFSETS = np.concatenate([[0], np.cumsum(LENGTHS)])


def test_equal_logits_saturate_hls4ml_beyond_128_elements():
    design = approx.build("hls4ml_stable")
    overflowed = design.overflowed(np.zeros(OFFSETS[-1], np.int16), OFFSETS)
    assert overflowed.tolist() == [False, False, True, True, True, True]  # the largest code is just below 128


def test_masked_elements_do_not_count():
    design = approx.build("hls4ml_stable")
    masked = np.ones(OFFSETS[-1], dtype=bool)
    masked[OFFSETS[:-1]] = False
    assert not design.overflowed(np.zeros(OFFSETS[-1], np.int16), OFFSETS, masked).any()


def test_2048_equal_codes_wrap_itamax():
    design = approx.build("itamax")
    for length, expected in ((2047, False), (2048, True)):
        assert design.overflowed(np.zeros(length, np.int8), np.array([0, length])).tolist() == [expected]


@pytest.mark.parametrize("name", ["lut_reciprocal", "softex", "tflite_int8_lut_x86", "sparsemax"])
def test_designs_that_hold_every_row_tell_nothing(name):
    design = approx.build(name)
    codes = design.quantize(np.zeros(OFFSETS[-1]))
    assert not design.overflowed(codes, OFFSETS).any()
