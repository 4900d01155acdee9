"""Netlists: the same counts in every form and in blocks, and the mistakes that are caught."""

import itertools

import numpy as np
import pytest

from approx.stochastic import metrics, planner
from approx.stochastic.counters import Halton, Ramp, RampDown, Rotation, VanDerCorput
from approx.stochastic.division import Cordiv
from approx.stochastic.gates import Delay, Gate
from approx.stochastic.generator import reference
from approx.stochastic.ideal_sources import Independent
from approx.stochastic.netlist import Constant, Input, Node, apply, ordered
from approx.stochastic.planner import HazardWarning, plan
from approx.stochastic.polynomials import Bernstein, MaclaurinExp
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.sobol import Sobol
from approx.stochastic.state_machine import sexp, stanh


def iid(stream, width=4):
    return Independent(width=width, seed=6, stream=stream)


def by_definition(net, levels, length):
    """The net bit by bit."""
    if isinstance(net, Node):
        return net.circuit.reference(*(by_definition(part, levels, length) for part in net.inputs))
    return reference(net.source, levels[net.name] if isinstance(net, Input) else net.level, length)


def one_level():
    """Two copies of x, a chain of gates, a state machine."""
    chain = MaclaurinExp(3)
    constants = [Constant(k, iid(10 + i)) for i, k in enumerate(chain.constants(4))]
    exponential = apply(chain, Input("x", iid(1)), *constants)
    return apply(Gate("and"), exponential, apply(stanh(4), Input("x", iid(2))))


def two_levels():
    """A shared input on both sides of a divider."""
    x, y = Input("x", iid(3)), Input("y", iid(3))
    return apply(Cordiv(), apply(Gate("and"), x, y, independent=False), y)


def three_levels():
    return apply(Gate("or"), Input("a", iid(1)), Input("b", iid(2)), apply(Delay(3), Input("c", iid(4))))


@pytest.mark.parametrize("warmup", [0, 21, 64])
@pytest.mark.parametrize("make", [one_level, two_levels, three_levels])
def test_counts_are_those_of_the_definition_in_every_form(make, warmup, monkeypatch):
    net, length = make(), 133
    ready = plan(net, length, warmup)
    names = list(ready.inputs)
    levels = {name: np.random.default_rng(3).permutation(17)[:6] + 0 * i for i, name in enumerate(names)}
    expected = [
        sum(by_definition(net, {name: int(levels[name][i]) for name in names}, length)[warmup:]) for i in range(6)
    ]
    assert ready.form(6) == "packed words"
    assert ready.counts(**levels).tolist() == expected
    monkeypatch.setattr(planner, "BLOCK_CYCLES", 64)
    monkeypatch.setattr(planner, "BLOCK_WORDS", 2)
    assert ready.counts(**levels).tolist() == expected
    if len(names) < 3:
        monkeypatch.setattr(planner, "USES_PER_ENTRY", 0)
        assert ready.form(6) == ("table of one level" if len(names) == 1 else "table of two levels")
        assert ready.counts(**levels).tolist() == expected


def test_a_walk_on_one_input_runs_in_bit_planes_or_as_a_table():
    source, machine = Independent(width=12, seed=3), sexp(32, 2)
    ready = plan(apply(machine, Input("x", source)), 200, 10)
    assert [ready.form(n) for n in (10, 300, 5000)] == ["packed words", "bit planes", "table of one level"]
    levels = np.random.default_rng(2).integers(0, 4097, 300)
    planes = ready.counts(x=levels)
    assert np.array_equal(planes, ready.table[levels])
    assert np.array_equal(planes[:5], ready.counts(x=levels[:5]))


def test_tables_of_two_levels_are_made_for_narrow_inputs_only():
    for width, form in ((8, "table of two levels"), (9, "packed words")):
        net = apply(Gate("and"), Input("x", iid(1, width)), Input("y", iid(2, width)))
        assert plan(net, 64).form(10**7) == form


def test_levels_broadcast_and_constants_alone_run():
    net = two_levels()
    counts = plan(net, 64).counts(x=np.arange(17)[:, None], y=np.arange(17))
    assert counts.shape == (17, 17)
    assert counts[3, 9] == sum(by_definition(net, {"x": 3, "y": 9}, 64))
    fixed = plan(apply(Gate("not"), Constant(5, Sobol(width=4, dimension=1))), 16)
    assert fixed.counts() == 11


def test_a_long_stream_needs_no_more_memory_than_a_block():
    net = apply(Gate("and"), Input("x", iid(1, 16)), Input("y", iid(2, 16)))
    count = plan(net, (1 << 21) + 77).counts(x=32768, y=16384)
    assert abs(count / ((1 << 21) + 77) - 0.125) < 4.5 * np.sqrt(0.125 * 0.875 / (1 << 21))  # z-test


def test_sources_that_are_shared_are_known():
    ready = plan(two_levels(), 64)
    assert ready.sharing == {iid(3): 2}
    assert len(ordered(ready.net)) == 4


SOBOL, GRAY, NATURAL = (
    Sobol(width=4, dimension=2),
    Sobol(width=4, dimension=3),
    Sobol(width=4, dimension=3, order="natural"),
)
FIRST = Sobol(width=4, dimension=1, order="natural")
HAZARDS = [
    ("mixed orders", apply(Gate("and"), Input("x", VanDerCorput(width=4)), Input("y", SOBOL)), "wrong by 0.08"),
    ("mixed orders", apply(Gate("and"), Input("x", SOBOL), Input("y", NATURAL)), "use one order for all"),
    (
        "shared phase",
        apply(Gate("and"), Input("x", SOBOL), Input("y", SOBOL)),
        "Gate\\(kind='and'\\) are to be independent",
    ),
    (
        "shared phase",
        apply(Gate("and"), apply(Gate("not"), Input("x", iid(1))), Constant(3, iid(1))),
        "in the same phase",
    ),
    ("shared phase", apply(Bernstein(1), *(Input("x", iid(i)) for i in (1, 2, 1))), "in the same phase"),
    ("shared phase", apply(Gate("and"), Input("x", VanDerCorput(width=4)), Input("y", FIRST)), "in the same phase"),
    ("shared phase", apply(Gate("and"), Input("x", Ramp(width=4)), Input("y", RampDown(width=4))), "in the same phase"),
    ("shared phase", apply(Gate("and"), Input("x", Ramp(width=4)), Input("y", Rotation(width=4))), "in the same phase"),
    (
        "shared phase",
        apply(Gate("and"), Input("x", Lfsr(width=4, seed=2)), Input("y", Lfsr(width=4, phase=1, taps=(4, 3)))),
        "in the same phase",
    ),
    ("mixed orders", apply(Gate("and"), Input("x", Halton(width=4, base=2)), Input("y", SOBOL)), "wrong by 0.08"),
    ("shifted copy", apply(Gate("and"), Input("x", SOBOL), apply(Delay(1), Input("y", SOBOL))), "in two phases"),
    ("memory", apply(stanh(4), Input("x", SOBOL)), "feeds StateMachine"),
    ("memory", apply(stanh(4), apply(Gate("not"), Input("x", Lfsr(width=4)))), "5 or more steps a cycle"),
]


@pytest.mark.parametrize(("kind", "net", "sentence"), HAZARDS, ids=lambda v: v if isinstance(v, str) else "")
def test_hazards_are_refused_warned_about_or_allowed(kind, net, sentence):
    with pytest.raises(ValueError, match=sentence):
        plan(net, 15)
    with pytest.warns(HazardWarning, match=sentence):
        plan(net, 15, on_hazard="warn")
    assert [hazard.kind for hazard in plan(net, 15, on_hazard="allow").hazards] == [kind]


HARMLESS = [
    apply(Gate("and"), Input("x", SOBOL), Input("y", GRAY)),
    apply(Gate("and"), Input("x", VanDerCorput(width=4)), Input("y", NATURAL)),
    apply(Gate("and"), Input("x", SOBOL), Input("y", SOBOL), independent=False),
    apply(Gate("and"), Input("x", iid(1)), apply(Delay(1), Input("y", iid(1)))),
    apply(Gate("and"), Input("x", Lfsr(width=4)), Input("y", Lfsr(width=4, phase=5))),
    apply(Gate("and"), Input("x", SOBOL), Constant(16, SOBOL)),
    apply(Cordiv(), Input("x", SOBOL), Input("y", SOBOL)),
    apply(stanh(4), Input("x", Lfsr(width=4, stride=7))),
]


@pytest.mark.parametrize("net", HARMLESS, ids=lambda net: str(net)[:70])
def test_what_is_no_hazard_is_not_refused(net):
    assert plan(net, 10).hazards == ()


def test_an_allowed_hazard_shows_in_the_result():
    levels = np.arange(17)
    length = 16
    good = plan(HARMLESS[0], length).counts(x=levels[:, None], y=levels)
    bad = plan(HAZARDS[0][1], length, on_hazard="allow").counts(x=levels[:, None], y=levels)
    product = levels[:, None] * levels / 16
    assert np.abs(bad - product).mean() > 2 * np.abs(good - product).mean()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: plan(two_levels(), 0), "a stream of 0 cycles"),
        (lambda: plan(two_levels(), 10, on_hazard="alow"), "on_hazard = 'alow'; a hazard is refused"),
        (lambda: plan(two_levels(), 10, 10), "a warm-up of 10 cycles leaves nothing"),
        (lambda: plan(two_levels(), 10).counts(x=1), "levels were given for x; the net reads x, y"),
        (lambda: plan(two_levels(), 10).counts(), "given for no input"),
        (lambda: plan(two_levels(), 10).counts(x=1, y=17), "level 17 is outside \\[0, 16\\]"),
        (
            lambda: plan(apply(Gate("and"), Input("x", iid(1)), Input("x", iid(2, 5))), 9),
            "up to 16 in one place and up to 32",
        ),
        (lambda: Constant(17, iid(1)), "level 17"),
        (lambda: apply(Cordiv(), Input("x", iid(1))), "reads 2 streams, not 1"),
        (lambda: plan(apply(Gate("not"), Input("x", SOBOL)), 17).counts(x=1), "come again after 16"),
    ],
)
def test_wrong_nets_and_levels_are_refused_with_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_every_pair_of_levels_in_a_table_of_two():
    ready = plan(two_levels(), 20)
    for x, y in itertools.product((0, 1, 9, 16), repeat=2):
        assert ready.table[x, y] == sum(by_definition(ready.net, {"x": x, "y": y}, 20))


def test_streams_of_named_nets_are_those_of_the_definition_and_give_correlations():
    x, copy = Input("x", iid(1)), Input("x", iid(2))
    product = apply(Gate("and"), x, copy, name="product")
    ready = plan(apply(stanh(4), apply(Gate("not"), product), name="out"), 100, 7)
    found = ready.streams(x=9)
    assert list(found) == ["x", "x#2", "product", "out"]
    for name, net in zip(found, (x, copy, product, ready.net), strict=True):
        assert found[name].unpack().tolist() == by_definition(net, {"x": 9}, 100)[7:]
    matrix = metrics.correlations(metrics.stacked(found))
    assert matrix.shape == (4, 4)
    assert matrix[0, 2] == metrics.scc(found["x"], found["product"]) == 1  # what both have, one has
    corrected = metrics.corrected_correlations(metrics.stacked(found))
    assert corrected[0, 1] == metrics.zscc(found["x"], found["x#2"])


def test_streams_of_nets_that_cannot_be_told_apart_or_kept_are_refused(monkeypatch):
    twice = apply(Gate("not"), apply(Gate("not"), Input("x", iid(1)), name="n"), name="n")
    with pytest.raises(ValueError, match="two nets are called 'n'"):
        plan(twice, 64).streams(x=1)
    with pytest.raises(ValueError, match="single streams"):
        metrics.stacked(plan(Input("x", iid(1)), 64).streams(x=[1, 2]))
    monkeypatch.setattr(planner, "BLOCK_CYCLES", 64)
    with pytest.raises(ValueError, match="look at up to 64 cycles"):
        plan(Input("x", iid(1)), 65).streams(x=1)
