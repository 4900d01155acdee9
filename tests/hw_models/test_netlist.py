"""Mapped netlists: reading, refusals, bit-parallel simulation and toggles."""

import copy
import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from hw_models import energy, libraries, netlist, opensta, timing
from hw_models.gate_simulation import GateSimulation
from hw_models.liberty_reading import read
from hw_models.netlist import NetlistError, from_module
from hw_models.word_level import word_cells

FOLDER = Path(__file__).parent / "netlists"
_spec = importlib.util.spec_from_file_location("liberty_texts", Path(__file__).with_name("liberty_texts.py"))
texts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(texts)


@pytest.fixture(scope="module")
def generic():
    return libraries.library("generic")


@pytest.fixture(scope="module")
def running(generic):
    return netlist.read(FOLDER / "running.json", "running", generic)


def module(cells, *, inputs, outputs):
    """A module from (type, pins) and ports of one bit; nets are the numbers."""
    ports = {name: {"direction": "input", "bits": [bit]} for name, bit in inputs.items()}
    ports |= {name: {"direction": "output", "bits": [bit]} for name, bit in outputs.items()}
    return {
        "ports": ports,
        "cells": {
            f"u{i}": {"type": kind, "connections": {pin: [net] for pin, net in pins.items()}}
            for i, (kind, pins) in enumerate(cells)
        },
    }


def test_a_netlist_is_read_with_its_clock(running):
    assert len(running.flip_flops) == 26
    assert running.cells()["DFF_X1"] == 26
    assert running.ports["clk"].nets.tolist() == [running.clock]
    assert {port.name for port in running.inputs()} == {"start", "valid", "x", "weight"}
    assert running.area == pytest.approx(sum(each.cell.area for each in running.instances))
    driven = set(running.ports["clk"].nets) | {net for port in running.inputs() for net in port.nets}
    driven |= {net for each in running.flip_flops for net in each.outputs} | {netlist.ZERO, netlist.ONE}
    for each in running.gates:
        assert set(each.inputs) <= driven
        driven |= set(each.outputs)


def test_every_output_bit_is_that_of_the_source(running):
    rng = np.random.default_rng(1)
    vectors = 200
    simulation = GateSimulation(running, vectors)
    maximum, total, count = (np.zeros(vectors, dtype=np.int64) for _ in range(3))
    for cycle in range(40):
        x, weight = rng.integers(-32, 32, vectors), rng.integers(0, 64, vectors)
        start, valid = rng.random(vectors) < (0.1 if cycle else 1.1), rng.random(vectors) < 0.7
        simulation.settle({"x": x, "weight": weight, "start": start, "valid": valid})
        simulation.clock()
        taken = valid & ~start
        maximum = np.where(start, -32, np.where(taken, np.maximum(maximum, x), maximum))
        total = np.where(start, 0, (total + taken * weight**2) & 0xFFFF)
        count = np.where(start, 0, (count + taken) & 15)
        simulation.settle({})
        assert (simulation.output("maximum", signed=True) == maximum).all()
        assert (simulation.output("sum") == total).all()
        assert (simulation.output("count") == count).all()
    assert simulation.cycles == 40


def test_wide_ports_take_and_give_codes_in_parts(running):
    simulation = GateSimulation(running, 3)
    simulation.settle({"start": 1, "valid": 0, "x": 0, "weight": np.array([[1, 2, 3]] * 3)})  # 6 bits in three parts
    simulation.clock()
    simulation.settle({"start": 0, "valid": 1})
    simulation.clock()
    simulation.settle({})
    weight = 1 + (2 << 2) + (3 << 4)
    assert simulation.output("sum", 2).tolist() == [[weight**2 & 255, weight**2 >> 8]] * 3
    assert simulation.output("count").tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"y": 1}, "running has no input 'y'; it has start, valid, x, weight"),
        ({"x": np.zeros((3, 4), int)}, "x has 6 bits"),
        ({"x": np.zeros(2, int)}, "x has 6 bits; an array of shape \\(2, 1\\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(running, inputs, sentence):
    with pytest.raises(ValueError, match=sentence):
        GateSimulation(running, 3).settle(inputs)


def test_outputs_that_do_not_exist_are_refused(running):
    simulation = GateSimulation(running, 3)
    with pytest.raises(ValueError, match="has no output 'q'"):
        simulation.output("q")
    with pytest.raises(ValueError, match="sum has 16 bits, which are no 3 codes"):
        simulation.output("sum", 3)
    with pytest.raises(ValueError, match="vectors = 0"):
        GateSimulation(running, 0)


def test_toggles_are_those_of_settled_values_and_of_the_vectors_only(generic):
    xor = from_module(
        "xor", module([("XOR2_X1", {"A": 2, "B": 3, "Y": 4})], inputs={"a": 2, "b": 3}, outputs={"y": 4}), generic
    )
    rng = np.random.default_rng(0)
    vectors = 70  # one word and a part of another
    a, b = rng.integers(0, 2, (2, 50, vectors))
    simulation = GateSimulation(xor, vectors, counting=True)
    for one, other in zip(a, b, strict=True):
        simulation.settle({"a": one, "b": other})
    nets = [xor.ports[name].nets[0] for name in "aby"]
    expected = [int(np.abs(np.diff(values, axis=0)).sum()) for values in (a, b, a ^ b)]
    assert simulation.toggles[nets].tolist() == expected


def test_asynchronous_clear_acts_without_a_clock(generic):
    cells = [("DFFR_X1", {"CK": 2, "D": 3, "RN": 4, "Q": 5}), ("DFFS_X1", {"CK": 2, "D": 3, "SN": 4, "Q": 6})]
    made = from_module("clearing", module(cells, inputs={"clk": 2, "d": 3, "n": 4}, outputs={"q": 5, "s": 6}), generic)
    simulation = GateSimulation(made, 2)
    simulation.settle({"d": [0, 1], "n": 1})
    simulation.clock()
    simulation.settle({})
    assert [simulation.output(name).tolist() for name in "qs"] == [[0, 1], [0, 1]]
    simulation.settle({"n": 0})
    assert [simulation.output(name).tolist() for name in "qs"] == [[0, 0], [1, 1]]
    simulation.clock()
    simulation.settle({"n": 1})
    assert [simulation.output(name).tolist() for name in "qs"] == [[0, 0], [1, 1]]


DFF = {"CK": 2, "D": 3, "Q": 5}


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ([("$_DLATCH_P_", {"D": 3, "Q": 5})], "u0 of type \\$_DLATCH_P_: a latch or memory that was not mapped"),
        ([("NAND9", {"A": 3, "Y": 5})], "no gate or flip-flop of the library hwsoftmax_generic"),
        ([("INV_X1", {"A": 9, "Y": 5})], "the net at input A of the cell u0 has no driver"),
        ([("INV_X1", {"Y": 5})], "the input A of the cell u0 \\(INV_X1\\) is left open"),
        ([("INV_X1", {"A": 3, "Y": 5}), ("INV_X1", {"A": 5, "Y": 3})], "has 2 drivers"),
        ([("INV_X1", {"A": 6, "Y": 5}), ("INV_X1", {"A": 5, "Y": 6})], "a loop of gates"),
        ([("DFF_X1", DFF), ("DFF_X1", DFF | {"CK": 3, "Q": 6})], "different clocks"),
    ],
)
def test_what_is_no_circuit_is_a_sentence(generic, cells, sentence):
    with pytest.raises(NetlistError, match=sentence):
        from_module("bad", module(cells, inputs={"clk": 2, "d": 3}, outputs={"q": 5}), generic)


def test_a_flip_flop_that_clears_itself_is_refused(generic):
    cells = [("DFFR_X1", {"CK": 2, "D": 3, "RN": 5, "Q": 5})]
    made = from_module("loop", module(cells, inputs={"clk": 2, "d": 3}, outputs={"q": 5}), generic)
    with pytest.raises(NetlistError, match="the clear or preset of the flip-flop u0 depends on its own output"):
        GateSimulation(made, 1)


def test_a_file_without_the_module_is_refused(generic):
    with pytest.raises(NetlistError, match="has no module 'walking'; it has running"):
        netlist.read(FOLDER / "running.json", "walking", generic)


def test_timing_of_a_chain_is_that_of_logical_effort(generic):
    """Inverter, inverter, flip-flop: (loads + parasitics) / 5 FO4, and setup."""
    cells = [("INV_X1", {"A": 3, "Y": 4}), ("INV_X2", {"A": 4, "Y": 5}), ("DFF_X1", {"CK": 2, "D": 5, "Q": 6})]
    made = from_module("chain", module(cells, inputs={"clk": 2, "d": 3}, outputs={"q": 6}), generic)
    found = timing.timing(made)
    assert found.delay_ns == pytest.approx((2 + 1) / 5 + (0.67 / 2 + 1) / 5 + 1.76, abs=1e-4)
    assert found.end == "D of u2"
    assert [stop.type for stop in found.path] == ["INV_X1", "INV_X2"]
    assert found.arrival_ns[made.ports["q"].nets[0], 0] == pytest.approx(2.89 - 0.8, abs=1e-4)
    assert "setup D of u2" in timing.as_text(found)


def test_timing_interpolates_tables_and_carries_transitions(tmp_path):
    """Two inverters and a flip-flop, followed by hand through 2-D tables, in ns; loads in pF."""
    path = tmp_path / "small.lib"
    path.write_text(texts.SMALL)
    cells = [("INV", {"A": 3, "Y": 4}), ("INV", {"A": 4, "Y": 5}), ("DFF", {"CK": 2, "D": 5, "Q": 6})]
    made = from_module("chain", module(cells, inputs={"clk": 2, "d": 3}, outputs={"q": 6}), read(path))
    rise, fall = 0.02, 0.01  # loads of the first inverter: the second one's input
    first_rise, first_rise_slew = 0.01 * (1 + 10 * rise), 0.01 * (1 + 4 * rise)
    first_fall, first_fall_slew = 0.01 * (2 + 20 * fall), 0.01 * (2 + 4 * fall)
    load = 0.01  # of the second one: D
    second_rise = first_fall + 0.01 * (1 + 10 * load + first_fall_slew / 0.1)
    second_fall = first_rise + 0.01 * (2 + 20 * load + first_rise_slew / 0.1)
    rise_slew, fall_slew = 0.01 * (1 + 4 * load), 0.01 * (2 + 4 * load)
    ends = second_rise + 0.01 * (3 + 10 * rise_slew / 0.1), second_fall + 0.01 * (5 + 10 * fall_slew / 0.1)
    launched = 0.25  # clock to a falling Q without a load
    found = timing.timing(made)
    assert found.arrival_ns[made.gates[1].outputs[0]] == pytest.approx([second_rise, second_fall])
    assert found.transition_ns[made.gates[0].outputs[0]] == pytest.approx([first_rise_slew, first_fall_slew])
    assert found.delay_ns == pytest.approx(max(*ends, launched))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sta") is None, reason="needs OpenSTA: apt install opensta")
def test_timing_is_that_of_opensta(running):
    assert timing.timing(running).delay_ns == pytest.approx(opensta.delay_ns(running), rel=1e-4)


def test_a_netlist_in_verilog_has_every_cell_and_bit(running):
    text = opensta.verilog(running)
    assert text.count(" u") == len(running.instances)
    assert text.count("\ninput ") == sum(len(p.nets) for p in running.inputs()) + 1
    assert text.count("\noutput ") == 26


def test_edges_follow_the_sense_of_gates(generic):
    """A constant input starts no path, and both edges arrive through an XOR."""
    cells = [("NAND2_X1", {"A": 3, "B": "1", "Y": 4}), ("XOR2_X1", {"A": 4, "B": "0", "Y": 5})]
    made = from_module("edges", module(cells, inputs={"d": 3}, outputs={"y": 5}), generic)
    found = timing.timing(made)
    assert found.delay_ns == pytest.approx((4 + 2) / 5 + 4 / 5, abs=1e-4)
    assert np.isinf(found.arrival_ns[[netlist.ZERO, netlist.ONE]]).all()


def test_a_circuit_without_a_path_has_no_delay(generic):
    made = from_module("wire", module([], inputs={"d": 3}, outputs={"y": 3}), generic)
    found = timing.timing(made)
    assert (found.delay_ns, found.path) == (0, ())
    assert found.fmax_mhz == np.inf


def test_energy_is_half_c_v_squared_a_toggle_and_the_clock(generic):
    cells = [("INV_X1", {"A": 3, "Y": 4}), ("INV_X4", {"A": 4, "Y": 5}), ("DFF_X1", {"CK": 2, "D": 5, "Q": 6})]
    made = from_module("chain", module(cells, inputs={"clk": 2, "d": 3}, outputs={"q": 6}), generic)
    toggles = np.zeros(made.nets)
    toggles[made.gates[0].outputs[0]] = 3
    found = energy.energy(made, toggles, 2)
    assert (found.switching_fj, found.internal_fj) == (pytest.approx(3 * 4 / 2), 0)
    assert found.clock_fj == pytest.approx(2 * 2 * 0.97 / 2)
    assert found.times(2).total_fj == pytest.approx(2 * (6 + 1.94))


def test_the_energy_of_a_row_is_that_of_its_toggles_and_cycles(running):
    rng = np.random.default_rng(0)
    simulation = GateSimulation(running, 100, counting=True)
    for _ in range(12):  # three rows of four cycles in each vector
        simulation.settle({"x": rng.integers(-32, 32, 100), "weight": 3, "start": 0, "valid": 1})
        simulation.clock()
    found = energy.row_energy(simulation, 300)
    whole = energy.energy(running, simulation.toggles, 1200)
    assert found.total_fj == pytest.approx(whole.total_fj / 300)
    assert found.clock_fj == pytest.approx(4 * 26 * 0.97)


def test_random_energy_is_reproducible(running):
    one, other = (energy.random_energy(running, vectors=64, cycles=8) for _ in range(2))
    assert one == other
    assert one.switching_fj > 0


def test_word_level_cells_are_counted_with_their_widths():
    words = json.loads((FOLDER / "running_words.json").read_text())
    found = {(w.type, dict(w.widths).get("Y_WIDTH") or dict(w.widths)["WIDTH"]): w.count for w in word_cells(words)}
    assert found[("$mul", 12)] == 1
    assert {width for kind, width in found if kind == "$sdffe"} == {4, 6, 16}
    twice = copy.deepcopy(words)
    twice["cells"] |= {f"again{key}": value for key, value in words["cells"].items()}
    assert {w.count for w in word_cells(twice)} == {2}
