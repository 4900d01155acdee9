"""Bit-true runs against exact moments and closed forms.

z-tests at fixed seeds, two-sided: a mean may be 4.5 of its deviations off (level 7e-6 each), a variance likewise, with
the deviation of a sample variance taken from the sample's fourth moment.
"""

import numpy as np
import pytest

from approx.stochastic import closed_forms, markov
from approx.stochastic.division import Addie, Cordiv, GainesDivider, JkDivider
from approx.stochastic.gates import Gate, Multiplexer
from approx.stochastic.generator import encode
from approx.stochastic.ideal_sources import Independent, Permutation
from approx.stochastic.polynomials import Bernstein, MaclaurinExp
from approx.stochastic.state_machine import StateMachine, linear_gain, sabs, sexp, stanh
from approx.stochastic.streams import Streams
from approx.stochastic.synchronise import SkewedSynchroniser

Z = 4.5


def independent(level, count, length, stream, width=16, seed=20):
    """`count` streams of independent bits, cut out of a long one."""
    assert length % 64 == 0
    long = encode(Independent(width=width, seed=seed, stream=stream), level, count * length)
    return Streams(long.words.reshape(count, -1), length)


def numbers(level_a, level_b, count, length, correlation):
    """Streams of two levels whose numbers are the same (1), unrelated (0) or mirrored (-1)."""
    a = independent(level_a, count, length, 1)
    if correlation == 0:
        return a, independent(level_b, count, length, 2)
    return a, independent(level_b, count, length, 1) if correlation == 1 else ~independent(
        65536 - level_b, count, length, 1
    )


def assert_moments(estimates, mean, variance):
    n = estimates.size
    assert abs(estimates.mean() - mean) <= Z * np.sqrt(variance / n)
    fourth = ((estimates - estimates.mean()) ** 4).mean()
    assert abs(estimates.var(ddof=1) - variance) <= Z * np.sqrt((fourth - variance**2) / n)


TABLE = [  # machine, x, stationary, means and variances after 256 and 1024 cycles
    (stanh(8), 0.2, "0.83505", "0.830398", "0.833888", "8.4477e-03", "2.1534e-03"),
    (stanh(8), -0.3, "0.07755", "0.093932", "0.081643", "3.6732e-03", "8.6831e-04"),
    (stanh(32), 0.0, "0.50000", "0.523864", "0.507767", "1.1722e-01", "6.3948e-02"),
    (sexp(32, 2), 0.2, "0.44444", "0.583118", "0.479158", "1.7559e-02", "4.1819e-03"),
    (sexp(32, 2), 0.5, "0.11111", "0.208333", "0.135417", "2.6946e-03", "5.3010e-04"),
    (sexp(16, 2), 0.5, "0.11111", "0.152777", "0.121528", "2.2363e-03", "5.0146e-04"),
]


@pytest.mark.parametrize(("machine", "x", "limit", "short", "long", "short_variance", "long_variance"), TABLE)
def test_moments_are_the_known_ones_to_every_printed_digit(
    machine, x, limit, short, long, short_variance, long_variance
):
    p = (1 + x) / 2
    assert f"{markov.stationary(machine, p):.5f}" == limit
    at_256, at_1024 = markov.moments(machine, p, 256), markov.moments(machine, p, 1024)
    assert [f"{m.mean:.6f}" for m in (at_256, at_1024)] == [short, long]
    assert [f"{m.variance:.4e}" for m in (at_256, at_1024)] == [short_variance, long_variance]


MACHINES = [
    stanh(8),
    stanh(8, start=7),
    sexp(32, 2),
    sexp(32, 4, start=31),
    sabs(8),
    StateMachine((3, 0, 1, 2, 4, 0), (1, 4, 5, 5, 2, 3), (0, 1, 1, 0, 1, 0), 2),
    linear_gain(8, 2.0, Independent(width=10, seed=99)),
]


@pytest.mark.parametrize("length", [64, 256])
@pytest.mark.parametrize("level", [31000, 36000, 52000])
@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: str(m)[:40])
def test_machines_have_the_exact_moments(machine, level, length):
    estimates = [machine(independent(level, 1500, length, 3))]
    if hasattr(machine, "source"):  # one number sequence for all streams would correlate them
        x = independent(level, 1500, length, 3)
        estimates = [
            type(machine)(
                machine.zeros, machine.ones, machine.outputs, machine.start, Independent(width=10, seed=99, stream=s)
            )(x[s])
            for s in range(1500)
        ]
    values = np.concatenate([np.atleast_1d(e.unipolar()) for e in estimates])
    assert_moments(values, *markov.moments(machine, level / 65536, length))


def test_a_warm_up_is_in_the_moments():
    machine = sexp(32, 2)
    streams = machine(independent(40000, 2000, 320, 4)).drop(192)
    assert_moments(streams.unipolar(), *markov.moments(machine, 40000 / 65536, 320, warmup=192))


@pytest.mark.parametrize("x", [-1.0, -0.9, -0.3, 0.0, 0.05, 0.4, 0.99, 1.0])
def test_stationary_laws_are_the_closed_forms(x):
    p = (1 + x) / 2
    for states in (4, 8, 32):
        assert 2 * markov.stationary(stanh(states), p) - 1 == pytest.approx(closed_forms.stanh(x, states), abs=1e-12)
        assert markov.stationary(sabs(states), p) == pytest.approx(closed_forms.sabs(x, states), abs=1e-12)
        for gain in (1, 3):
            law = markov.stationary(sexp(states, gain), p)
            assert law == pytest.approx(closed_forms.sexp(x, states, gain), abs=1e-12)


@pytest.mark.parametrize("machine", [stanh(8), sexp(16, 2), sabs(8)], ids=str)
def test_the_mean_of_a_long_run_is_the_stationary_one(machine):
    limit = markov.stationary(machine, 0.6)
    gaps = [abs(markov.moments(machine, 0.6, length).mean - limit) for length in (1000, 2000, 4000)]
    assert gaps[0] / gaps[1] == pytest.approx(2, abs=0.02)  # the transient fades as 1 / length
    assert gaps[1] / gaps[2] == pytest.approx(2, abs=0.01)


def test_many_states_make_the_exponential_of_the_inverse_tangent():
    x = np.array([0.1, 0.3, 0.6])
    assert closed_forms.sexp(x, 256, 2) == pytest.approx(np.exp(-4 * np.arctanh(x)), abs=1e-12)
    assert abs(closed_forms.sexp(0.6, 256, 2) - np.exp(-4 * 0.6)) > 0.02  # and not that of the input


@pytest.mark.parametrize("states", [8, 32])
def test_the_memory_of_a_walk_is_its_second_eigenvalue(states):
    for p in (0.5, 0.6):
        known = 2 * np.sqrt(p * (1 - p)) * np.cos(np.pi / states)
        assert markov.relaxation_cycles(stanh(states), p) == pytest.approx(-1 / np.log(known), rel=1e-9)


def test_linear_gain_is_linear_in_the_middle_and_limited():
    machine = linear_gain(16, 2.0, Independent(width=12))
    x = np.linspace(-0.95, 0.95, 39)
    out = np.array([2 * markov.stationary(machine, (1 + v) / 2) - 1 for v in x])
    assert np.abs(out - np.clip(2 * x, -1, 1)).max() < 0.1  # at the knee
    assert np.abs(out[np.abs(x) < 0.4] - 2 * x[np.abs(x) < 0.4]).max() < 0.06


@pytest.mark.parametrize("level", [6554, 32768, 60000])
def test_independent_streams_have_binomial_variance(level):
    p = level / 65536
    assert_moments(independent(level, 4000, 128, 5).unipolar(), p, closed_forms.encoding_variance(p, 128))


def test_products_of_permuted_streams_have_hypergeometric_variance():
    n, i, j = 7, 40, 90
    p, q = i / 128, j / 128
    products = np.array([
        (encode(Permutation(width=n, stream=2 * s), i, 128) & encode(Permutation(width=n, stream=2 * s + 1), j, 128))
        .unipolar()
        for s in range(3000)
    ])  # fmt: skip
    assert_moments(products, p * q, closed_forms.permuted_product_variance(p, q, 128))


def test_a_multiplexer_has_the_variance_of_a_fresh_stream():
    levels = [5000, 30000, 60000]
    out = Multiplexer(Independent(width=16, seed=77))(
        *(independent(level, 1, 3000 * 64, 10 + s)[0] for s, level in enumerate(levels))
    )
    means = Streams(out.words.reshape(3000, 1), 64).unipolar()
    assert_moments(means, np.mean(levels) / 65536, closed_forms.multiplexer_variance(np.mean(levels) / 65536, 64))


@pytest.mark.parametrize("correlation", [-1, 0, 1])
def test_gates_follow_the_laws_of_correlation(correlation):
    a, b = 40000, 30000
    x, y = numbers(a, b, 2000, 64, correlation)
    laws = [
        ("and", closed_forms.and_probability),
        ("or", closed_forms.or_probability),
        ("xor", closed_forms.xor_probability),
    ]
    for kind, law in laws:
        p = float(law(a / 65536, b / 65536, correlation))
        assert_moments(Gate(kind)(x, y).unipolar(), p, p * (1 - p) / 64)


@pytest.mark.parametrize(
    ("a", "b", "correlation"), [(9830, 32768, 1), (9830, 32768, 0), (40000, 50000, -1), (60000, 64000, 1)]
)
def test_cordiv_has_the_known_moments(a, b, correlation):
    x, y = numbers(a, b, 3000, 256, correlation)
    p, q = a / 65536, b / 65536
    known = closed_forms.cordiv(p, q, 256, correlation)
    limit = closed_forms.cordiv_limit(p, q, correlation)
    values = Cordiv()(x, y).unipolar()
    # The start adds little to the variance: the formula is that of a stationary run.
    assert abs(values.mean() - limit - known.bias) < Z * np.sqrt(known.variance / 3000)
    assert values.var() == pytest.approx(known.variance, rel=Z * np.sqrt(2 / 3000))


def test_cordiv_of_independent_streams_is_the_numerator_and_not_the_quotient():
    assert closed_forms.cordiv_limit(0.3, 0.6, 0) == pytest.approx(0.3)
    assert closed_forms.cordiv_limit(0.3, 0.6, 1) == pytest.approx(0.5)
    assert closed_forms.cordiv_limit(0.7, 0.6, -1) == pytest.approx(0.5)
    x, y = numbers(19661, 39322, 500, 1024, 0)
    assert abs(Cordiv()(x, y).unipolar().mean() - 0.3) < 0.01


@pytest.mark.parametrize(("j", "k"), [(20000, 20000), (6554, 40000), (60000, 50000)])
def test_flip_flops_have_the_known_moments(j, k):
    x, y = numbers(j, k, 3000, 256, 0)
    known = closed_forms.jk(j / 65536, k / 65536, 256)
    values = JkDivider()(x, y).unipolar()
    assert abs(values.mean() - j / (j + k) - known.bias) < Z * np.sqrt(known.variance / 3000)
    assert values.var() == pytest.approx(known.variance, rel=Z * np.sqrt(2 / 3000))


@pytest.mark.parametrize(
    ("a", "b", "width"), [(19661, 39322, 5), (13107, 52429, 6), (32768, 65536, 6), (13107, 65536, 5)]
)
def test_counters_have_the_known_stationary_variance(a, b, width):
    length, count = 64 * 24, 1200
    x, y = numbers(a, b, count, length, 0)
    counters = []
    for s in range(count):
        source = Independent(width=width, seed=50, stream=s)
        circuit = Addie(source) if b == 65536 else GainesDivider(source)
        registers = circuit.reset(())
        circuit(*([x[s]] if b == 65536 else [x[s], y[s]]), registers=registers)
        counters.append(registers.values[0, 0])
    p, q = a / 65536, b / 65536
    values = np.array(counters) / (1 << width)
    assert_moments(values, p / q, closed_forms.gaines_variance(p, q, 1 << width))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: markov.moments(stanh(8), 1.5, 10), "p = 1.5"),
        (lambda: markov.moments(stanh(8), 0.5, 0), "a stream of 0 cycles"),
        (lambda: markov.moments(stanh(8), 0.5, 9, 9), "a warm-up of 9 cycles leaves nothing of 9"),
        (lambda: closed_forms.sexp(1.5, 32, 2), r"a bipolar value of 1.5; it lies in \[-1, 1\]"),
        (lambda: closed_forms.encoding_variance([0.5, np.nan], 64), r"a probability of nan; it lies in \[0, 1\]"),
        (lambda: closed_forms.encoding_variance(0.5, 0), "a stream of 0 cycles"),
        (lambda: closed_forms.permuted_product_variance(0.5, 0.5, 1), "a permutation of 1 cycles"),
        (lambda: closed_forms.and_probability(0.5, 0.5, 2), "a correlation of 2.0"),
        (lambda: closed_forms.cordiv_limit(0.5, [0.5, 0.0], 1), "a denominator of 0"),
        (lambda: closed_forms.gaines_variance(0.0, 0.0, 64), "a denominator of 0"),
        (lambda: closed_forms.jk(0.0, 0.0, 64), "j and k are both 0"),
    ],
)
def test_impossible_questions_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(("a", "b"), [(0.2, 0.9), (0.05, 0.1), (0.5, 0.5), (0.0, 0.7), (1.0, 1.0), (0.3, 0.3)])
def test_the_limit_of_a_counter_divider_is_that_of_its_chain(a, b):
    levels = 8
    matrix = np.zeros((levels, levels))
    for c in range(levels):
        up, down = a * (1 - b * c / levels), (1 - a) * b * c / levels
        matrix[c, min(c + 1, levels - 1)] += up
        matrix[c, max(c - 1, 0)] += down
        matrix[c, c] += 1 - up - down
    equations = np.vstack([matrix.T - np.eye(levels), np.ones(levels)])
    law = np.linalg.lstsq(equations, np.eye(levels + 1)[levels], rcond=None)[0]
    assert closed_forms.gaines_limit(a, b, levels) == pytest.approx(law @ np.arange(levels) / levels, abs=1e-12)


def test_a_wide_counter_divider_tends_to_the_quotient_and_one_without_bits_stays():
    a, b = np.array([0.1, 0.25, 0.4]), np.array([0.5, 0.5, 0.8])
    assert closed_forms.gaines_limit(a, b, 1 << 14) == pytest.approx(a / b, abs=1e-4)
    assert closed_forms.gaines_limit(0.45, 0.5, 8) < 0.89  # its upper end
    assert closed_forms.gaines_limit(0.0, 0.0, 64, start=16) == 0.25


@pytest.mark.parametrize("depth", [1, 2, 5])
@pytest.mark.parametrize(("a", "b"), [(20000, 40000), (1000, 60000), (30000, 30000)])
def test_the_limit_behind_a_synchroniser_is_that_of_its_walk(a, b, depth):
    x, y = independent(a, 1, 1 << 19, 1), independent(b, 1, 1 << 19, 2)
    found = Cordiv()(SkewedSynchroniser(depth)(x, y), y).unipolar()[0]
    limit = closed_forms.synchronised_limit(a / 65536, b / 65536, depth)
    assert abs(found - limit) < 0.006  # 4.5 times sqrt((2 - b) / (4 b L)), the largest of these
    assert closed_forms.synchronised_limit(a / 65536, b / 65536, 16) == pytest.approx(a / b, abs=0.001)


def test_the_chain_is_the_truncated_series_with_rounded_constants():
    chain = MaclaurinExp(5)
    assert chain.constants(10) == (205, 256, 341, 512)  # 204.8, 256, 341.3, 512
    assert float(chain.value(1.0)) == pytest.approx(0.366667, abs=5e-7)
    assert float(chain.value(1.0)) - np.exp(-1) == pytest.approx(-1.21e-3, abs=5e-6)
    x = independent(40000, 1, 1 << 18, 30)
    constants = [independent(k << 6, 1, 1 << 18, 31 + i) for i, k in enumerate(chain.constants(10))]
    p = 40000 / 65536
    mean = 1 - p * (1 - p / 2 * (1 - p * 341 / 1024 * (1 - p / 4 * (1 - p * 205 / 1024))))
    # Delays make outputs up to 4 cycles apart dependent: the variance is at most 9 times that of independent bits.
    assert abs(chain(x, *constants).unipolar()[0] - mean) < Z * np.sqrt(9 * mean * (1 - mean) / (1 << 18))


def test_bernstein_streams_have_the_mean_of_the_polynomial_and_binomial_variance():
    circuit, levels = Bernstein(3), [60000, 20000, 40000, 5000]
    copies = [independent(30000, 1500, 128, 40 + i) for i in range(3)]
    coefficients = [independent(level, 1500, 128, 50 + i) for i, level in enumerate(levels)]
    mean = float(circuit.value(30000 / 65536, np.array(levels) / 65536))
    assert_moments(circuit(*copies, *coefficients).unipolar(), mean, mean * (1 - mean) / 128)
