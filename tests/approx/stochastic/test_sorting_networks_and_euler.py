"""Parallel codes and the iterated softmax."""

import itertools

import numpy as np
import pytest

from approx.stochastic.encoding import thermometer
from approx.stochastic.euler import EulerSoftmax
from approx.stochastic.sorting_networks import BitonicNetwork, SelectiveInterconnect, merged
from approx.stochastic.streams import Streams


@pytest.mark.parametrize("wires", [2, 4, 8])
def test_the_network_sorts_every_input_in_all_forms(wires):
    network = BitonicNetwork(wires)
    words = np.array(list(itertools.product([0, 1], repeat=wires)))
    definition = [network.reference(word) for word in words.tolist()]
    assert definition == [sorted(word, reverse=True) for word in words.tolist()]
    packed = Streams.pack(words)
    assert network(packed).unpack().tolist() == definition
    assert network.by_count(packed).unpack().tolist() == definition


@pytest.mark.parametrize("wires", [64, 128, 256])
def test_wide_networks_sort_random_words(wires):
    words = np.random.default_rng(wires).integers(0, 2, (3, 5, wires))
    network, packed = BitonicNetwork(wires), Streams.pack(words)
    assert np.array_equal(network(packed).words, network.by_count(packed).words)
    assert network.reference(words[1, 2].tolist()) == network(packed)[1, 2].unpack().tolist()


@pytest.mark.parametrize("wires", [2, 8, 64, 1024])
def test_a_sorter_has_the_known_number_of_units(wires):
    steps = wires.bit_length() - 1
    assert BitonicNetwork(wires).comparators == wires * steps * (steps + 1) // 4


def test_a_merger_adds_thermometers():
    x, y = np.indices((17, 17))
    both = merged(thermometer(x, 16), thermometer(y, 16))
    assert np.array_equal(both.words, thermometer(x + y, 32).words)
    network = BitonicNetwork(32, merge=True)
    row = [1] * 5 + [0] * 11 + [0] * 4 + [1] * 12
    assert network.reference(row) == [1] * 17 + [0] * 15
    assert network.comparators == 5 * 16


def test_an_interconnect_is_a_monotone_function_of_the_count():
    wiring = SelectiveInterconnect(16, (0, 3, 3, 8, 15))
    words = np.random.default_rng(0).integers(0, 2, (50, 16))
    out = wiring(Streams.pack(words))
    assert out.unpack().tolist() == [wiring.reference(word) for word in words.tolist()]
    assert np.array_equal(out.counts(), wiring.table()[words.sum(axis=1)])
    assert wiring.table()[[0, 1, 4, 16]].tolist() == [0, 1, 3, 5]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: BitonicNetwork(12), "wires = 12; a bitonic network has a power of two"),
        (lambda: BitonicNetwork(8)(Streams.pack([1, 0])), "words of 2 wires; the network has 8"),
        (lambda: BitonicNetwork(2, merge=True).by_count(Streams.pack([1, 0])), "a merger sorts only"),
        (lambda: SelectiveInterconnect(4, (4,)), "input wires 0 to 3"),
        (lambda: SelectiveInterconnect(4, (1,))(Streams.pack([1, 0])), "words of 2 wires; the interconnect has 4"),
        (lambda: EulerSoftmax(0, 8), "steps = 0"),
        (lambda: EulerSoftmax(4, 21), "fraction = 21"),
        (lambda: EulerSoftmax(4, 8)([0.5]), "codes are float64"),
        (lambda: EulerSoftmax(4, 8)([1 << 16, 0]), "a code of 65536 is 256 or more"),
        (lambda: EulerSoftmax(4, 8)(np.zeros((1, (1 << 14) + 1), int)), "a row of 16385"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(("steps", "fraction"), [(1, 4), (3, 8), (8, 8), (16, 12), (64, 20)])
def test_euler_rows_are_the_definition(steps, fraction):
    unit = EulerSoftmax(steps, fraction)
    x = np.random.default_rng(steps).integers(0, 8 << fraction, (20, 13))
    assert unit(x).tolist() == [unit.reference(row) for row in x.tolist()]
    signed = np.random.default_rng(steps).integers(-4 << fraction, 4 << fraction, (20, 5))
    assert unit(signed).tolist() == [unit.reference(row) for row in signed.tolist()]


def test_euler_rows_leave_elements_out():
    unit, rng = EulerSoftmax(8, 10), np.random.default_rng(3)
    x, live = rng.integers(0, 4 << 10, (30, 9)), rng.random((30, 9)) < 0.6
    live[0] = False
    y = unit.live_rows(x, live)
    assert not y[~live].any()
    for row, codes, kept in zip(y[1:], x[1:], live[1:], strict=True):
        if kept.any():
            assert row[kept].tolist() == unit.reference(codes[kept].tolist())


def test_the_sum_of_exact_euler_steps_stays_1():
    x = np.random.default_rng(4).normal(0, 1, (2000, 64))
    for steps in (2, 8, 64):
        assert np.abs(EulerSoftmax(steps, 8).exact(x).sum(axis=1) - 1).max() < 1e-14


def test_the_error_of_exact_euler_steps_halves_with_every_doubling():
    x = np.random.default_rng(5).normal(0, 1, (400, 64))
    truth = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    errors = [np.abs(EulerSoftmax(k, 8).exact(x) - truth).mean() for k in (32, 64, 128, 256)]
    ratios = np.array(errors[:-1]) / errors[1:]
    assert np.all(np.abs(ratios - 2) < 0.05)
    assert np.all(np.diff(np.abs(ratios - 2)) < 0)  # first order in the limit


def test_the_mean_errors_of_exact_euler_steps_are_the_known_ones():
    """N(0, 1), rows of 64: the mean of 128 000 absolute errors, known to 3 digits; its own deviation is below 1 %."""
    x = np.random.default_rng(6).normal(0, 1, (2000, 64))
    truth = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    for steps, known in {2: 3.08e-3, 4: 1.72e-3, 8: 9.28e-4, 16: 4.86e-4, 64: 1.26e-4}.items():
        assert np.abs(EulerSoftmax(steps, 8).exact(x) - truth).mean() == pytest.approx(known, rel=0.03)


def test_exact_euler_steps_turn_negative_where_the_criterion_says():
    x = np.random.default_rng(7).normal(0, 4, (200, 64))
    for steps in (4, 16, 64):
        y = np.full(x.shape, 1 / 64)
        for _ in range(steps):
            factor = 1 + (x - (x * y).sum(axis=1, keepdims=True)) / steps
            moved = y * factor
            assert np.array_equal(moved < 0, (factor < 0) & (y > 0) | (factor > 0) & (y < 0))
            y = moved
        assert np.allclose(y, EulerSoftmax(steps, 8).exact(x), rtol=1e-9, atol=1e-300)
    assert (EulerSoftmax(4, 8).exact(x) < 0).any()
    assert not (EulerSoftmax(64, 8).exact(x) < 0).any()
