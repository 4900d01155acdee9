import dataclasses
from pathlib import Path

import numpy as np
import pytest

from experiments import key as module
from experiments.faults_section import FaultSetting
from experiments.key import point_keys
from experiments.point import Point


@pytest.fixture
def point():
    return Point(
        design="lut_reciprocal", parameters={"exp_depth": 64, "exp_width": 16}, label="LUT", workload="attention",
        workload_parameters={"rows": 4}, lanes=8, row_length=None, technology="nangate45", seed=1, replica=0,
    )  # fmt: skip


def key(point, folder=None):
    return point_keys([point], folder)[0]


def test_equal_points_have_one_key_whatever_the_order_of_their_parameters(point):
    turned = dataclasses.replace(point, parameters={"exp_width": 16, "exp_depth": 64})
    assert key(point) == key(turned)
    assert len(key(point)) == 64


def test_the_label_is_not_in_the_key(point):
    assert key(point) == key(dataclasses.replace(point, label="renamed"))


@pytest.mark.parametrize(
    "change",
    [
        {"design": "softermax"}, {"parameters": {"exp_depth": 65, "exp_width": 16}}, {"workload": "normal"},
        {"workload_parameters": {"rows": 5}}, {"lanes": 4}, {"row_length": 64}, {"technology": "sky130"}, {"seed": 2},
        {"replica": 1},
        {"faults": FaultSetting(0.0, "datapath")}, {"cost": "synth", "technology": "generic"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_everything_else_is(point, change, monkeypatch):
    monkeypatch.setattr("experiments.synthesised_cost.cells", lambda technology: "tool and cells")
    assert key(point) != key(dataclasses.replace(point, **change))


def test_the_list_of_changes_above_is_complete(point):
    assert {field.name for field in dataclasses.fields(point)} == {
        "design", "parameters", "label", "workload", "workload_parameters", "lanes", "row_length", "technology", "seed",
        "replica", "faults", "cost",
    }  # fmt: skip


def test_tool_and_cells_of_a_synthesised_point_are_in_its_key(point, monkeypatch):
    found = []
    for cells in ("Yosys 1 a", "Yosys 1 b", "Yosys 2 a"):
        monkeypatch.setattr("experiments.synthesised_cost.cells", lambda technology, cells=cells: cells)
        found.append((key(dataclasses.replace(point, cost="synth")), key(point)))
    assert len({synthesised for synthesised, _ in found}) == 3
    assert len({modelled for _, modelled in found}) == 1


def test_new_code_and_new_versions_change_the_key(point, monkeypatch):
    before = key(point)
    monkeypatch.setattr(module, "content_hash", lambda: "0")
    new_code = key(point)
    monkeypatch.setattr(module, "versions", lambda *_: {"numpy": "9", "numba": "9"})
    assert len({before, new_code, key(point)}) == 3


def test_the_content_of_a_file_is_in_the_key_and_its_place_is_not(point, tmp_path):
    point = dataclasses.replace(point, workload="file", workload_parameters={"path": "mine.npy"})
    found = []
    for folder, rows in (("a", np.eye(3)), ("b", np.eye(3)), ("c", np.ones((3, 3)))):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / "mine.npy", rows)
        found.append(key(point, tmp_path / folder))
    assert found[0] == found[1] != found[2]


def test_a_file_is_read_once_for_all_its_points(point, tmp_path, monkeypatch):
    np.save(tmp_path / "mine.npy", np.eye(3))
    point = dataclasses.replace(point, workload="file", workload_parameters={"path": "mine.npy"})
    read = []
    load = module.workloads.load
    monkeypatch.setattr(module.workloads, "load", lambda *arguments: read.append(1) or load(*arguments))
    point_keys([point, dataclasses.replace(point, lanes=2)], tmp_path)
    assert len(read) == 1


def test_a_file_that_is_not_there_is_a_sentence(point):
    point = dataclasses.replace(point, workload="file", workload_parameters={"path": "none.npy"})
    with pytest.raises(ValueError, match=r"none\.npy"):
        key(point, Path())
