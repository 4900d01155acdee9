"""State machines in bit planes, and tables of whole chains, against the definition."""

import numpy as np
import pytest

from approx.stochastic import generator, sliced
from approx.stochastic.counters import VanDerCorput
from approx.stochastic.gates import Delay, Gate
from approx.stochastic.ideal_sources import Independent
from approx.stochastic.memoise import memo, regenerated
from approx.stochastic.netlist import Input, apply
from approx.stochastic.planner import plan
from approx.stochastic.polynomials import MaclaurinExp
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.state_machine import StateMachine, sabs, sexp, stanh
from approx.stochastic.streams import Streams

MACHINES = [
    stanh(2),
    stanh(8),
    stanh(8, start=7),
    stanh(64, start=0),
    sexp(32, 2),
    sexp(32, 4, start=31),
    sexp(16, 15),
    sexp(4, 1),
]


@pytest.mark.parametrize("length", [1, 63, 64, 170])
@pytest.mark.parametrize("machine", MACHINES, ids=str)
def test_bit_planes_give_the_machine(machine, length):
    assert sliced.can_slice(machine)
    rng = np.random.default_rng(length)
    bits = (rng.random((70, length)) < rng.choice([0.05, 0.3, 0.5, 0.9], (70, 1))).astype(int)
    fast = sliced.run_sliced(machine, Streams.pack(bits)).unpack()
    assert fast.tolist() == [machine.reference(row) for row in bits.tolist()]


@pytest.mark.parametrize("machine", MACHINES, ids=str)
@pytest.mark.parametrize("source", [Lfsr(width=6, stride=5), Independent(width=12, seed=2)], ids=str)
def test_streamed_counts_are_those_of_the_machine(machine, source):
    levels = np.random.default_rng(1).integers(0, source.levels + 1, (3, 29))
    levels[0, :2] = 0, source.levels
    for length, warmup in [(1, 0), (47, 0), (63, 20), (33, 15)]:
        expected = [
            sum(machine.reference(generator.reference(source, level, length))[warmup:]) for level in levels.ravel()
        ]
        assert sliced.walk_counts(machine, source, levels, length, warmup).ravel().tolist() == expected


def test_many_streams_are_counted_in_blocks(monkeypatch):
    machine, source = stanh(8), Independent(width=8)
    levels = np.random.default_rng(1).integers(0, 257, 300)
    whole = sliced.walk_counts(machine, source, levels, 100)
    monkeypatch.setattr(sliced, "LANES", 128)
    assert np.array_equal(sliced.walk_counts(machine, source, levels, 100), whole)
    assert sliced.walk_counts(machine, source, np.zeros((0, 3), int), 100).shape == (0, 3)


RING = StateMachine((3, 0, 1, 2), (1, 2, 3, 0), (0, 0, 1, 1), 0)


@pytest.mark.parametrize("machine", [sabs(8), stanh(12), stanh(128), sexp(6, 2), RING])
def test_other_machines_cannot_be_sliced(machine):
    assert not sliced.can_slice(machine)
    with pytest.raises(ValueError, match="does not fit bit planes"):
        sliced.walk_counts(machine, Lfsr(width=5), [3], 20)
    with pytest.raises(ValueError, match="run others with memo"):
        sliced.run_sliced(machine, generator.encode(Lfsr(width=5), [3], 20))


@pytest.mark.parametrize(
    "count", [memo, lambda *arguments: sliced.walk_counts(arguments[0], arguments[1], [3], *arguments[2:])]
)
def test_counts_of_no_cycles_are_refused(count):
    with pytest.raises(ValueError, match="a stream of 0 cycles"):
        count(stanh(4), Lfsr(width=5), 0)
    with pytest.raises(ValueError, match="a warm-up of 20 cycles leaves nothing of 20"):
        count(stanh(4), Lfsr(width=5), 20, 20)


@pytest.mark.parametrize(("length", "warmup"), [(1, 0), (64, 0), (64, 30), (100, 0), (100, 64)])
@pytest.mark.parametrize("circuit", [stanh(8, start=7), sexp(32, 2), sabs(8), Delay(3)], ids=str)
def test_the_memo_is_the_definition_for_every_level(circuit, length, warmup):
    source = Lfsr(width=5, repeat=True)
    expected = [sum(circuit.reference(generator.reference(source, k, length))[warmup:]) for k in range(33)]
    assert memo(circuit, source, length, warmup).tolist() == expected


def test_long_walks_are_left_to_plans(monkeypatch):
    monkeypatch.setattr(sliced, "MAX_CYCLES", 90)
    with pytest.raises(ValueError, match="100 cycles in bit planes; up to 90 are kept"):
        sliced.walk_counts(stanh(4), Independent(width=5), [3], 100)
    net = apply(stanh(4), Input("x", Independent(width=12)))
    assert [plan(net, length).form(300) for length in (90, 91)] == ["bit planes", "packed words"]


def test_a_memo_of_composed_circuits_made_in_blocks(monkeypatch):
    source, chain, length = Independent(width=4, seed=1), MaclaurinExp(3), 90
    constants = [generator.encode(VanDerCorput(width=4, repeat=True), k, length) for k in chain.constants(4)]
    inverter = Gate("not")
    expected = [
        length - sum(chain.reference(generator.reference(source, k, length), *(c.unpack().tolist() for c in constants)))
        for k in range(17)
    ]
    monkeypatch.setattr("approx.stochastic.memoise.BLOCK_WORDS", 10)
    assert memo(lambda x: inverter(chain(x, *constants)), source, length).tolist() == expected


def test_a_regenerated_stream_keeps_its_value_and_loses_its_correlation():
    x = generator.encode(VanDerCorput(width=8), np.array([0, 7, 8, 128, 256]), 256)
    again = regenerated(x, Independent(width=4, seed=2, repeat=True))
    expected = generator.encode(Independent(width=4, seed=2), np.array([0, 0, 1, 8, 16]), 256)
    assert np.array_equal(again.words, expected.words)
