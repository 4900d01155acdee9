"""The base-2 kernels of CMSIS_5 and NNoM against their loops, rewritten with Python's integers."""

import numpy as np
import pytest

import approx

LENGTHS = (1, 2, 3, 5, 8, 16, 31, 64, 197, 1024, 4096)


def window(row, bits, dividend, highest):
    """The q7 kernel of 2018 and the q15 kernel: what lies `bits` or more below the maximum is dropped."""
    base = max(row) - bits
    total = sum(1 << (x - base) for x in row if x > base)
    quotient = (1 << dividend) // total
    places = dividend + 1 - bits + base
    return [min(quotient >> (places - x), highest) if x > base else 0 for x in row]


def q7(row):
    return window(row, 8, 20, 127)


def q15(row):
    return window(row, 16, 32, 32767)


def q7_saturated(row):
    base = max(row) - 8
    total = sum(1 << min(max(x - base, 0), 7) for x in row)
    quotient = (1 << 20) // total
    return [min(quotient >> min(max(13 + base - x, 0), 31), 127) for x in row]


MODELS = {
    "cmsis5_q7_2018": q7,
    "nnom_q7": q7,
    "cmsis5_q7_2022": q7_saturated,
    "cmsis5_q15": q15,
    "nnom_q15": q15,
}


@pytest.mark.parametrize("name", MODELS)
def test_every_element_is_that_of_the_loops(name, differing, rows_of, pairs):
    design = approx.build(name)
    low, high = design.input.lowest, design.input.highest
    step = 1 if design.input.width == 8 else 331
    rows = [*rows_of(low, high, LENGTHS, draws=1), *pairs(low, high, step), *pairs(high - 40, high)]
    assert differing(design, MODELS[name], rows) == 0


def test_a_sum_that_does_not_count_the_lowest_codes_saturates_for_one_element():
    assert approx.build("cmsis5_q7_2018").codes(np.array([-128], np.int8)) == 127
    assert approx.build("cmsis5_q15").codes(np.array([-32768], np.int16)) == 32767


def test_the_last_q7_kernel_weighs_the_maximum_as_much_as_the_code_below_it():
    pair = np.array([5, 4], np.int8)
    assert approx.build("cmsis5_q7_2022").codes(pair).tolist() == [127, 64]
    assert approx.build("cmsis5_q7_2018").codes(pair).tolist() == [85, 42]


def test_the_last_q7_kernel_errs_by_120_of_128_on_a_long_row():
    row = np.full(4096, -128, np.int8)
    row[9] = 127
    assert approx.build("cmsis5_q7_2022").codes(row)[9] == 7
    assert approx.build("cmsis5_q7_2018").codes(row)[9] == 127


def test_the_first_q7_kernel_drops_codes_however_many_there_are():
    row = np.full(4096, 100, np.int8)
    row[9] = 108
    assert approx.softmax(np.log(2.0) * row)[9] == pytest.approx(0.059, abs=1e-3)
    assert approx.build("cmsis5_q7_2018").codes(row)[9] == 127


def test_more_than_4096_maxima_give_zeros():
    assert not approx.build("nnom_q7").codes(np.zeros(4097, np.int8)).any()
    assert (approx.build("nnom_q7").codes(np.zeros(128, np.int8)) == 1).all()


@pytest.mark.parametrize("name", ["cmsis5_q7_2018", "cmsis5_q7_2022", "cmsis5_q15", "nnom_q15"])
def test_rows_that_a_16_bit_counter_does_not_count_are_refused(name):
    design = approx.build(name)
    assert design.codes(np.zeros(32767, design.input.dtype)).size == 32767
    with pytest.raises(ValueError, match="rows of up to 32767 elements, not of 32768"):
        design.codes(np.zeros(32768, design.input.dtype))
    with pytest.raises(ValueError, match="never comes to the end"):
        design.definition(np.zeros((1, 32768), design.input.dtype))


def test_nnom_q7_is_undefined_where_its_32_bit_sum_overflows():
    design = approx.build("nnom_q7")
    assert not design.codes(np.zeros((1 << 23) - 1, np.int8)).any()
    with pytest.raises(ValueError, match="32 bits with sign"):
        design.codes(np.zeros(1 << 23, np.int8))
