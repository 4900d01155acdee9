"""Softmax designs made of bitstreams: known errors on one set of rows, limits, seeds and sharing.

The rows are 150 of 16 logits from N(0, 2**2), generator seeded with 5; errors are against the float softmax.
"""

import decimal

import numpy as np
import pytest

import approx
from approx.fixed_point import FixedPoint
from approx.stochastic import metrics
from approx.stochastic.euler import EulerSoftmax
from approx.stochastic.exponentials import EncodedExponential, ExactExponential
from approx.stochastic.generator import encode
from approx.stochastic.machine_exponentials import IntegralExponential, MachineExponential, tanh_levels
from approx.stochastic.quotients import CordivQuotient, GainesQuotient, JkQuotient
from approx.stochastic.series_exponentials import BernsteinExponential, ChainExponential
from approx.stochastic.source_family import SourceFamily
from approx.stochastic_softmax import counted, divided

LOGITS = np.random.default_rng(5).normal(0, 2, (150, 16))
TRUTH = np.exp(LOGITS - LOGITS.max(axis=1, keepdims=True))
TRUTH /= TRUTH.sum(axis=1, keepdims=True)
FINE = FixedPoint(16, 12)  # an input so fine that it adds no error
FAMILY = SourceFamily("independent", 10, 4)


def rmse(probabilities):
    return np.sqrt(((probabilities - TRUTH) ** 2).mean())


def exact(length=1024):
    return ExactExponential(family=SourceFamily("independent", 16), length=length)


@pytest.mark.parametrize(
    ("length", "known"), [(64, "2.44e-03"), (256, "6.5e-04"), (1024, "1.6e-04"), (4096, "3.8e-05")]
)
def test_evenly_spread_encoders_have_the_known_errors(length, known):
    design = approx.build("ideal_encoder", length=length, input="s18.14", output="u24.24")
    assert f"{rmse(design(LOGITS)):.{len(known) - 6}e}" == known


def test_errors_fall_as_one_over_the_length_or_as_its_root():
    lengths = 2 ** np.arange(6, 13)
    even = [rmse(approx.build("ideal_encoder", length=n, input="s16.12", output="u24.24")(LOGITS)) for n in lengths]
    random = [
        rmse(
            approx.build("ideal_encoder", length=n, input="s16.12", sources="independent", sharing="own", width=12)(
                LOGITS
            )
        )
        for n in lengths
    ]
    assert metrics.convergence(lengths, even).slope == pytest.approx(-1, abs=0.05)
    slope = metrics.convergence(lengths, random)
    assert slope.slope == pytest.approx(-0.5, abs=0.05)
    assert slope.high - slope.low < 0.2


def test_independent_encoders_have_the_variance_of_a_ratio_of_counts():
    """RMSE of e / sum e to first order: sqrt(mean of sum_j (delta_ij - y_i)**2 p_j (1 - p_j) / L) / S."""
    length, replicas = 1024, 12
    p = np.exp(LOGITS - LOGITS.max(axis=1, keepdims=True))
    total = p.sum(axis=1)[:, None]
    variance = p * (1 - p) / length
    spread = ((1 - 2 * TRUTH) * variance + TRUTH**2 * variance.sum(axis=1, keepdims=True)) / total**2
    runs = [
        approx.build(
            "ideal_encoder", length=length, input="s16.12", sources="independent", sharing="own", width=12, seed=s
        )(LOGITS)
        for s in range(replicas)
    ]
    measured = np.mean([rmse(run) ** 2 for run in runs])
    assert measured == pytest.approx(spread.mean(), rel=0.2)  # 12 seeds of 16 positions; positions share sources


@pytest.mark.parametrize(("steps", "known"), [(4, "2.3e-02"), (8, "1.17e-02"), (16, "5.9e-03"), (32, "3.0e-03")])
def test_euler_steps_have_the_known_errors(steps, known):
    assert f"{rmse(EulerSoftmax(steps, 20).exact(LOGITS)):.{len(known) - 6}e}" == known
    if steps >= 8:  # below that entries turn negative, and the unit clips them
        design = approx.build("ascend_euler", steps=steps, fraction=20, input="s16.12")
        assert f"{rmse(design(LOGITS)):.{len(known) - 6}e}" == known


def test_more_euler_steps_than_the_width_carries_make_it_worse():
    errors = [rmse(approx.build("ascend_euler", steps=k, fraction=8, input="s12.8")(LOGITS)) for k in (4, 16, 128)]
    assert errors[1] < errors[0]
    assert errors[2] > 2 * errors[1]


@pytest.mark.parametrize(
    ("name", "parameters", "known"),
    [
        ("maclaurin_count", {"width": 16}, "2.3e-05"),
        ("bernstein_count", {"width": 16, "power": 1}, "1.16e-02"),
    ],
)
def test_what_infinite_streams_leave_is_the_error_of_the_circuit(name, parameters, known):
    assert f"{rmse(limit(name, **parameters)):.{len(known) - 6}e}" == known


def limit(name, **parameters):
    design = approx.build(name, input="s18.14", **parameters)
    return design.limit(design.quantize(LOGITS))


def test_infinite_streams_of_exact_exponentials_leave_the_width_of_the_levels_and_the_ends_of_a_counter():
    assert rmse(limit("ideal_encoder", width=16)) < 1e-5
    # Numerator and denominator are half a level of 16 bits off, and the sum is at least 1 of the 16 that stand for 1.
    assert np.abs(limit("jk_pairwise") - TRUTH).max() < 2 * 16 * 2**-17
    errors = [rmse(limit("gaines_divide", counter_width=bits)) for bits in (6, 8, 12)]
    assert errors[0] > 3 * errors[1] > 10 * errors[2]
    assert errors[2] < 1e-4


@pytest.mark.parametrize(("parameters", "known"), [({}, "6.1e-03"), ({"predistorted": True}, "7.7e-03")])
def test_the_limit_of_the_state_machine_is_its_stationary_law(parameters, known):
    """In integers, from the balance of the walk at every level."""
    design = approx.build("yuan2017" if not parameters else "fsm_sexp_cordiv", width=16, input="s18.14", **parameters)
    codes = design.quantize(LOGITS)
    levels = design.level_of[np.minimum(codes.max(axis=1, keepdims=True) - codes, design.level_of.size - 1)]
    terms = np.array([[stationary_sexp(int(k), 1 << 16, 32, 4) for k in row] for row in levels])
    error = rmse(terms / terms.sum(axis=1, keepdims=True))
    assert f"{error:.1e}" == known
    assert rmse(design.limit(codes)) == pytest.approx(error, rel=1e-3 if parameters else 1e-12)


def stationary_sexp(level, one, states, gain):
    weights = [level**i * (one - level) ** (states - 1 - i) for i in range(states)]
    return sum(weights[: states - gain]) / sum(weights)


def test_long_runs_come_near_the_limit_and_nearer_with_length():
    for name in ("fsm_sexp_cordiv", "yuan2017", "maclaurin_count", "hu2018_integral"):
        gaps = []
        for length in (256, 8192):
            long = {"divider_length": length} if name == "fsm_sexp_cordiv" else {}
            design = approx.build(name, input="s12.8", length=length, sharing="own", **long)
            gaps.append(np.sqrt(((design(LOGITS) - design.limit(design.quantize(LOGITS))) ** 2).mean()))
        assert gaps[1] < 0.015
        assert gaps[1] < gaps[0] / 4


@pytest.mark.parametrize(
    ("quotient", "parameters"),
    [(GainesQuotient, {"counter_width": 3, "start": 0}), (CordivQuotient, {"synchroniser": 1}), (JkQuotient, {})],
)
def test_the_limit_is_that_of_the_divider(quotient, parameters):
    """A counter of three bits and a synchroniser of one leave 0.017 and 0.04 from e / sum e."""
    divider = quotient(family=SourceFamily("independent", 16), length=1 << 14, sharing="own", **parameters)
    design = divided(exact(), divider, FINE, 16)
    codes = design.quantize(LOGITS)
    error = design.probabilities(design.codes(codes)) - design.limit(codes)
    assert np.sqrt((error**2).mean()) < 0.009


def test_the_limit_of_few_euler_steps_is_clipped_like_the_design():
    design = approx.build("ascend_euler", steps=2, fraction=20, input="s12.8")
    codes = design.quantize(LOGITS)
    assert np.abs(design.probabilities(design.codes(codes)) - design.limit(codes)).max() < 1e-5
    assert np.abs(design.unit.exact(LOGITS) - design(LOGITS)).max() > 0.1


@pytest.mark.parametrize(
    "name", ["gaines_divide", "fsm_sexp_cordiv", "ideal_encoder", "ascend_euler", "ssa_normaliser_free"]
)
def test_the_limit_of_a_row_does_not_see_what_is_left_out(name):
    design = approx.build(name)
    codes = design.quantize(LOGITS[:5])
    live = np.arange(16) % 3 != 1
    limit = design.limit(codes, np.broadcast_to(live, codes.shape))
    assert not limit[:, ~live].any()
    if name in ("ideal_encoder", "ascend_euler"):  # the others scale with the length of the row
        assert np.allclose(limit[:, live], design.limit(codes[:, live]), atol=1e-15)


def test_cordiv_of_depth_1_with_evenly_spread_sources_stops_converging_and_a_history_helps():
    plain = [
        rmse(divided(exact(), CordivQuotient(family=SourceFamily("sobol", 16), length=n), FINE, 16)(LOGITS))
        for n in (1024, 4096, 16384)
    ]
    assert all(0.019 < error < 0.023 for error in plain)
    deep = CordivQuotient(family=SourceFamily("sobol", 16), length=4096, depth=4)
    assert rmse(divided(exact(), deep, FINE, 16)(LOGITS)) < 0.0055


def test_jk_dividers_have_the_known_error():
    """2.25e-2 at 1024 cycles: sqrt(q (1 - q) / L * ...) of the flip-flop, within the spread of one set of seeds."""
    errors = [rmse(approx.build("jk_pairwise", input="s16.12", sharing="own", seed=s)(LOGITS)) for s in range(4)]
    assert np.mean(errors) == pytest.approx(2.25e-2, rel=0.1)


def test_a_denser_denominator_makes_stream_dividers_better():
    for quotient in (CordivQuotient, JkQuotient):
        wired, shifted = (
            rmse(divided(exact(), quotient(family=FAMILY, length=1024, scale=scale, sharing="own"), FINE, 16)(LOGITS))
            for scale in ("row_length", "leading_one")
        )
        assert shifted < 0.8 * wired


def test_the_spike_rates_are_no_softmax():
    design = approx.build("ssa_normaliser_free", length=4096)
    codes = np.arange(-128, 128)[None, :]
    values = design.output.value(design.codes(codes.astype(np.int8)))
    assert np.abs(values - (np.arange(256) / 255)).max() < 4.5 * 0.5 / 64
    assert np.allclose(design.limit(codes), np.arange(256) / 255, atol=1e-3)


def test_spikes_of_every_position_have_their_own_source():
    counts = approx.build("ssa_normaliser_free", length=64).codes(np.zeros((1, 30), dtype=np.int8))
    assert len(set(counts[0].tolist())) > 5


def test_euler_distances_beyond_the_clip_are_taken_as_the_clip():
    design = approx.build("ascend_euler", input="s12.4", clip=8.0, steps=16)
    codes = np.array([[100, 60, 100 - 8 * 16, -100], [100, 60, -200, -2000]], dtype=np.int16)
    first, second = design.codes(codes)
    assert first.tolist() == second.tolist()
    assert first[2] == first[3]
    x = np.array([8.0, 5.5, 0.0, 0.0]) * 2**16
    assert first.tolist() == EulerSoftmax(16, 16).reference(x.astype(int).tolist())


EXPONENTIALS = [
    EncodedExponential(family=FAMILY, length=200),
    MachineExponential(family=FAMILY, length=200, warmup=20, states=32, gain=4),
    MachineExponential(family=FAMILY, length=100, states=12, gain=2, predistorted=True, start=11),
    ChainExponential(family=FAMILY, length=130, order=3, power=2, warmup=2),
    BernsteinExponential(family=FAMILY, length=130, degree=3, range=4.0, power=2),
    IntegralExponential(family=FAMILY, length=100, states=32, gain=2, streams=3),
]


@pytest.mark.parametrize("exponential", EXPONENTIALS, ids=lambda e: type(e).__name__)
def test_tables_of_counts_are_those_of_the_bits(exponential):
    """Streams of single levels, run by the definition of each circuit."""
    counts = exponential.counts(3)
    assert counts.shape == (1025,)
    for level in (0, 1, 300, 777, 1024):
        assert counts[level] == sum(bits_of(exponential, level, 3)[exponential.warmup :])


def bits_of(exponential, level, first):
    def stream(number, value):
        return encode(exponential.family.source(first + number), value, exponential.length).unpack().tolist()

    match exponential:
        case MachineExponential():
            return exponential.machine.reference(stream(0, level))
        case IntegralExponential():
            return exponential.machine.reference(*(stream(i, level) for i in range(3)))
        case ChainExponential():
            constants = exponential.chain.constants(10)
            chains = [
                exponential.chain.reference(
                    stream(3 * i, level), *(stream(3 * i + 1 + j, c) for j, c in enumerate(constants))
                )
                for i in range(2)
            ]
            return [a & b for a, b in zip(*chains, strict=True)]
        case BernsteinExponential():
            values = [level] * 3 + [int(c) for c in exponential.coefficients]
            polynomials = [
                exponential.circuit.reference(*(stream(7 * i + j, value) for j, value in enumerate(values)))
                for i in range(2)
            ]
            return [a & b for a, b in zip(*polynomials, strict=True)]
        case _:
            return stream(0, level)


@pytest.mark.parametrize("exponential", EXPONENTIALS, ids=lambda e: type(e).__name__)
def test_counts_of_exponentials_tend_to_their_limit(exponential):
    runs = np.array([
        type(exponential)(**{**fields(exponential), "length": 4096, "family": SourceFamily("independent", 10, seed)})
        .table(0) / (4096 - exponential.warmup)
        for seed in range(4)
    ])  # fmt: skip
    gap = runs.mean(axis=0) - exponential.limit()
    assert np.sqrt((gap**2).mean()) < 0.03
    assert np.abs(gap).max() < 0.15


def fields(exponential):
    return {name: getattr(exponential, name) for name in exponential.__dataclass_fields__}


@pytest.mark.parametrize("exponential", EXPONENTIALS, ids=lambda e: type(e).__name__)
def test_tables_of_counts_are_made_in_blocks(exponential, monkeypatch):
    whole = exponential.counts(3)
    monkeypatch.setattr("approx.stochastic.memoise.BLOCK_WORDS", 1000)
    assert np.array_equal(exponential.counts(3), whole)


def test_levels_of_a_hyperbolic_tangent_are_exact():
    u = np.arange(0, 6, 1 / 128)
    levels = tanh_levels(u, 12)
    assert np.array_equal(levels, np.floor((1 + np.tanh(u)) / 2 * 4096 + 0.5))
    assert levels[0] == 2048


def test_levels_of_a_hyperbolic_tangent_are_exact_beside_a_tie():
    """At the floats next to where (1 + tanh u) / 2 lies between two levels, in 60 digits."""
    ties = np.arctanh(2 * (np.arange(130, 256) + 0.5) / 256 - 1)[:125]
    u = np.concatenate([np.nextafter(ties, 0), ties, np.nextafter(ties, 9)])
    with decimal.localcontext(prec=60):
        exactly = [256 / (1 + (decimal.Decimal(-2) * decimal.Decimal(float(x))).exp()) for x in u]
        known = [int(value + decimal.Decimal("0.5")) for value in exactly]
    assert tanh_levels(u, 8).tolist() == known
    assert np.any(np.floor((1 + np.tanh(u)) / 2 * 256 + 0.5) != known)  # float64 alone is wrong somewhere


def test_distances_beyond_the_clip_count_like_the_clip():
    for exponential in EXPONENTIALS:
        ends = exponential.level(np.array([0.0, exponential.clip]))
        assert ends.min() >= 0
        assert ends.max() <= 1024
    assert ExactExponential(family=FAMILY, length=64).level(np.array([0.0, 12 * np.log(2)])).tolist() == [1024, 0]


@pytest.mark.parametrize("name", ["ideal_encoder", "fsm_sexp_cordiv", "jk_pairwise", "gaines_divide", "yuan2017"])
def test_the_seed_is_a_parameter_and_a_call_is_pure(name):
    parameters = {"sources": "independent"} if name == "ideal_encoder" else {}
    one, same, other = (approx.build(name, seed=seed, **parameters) for seed in (1, 1, 2))
    first = one(LOGITS)
    assert np.array_equal(first, one(LOGITS))
    assert np.array_equal(first, same(LOGITS))
    assert not np.array_equal(first, other(LOGITS))


def test_positions_have_their_own_sources_only_if_asked():
    row = np.zeros((1, 40))
    shared = approx.build("ideal_encoder", sources="independent", length=100, width=8)
    own = approx.build("ideal_encoder", sources="independent", length=100, width=8, sharing="own")
    logits = np.where(np.arange(40) == 0, 1.0, row)
    assert len(set(shared(logits)[0, 1:])) == 1
    assert len(set(own(logits)[0, 1:])) > 5
    assert np.array_equal(own(logits)[:, :9] > 0, own(logits[:, :9]) > 0)


@pytest.mark.parametrize("exponential", EXPONENTIALS, ids=lambda e: type(e).__name__)
def test_no_source_of_an_exponential_serves_two_positions(exponential):
    for position in (1, 3):
        first = position * exponential.sources_each
        assert np.array_equal(exponential.table(position), exponential.counts(first))


@pytest.mark.parametrize("kind", [CordivQuotient, JkQuotient, GainesQuotient])
def test_no_source_of_a_divider_serves_two_positions(kind):
    quotient = kind(family=SourceFamily("independent", 8, 1), length=64, sharing="own")
    terms = np.array([[32, 8, 16, 8]])  # of a row that sums to 64: as levels of 8 bits the same
    counts = quotient.counts(terms, np.array([64]), 64)
    for position in range(4):
        levels = terms[:, position], np.array([64])
        alone = quotient.divided(*levels, first_source=position * quotient.sources_each)
        assert counts[0, position] == alone.counts()[0]


def test_long_streams_of_dividers_run_in_blocks(monkeypatch):
    codes = np.random.default_rng(1).integers(-128, 128, (9, 11)).astype(np.int8)
    design = approx.build("fsm_sexp_cordiv", divider_length=500, length=100, depth=2)
    whole = design.codes(codes)
    monkeypatch.setattr("approx.stochastic.quotients.BLOCK_WORDS", 24)
    assert np.array_equal(design.codes(codes), whole)


def test_a_row_in_which_nothing_is_counted_gives_zeros():
    nowhere = MachineExponential(family=FAMILY, length=7, states=8, gain=7, start=7)  # state 0 is 7 steps away
    assert nowhere.table(0)[512] == 0
    codes = np.zeros((1, 2), dtype=np.int32)
    silent = counted(nowhere, FINE, FixedPoint(8, 8, signed=False), "shared", 4)
    assert silent.codes(codes).tolist() == silent.definition(codes).tolist() == [[0, 0]]
    zeros = np.zeros((2, 3), dtype=np.int64)
    for quotient in (CordivQuotient, JkQuotient, GainesQuotient):
        assert quotient(family=FAMILY, length=64).divided(zeros[0], zeros[0], 0).length == 64
        assert not quotient(family=FAMILY, length=64).counts(zeros, zeros.sum(axis=1), 64).any()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: approx.build("ideal_encoder", length=0), "length = 0"),
        (lambda: approx.build("ideal_encoder", width=17), "width = 17"),
        (lambda: approx.build("ideal_encoder", sources="halton"), "sources = 'halton'"),
        (lambda: approx.build("maclaurin_count", warmup=2000), "a warm-up of 2000 cycles leaves nothing of 1024"),
        (lambda: approx.build("fsm_sexp_cordiv", states=4, gain=4), "gain = 4; of 4 states 1 to 3 can output 0"),
        (lambda: approx.build("yuan2017", sources="sobol"), "sobol sources feed a state machine"),
        (lambda: approx.build("hu2018_integral", sources="sobol"), "sobol sources feed a state machine"),
        (lambda: approx.build("fsm_sexp_cordiv", depth=3), "depth = 3"),
        (lambda: approx.build("hu2018_integral", streams=40), "at least twice as many states"),
        (lambda: approx.build("gaines_divide", warmup=1024), "leaves nothing of 1024"),
        (lambda: approx.build("ascend_euler", input="s8.4", fraction=4, clip=0.5), "clip = 0.5"),
        (lambda: approx.build("ascend_euler", input="s12.8", fraction=6), "with fraction = 6 it has 0 to as many"),
        (lambda: SourceFamily("sobol", 8).source(21), "there are 21 dimensions: use fewer"),
        (lambda: SourceFamily("vdc", 8).source(1), "there is one, number 0"),
        (lambda: approx.build("yuan2017", sources="vdc"), "vdc sources feed a state machine"),
        (lambda: approx.build("jk_pairwise", sources="sobol"), "sobol sources feed a JK flip-flop"),
        (lambda: approx.build("cordiv_divide", sources="vdc", synchroniser=2), "there is one, number 0"),
        (lambda: approx.build("ideal_encoder", sources="vdc", sharing="own"), "there is one, number 0"),
        (lambda: approx.build("maclaurin_count", sources="sobol"), "there are 21 dimensions: use fewer"),
        (lambda: SourceFamily("halton", 8), "there are no sources 'halton'"),
        (lambda: approx.build("maclaurin_count", sources="sobol").codes(np.zeros((1, 2), np.int8)), "21 dimensions"),
        (lambda: BernsteinExponential(family=FAMILY, length=8, degree=2, range=0.0), "range = 0.0"),
        (lambda: ChainExponential(family=FAMILY, length=8, order=2, power=65), "power = 65"),
        (lambda: JkQuotient(family=FAMILY, length=8, warmup=8), "leaves nothing of 8"),
    ],
)
def test_designs_that_cannot_be_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
