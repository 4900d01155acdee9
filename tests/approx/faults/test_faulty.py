import numpy as np
import pytest

import approx
from approx.bill import Bill
from approx.faults import Flips, exposed_bits, faulty
from approx.faults.faulty import exposing

ROWS = np.random.default_rng(2).normal(0, 2, (6, 23))
LIVE = np.random.default_rng(3).random(ROWS.shape) < 0.8
SHORT = {"length": 64, "width": 6}
STREAMED = {
    "ideal_encoder": {"sharing": "own", "sources": "lfsr"}, "yuan2017": {}, "maclaurin_count": {"length": 100},
    "bernstein_count": {"degree": 3}, "hu2018_integral": {"sharing": "own"}, "fsm_sexp_cordiv": {"synchroniser": 2},
    "jk_pairwise": {}, "gaines_divide": {"sharing": "own"},
}  # fmt: skip
WORDS = ["lut_reciprocal", "exact_fixed", "softermax", "wang2018", "yuan2016", "tflite_int8", "qnnpack_q8", "consmax"]


def built(name):
    return approx.build(name, **(SHORT | STREAMED[name] if name in STREAMED else {}))


@pytest.mark.parametrize("name", [*STREAMED, *(name for name in WORDS if name in approx.names())])
def test_without_a_flip_the_faulty_circuit_is_the_design_bit_by_bit(name):
    design = built(name)
    codes = design.quantize(ROWS)
    for exposed in ("datapath", "everything"):
        twin = exposing(design, Flips(0.0, 1), exposed)
        np.testing.assert_array_equal(twin.codes(codes, masked=~LIVE), design.codes(codes, masked=~LIVE))


def test_rate_0_gives_the_design_itself():
    design = approx.build("yuan2017")
    assert faulty(design, 0.0, 5) is design


@pytest.mark.parametrize("name", ["lut_reciprocal", "yuan2017", "jk_pairwise"])
def test_a_call_is_pure_and_rows_are_independent(name):
    design = faulty(built(name), 0.02, 5, "everything")
    codes = design.quantize(ROWS)
    whole = design.codes(codes)
    np.testing.assert_array_equal(whole, design.codes(codes))
    np.testing.assert_array_equal(whole[::-1], design.codes(codes[::-1]))
    np.testing.assert_array_equal(whole[2:3], design.codes(codes[2:3]))
    assert (whole != faulty(built(name), 0.02, 6, "everything").codes(codes)).any()
    assert (whole != built(name).codes(codes)).any()
    assert not design.codes(codes, masked=~LIVE)[~LIVE].any()


def test_counts_of_a_flipped_stream_move_towards_a_half():
    """A bit of rate p flips at rate r: p (1 - r) + (1 - p) r. z-tests at 4.5 standard deviations and a fixed seed."""
    rate, length = 0.1, 1024
    design = approx.build("ideal_encoder", length=length, width=10, sources="independent")
    twin = faulty(design, rate, 7)
    codes = -np.random.default_rng(8).integers(0, 32, (400, 4))
    live = np.ones(codes.shape, dtype=bool)
    before = design.terms(codes, live).ravel()
    after = twin._terms(design.levels(codes, live).ravel(), twin.flips.elements(codes, live).ravel(), 0)
    deviation = (after - before * (1 - rate) - (length - before) * rate) / np.sqrt(length * rate * (1 - rate))
    assert abs(deviation.sum()) < 4.5 * np.sqrt(deviation.size)
    assert abs((deviation**2).sum() - deviation.size) < 4.5 * np.sqrt(2 * deviation.size)


@pytest.mark.parametrize("name", ["fsm_sexp_cordiv", "jk_pairwise", "gaines_divide", "yuan2017"])
def test_words_beyond_the_levels_of_a_divider_are_streams_of_ones(name):
    design = built(name)
    for exposed in ("datapath", "everything"):
        outputs = faulty(design, 1.0, 1, exposed).codes(design.quantize(ROWS))
        assert outputs.min() >= design.output.lowest
        assert outputs.max() <= design.output.highest


def test_an_inverted_word_is_every_bit_inverted():
    design = approx.build("lut_reciprocal", exp_width=8)
    twin = faulty(design, 1.0, 1)
    codes = design.quantize(ROWS).astype(np.int64)
    sums, terms = design.reference.reduce(codes, None, design.exp, design.accumulator, design.input.lowest)
    sums = design.accumulator.fit((255 - terms).sum(axis=1))
    row = tuple(numbers[:, None] for numbers in design.normalizer.row(sums))
    np.testing.assert_array_equal(twin.codes(codes), design.normalizer.code(255 - terms, row))


def test_the_bits_that_can_flip_are_counted():
    words = approx.build("lut_reciprocal", exp_width=10, output="u16.16")
    assert (exposed_bits(words), exposed_bits(words, "everything")) == (10, 10 + 8 + 16)
    streams = approx.build("maclaurin_count", length=256, power=8, order=5, output="u16.16")
    assert exposed_bits(streams) == (8 * 5 + 1) * 256  # every generator's stream, and the product
    assert exposed_bits(streams, "everything") == (8 * 5 + 1) * 256 + 8 + 8 + 16
    divided = approx.build("jk_pairwise", length=256, width=10)
    assert exposed_bits(divided) == 11 + 3 * 256  # the binary exponential, two operands and a quotient


def test_the_circuit_is_that_of_the_design():
    design = approx.build("softermax", lanes=8)
    twin = faulty(design, 0.1, 1)
    assert isinstance(twin.bill(64, 8), Bill)
    assert (twin.bill(64, 8), twin.own_lanes, twin.name) == (design.bill(64, 8), 8, "softermax")
    assert twin != design


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: faulty(approx.build("lut_reciprocal"), 1.01, 0), "rate = 1.01; bits flip with a probability"),
        (lambda: faulty(approx.build("softex"), 0.1, 0), "softex: it computes in floating point"),
        (lambda: faulty(approx.build("sparsemax"), 0.1, 0), "sparsemax: its datapath is not known here"),
    ],
)
def test_what_cannot_be_flipped_is_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
