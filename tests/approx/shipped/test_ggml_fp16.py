"""ggml's former softmax against its loop in scalars."""

import math

import numpy as np
import pytest

import approx
from approx.designs.ggml_fp16 import exp_table

F32 = np.float32


def model(row):
    top, terms, total = max(row), [], 0.0
    with np.errstate(over="ignore", under="ignore"):
        for x in row:
            half = np.float16(x - top)
            term = F32(np.float16(F32(math.exp(half)))) if x != -np.inf else F32(0)
            terms.append(term)
            total += float(term)
    return [t * F32(1.0 / total) for t in terms]


def codes(rows):
    return np.asarray(rows, dtype=F32).view(np.uint32)


@pytest.mark.parametrize("length", [1, 2, 3, 17, 64, 500])
@pytest.mark.parametrize("sigma", [1e-3, 1.0, 8.0, 3e4, 1e38])
def test_every_element_is_that_of_the_loop(length, sigma):
    with np.errstate(over="ignore"):
        rows = np.clip(np.random.default_rng(length).normal(0, sigma, (12, length)), -3e38, 3e38).astype(F32)
    rows[0] = rows[0, 0]
    outputs = approx.build("ggml_fp16").codes(codes(rows)).view(F32)
    np.testing.assert_array_equal(outputs, [model(row) for row in rows])


def test_every_entry_of_the_table_is_within_half_a_step_of_the_exponential():
    x = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float64)
    error = abs(exp_table()[:-1] - np.exp(-x))
    step = np.maximum(2.0 ** np.floor(np.log2(np.maximum(np.exp(-x), 2.0**-30)) - 10), 2.0**-24)
    assert 0.49 < (error / step).max() <= 0.5 + 1e-3
    assert exp_table()[-1] == 0


def test_minus_infinity_is_no_element():
    design = approx.build("ggml_fp16")
    row = codes([1.0, -np.inf, 0.5])
    np.testing.assert_array_equal(design.codes(row), design.codes(row, masked=np.array([False, True, False])))
    with pytest.raises(ValueError, match="divides by zero"):
        design.codes(codes([-np.inf, -np.inf]))
    assert not design.codes(codes([-np.inf, 1.0]), masked=np.ones(2, bool)).any()


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_what_the_original_asserts_not_to_meet_is_refused(number):
    with pytest.raises(ValueError, match="NaN and infinity"):
        approx.build("ggml_fp16").codes(codes([1.0, number]))
