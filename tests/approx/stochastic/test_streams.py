"""Packing, encodings, and the three forms of a stream number generator."""

import numpy as np
import pytest

from approx.stochastic import encoding, generator
from approx.stochastic.counters import Ramp
from approx.stochastic.ideal_sources import Independent
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.sobol import Sobol
from approx.stochastic.streams import Streams

LENGTHS = [1, 5, 63, 64, 65, 128, 200, 257]


@pytest.mark.parametrize("length", LENGTHS)
def test_packing_and_unpacking_give_the_bits_again(length):
    bits = np.random.default_rng(length).integers(0, 2, (3, 4, length))
    streams = Streams.pack(bits)
    assert streams.shape == (3, 4)
    assert np.array_equal(streams.unpack(), bits)
    assert np.array_equal(streams.counts(), bits.sum(axis=-1))
    assert np.array_equal(streams.prefix_counts(), bits.cumsum(axis=-1))
    assert np.array_equal(streams.prefix_counts_by_word()[..., -1], bits.sum(axis=-1))
    assert np.array_equal(streams[1, ::2].unpack(), bits[1, ::2])
    assert np.array_equal(streams.bipolar(), 2 * bits.mean(axis=-1) - 1)


def test_cycle_t_is_bit_t_of_its_word():
    bits = np.zeros(130, dtype=int)
    bits[[0, 65, 129]] = 1
    assert Streams.pack(bits).words.tolist() == [1, 2, 2]


@pytest.mark.parametrize("length", LENGTHS)
def test_gates_keep_the_tail_clear(length):
    x, y = np.random.default_rng(length).integers(0, 2, (2, 5, length))
    a, b = Streams.pack(x), Streams.pack(y)
    for ours, theirs in [(~a, 1 - x), (a & b, x & y), (a | b, x | y), (a ^ b, x ^ y), (~(a & b), 1 - (x & y))]:
        assert np.array_equal(ours.unpack(), theirs)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Streams.pack(np.zeros(0, int)), "a stream of 0 cycles"),
        (lambda: Streams.pack(1), "the last axis of the bits is time"),
        (lambda: Streams.pack([0, 2]), "bits run from 0 to 2"),
        (lambda: Streams(np.zeros(2, np.uint64), 64), "uint64 with 1 words"),
        (lambda: Streams(np.array([4], np.uint64), 2), "a bit beyond cycle 1 is set"),
        (lambda: Streams.pack([0, 1]) & Streams.pack([0, 1, 1]), "operands have 2 and 3 cycles"),
        (lambda: encoding.unipolar_levels(0.5, 17), "width = 17: levels have 1 to 16 bits"),
        (lambda: encoding.unipolar_levels(np.nan, 8), "NaN"),
        (lambda: encoding.unipolar_levels(0.5, 8, ties="odd"), "ties = 'odd'"),
        (lambda: generator.encode(Ramp(width=3), 9, 8), "level 9 is outside \\[0, 8\\]"),
        (lambda: generator.encode(Ramp(width=3), -1, 8), "level -1 is outside"),
        (lambda: generator.encode_with_phases(Ramp(width=3), 1, -1, 8), "phase -1"),
        (lambda: encoding.thermometer(5, 4), "level 5 is outside \\[0, 4\\]"),
    ],
)
def test_bad_streams_and_levels_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_level_that_is_no_integer_is_refused():
    with pytest.raises(TypeError, match="levels are float64"):
        generator.encode(Ramp(width=3), 0.5, 8)


def test_probabilities_round_half_up_or_half_to_even():
    p = np.array([-0.1, 0, 0.5 / 8, 1.5 / 8, 2.5 / 8, 0.9999, 1, 2, np.inf])
    assert encoding.unipolar_levels(p, 3).tolist() == [0, 0, 1, 2, 3, 8, 8, 8, 8]
    assert encoding.unipolar_levels(p, 3, ties="even").tolist() == [0, 0, 0, 2, 2, 8, 8, 8, 8]
    assert encoding.bipolar_levels([-1, 0, 1], 4).tolist() == [0, 8, 16]
    assert [rail.tolist() for rail in encoding.two_rail_levels([-0.5, 0.25], 4)] == [[0, 4], [8, 0]]
    assert encoding.bipolar_value([0, 8, 16], 4).tolist() == [-1, 0, 1]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_thermometer_has_its_ones_first(length):
    levels = np.arange(length + 1)
    bits = encoding.thermometer(levels, length).unpack()
    assert np.array_equal(bits, np.arange(length) < levels[:, None])


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(
    "source",
    [Sobol(width=7, dimension=2, repeat=True), Lfsr(width=7, repeat=True), Independent(width=7, seed=3, phase=5)],
    ids=lambda s: type(s).__name__,
)
def test_generators_agree_in_all_forms(source, length):
    rng = np.random.default_rng(length)
    levels, phases = np.append(rng.integers(0, 129, 10), [0, 128]), rng.integers(0, 300, 12)
    definition = [generator.reference(source, k, length) for k in levels]
    assert generator.encode_by_comparison(source, levels, length).unpack().tolist() == definition
    assert generator.encode_by_table(source, levels, length).unpack().tolist() == definition
    shifted = [generator.reference(source.shifted(int(p)), k, length) for k, p in zip(levels, phases, strict=True)]
    assert generator.encode_with_phases(source, levels, phases, length).unpack().tolist() == shifted


def test_generators_choose_the_table_for_many_streams_and_give_the_same():
    source = Sobol(width=4, dimension=3)
    levels = np.random.default_rng(0).integers(0, 17, (5, 7))
    few = [[generator.encode(source, k, 16).words.tolist() for k in row] for row in levels]
    assert generator.encode(source, levels, 16).words.tolist() == few
    assert generator.encode_with_phases(Ramp(width=16), [1000], [5], 1 << 16).counts().tolist() == [1000]


def test_numbers_of_long_streams_are_made_in_blocks(monkeypatch):
    source, levels = Lfsr(width=9), np.array([[0, 512], [77, 300]])
    whole = generator.encode(source, levels, 300, start=64)
    monkeypatch.setattr(generator, "BLOCK_CYCLES", 128)
    assert np.array_equal(generator.encode(source, levels, 300, start=64).words, whole.words)


@pytest.mark.parametrize("count", [2, 2000])
def test_a_block_continues_a_stream(count):
    source, levels = Lfsr(width=9), np.random.default_rng(count).integers(0, 513, count)
    whole = generator.encode(source, levels, 300)
    first, rest = generator.encode(source, levels, 128), generator.encode(source, levels, 172, start=128)
    assert np.array_equal(np.concatenate([first.unpack(), rest.unpack()], axis=1), whole.unpack())
