"""ONNX Runtime's QLinearSoftmax against its loop in float32 scalars, and the float sums and quotients it runs on."""

import itertools
import math

import numpy as np
import pytest

import approx
from approx import kernels
from approx.accumulator import FloatSum
from approx.forms import FloatQuotient

F32 = np.float32
LONG = (197, 512, 1000, 1024, 4096)
INT8 = {"code_type": "int8", "output_zero_point": -128}


def model(row, scale, output_scale=1 / 256, zero_point=0, code_type="uint8", live=None):
    """Table, sum in order, division, x86's conversion of what does not fit 32 bits, clip."""
    low, high = (-128, 127) if code_type == "int8" else (0, 255)
    step, n = float(F32(scale)), len(row)
    live = [True] * n if live is None else live
    offset = max(0.0, math.log(float(F32(np.finfo(F32).max) / F32(n))) - 5) / step
    top = max(x for x, counts in zip(row, live, strict=True) if counts)
    table = {d: F32(math.exp((-d + offset) * step)) for d in {top - int(x) for x in row}}
    total = F32(0)
    for x, counts in zip(row, live, strict=True):
        total = total + table[top - int(x)] if counts else total
    levels = F32(math.floor(F32(1) / F32(output_scale)))
    with np.errstate(over="ignore"):
        outputs = {d: quantised(t * levels / total, zero_point, low, high) for d, t in table.items()}
    return [outputs[top - int(x)] if counts else zero_point for x, counts in zip(row, live, strict=True)]


def quantised(quotient, zero_point, low, high):
    whole = round(float(quotient)) if quotient < F32(2**31) else -(2**31)
    wrapped = (whole + zero_point + 2**31) % 2**32 - 2**31
    return min(max(wrapped, low), high)


@pytest.mark.parametrize("scale", [0.1, 0.0625, 0.00390625, 0.0390625, 0.25, 0.05, 0.5, 20.0])
@pytest.mark.parametrize("kind", [{}, INT8], ids=["uint8", "int8"])
def test_every_element_is_that_of_the_loop(scale, kind, differing, rows_of, pairs):
    design = approx.build("ort_qlinear", scale=scale, **kind)
    low, high = design.input.lowest, design.input.highest
    settings = {"code_type": kind.get("code_type", "uint8"), "zero_point": kind.get("output_zero_point", 0)}
    rows = [*rows_of(low, high, draws=1), *pairs(low, high, 3)]
    assert differing(design, lambda row: model(row, scale, **settings), rows) == 0


@pytest.mark.parametrize("output_scale", [1 / 255, 1 / 300, 0.01, 1e-4, 3e-7])
@pytest.mark.parametrize("zero_point", [-128, -3, 0, 5])
def test_every_output_scale_and_zero_point_is_that_of_the_loop(output_scale, zero_point, differing, rows_of):
    kind = {"code_type": "int8", "output_scale": output_scale}
    design = approx.build("ort_qlinear", output_zero_point=zero_point, **kind)
    rows = rows_of(-128, 127, (1, 2, 3, 5, 16), draws=1)
    assert differing(design, lambda row: model(row, 1 / 16, zero_point=zero_point, **kind), rows) == 0


def test_every_element_of_long_rows_is_that_of_the_loop(differing, rows_of):
    design = approx.build("ort_qlinear", scale=0.02)
    assert differing(design, lambda row: model(row, 0.02), rows_of(0, 255, LONG, draws=1)) == 0


def test_ragged_rows_and_masks_use_the_table_of_their_own_length():
    rng = np.random.default_rng(3)
    lengths = rng.permutation(np.repeat(np.arange(1, 41), 3))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = rng.integers(-40, 40, offsets[-1]).astype(np.int8)
    masked = rng.random(flat.size) < 0.3
    masked[offsets[:-1]] = False
    outputs = approx.build("ort_qlinear", **INT8).codes_ragged(flat, offsets, masked=masked)
    blocks = [slice(a, b) for a, b in itertools.pairwise(offsets)]
    kind = {"code_type": "int8", "zero_point": -128}
    expected = [model(flat[b].tolist(), 1 / 16, **kind, live=~masked[b]) for b in blocks]
    np.testing.assert_array_equal(outputs, np.concatenate(expected))


@pytest.mark.parametrize(("kind", "output"), [({}, 0), (INT8, 127), ({"code_type": "int8"}, -128)])
def test_a_row_of_one_element_overflows(kind, output):
    design = approx.build("ort_qlinear", **kind)
    assert design.codes(np.array([7], design.input.dtype)) == output


def test_a_row_of_two_elements_overflows_with_300_levels():
    two = np.array([9, 9], np.uint8)
    assert approx.build("ort_qlinear", output_scale=1 / 300).codes(two).tolist() == [0, 0]
    assert approx.build("ort_qlinear").codes(two).tolist() == [128, 128]


def test_the_step_of_1_over_255_makes_254_levels():
    design = approx.build("ort_qlinear", output_scale=1 / 255)
    assert design.codes(np.array([9, 9], np.uint8)).tolist() == [127, 127]
    assert design.codes(np.array([255, 0], np.uint8)).tolist() == [254, 0]


def test_a_zero_point_outside_the_codes_is_refused():
    with pytest.raises(ValueError, match="output_zero_point = -1 is no uint8 code"):
        approx.build("ort_qlinear", output_zero_point=-1)
    with pytest.raises(ValueError, match="zero_point = 200 is no int8 code"):
        approx.build("ort_qlinear", code_type="int8", zero_point=200)
    with pytest.raises(ValueError, match="output_zero_point = 128 is no int8 code"):
        approx.build("ort_qlinear", code_type="int8", output_zero_point=128)


def test_float_sums_add_element_after_element():
    """Kernel and definition against a loop, for every number of rows modulo 4 and rows of different lengths."""
    rng = np.random.default_rng(0)
    table = np.concatenate([rng.random(256).astype(F32) ** 8, np.zeros(256, F32)])[None]
    for rows in range(1, 10):
        lengths = rng.integers(1, 60, rows)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        codes = rng.integers(0, 256, offsets[-1]).astype(np.uint8)
        tops, sums = np.full(rows, 255, np.int32), np.empty(rows, F32)
        kernels.reduce_sequential(codes, offsets, np.empty(0, np.uint8), tops, table, sums)
        for r in range(rows):
            total = F32(0)
            terms = table[0, 255 - codes[offsets[r] : offsets[r + 1]].astype(int)]
            for term in terms:
                total += term
            assert sums[r] == total
            assert FloatSum("sequential").total(terms[None])[0] == total


@pytest.mark.parametrize("divide", [True, False])
@pytest.mark.parametrize("rounding", ["even", "away", "add_half"])
@pytest.mark.parametrize("entry", [np.float32, np.int64])
def test_float_quotients_round_as_they_say(divide, rounding, entry):
    """Ties, the number below a half, integers that float32 does not hold, and infinity."""
    entries = np.array([[0, 1, 2, 3, 5, 7, 16777217, 999, 1 << 30] + [0] * 9]).astype(entry)
    factor, scale = F32(2), F32(1.0)
    if entry == np.float32:
        entries[0, 4] = np.nextafter(F32(1), F32(0))
        scale = F32(1e30)
        entries[0, 7], factor = np.finfo(F32).max, F32(2) * scale if divide else F32(0.5)
    elif not divide:
        factor = F32(0.5)
    form = FloatQuotient(np.array([factor]), rounding, -5, 1 << 20, 3, divide, float(scale), beyond=-4)
    envelope = np.maximum.accumulate(entries[0][::-1])[::-1]
    live, codes = form.live(envelope), np.arange(9, dtype=np.int16)[::-1].copy()
    out, buffer = np.zeros(9, np.int64), np.full(18, 3)
    kernels.apply_quotient(
        codes, np.array([0, 9]), np.empty(0, np.uint8), np.array([8], np.int32), entries, np.zeros(1, np.int32), live,
        form.factor, int(divide), scale, ["even", "away", "add_half"].index(rounding), form.lowest, form.highest,
        form.zero, form.beyond, buffer, out,
    )  # fmt: skip
    with np.errstate(over="ignore"):
        quotient = entries[0, :9].astype(F32) * scale / factor if divide else entries[0, :9].astype(F32) * factor
    for q, y in zip(quotient, out, strict=True):
        half_up = math.floor(float(q) + 0.5) if q < 2**31 else 0
        whole = {"even": round(float(q)) if q < 2**31 else 0, "away": half_up}
        whole["add_half"] = int(q + F32(0.5)) if q < 2**31 else 0
        assert y == (min(max(whole[rounding] + 3, -5), 1 << 20) if q < 2**31 else -4), q


@pytest.mark.parametrize("length", [2, 3, 16, 100, 512])
def test_rows_up_to_512_are_within_half_a_step(length):
    """The largest probability, where it is 1, saturates one step below."""
    codes = np.random.default_rng(0).normal(128, 20, (100_000 // length, length)).clip(0, 255).astype(np.uint8)
    exact = np.minimum(256 * approx.softmax(codes * float(np.float32(0.1))), 255)
    error = abs(approx.build("ort_qlinear", scale=0.1).codes(codes) - exact).max()
    assert 0.49 < error <= 0.501
