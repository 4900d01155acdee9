"""Prices by synthesis in an experiment: what they replace, and what is refused. No tool is run."""

import dataclasses

import numpy as np
import pytest

from approx import catalog
from experiments import cli, synthesised_cost, synthesised_designs, workloads
from experiments.circuits import of
from hw_models import design_synthesis, libraries
from hw_models.design_synthesis import DesignSynthesis
from hw_models.synthesis import SynthesisResult
from hw_models.yosys import SynthesisError


@pytest.fixture
def rows():
    return workloads.load("normal", {"rows": 5, "row_length": 12}, 0)


@pytest.fixture
def gates():
    return SynthesisResult(
        "softermax", {}, "cells", "area", "Yosys 0", 9, 3, 80.0, 100.0, 20.0, 500.0, 40.0, 1.0, 0.5, 0.3, 0.2, "rows",
        7.0, {}, (), (), "",
    )  # fmt: skip


@pytest.fixture
def synthesised(monkeypatch, gates):
    """Synthesis replaced; gives what it was asked for."""
    asked = []

    def synthesise(circuit, library, goal, given, workload):
        asked.append((circuit.design.name, goal, given.shape, workload))
        return DesignSynthesis(circuit.design.name, circuit.lanes, circuit.row_length, 8, 32.0, 4, 99, gates)

    monkeypatch.setattr(design_synthesis, "synthesise", synthesise)
    return asked


def test_area_clock_cycles_and_energy_are_of_the_netlist(synthesised, rows):
    found = synthesised_cost.columns(catalog.build("softermax", lanes=4), 12, 4, "generic", rows)
    assert synthesised == [("softermax", "area", (6, 64, 12), "normal")]
    assert (found["area_ge"], found["clock_mhz"], found["cycles_per_row"]) == (100.0, 500.0, 8)
    assert (found["energy_pj_per_row"], found["energy_pj_per_element"]) == (32.0, 32.0 / 12)
    assert found["throughput_rows_per_s"] == 500e6 / 8
    assert {found["cost_basis"], found["energy_basis"], found["clock_basis"]} == {"synthesis"}


def test_a_design_without_a_circuit_keeps_the_model(synthesised, rows):
    assert synthesised_cost.columns(catalog.build("tflite_int8"), 12, 4, "generic", rows) == {}
    assert not synthesised


def test_cells_without_a_technology_are_refused(monkeypatch, synthesised, gates, rows):
    bare = dataclasses.replace(gates, area_um2=None)
    monkeypatch.setattr(design_synthesis, "synthesise", lambda *_: DesignSynthesis("d", 4, 12, 8, None, 4, 99, bare))
    with pytest.raises(ValueError, match="the library generic has no um2, MHz and pJ"):
        synthesised_cost.columns(catalog.build("softermax", lanes=4), 12, 4, "generic", rows)


def test_a_tool_that_fails_is_a_sentence(monkeypatch, rows):
    def fails(*_given):
        raise SynthesisError("Yosys did not end within 1 s")

    monkeypatch.setattr(design_synthesis, "synthesise", fails)
    with pytest.raises(ValueError, match="Yosys did not end within 1 s"):
        synthesised_cost.columns(catalog.build("softermax", lanes=4), 12, 4, "generic", rows)


def test_rows_are_whole_and_masked_elements_are_low(rows):
    circuit = of("softermax", [], 4, 12)
    assert synthesised_designs.whole_rows(circuit, rows).shape == (6, 64, 12)
    values = rows.values.copy()
    values[3] = -np.inf
    masked = synthesised_designs.whole_rows(circuit, dataclasses.replace(rows, values=values))
    assert masked.reshape(-1, 12)[0, 3] == masked.min()
    with pytest.raises(ValueError, match="the workload normal has no row of 20 elements; its longest has 12"):
        synthesised_designs.whole_rows(of("softermax", [], 4, 20), rows)


def test_a_folder_of_liberty_files_is_found_by_its_names(monkeypatch, tmp_path):
    monkeypatch.setenv(libraries.VARIABLE, str(tmp_path))
    with pytest.raises(ValueError, match=r"there is no library 'mine'.*HWSOFTMAX_LIBERTY"):
        libraries.library("mine")
    (tmp_path / "mine.lib").write_bytes(libraries.library("generic").path.read_bytes())
    assert libraries.library("mine").cells
    monkeypatch.setenv(libraries.VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(ValueError, match="absent cannot be read: No such file"):
        libraries.library("generic")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["nothing"], "there is no design 'nothing'"),
        ([], "name a design, or Verilog files with --top"),
        (["unit.sv"], "unit.sv is a source; name its module with --top, such as --top unit"),
        (["softermax", "--all"], "--all stands alone"),
        (["softermax", "--param", "W=3"], "--param W=3 is for Verilog of yours"),
        (["tflite_int8"], "tflite_int8 has no circuit"),
        (["softermax", "--workload", "nrmal"], "there is no workload 'nrmal'"),
    ],
)
def test_the_synth_command_refuses_with_a_sentence(capsys, given, sentence):
    assert cli.main(["synth", *given]) == 2
    assert sentence in capsys.readouterr().err


def test_several_designs_are_a_table_and_a_failure_is_told(monkeypatch, capsys, gates):
    def synthesise(circuit, *_given, **_more):
        if circuit.design.name == "rexp":
            raise SynthesisError("Yosys failed")
        return DesignSynthesis(circuit.design.name, circuit.lanes, circuit.row_length, 8, 32.0, 4, 99, gates)

    monkeypatch.setattr(design_synthesis, "synthesise", synthesise)
    assert cli.main(["synth", "softermax", "rexp", "lut2d", "--lanes", "4"]) == 1
    told = capsys.readouterr()
    assert told.err == "rexp, 4 lanes: Yosys failed\n"
    assert [line.split()[0] for line in told.out.splitlines()[:3]] == ["design", "softermax", "lut2d"]
    assert "2 of 3 designs: cells, recipe area, Yosys 0; 198 outputs" in told.out
