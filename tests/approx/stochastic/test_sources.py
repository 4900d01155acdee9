"""Numbers of every source: ranges, periods, published sequences, exactness over a period."""

import numpy as np
import pytest
from scipy.stats import qmc

from approx.stochastic import generator
from approx.stochastic.counters import (
    ClockDivision,
    Halton,
    Race,
    Ramp,
    RampDown,
    RelativelyPrime,
    Rotation,
    VanDerCorput,
)
from approx.stochastic.ideal_sources import Independent, Permutation
from approx.stochastic.shift_registers import Lfsr, ZeroInsertedLfsr
from approx.stochastic.sobol import MAX_DIMENSION, Sobol
from approx.stochastic.source_family import SourceFamily

GOLDEN_NUMBERS = [20618, 9685, 54092, 10193]
GOLDEN_PERMUTATION = [3, 1, 6, 7, 5, 2, 0, 4]

SOURCES = [
    Lfsr(width=6),
    Lfsr(width=6, stride=5, seed=9, permutation=(5, 3, 1, 0, 2, 4)),
    ZeroInsertedLfsr(width=6, seed=0),
    VanDerCorput(width=6),
    Sobol(width=6, dimension=3),
    Sobol(width=6, dimension=2, order="natural", phase=11),
    Halton(width=6, base=3),
    Ramp(width=6),
    RampDown(width=6),
    Race(width=6),
    ClockDivision(width=3, operand=1),
    Rotation(width=3, operand=1),
    RelativelyPrime(width=6, modulus=49),
    Permutation(width=6, seed=4),
    Independent(width=6, seed=4, stream=2),
]


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_numbers_are_in_range_and_their_period_is_the_stated_one(source):
    length = source.period or 500
    numbers = source.numbers(length)
    assert numbers.dtype == np.int64
    assert numbers.min() >= 0
    assert numbers.max() < source.levels
    if source.period is not None and not isinstance(source, Race):
        twice = source.at(source.phase + np.arange(2 * length))
        assert np.array_equal(twice[:length], twice[length:])
        shorter = [p for p in range(1, length) if length % p == 0 and np.array_equal(np.roll(numbers, p), numbers)]
        assert not shorter


@pytest.mark.parametrize("source", [s for s in SOURCES if s.period], ids=str)
def test_more_than_a_period_is_refused_unless_it_may_repeat(source):
    with pytest.raises(ValueError, match=f"come again after {source.period}"):
        source.numbers(source.period + 1)


def test_a_source_that_may_repeat_gives_the_same_numbers_again():
    numbers = Sobol(width=4, dimension=2, repeat=True).numbers(40)
    assert np.array_equal(numbers[:16], numbers[16:32])


@pytest.mark.parametrize("n", range(3, 13))
@pytest.mark.parametrize("kind", [VanDerCorput, Ramp, RampDown, Race, ZeroInsertedLfsr, Permutation])
def test_level_k_has_k_ones_in_a_full_period(kind, n):
    source = kind(width=n)
    assert source.exact
    levels = np.arange((1 << n) + 1)
    assert np.array_equal(generator.encode(source, levels, 1 << n).counts(), levels)


@pytest.mark.parametrize("n", range(3, 13))
@pytest.mark.parametrize("order", ["gray", "natural"])
def test_sobol_is_exact_in_every_dimension(n, order):
    levels = np.arange((1 << n) + 1)
    for dimension in (1, 2, 7, MAX_DIMENSION):
        source = Sobol(width=n, dimension=dimension, order=order)
        assert np.array_equal(generator.encode(source, levels, 1 << n).counts(), levels)


@pytest.mark.parametrize("n", range(3, 17))
def test_shift_registers_have_maximal_periods(n):
    assert sorted(Lfsr(width=n).numbers((1 << n) - 1)) == list(range(1, 1 << n))
    assert ZeroInsertedLfsr(width=n).period == 1 << n


@pytest.mark.parametrize("n", range(3, 13))
def test_a_plain_shift_register_loses_one_count(n):
    levels = np.arange((1 << n) + 1)
    counts = generator.encode(Lfsr(width=n), levels, (1 << n) - 1).counts()
    assert np.array_equal(counts, np.maximum(levels - 1, 0))


def test_a_stride_is_so_many_steps_a_cycle():
    slow, fast = Lfsr(width=8, repeat=True), Lfsr(width=8, stride=7, repeat=True)
    assert np.array_equal(fast.numbers(300), slow.numbers(2100)[::7])
    assert Lfsr(width=8, stride=5).period == 51  # 5 divides 255
    assert fast.period == 255


def test_a_permutation_moves_bits():
    plain, mirrored = Lfsr(width=5), Lfsr(width=5, permutation=(4, 3, 2, 1, 0))
    for one, other in zip(plain.numbers(31), mirrored.numbers(31), strict=True):
        assert f"{one:05b}"[::-1] == f"{other:05b}"


def test_gray_sobol_is_that_of_scipy():
    theirs = qmc.Sobol(MAX_DIMENSION, scramble=False).random(1024)
    for dimension in range(1, MAX_DIMENSION + 1):
        ours = Sobol(width=10, dimension=dimension).numbers(1024)
        assert np.array_equal(ours, theirs[:, dimension - 1] * 1024)


def test_sobol_dimension_1_in_natural_order_is_van_der_corput():
    assert np.array_equal(Sobol(width=9, dimension=1, order="natural").numbers(512), VanDerCorput(width=9).numbers(512))


def test_halton_in_base_2_is_van_der_corput_and_in_base_3_that_of_scipy():
    assert np.array_equal(Halton(width=8, base=2).numbers(256), VanDerCorput(width=8).numbers(256))
    theirs = qmc.Halton(2, scramble=False).random(700)[:, 1]
    assert np.array_equal(Halton(width=8, base=3).numbers(700), np.floor(theirs * 256 + 1e-9))


@pytest.mark.parametrize("scheme", [ClockDivision, Rotation])
def test_clock_division_and_rotation_multiply_exactly(scheme):
    for operands, width in ((2, 4), (3, 2)):
        sources = [scheme(width=width, operand=i, repeat=True) for i in range(operands)]
        length = 1 << (width * operands)
        levels = np.indices([sources[0].levels + 1] * operands)
        streams = [generator.encode(s, k, length) for s, k in zip(sources, levels, strict=True)]
        product = streams[0]
        for stream in streams[1:]:
            product = product & stream
        assert np.array_equal(product.counts(), levels.prod(axis=0))


def test_relatively_prime_moduli_multiply_exactly():
    a, b = RelativelyPrime(width=4, modulus=15, repeat=True), RelativelyPrime(width=4, modulus=16, repeat=True)
    i, j = np.indices((16, 17))
    product = generator.encode(a, i, 240) & generator.encode(b, j, 240)
    assert np.array_equal(product.counts(), i * j)


@pytest.mark.parametrize("kind", ["independent", "permutation", "lfsr"])
def test_numbered_sources_of_a_family_differ_by_number_and_by_seed(kind):
    family, other = SourceFamily(kind, 8, 3), SourceFamily(kind, 8, 4)
    streams = [family.source(i).numbers(255).tolist() for i in range(6)] + [other.source(0).numbers(255).tolist()]
    assert len({tuple(stream) for stream in streams}) == 7
    assert family.source(2).numbers(255).tolist() == streams[2]


def test_phases_of_a_register_are_all_different_and_well_apart():
    for width in (3, 8, 10):
        period = (1 << width) - 1
        phases = [SourceFamily("lfsr", width, 9).source(i).phase for i in range(period)]
        assert sorted(phases) == list(range(period))
        if width == 10:
            gaps = np.diff(np.sort(phases[:40]))
            assert gaps.min() >= 5  # for eight chains of order 5, whose delays reach 4 cycles back


def test_registers_of_a_family_make_several_steps_a_cycle_and_keep_their_period():
    for width in range(3, 17):
        source = SourceFamily("lfsr", width).source(1)
        assert source.stride > 1
        assert source.period == (1 << width) - 1


def test_dimensions_of_a_sobol_family_stay_matched_whatever_the_seed():
    phases = {SourceFamily("sobol", 8, 5).source(i).phase for i in range(4)}
    assert len(phases) == 1
    assert phases != {SourceFamily("sobol", 8, 6).source(0).phase}
    assert SourceFamily("sobol", 8).source(2) == Sobol(width=8, dimension=3, repeat=True)


def test_independent_numbers_do_not_depend_on_order_and_differ_between_streams():
    source = Independent(width=12, seed=7, stream=3)
    assert np.array_equal(source.numbers(1000)[400:], source.numbers(600, start=400))
    for other in (Independent(width=12, seed=7, stream=4), Independent(width=12, seed=8, stream=3)):
        assert (source.numbers(1000) == other.numbers(1000)).mean() < 0.01


def test_independent_numbers_are_the_same_everywhere():
    assert Independent(width=16, seed=1, stream=2).numbers(4).tolist() == GOLDEN_NUMBERS
    assert Permutation(width=3, seed=5).numbers(8).tolist() == GOLDEN_PERMUTATION


def test_the_mean_of_independent_numbers_is_a_half():
    mean = Independent(width=16, seed=11).numbers(1 << 16).mean() / (1 << 16)
    assert abs(mean - 0.5) < 4 * np.sqrt(1 / 12 / (1 << 16))  # z-test, two-sided level 6e-5


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Ramp(width=17), "Ramp of width 17: a source has 1 to 16 bits"),
        (lambda: Lfsr(width=2), "Lfsr of width 2: a source has 3 to 16 bits"),
        (lambda: Ramp(width=8, phase=-1), "phase -1: a source cannot have started in the future"),
        (lambda: Lfsr(width=8, seed=0), "seed = 0: the states of this register of 8 bits are 1 to 255"),
        (lambda: Lfsr(width=8, taps=(9,)), "has taps 1 to 8"),
        (lambda: Lfsr(width=8, stride=0), "at least 1 step"),
        (lambda: Lfsr(width=4, permutation=(0, 1, 2)), "must name each bit 0 to 3 once"),
        (lambda: Lfsr(width=8, taps=(5, 2), seed=128).numbers(3), "never return to the state 128; include the tap 8"),
        (lambda: Sobol(width=8, dimension=22), "dimensions 1 to 21"),
        (lambda: Sobol(width=8, dimension=2, order="grey"), "order = 'grey'"),
        (lambda: Halton(width=8, base=1), "base = 1"),
        (lambda: Race(width=8, phase=3), "a race is run once"),
        (lambda: RelativelyPrime(width=4, modulus=17), "a modulus of 2 to 16"),
        (lambda: ClockDivision(width=8, operand=5), "2\\*\\*40"),
        (lambda: Independent(width=8, seed=-1), "both are 0 or more"),
        (lambda: Ramp(width=8).numbers(0), "a stream of 0 cycles cannot be made"),
    ],
)
def test_what_no_source_can_be_is_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
