"""64 look-ups at a time give what a loop gives."""

import numpy as np
import pytest

from approx import byte_tables, kernels

LENGTHS = (1, 63, 64, 65, 100, 127, 128, 129, 191, 192, 1000)


def rows(dtype):
    rng = np.random.default_rng(0)
    information = np.iinfo(dtype)
    offsets = np.concatenate([[0], np.cumsum(LENGTHS)]).astype(np.int64)
    return rng.integers(information.min, information.max + 1, offsets[-1]).astype(dtype), offsets


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize("out_type", [np.int8, np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("entries", [256, 512])
def test_every_length_is_looked_up(dtype, out_type, entries):
    codes, offsets = rows(dtype)
    table = np.random.default_rng(1).integers(0, 100, entries).astype(out_type)
    tops = np.maximum.reduceat(codes, offsets[:-1]).astype(np.int32)
    out = np.zeros(codes.size, out_type)
    zeros = np.zeros(tops.size, np.int64)
    kernels.apply_rows(codes, offsets, np.empty(0, np.uint8), tops, table[None], zeros, zeros, out)
    np.testing.assert_array_equal(out, table[np.repeat(tops, LENGTHS) - codes.astype(np.int64)])


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize("bits", [1, 8, 16, 31, 47])
def test_sums_of_byte_planes_are_the_sums(dtype, bits):
    codes, offsets = rows(dtype)
    table = np.random.default_rng(2).integers(0, 1 << bits, (1, 512))
    planes = byte_tables.planes(table[:, :256])
    if planes is None:
        pytest.skip("this processor has no such instruction")
    assert planes.shape == (1, -(-bits // 8), 256)
    tops, sums = np.empty(len(LENGTHS), np.int32), np.empty(len(LENGTHS), np.int64)
    lowest = int(np.iinfo(dtype).min)
    kernels.reduce_sum_bytes(codes, offsets, np.empty(0, np.uint8), lowest, table, planes, 0, tops, sums)
    entries = table[0][np.repeat(tops, LENGTHS) - codes.astype(np.int64)]
    np.testing.assert_array_equal(sums, np.add.reduceat(entries, offsets[:-1]))


def test_what_is_no_table_of_bytes_has_no_planes():
    assert byte_tables.planes(np.zeros((1, 257), np.int64)) is None
    assert byte_tables.planes(np.zeros((1, 256), np.float32)) is None


def test_without_the_instructions_designs_give_the_same(monkeypatch):
    import approx

    design = approx.build("tflite_int8")
    codes = design.quantize(np.random.default_rng(0).normal(0, 2, (20, 200)))
    expected = design.codes(codes)
    monkeypatch.setattr(byte_tables, "AVAILABLE", False)
    other = approx.build("tflite_int8")
    assert other.tables.byte_planes is None
    np.testing.assert_array_equal(other.codes(codes), expected)
