"""Softmaxes whose sums are made in their own way: online in base e, (mantissa, exponent) pairs, pairs of elements."""

import math

import numpy as np
import pytest

import approx
from approx import blocks


def rows(design, length, count=40, seed=0):
    rng = np.random.default_rng([seed, length])
    low, high = design.input.lowest, design.input.highest
    codes = rng.integers(low, high + 1, (count, length))
    codes[: count // 2] = design.quantize(rng.normal(0, 2, (count // 2, length)))
    codes[-1], codes[-2] = low, high
    codes[-3] = np.linspace(low, high, length).astype(np.int64)
    codes[-4] = codes[-3, ::-1]
    return codes


def error(design, codes):
    return design.output.value(design.codes(codes)) - design.own_exact(design.input.value(codes))


def entry(value, one):
    return math.floor(math.exp(value) * one + 0.5)


# online, base e


def scalar_online(row, lanes, frac, term_frac, out_frac, highest):
    one, reference, total = 1 << term_frac, -(1 << 40), 0
    for start in range(0, len(row), lanes):
        chunk = row[start : start + lanes]
        higher = max(reference, *chunk)
        if total:
            total = total * entry((reference - higher) / 2**frac, one) >> term_frac
        reference = higher
        total += sum(entry((code - reference) / 2**frac, one) for code in chunk)
    shift = term_frac + 1 + 4
    factor = 2 ** (shift + out_frac) // total
    return [min(entry((code - reference) / 2**frac, one) * factor >> shift, highest) for code in row]


@pytest.mark.parametrize(
    "parameters", [{}, {"lanes": 1}, {"lanes": 3, "term_frac": 8, "output": "u8.8"}, {"input": "s6.2"}]
)
@pytest.mark.parametrize("length", [1, 2, 17, 150])
def test_the_online_normaliser_is_the_scalar_recurrence(parameters, length):
    design = approx.build("online_normalizer", **parameters)
    reference, output = design.reference, design.output
    codes = rows(design, length)
    expected = [
        scalar_online(row, reference.lanes, design.input.frac, reference.one_bits, output.frac, output.highest)
        for row in codes.tolist()
    ]
    np.testing.assert_array_equal(design.codes(codes), expected)


def test_one_chunk_needs_no_rescaling():
    """With as many lanes as elements the sum is that of a row maximum: no order shows."""
    design = approx.build("online_normalizer", lanes=64)
    codes = rows(design, 64)
    order = np.random.default_rng(0).permutation(64)
    np.testing.assert_array_equal(design.codes(codes)[:, order], design.codes(codes[:, order]))


def sums(design, codes):
    return design.reference.reduce(codes, None, design.exp, design.accumulator, design.input.lowest)[0]


def test_rising_rows_lose_and_falling_rows_do_not():
    """Pitfall of online sums: a rising row rescales at every element, a falling one never."""
    design = approx.build("online_normalizer", lanes=1, term_frac=12)
    rising = np.arange(-128, 128)[None, :]
    up, down = int(sums(design, rising)[0]), int(sums(design, rising[:, ::-1])[0])
    ratio = entry(-1 / 16, 4096) / 4096
    without_truncation = 0.0
    for _ in range(256):
        without_truncation = without_truncation * ratio + 4096
    assert abs(down - np.exp(-np.arange(256) / 16).sum() * 4096) < 128  # half a step for each term
    assert 5 < without_truncation - up < 1 / (1 - ratio)  # what all steps lose, each shrinking with the sum
    assert (design.codes(rising)[0, ::-1] != design.codes(rising[:, ::-1])[0]).any()


@pytest.mark.parametrize(("format", "frac"), [("s8.4", 4), ("s16.8", 8), ("s16.10", 10)])
def test_roundings_of_the_table_multiply_in_a_row_that_rises_one_code_at_a_time(format, frac):
    design = approx.build("online_normalizer", input=format, lanes=1, term_frac=16, max_row_length=1 << 16)
    length = min(1 << 14, 1 << design.input.width)
    codes = (np.arange(length) + design.input.lowest)[None, :]
    exact = np.exp(-np.arange(length) / 2**frac).sum() * 2**16
    relative = abs(int(sums(design, codes)[0]) / exact - 1)
    bound = 2.0 ** (frac - 16 - 1) + 2.0**-15  # and what truncation loses
    assert 0.01 * bound < relative < bound


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_the_online_normaliser_is_within_its_roundings(lanes):
    """16 output bits truncated, 20 bits of terms: 1.07 steps and what the sum's losses and roundings make."""
    design = approx.build("online_normalizer", lanes=lanes)
    for length in (1, 2, 17, 300, 2000):
        found = error(design, rows(design, length))
        slack = 2.0**-20 * (17 + length)
        assert -1.0625 * 2.0**-15 - slack < found.min() <= found.max() < slack
    assert found.min() < -0.9 * 2.0**-15


# pairs of mantissa and exponent


def scalar_two_pass(row, lanes, frac, index_bits, mantissa_frac, out_frac, highest):
    log2e = round(math.log2(math.e) * 2**16)

    def split(code):
        exponent, rest = divmod(code * log2e, 1 << (frac + 16))
        index = rest >> (frac + 16 - index_bits)
        return math.floor(2 ** ((index + 0.5) / 2**index_bits) * 2**mantissa_frac + 0.5), exponent

    pairs = [split(code) for code in row]
    largest, total = pairs[0][1], 0
    for start in range(0, len(row), lanes):
        chunk = pairs[start : start + lanes]
        higher = max(largest, *(exponent for _, exponent in chunk))
        total = (total >> (higher - largest)) + sum(mantissa >> (higher - exponent) for mantissa, exponent in chunk)
        largest = higher
    shift = mantissa_frac + 1 + 4
    factor = 2 ** (shift + out_frac) // total
    return [min(mantissa * factor >> (shift + largest - exponent), highest) for mantissa, exponent in pairs]


@pytest.mark.parametrize(
    "parameters", [{}, {"lanes": 1, "index_bits": 3}, {"input": "s16.10", "index_bits": 12, "output": "u16.16"}]
)
@pytest.mark.parametrize("length", [1, 2, 17, 300])
def test_two_passes_are_the_scalar_algorithm(parameters, length):
    design = approx.build("two_pass_softmax", **parameters)
    numbers = (design.lanes, design.input.frac, design.index_bits, design.mantissa_frac, design.output.frac)
    codes = rows(design, length)
    expected = [scalar_two_pass(row, *numbers, design.output.highest) for row in codes.tolist()]
    np.testing.assert_array_equal(design.codes(codes), expected)


@pytest.mark.parametrize(("bits", "bound"), [(4, 1.09e-2), (8, 6.8e-4)])
def test_two_passes_are_off_by_the_mantissa_table(bits, bound):
    """Terms within a factor 2**(+-2**-(bits + 1)) move at most ln2 * 2**-(bits + 2) of the probability."""
    design = approx.build("two_pass_softmax", index_bits=bits, mantissa_frac=20)
    assert bound == pytest.approx(math.log(2) * 2.0 ** -(bits + 2), rel=0.01)
    codes = np.stack(np.meshgrid(np.arange(-128, 128), np.arange(-128, 128)), axis=-1).reshape(-1, 2)
    worst = max(abs(error(design, codes)).max(), *(abs(error(design, rows(design, n))).max() for n in (3, 17, 300)))
    assert 0.8 * bound < worst < bound + 2.0**-14


# pairs of elements


def scalar_pairwise(design, row):
    one, cap = 1 << design.term_frac, (1 << (design.term_frac + design.term_integer)) - 1
    bits = design.reciprocal.mantissa.index_bits
    outputs = []
    for x in row:
        total = sum(min(entry(min((other - x) * design.input.step, 30.0), one), cap) for other in row)
        exponent = total.bit_length() - 1
        index = ((total << bits) >> exponent) - (1 << bits)
        scale = 1 << (bits + 4)
        reciprocal = min(math.floor(scale / (1 + (index + 0.5) / 2**bits) + 0.5), scale - 1)
        shift = bits + 4 + exponent - design.output.frac  # of a reciprocal of one = 2**term_frac
        value = one * reciprocal << -shift if shift < 0 else one * reciprocal >> shift
        outputs.append(min(value, design.output.highest))
    return outputs


@pytest.mark.parametrize(
    "parameters", [{}, {"term_integer": 4, "term_frac": 4, "reciprocal_index_bits": 3}, {"input": "s6.2"}]
)
@pytest.mark.parametrize("length", [1, 2, 17, 90])
def test_the_pairwise_form_is_the_scalar_formula(parameters, length):
    design = approx.build("pairwise_softmax", **parameters)
    codes = rows(design, length, 12)
    np.testing.assert_array_equal(design.codes(codes), [scalar_pairwise(design, row) for row in codes.tolist()])


@pytest.mark.parametrize("length", [64, 65, 300, 1500])
def test_counting_codes_gives_what_looking_up_every_pair_gives(length):
    design = approx.build("pairwise_softmax")
    codes = rows(design, length, 4 if length > 1000 else 12)
    masked = np.random.default_rng(1).random(codes.shape) < 0.3
    masked[0] = True
    np.testing.assert_array_equal(design.codes(codes), design.definition(codes))
    np.testing.assert_array_equal(design.codes(codes, masked=masked), design.definition(codes, ~masked))


def test_blocks_of_counted_rows_do_not_show(monkeypatch):
    design = approx.build("pairwise_softmax", input="s6.2")
    codes = rows(design, 100)
    expected = design.codes(codes)
    monkeypatch.setattr(blocks, "DIRECT_ELEMENTS", 250)
    np.testing.assert_array_equal(design.codes(codes), expected)


def test_the_pairwise_form_is_within_its_reciprocal():
    """A table of 1024 midpoints: 2**-11 of the probability, an output step, and the rounding of terms."""
    design = approx.build("pairwise_softmax", term_frac=16)
    for length in (1, 2, 17, 300):
        codes = rows(design, length)
        exact = design.own_exact(design.input.value(codes))
        found = error(design, codes)
        slack = 2.0**-11 * 1.001 * exact + length * 2.0**-17 * exact**2 + 2.0**-14 * exact
        assert (found <= slack + 2.0**-16).all()  # no sum exceeds its saturated terms by more than a step of the output
        assert (found >= -slack - 2.0**-15).all()
    pairs = np.stack(np.meshgrid(np.arange(-128, 128), np.arange(-128, 128)), axis=-1).reshape(-1, 2)
    assert abs(error(design, pairs)).max() > 0.8 * 2.0**-11


def test_saturated_terms_make_small_probabilities_no_smaller_than_their_bound():
    design = approx.build("pairwise_softmax", term_integer=4)
    outputs = design(np.array([-7.0, 7.0]))
    assert outputs[0] == pytest.approx(1 / 17, abs=2e-3)
    assert outputs[1] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("online_normalizer", {"input": "s24.8"}, "up to 16 bits"),
        ("online_normalizer", {"term_frac": 24, "max_row_length": 1 << 16}, "wider than 61"),
        ("two_pass_softmax", {"input": "s8.-1"}, "0 to 16 fraction bits"),
        ("pairwise_softmax", {"term_integer": 20, "term_frac": 16, "max_row_length": 1 << 16, "input": "s8.15"}, "14"),
        ("pairwise_softmax", {"output": "u30.30"}, "0 to 24"),
    ],
)
def test_formats_that_make_no_circuit_are_refused(name, parameters, words):
    with pytest.raises(ValueError, match=words):
        approx.build(name, **parameters)
