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


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_a_top_beyond_the_type_of_the_codes_is_looked_up(dtype):
    codes, _ = rows(dtype)
    table = np.arange(300).astype(np.uint8)
    for excess in (1, 44, 45):  # behind the last of them a table of 300 has no 256 entries
        top, out = np.int32(np.iinfo(dtype).max + excess), np.zeros(codes.size, np.uint8)
        kernels.look_up(np.maximum(codes, top - 299).astype(dtype), np.empty(0, np.uint16), top, table, out)
        np.testing.assert_array_equal(out, table[top - np.maximum(codes, top - 299).astype(np.int64)])


def online_numbers(lanes, unit_bits, direction, width, overflow):
    """What both kernels are given after their tables: terms that fall to 0 and growths in whole octaves."""
    round_up, slack = ((1 << unit_bits) - 1, 0) if direction == "ceil" else (0, (1 << unit_bits) - 1)
    growth = np.minimum(np.arange(512) >> unit_bits, 62)
    kept = (1 << width) - 1
    return growth, lanes, unit_bits, round_up, slack, 3, kept if overflow == "saturate" else (1 << 62) - 1, kept


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize("lanes", [8, 16, 32, 64])
@pytest.mark.parametrize("direction", ["ceil", "floor"])
@pytest.mark.parametrize("overflow", ["saturate", "wrap"])
def test_a_running_reference_in_blocks_is_that_of_the_loop(dtype, lanes, direction, overflow):
    lowest = int(np.iinfo(dtype).min)
    lengths = np.tile([1, 63, 64, 65, 100, 128, 135, 192, 320, 1000], 6)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rng = np.random.default_rng(lanes)
    uniform = rng.integers(lowest, lowest + 256, offsets[-1])
    rising = np.concatenate([np.sort(row) for row in np.split(uniform, offsets[1:-1])]).astype(dtype)
    spread = np.clip(rng.normal(lowest + 128, 40, offsets[-1]), lowest, lowest + 255).astype(dtype)
    extreme = rng.choice([lowest, lowest + 128, lowest + 255], offsets[-1]).astype(dtype)
    for unit_bits, width in ((0, 16), (2, 16), (3, 24)):
        entries = (40000 >> np.minimum(np.arange(512) >> unit_bits, 40)).astype(np.uint16)[None, :]
        planes = byte_tables.planes(entries[:, :260])
        if planes is None:
            pytest.skip("this processor has no such instruction")
        numbers = online_numbers(lanes, unit_bits, direction, width, overflow)
        for codes in (rising, spread, extreme):
            sums = np.zeros((2, lengths.size), np.int64)
            tops = np.zeros((2, lengths.size), np.int32)
            common = (codes, offsets, np.empty(0, np.uint16), lowest, entries)
            kernels.reduce_online(*common, *numbers, tops[0], sums[0])
            kernels.reduce_online_bytes(*common, planes, *numbers, tops[1], sums[1])
            np.testing.assert_array_equal(tops[0], tops[1])
            np.testing.assert_array_equal(sums[0], sums[1])


def test_what_is_no_table_of_bytes_has_no_planes():
    assert byte_tables.planes(np.arange(257)[None, :]) is None
    assert byte_tables.planes(np.zeros((1, 256), np.float32)) is None


def test_an_end_of_equal_entries_needs_no_planes_of_its_own():
    entries = np.minimum(np.arange(300), 255)[None, :]
    planes = byte_tables.planes(entries)
    if planes is None:
        pytest.skip("this processor has no such instruction")
    np.testing.assert_array_equal(planes[0, 0], np.arange(256))


@pytest.mark.parametrize("name", ["tflite_int8", "softermax"])
def test_without_the_instructions_designs_give_the_same(monkeypatch, name):
    import approx

    design = approx.build(name)
    codes = design.quantize(np.random.default_rng(0).normal(0, 2, (20, 200)))
    expected = design.codes(codes)
    monkeypatch.setattr(byte_tables, "AVAILABLE", False)
    other = approx.build(name)
    assert other.tables.byte_planes is None
    np.testing.assert_array_equal(other.codes(codes), expected)
