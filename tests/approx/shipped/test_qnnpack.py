"""QNNPACK's uint8 softmax against its loop, its table by row length, and the exact division of its kernel."""

import itertools
import math

import numpy as np
import pytest

import approx
from approx import composed, kernels
from approx.forms import FloorDivide

SCALES = (0.1, 0.0625, 0.00390625, 0.0390625, 0.25, 0.05, 0.5, 1.0, 3.7, 20.0, 40.0, 0.001, 0.087432)
LONG = (197, 512, 513, 599, 600, 1000, 1500, 4095)


def model(scale, row, live=None):
    """Table, sum modulo 2**32, unsigned division; masked elements count for the length alone."""
    live = [True] * len(row) if live is None else live
    one = min((2**32 - 1) / len(row), 8388607.0)
    step = float(np.float32(scale))
    top = max(x for x, counts in zip(row, live, strict=True) if counts)
    terms = [round(one * math.exp((x - top) * step)) if c else 0 for x, c in zip(row, live, strict=True)]
    total = sum(terms) % 2**32
    return [min((256 * t + total // 2) % 2**32 // total, 255) if c else 0 for t, c in zip(terms, live, strict=True)]


@pytest.mark.parametrize("scale", SCALES)
def test_every_element_is_that_of_the_loop(scale, differing, rows_of, pairs):
    design = approx.build("qnnpack_u8", scale=scale)
    rows = [*rows_of(0, 255), *pairs(0, 255)]
    assert differing(design, lambda row: model(scale, row), rows) == 0


@pytest.mark.parametrize("scale", [0.1, 0.001])
def test_every_element_of_long_rows_is_that_of_the_loop(scale, differing, rows_of):
    design = approx.build("qnnpack_u8", scale=scale)
    assert differing(design, lambda row: model(scale, row), rows_of(0, 255, LONG, draws=1)) == 0


def test_ragged_rows_and_masks_use_the_table_of_their_own_length():
    rng = np.random.default_rng(3)
    lengths = rng.permutation(np.repeat(np.arange(1, 101), 2))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = rng.integers(80, 160, offsets[-1]).astype(np.uint8)
    masked = rng.random(flat.size) < 0.3
    masked[offsets[:-1]] = False
    outputs = approx.build("qnnpack_u8").codes_ragged(flat, offsets, masked=masked)
    blocks = [slice(a, b) for a, b in itertools.pairwise(offsets)]
    expected = [model(1 / 16, flat[b].tolist(), ~masked[b]) for b in blocks]
    np.testing.assert_array_equal(outputs, np.concatenate(expected))


def test_tables_of_64_lengths_are_kept():
    design = approx.build("qnnpack_u8")
    first = design.for_row_length(2)
    assert design.for_row_length(2) is first
    for length in range(3, 80):
        design.for_row_length(length)
    assert composed._of_row_length.cache_info().currsize <= 64
    again = design.for_row_length(2)
    assert again is not first
    np.testing.assert_array_equal(again.tables.terms, first.tables.terms)


@pytest.mark.parametrize(("length", "output"), [(512, 1), (599, 0), (600, 255), (1000, 0)])
def test_equal_codes_wrap_the_sum_at_some_lengths(length, output):
    assert (approx.build("qnnpack_u8").codes(np.full(length, 7, np.uint8)) == output).all()


@pytest.mark.parametrize("length", [1024, 2048, 4096])
def test_a_sum_that_wraps_to_zero_is_refused(length):
    design = approx.build("qnnpack_u8")
    row = np.full(length, 7, np.uint8)
    with pytest.raises(ValueError, match="divides by zero"):
        design.codes(row)
    with pytest.raises(ValueError, match="divides by zero"):
        design.definition(row[None])
    row[0] = 6
    assert design.codes(row).size == length
    assert not design.codes(row, masked=np.ones(length, bool)).any()


def test_floor_division_by_a_float_product_is_exact():
    """Numerators next to multiples of the divisor, up to 2**51."""
    rng = np.random.default_rng(0)
    divisor = np.concatenate([rng.integers(1, 1 << 32, 3000), 1 << np.arange(32), (1 << np.arange(1, 32)) - 1])
    bias = divisor >> 1
    quotients = np.floor(rng.random((divisor.size, 40)) * ((1 << 50) // divisor)[:, None]).astype(np.int64)
    for offset in (-1, 0, 1):
        entries = np.maximum(divisor[:, None] * quotients + offset - bias[:, None], 0)
        for r in range(0, divisor.size, 29):
            form = FloorDivide(divisor[r : r + 1], bias[r : r + 1], 1, (1 << 50))
            out, buffer = np.zeros(40, np.int64), np.zeros(40, np.int64)
            live = form.live(np.maximum.accumulate(entries[r][::-1])[::-1])
            codes, ptr, index = np.arange(40, dtype=np.int16)[::-1].copy(), np.array([0, 40]), np.empty(0, np.uint8)
            kernels.apply_floor_divide(
                codes, ptr, index, np.array([39], np.int32), entries[r : r + 1], np.zeros(1, np.int32), live,
                form.divisor, form.bias, 1.0, float(form.cap), 0, buffer, out,
            )  # fmt: skip
            np.testing.assert_array_equal(out, (entries[r] + bias[r]) // divisor[r])


@pytest.mark.parametrize("length", [2, 3, 16, 100, 512])
def test_rows_up_to_512_are_within_half_a_step(length):
    """The largest probability, where it is 1, saturates one step below."""
    codes = np.random.default_rng(0).normal(128, 20, (100_000 // length, length)).clip(0, 255).astype(np.uint8)
    exact = np.minimum(256 * approx.softmax(codes * float(np.float32(0.1))), 255)
    error = abs(approx.build("qnnpack_u8", scale=0.1).codes(codes) - exact).max()
    assert 0.49 < error <= 0.501
