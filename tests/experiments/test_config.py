import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pydantic
import pytest

from approx import catalog
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.rounding import Rounding
from approx.source import Source
from experiments import workloads
from experiments.config import ConfigError, load
from experiments.workloads.catalogue_entry import Entry, Parameters

SOURCE = Source("title", "authors", "venue", 2024, "section 1")


@dataclass(frozen=True)
class Built:
    """A design that has been built, as far as a configuration looks at it."""

    parameters: dict

    def named(self, entry, parameters):
        return Built(parameters)


@published(family="table", source=SOURCE)
def table(
    depth: Annotated[int, pydantic.Field(ge=2, le=1024)] = 64,
    width: Annotated[int, pydantic.Field(ge=2)] = 8,
    input: FixedPoint = FixedPoint(8, 4),  # noqa: B008  a frozen dataclass
    rounding: Rounding = Rounding.FLOOR,
    slopes: tuple[float, ...] = (),
    sample: Literal["edge", "middle"] = "edge",
    folded: bool = False,
) -> Built:
    """A table."""
    if depth > 1 << width:
        raise ValueError(f"a table of {depth} entries has no {width} address bits")
    return Built({})


@published(family="online", source=SOURCE)
def online(lanes: Annotated[int, pydantic.Field(ge=1, le=64)] = 16) -> Built:
    """A design that works on `lanes` elements at a time."""
    if lanes & (lanes - 1):
        raise ValueError(f"{lanes} lanes make no tree;\n  give a power of two")
    return Built({})


@published(family="table", source=SOURCE)
def needing(depth: int) -> Built:
    """A design without a default depth."""
    return Built({})


@published(family="table", source=SOURCE)
def defective(depth: int = 0) -> Built:
    """A design with a defect at depth 0."""
    return Built({"depth": 1 // depth})


class Rows(Parameters):
    rows: Annotated[int, pydantic.Field(ge=1)] = 16
    row_length: Annotated[int, pydantic.Field(ge=1)] = 32
    layers: tuple[Annotated[int, pydantic.Field(ge=0, lt=6)], ...] = (0, 1)

    @pydantic.field_validator("layers", mode="before")
    @classmethod
    def _read(cls, value):
        return tuple(value) if isinstance(value, list) else value

    @pydantic.model_validator(mode="after")
    def _bounded(self):
        if self.rows * self.row_length > 1000:
            raise ValueError(f"{self.rows} rows of {self.row_length} are too many")
        return self


class File(Parameters):
    path: str


def nothing_to_read(request):
    raise AssertionError("a configuration reads no rows")


@pytest.fixture(autouse=True)
def catalogues(monkeypatch):
    designs = {entry.name: entry for entry in (table, online, needing, defective)}
    rows = {"rows": Entry("rows", "some rows", Rows, nothing_to_read), "file": Entry("file", "", File, nothing_to_read)}
    monkeypatch.setattr(catalog, "entries", lambda: designs)
    monkeypatch.setattr(workloads, "entries", lambda: rows)


SMALL = "workloads: [rows]\ndesigns: [table]\n"


@pytest.fixture
def load_text(tmp_path):
    def loaded(text, *overrides, limit=10_000, name="small.yaml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return load(file, overrides, limit)

    return loaded


@pytest.fixture
def problems(load_text, tmp_path):
    """The lines that a text is refused with, without the name of the file."""

    def found(text, *overrides, limit=10_000):
        with pytest.raises(ConfigError) as caught:
            load_text(text, *overrides, limit=limit)
        return str(caught.value).replace(f"{tmp_path}/small.yaml:", "").splitlines()

    return found


def test_a_small_configuration_is_complete_with_defaults(load_text, tmp_path):
    experiment = load_text(SMALL)
    assert (experiment.name, experiment.seed, experiment.replicas) == ("small", 0, 1)
    assert experiment.folder == tmp_path
    assert experiment.config == {"workloads": ["rows"], "designs": ["table"]}
    (point,) = experiment.points()
    assert (point.design, point.label, point.workload) == ("table", "table", "rows")
    assert point.parameters == {
        "depth": 64, "width": 8, "input": "ap_fixed<8,4>", "rounding": "floor", "slopes": [], "sample": "edge",
        "folded": False,
    }  # fmt: skip
    assert point.workload_parameters == {"rows": 16, "row_length": 32, "layers": [0, 1]}
    assert (point.lanes, point.row_length, point.technology) == (8, None, "nangate45")
    assert (point.seed, point.replica) == (0, 0)


def test_the_parameters_of_a_point_are_plain_data(load_text):
    (point,) = load_text("workloads: [rows]\ndesigns: [{design: table, slopes: [1, 2.5], input: s8.2}]").points()
    text = json.dumps(point.parameters)
    assert json.loads(text) == point.parameters
    assert point.parameters["input"] == "ap_fixed<8,6>"
    assert point.parameters["slopes"] == [1.0, 2.5]


def test_the_name_of_a_file_becomes_that_of_the_experiment(load_text):
    assert load_text(SMALL, name="My Run (2).yaml").name == "my-run-2"
    assert load_text(SMALL, name="テスト.yaml").name == "experiment"
    assert load_text(SMALL + "name: x_1-2", name="a.yaml").name == "x_1-2"


def test_everything_wrong_is_said_at_once_in_the_order_of_the_file(problems):
    assert problems(
        "nam: x\n"
        "seed: -1\n"
        "replicas: 1.5\n"
        "workloads:\n"
        "  - rowz\n"
        "  - {workload: rows, rows: [1, 0, x], row_lenght: 3, layers: {each: [[0, 6], 3]}}\n"
        "  - file\n"
        "designs:\n"
        "  - {design: table, dept: 3, depth: [16, 1, 2000], input: [s8.4, foo], rounding: up, label: ''}\n"
        "  - {design: table, sample: center, folded: on, width: {from: 1, to: 4}, slopes: [1, x, .inf]}\n"
        "  - {design: tabel}\n"
        "  - {depth: 3}\n"
        "  - 3\n"
        "hardware: {technologies: [nangate45, nangate54], lanes: 0, depth: 3, row_length: []}\n"
        "seed: 2\n"
    ) == [
        "1:1: there is no key 'nam'; did you mean name?",
        "2:7: seed is -1, but should be greater than or equal to 0.",
        "3:11: replicas is 1.5, but should be an integer.",
        "5:5: there is no workload 'rowz'; did you mean rows?",
        "6:32: rows of rows is 0, but should be greater than or equal to 1.",
        "6:35: rows of rows is 'x', but should be an integer.",
        "6:39: there is no rows key 'row_lenght'; did you mean row_length?",
        "6:76: layers.1 of rows is 6, but should be less than 6.",
        "6:80: layers of rows is 3, but should be a list.",
        "7:5: file needs the key 'path'.",
        "9:21: there is no table key 'dept'; did you mean depth?",
        "9:42: depth of table is 1, but should be greater than or equal to 2.",
        "9:45: depth of table is 2000, but should be less than or equal to 1024.",
        "9:66: input of table: 'foo' is not a number format; write for example \"ap_fixed<8,4>\", \"s8.4\" or "
        "\"ap_ufixed<8,0>\".",
        "9:82: rounding of table: there is no rounding mode 'up'; known are floor, ceil, toward_zero, nearest_up, "
        + problems.rounding_modes,
        "9:93: label of table is '', but should have at least 1 character.",
        "10:29: sample of table is 'center', but should be 'edge' or 'middle'.",
        "10:45: folded of table is 'on', but should be true or false.",
        "10:56: width of table is 1, but should be greater than or equal to 2.",
        "10:87: slopes.1 of table is 'x', but should be a number.",
        "10:90: .inf is not a finite number; nothing here takes NaN or infinity.",
        "11:14: there is no design 'tabel'; did you mean table?",
        "12:5: an entry of this list needs the key 'design' with the name of a design.",
        "13:5: 3 is no design; give a name, or a mapping with design: NAME.",
        "14:38: technologies of hardware: there is no technology 'nangate54'; did you mean nangate45?",
        "14:57: lanes of hardware is 0, but should be greater than or equal to 1.",
        "14:60: there is no hardware key 'depth'; did you mean technologies or lanes or row_length?",
        "14:82: row_length is an axis without values; give at least one.",
        "15:1: the key 'seed' is there already in line 2; leave one out.",
    ]
