"""The face that designs share: axes, masks, odd rows, types."""

import numpy as np
import pytest

import approx

DESIGN = approx.build("lut_reciprocal")
ONLINE = approx.build("softermax", lanes=4)


@pytest.mark.parametrize("axis", [-1, 0, 1, (0, 2), None])
def test_any_axis_is_the_last_axis_moved(axis):
    x = np.random.default_rng(0).normal(0, 2, (3, 4, 5))
    axes = tuple(range(3)) if axis is None else axis if isinstance(axis, tuple) else (axis % 3,)
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    rows = moved.reshape(-1, int(np.prod([x.shape[a] for a in axes])))
    expected = np.moveaxis(DESIGN(rows).reshape(moved.shape), range(-len(axes), 0), axes)
    np.testing.assert_array_equal(DESIGN(x, axis), expected)


def test_minus_infinity_is_masked_and_a_row_of_it_is_zero():
    result = DESIGN(np.array([[1.0, -np.inf, 1.0], [-np.inf] * 3]))
    np.testing.assert_array_equal(result, [[0.5, 0, 0.5], [0, 0, 0]])


def test_minus_infinity_and_a_mask_add_up():
    x = np.array([[1.0, -np.inf, 1.0, 1.0]])
    np.testing.assert_array_equal(DESIGN(x, masked=np.array([True, False, False, False])), [[0, 0, 0.5, 0.5]])


def test_nan_spoils_its_own_row_only():
    result = DESIGN(np.array([[np.nan, 1.0], [0.0, 0.0]]))
    assert np.isnan(result[0]).all()
    np.testing.assert_array_equal(result[1], [0.5, 0.5])


def test_plus_infinity_and_huge_values_saturate():
    for top in (np.inf, 3e38, 1e308):
        np.testing.assert_array_equal(DESIGN([top, 7.9375, -1e300]), DESIGN([7.9375, 7.9375, -8.0]))


def test_masked_elements_keep_their_place_in_a_chunk():
    rng = np.random.default_rng(0)
    q = rng.integers(-40, 40, (50, 40)).astype(np.int8)
    masked = np.broadcast_to(np.arange(40) % 2 == 1, q.shape)
    outputs = ONLINE.codes(q, masked=masked)
    np.testing.assert_array_equal(outputs, ONLINE.definition(q, ~masked))
    assert (outputs[:, ::2] != ONLINE.codes(q[:, ::2])).any()  # closing the gaps would chunk other elements together


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_dtype_is_kept_and_out_is_filled(dtype):
    x = np.linspace(-2, 2, 12, dtype=dtype).reshape(3, 4)
    out = np.empty_like(x)
    assert DESIGN(x, out=out) is out
    np.testing.assert_array_equal(out, DESIGN(x))
    assert DESIGN(x).dtype == dtype


def test_a_scalar_is_a_row_of_one():
    assert DESIGN(np.float64(3.0)) == DESIGN([3.0])[0]


def test_no_rows_give_no_rows():
    assert DESIGN(np.empty((0, 3))).shape == (0, 3)
    assert DESIGN.codes(np.empty((0, 3), dtype=np.int8)).shape == (0, 3)


@pytest.mark.parametrize("x", [np.empty((3, 0)), np.empty(0)])
def test_an_empty_axis_is_refused(x):
    with pytest.raises(ValueError, match="at least one element"):
        DESIGN(x)


@pytest.mark.parametrize(
    ("x", "sentence"),
    [(np.array([1, 2]), r"codes\(\)"), (np.array([True]), "bool"), (np.array([1j]), "complex"), (["a"], "convert")],
)
def test_only_real_logits_are_taken(x, sentence):
    with pytest.raises(TypeError, match=sentence):
        DESIGN(x)


def test_codes_outside_the_format_or_of_the_wrong_kind_are_refused():
    with pytest.raises(ValueError, match="-128 to 127"):
        DESIGN.codes([0, 128])
    with pytest.raises(TypeError, match="codes are integers"):
        DESIGN.codes([0.0])
    np.testing.assert_array_equal(DESIGN.codes([1, 2]), DESIGN.codes(np.array([1, 2], dtype=np.int8)))


def test_a_wrong_axis_mask_or_out_is_refused():
    with pytest.raises(np.exceptions.AxisError):
        DESIGN(np.zeros((2, 2)), axis=2)
    with pytest.raises(TypeError, match="must be boolean"):
        DESIGN(np.zeros(2), masked=np.array([0, 1]))
    with pytest.raises(ValueError, match="out is float32"):
        DESIGN(np.zeros(2), out=np.empty(2, np.float32))


@pytest.mark.parametrize(
    ("offsets", "sentence"),
    [
        ([0, 2], "must run from 0 to the 3"),
        ([0, 2, 2, 3], "row 1 runs from 2 to 2"),
        ([0, 2, 1, 3], "row 1"),
        ([0.0, 3.0], "integer"),
    ],
)
def test_ragged_offsets_are_checked(offsets, sentence):
    with pytest.raises(ValueError, match=sentence):
        DESIGN.codes_ragged(np.zeros(3, np.int8), offsets)


def test_folding_log2e_makes_the_base_e():
    x = np.random.default_rng(0).normal(0, 2, (200, 8))
    folded, plain = approx.build("softermax", input="s10.4", fold_log2e=True), approx.build("softermax", input="s10.4")
    assert abs(folded(x) - approx.softmax(x)).mean() < 0.2 * abs(plain(x) - approx.softmax(x)).mean()
    assert abs(plain(x) - approx.softmax(x, base=2)).mean() < 0.2 * abs(plain(x) - approx.softmax(x)).mean()


def test_nan_rows_do_not_reach_a_design_that_would_refuse_them():
    result = approx.build("tflite_int8")(np.array([[np.nan] * 600, [0.0] * 300 + [-9.0] * 300]))
    assert np.isnan(result[0]).all()
    assert np.isfinite(result[1]).all()


def test_a_masked_nan_is_left_out():
    masked = np.array([False, True, False])
    np.testing.assert_array_equal(DESIGN([1.0, np.nan, 1.0], masked=masked), [0.5, 0, 0.5])


def test_outputs_of_32_bits_stay_positive():
    wide = approx.build("lut_reciprocal", output="u32.32")
    assert wide(np.array([5.0, -3.0]))[0] > 0.99


def test_other_byte_orders_and_masked_arrays():
    assert DESIGN(np.array([1.0, 2.0], dtype=">f4")).dtype == np.float32
    with pytest.raises(TypeError, match=r"masked=x\.mask"):
        DESIGN(np.ma.masked_array([1.0, 2.0], [False, True]))
