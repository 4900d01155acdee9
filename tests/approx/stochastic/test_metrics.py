"""Metrics of streams against their definitions written out, and at their extremes."""

import itertools

import numpy as np
import pytest

from approx.stochastic import markov, metrics
from approx.stochastic.generator import encode
from approx.stochastic.ideal_sources import Independent
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.sobol import Sobol
from approx.stochastic.state_machine import stanh
from approx.stochastic.streams import Streams


def scc_by_counts(x, y):
    """Alaghi and Hayes, from the four counts."""
    a, b, c, d = (sum(pair == want for pair in zip(x, y, strict=True)) for want in [(1, 1), (1, 0), (0, 1), (0, 0)])
    length = len(x)
    if a * d > b * c:
        return (a * d - b * c) / (length * min(a + b, a + c) - (a + b) * (a + c))
    denominator = (a + b) * (a + c) - length * max(a - d, 0)
    return (a * d - b * c) / denominator if denominator else 0.0


def test_scc_is_its_definition_on_every_pair_of_short_streams():
    words = list(itertools.product([0, 1], repeat=5))
    x = Streams.pack(np.array(words))
    ours = metrics.scc(x[:, None], x[None])
    assert np.allclose(ours, [[scc_by_counts(a, b) for b in words] for a in words])


def test_scc_is_1_for_a_shared_source_minus_1_for_a_mirrored_one_and_0_for_a_constant():
    source = Sobol(width=8, dimension=2)
    x = encode(source, np.array([40, 90, 200]), 256)
    y = encode(source, np.array([130, 60, 17]), 256)
    assert metrics.scc(x, y).tolist() == [1, 1, 1]
    assert metrics.scc(x, ~encode(source, np.array([130, 60, 17]), 256)).tolist() == [-1, -1, -1]
    constant = encode(source, np.array([0, 256, 0]), 256)
    assert metrics.scc(x, constant).tolist() == [0, 0, 0]
    assert np.allclose(np.diag(metrics.correlations(x)), 1)
    assert metrics.correlations(x).shape == (3, 3)


def test_zscc_forgives_only_what_the_length_forces():
    words = np.array(list(itertools.product([0, 1], repeat=6)))
    x = Streams.pack(words)
    plain, corrected = metrics.scc(x[:, None], x[None]), metrics.zscc(x[:, None], x[None])
    assert np.all(np.abs(corrected) <= np.abs(plain) + 1e-12)
    assert np.all(corrected * plain >= 0)
    both, ones = (words[:, None] & words[None]).sum(-1), words.sum(-1)
    product = ones[:, None] * ones  # of overlaps by chance, times the length
    nearest = np.abs(6 * both - product) == np.minimum(product % 6, -product % 6)
    assert np.all(corrected[nearest] == 0)
    assert np.any(plain[nearest] != 0)
    assert np.all(corrected[plain == 1][~nearest[plain == 1]] == 1)
    assert np.all(corrected[plain == -1][~nearest[plain == -1]] == -1)


def test_autocorrelation_of_alternating_and_random_streams():
    alternating = Streams.pack(np.tile([0, 1], 500))
    assert np.allclose(metrics.autocorrelation(alternating, 3), [1, -1, 1, -1], atol=1e-2)
    random = encode(Independent(width=8, seed=2), 100, 1 << 14)
    rho = metrics.autocorrelation(random, 5)
    assert rho[0] == 1
    assert np.abs(rho[1:]).max() < 4.5 / 128  # z-test, each of standard deviation 1 / sqrt(length)
    assert np.abs(metrics.autocorrelation(Streams.pack(np.ones(9, int)), 2)).tolist() == [0, 0, 0]


def test_a_shift_register_of_stride_1_remembers_and_a_decimated_one_does_not():
    remembers = encode(Lfsr(width=12), 1024, 4095)
    forgets = encode(Lfsr(width=12, stride=11), 1024, 4095)
    assert metrics.autocorrelation(remembers, 1)[1] > 0.3
    assert abs(metrics.autocorrelation(forgets, 1)[1]) < 0.1
    assert remembers.counts() == forgets.counts() == 1023


def test_the_integrated_time_is_that_of_the_exact_variance():
    machine, p = stanh(8), 36000 / 65536
    stationary, length = markov.stationary(machine, p), 8192
    known = markov.moments(machine, p, length).variance * length / (stationary * (1 - stationary))
    out = machine(encode(Independent(width=16, seed=5), 36000, 1 << 17))
    assert metrics.integrated_time(out, 100) == pytest.approx(known, rel=0.05)  # 2**17 cycles of memory 20


def test_progressive_precision_latency_and_stability():
    streams = Streams.pack([[1, 0, 1, 0, 1, 0, 1, 0], [1, 1, 1, 1, 0, 0, 0, 0]])
    errors = metrics.prefix_errors(streams, [0.5, 0.5])
    assert errors[0].tolist() == pytest.approx([0.5, 0, 1 / 6, 0, 0.1, 0, 1 / 14, 0])
    assert metrics.latency(streams, 0.5, 0.1).tolist() == [3, 6]
    assert metrics.stability(streams, 0.5, 0.1).tolist() == [5 / 8, 2 / 8]
    assert metrics.normalised_stability(streams, 0.5, 0.1).tolist() == [1, 0.4]
    assert metrics.latency(streams, 0.9, 0.1).tolist() == [8, 8]
    assert metrics.normalised_stability(Streams.pack([1, 0]), 0.25, 0.1) == 0
    assert metrics.latency(Streams.pack([1, 1]), 1.0, 0.1) == 0


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.3, 1.0])
def test_bits_flip_at_the_rate_and_reproducibly(rate):
    streams = encode(Sobol(width=10, dimension=1), np.full(100, 512), 1000)
    flipped = metrics.flip_bits(streams, rate, seed=3)
    errors = (flipped ^ streams).counts().sum()
    assert abs(errors - 1e5 * rate) <= 4.5 * np.sqrt(1e5 * rate * (1 - rate))  # z-test, level 7e-6
    assert np.array_equal(flipped.words, metrics.flip_bits(streams, rate, seed=3).words)
    if 0 < rate < 1:
        assert not np.array_equal(flipped.words, metrics.flip_bits(streams, rate, seed=4).words)


def test_the_slope_of_a_power_law_is_found_with_its_interval():
    lengths = 2 ** np.arange(5, 12)
    exact = metrics.convergence(lengths, 3.0 / lengths)
    assert exact.slope == pytest.approx(-1)
    noisy = metrics.convergence(lengths, lengths**-0.5 * np.array([1.1, 0.9, 1.05, 0.95, 1.1, 1, 0.9]))
    assert noisy.low < -0.5 < noisy.high
    assert noisy.high - noisy.low > 0.01


def test_an_error_is_the_sum_of_its_parts():
    runs = np.array([[0.3, 0.6], [0.5, 0.8]])
    parts = metrics.decomposed(runs, limit=[0.35, 0.75], truth=[0.25, 0.7])
    assert parts.approximation == pytest.approx([0.1, 0.05])
    assert parts.transient == pytest.approx([0.05, -0.05])
    assert parts.fluctuation == pytest.approx([np.sqrt(0.02)] * 2)
    assert np.allclose(runs.mean(axis=0) - [0.25, 0.7], parts.approximation + parts.transient)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: metrics.flip_bits(Streams.pack([1]), 1.5, 0), "rate = 1.5"),
        (lambda: metrics.autocorrelation(Streams.pack([1, 0]), 2), "2 lags of 2 cycles"),
        (lambda: metrics.correlations(Streams.pack([1, 0])), "a list of streams"),
        (lambda: metrics.convergence([1, 2], [1, 2]), "at least 3 pairs"),
        (lambda: metrics.convergence([1, 2, 3], [1, 0, 1]), "positive errors"),
        (lambda: metrics.decomposed([1.0], 1, 1), "at least 2 seeds"),
        (lambda: metrics.scc(Streams.pack([1, 0]), Streams.pack([1])), "operands have 2 and 1 cycles"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_bias_variance_and_root_mean_square_error_over_seeds():
    runs = np.array([[0.2, 0.7], [0.4, 0.7], [0.3, 0.7]])
    found = metrics.over_seeds(runs, truth=[0.25, 0.5])
    assert np.allclose(found.bias, [0.05, 0.2])
    assert np.allclose(found.variance, [0.01, 0.0])
    assert np.allclose(found.rmse**2, found.bias**2 + found.variance * 2 / 3)
    with pytest.raises(ValueError, match="at least 2 seeds"):
        metrics.over_seeds([0.5], 0.5)


def test_a_matrix_of_corrected_correlations_is_that_of_all_pairs():
    x = Streams.pack(np.random.default_rng(4).integers(0, 2, (3, 50)))
    matrix = metrics.corrected_correlations(x)
    assert matrix.shape == (3, 3)
    assert matrix[0, 2] == metrics.zscc(x[0], x[2])
    with pytest.raises(ValueError, match="a list of streams"):
        metrics.corrected_correlations(x[0])
