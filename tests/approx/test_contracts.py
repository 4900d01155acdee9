"""What every design of the catalog keeps, whatever it computes."""

import json
from dataclasses import asdict

import numpy as np
import pytest

import approx
from approx import blocks, tables
from approx.composed import Softmax
from approx.float_format import FloatFormat

LENGTHS = (1, 2, 3, 15, 16, 17, 64, 300)


def rows(design, length, count, seed=0):
    """Half realistic logits, half uniform codes, and the two extreme codes in one row."""
    rng = np.random.default_rng([seed, length])
    codes = any_codes(design, rng, (count, length))
    codes[: count // 2] = design.quantize(rng.normal(0, 2, (count // 2, length)))
    codes[0, 0], codes[0, -1] = design.input.bottom, design.input.top
    limit = design.traits.max_row_length
    if limit is not None and length > limit:  # beyond it some designs are undefined for rows of nearly equal codes
        codes[:, limit:] = design.input.bottom
        codes[:, 0] = design.input.top
    return codes


def any_codes(design, rng, shape):
    """Uniform codes of an integer format; of a float format those of finite numbers of every magnitude."""
    if isinstance(design.input, FloatFormat):
        return design.input.encode(rng.normal(0, 1, shape) * 2.0 ** rng.integers(-20, 12, shape))
    return rng.integers(design.input.lowest, design.input.highest + 1, shape).astype(design.input.dtype)


def composed_with_tables(design):
    """Skips a design that is not made of tabulated units."""
    if not isinstance(design, Softmax):
        pytest.skip("this design is not composed of units")
    design = design.for_row_length(2)
    if not tables.has_tables(design):
        pytest.skip("this input is too wide for tables")
    return design


@pytest.mark.parametrize("length", LENGTHS)
def test_kernels_give_what_the_definition_gives(design, length):
    codes = rows(design, length, 60)
    np.testing.assert_array_equal(design.codes(codes), design.definition(codes))


@pytest.mark.parametrize("length", LENGTHS)
def test_kernels_give_what_the_definition_gives_under_a_mask(design, length):
    codes = rows(design, length, 60)
    masked = np.random.default_rng(length).random(codes.shape) < 0.4
    masked[1] = True
    outputs = design.codes(codes, masked=masked)
    np.testing.assert_array_equal(outputs, design.definition(codes, ~masked))
    assert (outputs[masked] == design.nothing).all()


def test_every_difference_of_a_narrow_input_is_looked_up_right(design):
    """One row for each distance below the maximum, and for units that read the maximum each maximum too."""
    composed_with_tables(design)
    low, high = design.input.lowest, design.input.highest
    tops = range(low, high + 1, 7) if design.exp.reads == "maximum_and_difference" else (high,)
    for top in tops:
        below = np.arange(max(low, top - (1 << 16)), top + 1)
        pairs = np.stack([np.full(below.size, top), below], axis=1).astype(design.input.dtype)
        np.testing.assert_array_equal(design.codes(pairs), design.definition(pairs))


def test_a_row_does_not_depend_on_its_neighbours_nor_on_strides(design):
    codes = rows(design, 33, 40)
    together = design.codes(codes)
    np.testing.assert_array_equal(together[7], design.codes(codes[7]))
    np.testing.assert_array_equal(together[::-1], design.codes(codes[::-1]))
    np.testing.assert_array_equal(together.T, design.codes(np.asfortranarray(codes).T, axis=0))


def test_blocking_does_not_show(design, monkeypatch):
    codes = rows(design, 17, 50)
    expected = design.codes(codes)
    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", 3)
    monkeypatch.setattr(blocks, "DIRECT_ELEMENTS", 40)
    np.testing.assert_array_equal(design.codes(codes), expected)


def test_ragged_rows_give_what_rectangular_rows_give(design):
    lengths = np.array([1, 17, 64, 2, 100])
    pieces = [rows(design, n, 2)[1] for n in lengths]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    outputs = design.codes_ragged(np.concatenate(pieces), offsets)
    np.testing.assert_array_equal(outputs, np.concatenate([design.codes(piece) for piece in pieces]))


def test_outputs_stay_in_the_format_and_in_its_dtype(design):
    outputs = design.definition(rows(design, 64, 200))
    assert outputs.dtype == np.int64
    assert design.output.lowest <= outputs.min()
    assert outputs.max() <= design.output.highest
    assert design.codes(rows(design, 64, 2)).dtype == design.output.dtype


def test_the_highest_code_beats_the_lowest(design):
    """A difference that wraps would give the smallest logit the largest probability."""
    if not design.traits.extremes_ordered:
        pytest.skip("the source wraps here")
    low, high = design.input.bottom, design.input.top
    outputs = design.output.value(design.codes(np.array([low, high, low], dtype=design.input.dtype)))
    assert outputs[1] > max(outputs[0], outputs[2])


def test_input_is_left_alone_and_may_be_read_only(design):
    x = np.random.default_rng(0).normal(0, 2, (5, 9))
    copy = x.copy()
    x.flags.writeable = False
    design(x)
    np.testing.assert_array_equal(x, copy)


def test_the_float_face_is_quantise_codes_value(design):
    x = np.random.default_rng(0).normal(0, 3, (20, 30))
    for dtype in (np.float64, np.float32, np.float16):
        numbers = x.astype(dtype)
        expected = design.output.value(design.codes(design.quantize(numbers))).astype(dtype)
        result = design(numbers)
        assert result.dtype == dtype
        np.testing.assert_array_equal(result, expected)


def test_parameters_and_traits_are_json_and_hashable(design):
    assert json.loads(json.dumps(design.parameters)) == design.parameters
    json.dumps(asdict(design.traits))
    json.dumps(asdict(design.source))
    assert hash(design) == hash(approx.build(design.name, **design.parameters))
    assert design == approx.build(design.name, **design.parameters)


def within_row_limit(design, count=300, length=24):
    """Rows whose codes stay within 6 of the middle of the format, within the row limit."""
    if isinstance(design.input, FloatFormat):
        return design.quantize(np.random.default_rng([5, length]).normal(0, 2, (count, length)).clip(-6, 6))
    codes = rows(design, length, count, seed=5)
    span = max(1, round(6 * design.codes_per_logit))
    middle = (design.input.lowest + design.input.highest) // 2
    low, high = max(middle - span, design.input.lowest), min(middle + span, design.input.highest)
    return np.clip(codes.astype(np.int64), low, high)


def test_trait_monotone_holds(design):
    if not design.traits.monotone:
        pytest.skip("claims nothing")
    codes = within_row_limit(design)
    order = np.argsort(design.input.value(codes), axis=1, kind="stable")
    outputs = np.take_along_axis(design.output.value(design.codes(codes)), order, axis=1)
    assert (np.diff(outputs, axis=1) >= 0).all()


def test_trait_shift_invariant_holds(design):
    if not design.traits.shift_invariant:
        pytest.skip("claims nothing")
    codes = within_row_limit(design)
    step = min(design.input.highest - int(codes.max()), 5)
    down = min(int(codes.min()) - design.input.lowest, 3)
    np.testing.assert_array_equal(design.codes(codes), design.codes(codes + step))
    np.testing.assert_array_equal(design.codes(codes), design.codes(codes - down))


def test_trait_order_dependent_holds(design):
    if design.traits.order_dependent:
        pytest.skip("the order may show")
    codes = within_row_limit(design)
    order = np.random.default_rng(3).permutation(codes.shape[1])
    np.testing.assert_array_equal(design.codes(codes)[:, order], design.codes(codes[:, order]))


def test_trait_normalised_holds(design):
    if not design.traits.normalised:
        pytest.skip("claims nothing")
    for length in (1, 2, 24, min(200, design.traits.max_row_length or 200)):
        codes = within_row_limit(design, length=length)
        deviation = abs(design.probabilities(design.codes(codes)).sum(axis=1) - 1)
        assert deviation.max() <= 1 / 16 + length * design.probability_step


def test_the_bill_has_a_row_buffer_and_grows_with_lanes(design):
    fixed = design.own_lanes
    bill = design.bill(64, fixed or 4)
    if bill.passes > 1:  # what is gone through once is not kept
        assert bill.storage_bits >= 64 * design.input.width
    assert all(operator.count >= 1 for operator in bill.operators)
    if fixed:
        with pytest.raises(ValueError, match="was built with"):
            design.bill(64, fixed + 1)
    else:
        assert sum(op.count for op in design.bill(64, 8).operators) > sum(op.count for op in bill.operators)


def test_registers_of_the_bill_hold_every_term_and_numerator(design):
    design = composed_with_tables(design)
    term, numerator = design.largest
    if design.tables.terms.dtype.kind == "f":
        pytest.skip("registers hold floats")
    assert design.tables.terms.max() == term
    if design.exp.forms_numerators:
        assert design.tables.numerators.max() == numerator
    exp = [op for op in design.bill(64, design.own_lanes or 4).operators if op.role == "exp"]
    registers = [op.widths[0] for op in exp if op.kind == "register"]
    assert min(registers) >= term.bit_length()


def test_the_bill_has_the_registers_of_its_pipeline_stages(design):
    if not isinstance(design, Softmax):
        pytest.skip("this design is not composed of units")
    lanes = design.own_lanes or 4
    bill = design.bill(64, lanes)
    per_lane = sum(op.count for op in bill.operators if op.kind == "register" and op.count >= lanes) / lanes
    assert per_lane >= 1 + design.exp.stages + design.normalizer.stages
