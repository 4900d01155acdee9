"""Inputs with long tables or too wide for any: what the kernels do with them is what the definition says."""

import numpy as np
import pytest

import approx
from approx import engine, tables, wide


def rows(design, length):
    """Codes of the whole format, rising and falling ones, and logits."""
    rng = np.random.default_rng(length)
    codes = rng.integers(design.input.lowest, design.input.highest + 1, (6, length))
    logits = design.quantize(rng.normal(0, 2, (3, length)))
    return np.concatenate([codes, np.sort(codes)[:3], np.sort(codes)[:3, ::-1], logits]).astype(design.input.dtype)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("softermax", {"input": "s20.10", "lanes": 8}),
        ("softermax", {"input": "s18.5", "maximum": "floor", "lanes": 5}),
        ("exact_fixed", {"input": "s24.16"}),
        ("lut_reciprocal", {"input": "s24.16", "exp_depth": 4096}),
        ("ibert_hf", {"scale": 0.001, "input_width": 16}),
    ],
)
@pytest.mark.parametrize("length", [3, 40, 200])
def test_rows_that_rise_and_fall_and_masked_ones_are_those_of_the_definition(name, parameters, length):
    design = approx.build(name, **parameters)
    assert not tables.has_tables(design)
    assert wide.takes(design)
    codes = rows(design, length)
    np.testing.assert_array_equal(design.codes(codes), design.definition(codes))
    masked = np.random.default_rng(0).random(codes.shape) < 0.5
    masked[::4] = True
    masked[1] = codes[1] > design.input.lowest + 5  # what is left lies at the bottom of the format
    np.testing.assert_array_equal(design.codes(codes, masked=masked), design.definition(codes, ~masked))


def test_a_unit_that_does_not_saturate_within_a_table_is_left_to_the_definition():
    assert approx.build("softermax", input="s24.16").clipped is None
    assert not wide.takes(approx.build("softermax", input="s24.16"))


@pytest.mark.parametrize("masks", [False, True])
def test_terms_that_are_kept_and_rows_too_long_to_keep_give_the_same(monkeypatch, masks):
    design = approx.build("lut_reciprocal", input="s16.10", exp_depth=4096, output="u16.16")
    codes = rows(design, 300)
    masked = (codes % 3 == 0) if masks else None
    expected = design.definition(codes, None if masked is None else ~masked)
    for kept_bytes in (engine.KEPT_BYTES, 1000, 100):  # all rows at once, one at a time, none
        monkeypatch.setattr(engine, "KEPT_BYTES", kept_bytes)
        np.testing.assert_array_equal(design.codes(codes, masked=masked), expected)
