"""Rows through the netlist of a whole design: outputs, cycles and energy, on a recorded netlist."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from approx import catalog
from hw_models import libraries, netlist
from hw_models.played_rows import PlayedError, played
from hw_models.recipes import TOP
from hw_models.rtl import circuit
from hw_models.schedule import cycles_per_row

FILE = Path(__file__).parent / "netlists" / "base2_shift.json.gz"


@pytest.fixture(scope="module")
def found():
    return circuit(catalog.build("base2_shift"), 5, 2)


@pytest.fixture(scope="module")
def gates():
    return netlist.read(FILE, TOP, libraries.library("generic"))


def rows(found, elements=5, rounds=4, copies=70):
    return found.design.quantize(np.random.default_rng(1).normal(0, 3, (rounds, copies, elements)))


@pytest.mark.parametrize("elements", [1, 2, 4, 5])
def test_gates_give_the_models_outputs_in_the_schedules_cycles(found, gates, elements):
    run = played(gates, found, rows(found, elements))
    assert run.cycles_per_row == cycles_per_row(found.design.bill(elements, 2))
    assert np.array_equal(run.outputs, found.design.codes(rows(found, elements)))
    assert run.rows == 2 * 70


def test_equal_rows_toggle_less_than_random_ones(found, gates):
    random = played(gates, found, rows(found))
    still = played(gates, found, np.full((4, 70, 5), 9, dtype=found.design.input.dtype))
    assert 0 < still.toggles.sum() < 0.7 * random.toggles.sum()


def test_a_wrong_gate_is_found(found, gates):
    wrong = []
    for k, gate in enumerate(gates.gates):
        if gate.cell.name.startswith("NAND2"):
            other = gates.library.cells[gate.cell.name.replace("NAND2", "NOR2")]
            wrong.append(replace(gates, gates=(*gates.gates[:k], replace(gate, cell=other), *gates.gates[k + 1 :])))
    with pytest.raises(PlayedError, match=r"outputs of the netlist of base2_shift differ|gave \d+ of"):
        played(wrong[len(wrong) // 2], found, rows(found))


def test_rows_that_do_not_fit_are_refused(found, gates):
    with pytest.raises(ValueError, match=r"rows of shape \(2, 70, 5\): .* 3 rounds or more and up to 5 elements"):
        played(gates, found, rows(found, rounds=2))
    with pytest.raises(ValueError, match="up to 5 elements"):
        played(gates, found, rows(found, 6))


def test_ports_of_any_width_are_reset(found, gates, monkeypatch):
    """A port of more than 64 bits takes its lanes one by one; a number would not fill it."""
    given = []

    class StoppedError(Exception):
        pass

    def settle(self, inputs):
        given.append(inputs)
        raise StoppedError

    monkeypatch.setattr("hw_models.gate_simulation.GateSimulation.settle", settle)
    with pytest.raises(StoppedError):
        played(gates, found, rows(found))
    assert np.shape(given[0]["in_codes"]) == (70, 2)
