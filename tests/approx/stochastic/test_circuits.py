"""Every circuit: the packed form is the definition, on random words, odd lengths, both resets, and in blocks."""

import itertools

import numpy as np
import pytest

from approx.stochastic.accumulate import CarryAccumulator, ParallelCounter
from approx.stochastic.division import Addie, Cordiv, GainesDivider, JkDivider
from approx.stochastic.gates import Delay, Gate, Multiplexer, Select, multiply_counts
from approx.stochastic.ideal_sources import Independent
from approx.stochastic.integral import CountMachine, btanh, integral_exp
from approx.stochastic.polynomials import Bernstein, MaclaurinExp
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.state_machine import (
    StateMachine,
    WeightedMachine,
    linear_gain,
    sabs,
    sexp,
    stanh,
    walk,
)
from approx.stochastic.streams import Streams
from approx.stochastic.synchronise import SkewedSynchroniser

LENGTHS = [1, 37, 64, 130, 333]
SELECT = Independent(width=8, seed=5)
WIDE = Independent(width=6, seed=9)
SCRAMBLED = StateMachine((3, 0, 1, 2, 4, 0), (1, 4, 5, 5, 2, 3), (0, 1, 1, 0, 1, 0), 2)
MANY_STATES = StateMachine(*walk(600), tuple(s % 3 % 2 for s in range(600)), 599)

CIRCUITS = [
    *((Gate(kind), 3) for kind in ("and", "or", "xor", "nand", "nor", "xnor")),
    (Gate("not"), 1),
    (Select(), 3),
    (Multiplexer(SELECT), 4),
    (Multiplexer(SELECT), 5),
    (Delay(1), 1),
    (Delay(63), 1),
    (CarryAccumulator(4), 5),
    (CarryAccumulator(3), 1),
    (CarryAccumulator(8), 8),
    (stanh(8), 1),
    (stanh(8, start=7), 1),
    (sexp(32, 2), 1),
    (sexp(32, 4, start=31), 1),
    (sexp(5, 1, start=0), 1),
    (sabs(8), 1),
    (SCRAMBLED, 1),
    (MANY_STATES, 1),
    (linear_gain(8, 2.0, WIDE), 1),
    (WeightedMachine(*walk(3), (0, 17, 64), 1, WIDE), 1),
    (Bernstein(1), 3),
    (Bernstein(6), 13),
    (MaclaurinExp(2), 2),
    (MaclaurinExp(5), 5),
    (Cordiv(), 2),
    (Cordiv(1, "rtl"), 2),
    *((Cordiv(depth, rule, SELECT), 2) for depth in (2, 4, 32) for rule in ("on_den", "rtl")),
    (JkDivider(), 2),
    (JkDivider(start=1), 2),
    (GainesDivider(WIDE), 2),
    (GainesDivider(WIDE, start=0), 2),
    (GainesDivider(Lfsr(width=3, repeat=True), start=7), 2),
    (Addie(WIDE), 1),
    (Addie(WIDE, start=63), 1),
    (btanh(6), 3),
    (CountMachine(9, 2, 4, 8), 5),
    (SkewedSynchroniser(1), 2),
    (SkewedSynchroniser(2), 2),
]


def random_bits(inputs, length, seed, streams=6):
    """Streams of very different densities, so that saturation and long runs occur."""
    rng = np.random.default_rng(seed)
    density = rng.choice([0.02, 0.2, 0.5, 0.8, 0.98], (inputs, streams, 1))
    return (rng.random((inputs, streams, length)) < density).astype(int)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(("circuit", "inputs"), CIRCUITS, ids=lambda c: str(c)[:60])
def test_the_packed_form_is_the_definition(circuit, inputs, length):
    bits = random_bits(inputs, length, length)
    fast = circuit(*map(Streams.pack, bits)).unpack()
    for s in range(bits.shape[1]):
        assert fast[s].tolist() == circuit.reference(*bits[:, s].tolist())


@pytest.mark.parametrize(("circuit", "inputs"), CIRCUITS, ids=lambda c: str(c)[:60])
def test_a_stream_in_blocks_is_the_stream(circuit, inputs):
    bits = random_bits(inputs, 300, 7)
    whole = circuit(*map(Streams.pack, bits)).unpack()
    registers = circuit.reset((bits.shape[1],))
    parts = [
        circuit(*(Streams.pack(x[:, a:b]) for x in bits), registers=registers).unpack()
        for a, b in itertools.pairwise([0, 64, 192, 300])
    ]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)
    with pytest.raises(ValueError, match="a block ended after cycle 300"):
        circuit(*map(Streams.pack, bits), registers=registers)


@pytest.mark.parametrize("circuit", [Cordiv(), JkDivider(), JkDivider(start=1), SkewedSynchroniser(1), Gate("xor")])
def test_every_pair_of_short_streams(circuit):
    words = np.array(list(itertools.product([0, 1], repeat=6)))
    x, y = Streams.pack(words[:, None]), Streams.pack(words[None])
    fast = circuit(x, y).unpack()
    for i, j in itertools.product(range(0, 64), range(0, 64)):
        assert fast[i, j].tolist() == circuit.reference(words[i].tolist(), words[j].tolist())


def test_operands_broadcast():
    x, y = random_bits(2, 100, 3)
    out = Cordiv()(Streams.pack(x[:, None]), Streams.pack(y))
    assert out.shape == (6, 6)
    assert out[2, 5].unpack().tolist() == Cordiv().reference(x[2].tolist(), y[5].tolist())
    assert np.array_equal(
        multiply_counts(Streams.pack(x[:, None]), Streams.pack(y)), (x[:, None] & y[None]).sum(axis=-1)
    )


@pytest.mark.parametrize("length", LENGTHS)
def test_counts_of_a_cycle_and_machines_that_read_them(length):
    bits = np.moveaxis(random_bits(9, length, length), 0, 1)  # streams x operands x cycles
    packed = Streams.pack(bits)
    assert np.array_equal(ParallelCounter().over(packed), bits.sum(axis=1))
    assert np.array_equal(ParallelCounter().total(packed), bits.sum(axis=(1, 2)))
    for circuit in (CarryAccumulator(9), btanh(18), btanh(20, start=19), integral_exp(30, 3), CountMachine(7, 2, 4, 0)):
        fast = circuit.over(packed).unpack()
        for s in range(len(bits)):
            assert fast[s].tolist() == circuit.reference(*bits[s].tolist())


def test_a_warm_up_is_dropped():
    bits = random_bits(1, 200, 0)[0]
    for cycles in (0, 5, 64, 70):
        assert np.array_equal(Streams.pack(bits).drop(cycles).unpack(), bits[:, cycles:])
    with pytest.raises(ValueError, match="a warm-up of 200 cycles leaves nothing of 200"):
        Streams.pack(bits).drop(200)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: stanh(7), "stanh with 7 states: its halves must mirror each other, so use a multiple of 2 such as 8"),
        (lambda: sabs(6), "a multiple of 4 such as 8"),
        (lambda: linear_gain(7, 2, WIDE), "a multiple of 2 such as 8"),
        (lambda: btanh(5), "btanh with 5 states"),
        (lambda: sexp(8, 8), "gain = 8; of 8 states 1 to 7 can output 0"),
        (lambda: stanh(8, start=8), "the start 8 is outside \\[0, 8\\)"),
        (lambda: StateMachine((0, 0), (1, 1), (0, 2), 0), "a state outputs 0 or 1"),
        (lambda: WeightedMachine((0, 0), (1, 1), (0, 65), 0, WIDE), "levels from 0 to 64"),
        (lambda: StateMachine((0,), (1, 1), (0, 1), 0), "1, 2 and 2 next states"),
        (lambda: walk(1), "states = 1"),
        (lambda: CountMachine(4, 3, 2, 0), "they lie within the 4 states"),
        (lambda: CountMachine(1, 0, 1, 0), "states = 1; a counter has 2"),
        (lambda: Cordiv(3, select=SELECT), "depth = 3; the history holds 1, 2, 4"),
        (lambda: Cordiv(4), "select = None; a history of 4 needs a source"),
        (lambda: Cordiv(4, select=Independent(width=1)), "a history of 4 needs a source with a multiple"),
        (lambda: Cordiv(rule="den"), "rule = 'den'"),
        (lambda: JkDivider(start=2), "start = 2"),
        (lambda: GainesDivider(WIDE, start=64), "the counter holds 0 to 63"),
        (lambda: Addie(WIDE, start=-1), "the counter holds 0 to 63"),
        (lambda: SkewedSynchroniser(0), "depth = 0"),
        (lambda: Bernstein(17), "degree = 17"),
        (lambda: MaclaurinExp(1), "order = 1"),
        (lambda: Delay(64), "a delay of 64 cycles"),
        (lambda: CarryAccumulator(0), "scale = 0"),
        (lambda: Gate("andnot"), "there is no gate 'andnot'"),
        (lambda: Gate("not")(one(), one()), "an inverter reads 1 stream, not 2"),
        (Gate("and"), "reads at least one stream"),
        (lambda: Cordiv()(one()), "reads 2 streams, not 1"),
        (lambda: Bernstein(2)(one(), one()), "2 streams; a Bernstein circuit of degree 2 reads 2 copies of x and 3"),
        (lambda: MaclaurinExp(5)(one()), "1 streams; a chain of order 5 reads x and 4 constants"),
        (lambda: Cordiv()(one(), Streams.pack([1, 0])), "operands have 3 and 2 cycles"),
        (lambda: multiply_counts(one(), Streams.pack([1, 0])), "operands have 3 and 2 cycles"),
        (lambda: ParallelCounter().over(one()), "the last axis holds 1 to 65536 operands"),
    ],
)
def test_circuits_that_cannot_be_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def one():
    return Streams.pack([1, 0, 1])
