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
from approx.reference import OnlineMaximum, UnitGrowth
from approx.rounding import Rounding
from approx.source import Source
from experiments import workloads
from experiments.config import ConfigError, load
from experiments.plot_section import columns
from experiments.workloads.catalogue_entry import Entry, Parameters

SOURCE = Source("title", "authors", "venue", 2024, "section 1")


@dataclass(frozen=True)
class Built:
    """A design that has been built, as far as a configuration looks at it."""

    parameters: dict
    reference: OnlineMaximum | None = None

    def named(self, entry, parameters):
        return Built(parameters, self.reference)


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
def defective(depth: int = 0) -> Built:
    """A design with a defect at depth 0."""
    return Built({"depth": 1 // depth})


@published(family="online", source=SOURCE)
def chunked() -> Built:
    """A design that works on 16 elements at a time, whatever it is asked for."""
    return Built({}, OnlineMaximum(16, 4, "ceil", UnitGrowth(4)))


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
    designs = {entry.name: entry for entry in (table, online, defective, chunked)}
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
        "  - {design: table, dept: 3, depth: [16, 1, 2000], input: [s8.4, foo], label: ''}\n"
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
        "6:74: layers.1 of rows is 6, but should be less than 6.",
        "6:78: layers of rows is 3, but should be a list.",
        "7:5: file needs the key 'path'.",
        "9:21: there is no table key 'dept'; did you mean depth?",
        "9:42: depth of table is 1, but should be greater than or equal to 2.",
        "9:45: depth of table is 2000, but should be less than or equal to 1024.",
        "9:66: input of table: 'foo' is not a number format; write for example \"ap_fixed<8,4>\", \"s8.4\" or "
        "\"ap_ufixed<8,0>\".",
        "9:79: label of table is '', but should have at least 1 character.",
        "10:29: sample of table is 'center', but should be 'edge' or 'middle'.",
        "10:45: folded of table is 'on', but should be true or false.",
        "10:56: width of table is 1, but should be greater than or equal to 2.",
        "10:86: slopes.1 of table is 'x', but should be a number.",
        "10:89: .inf is not a finite number; nothing here takes NaN or infinity.",
        "11:14: there is no design 'tabel'; did you mean table?",
        "12:5: an entry of this list needs the key 'design' with the name of a design.",
        "13:5: 3 is no design; give a name, or a mapping with design: NAME.",
        "14:38: technologies of hardware: there is no technology 'nangate54'; did you mean nangate45?",
        "14:57: lanes of hardware is 0, but should be greater than or equal to 1.",
        "14:60: there is no hardware key 'depth'; did you mean lanes or technologies or row_length?",
        "14:82: row_length is an axis without values; give at least one.",
        "15:1: the key 'seed' is there already in line 2; leave one out.",
    ]


def test_a_file_that_is_no_mapping_is_refused(problems):
    assert problems("") == ["1:1: this is empty, but a configuration is a mapping with workloads and designs."]
    assert problems("- 1") == ["1:1: this is [1], but a configuration is a mapping with workloads and designs."]


def test_missing_and_empty_sections_are_refused(problems):
    assert problems("seed: 1") == [
        "1:1: a configuration needs the key 'workloads'.",
        "1:1: a configuration needs the key 'designs'.",
    ]
    assert problems("workloads: []\ndesigns:\nhardware: 3\nplots: {}") == [
        "1:12: workloads is [], but should be a list of at least 1.",
        "2:1: designs is null, but should be a list.",
        "3:11: hardware is 3, but should be a mapping.",
        "4:8: plots is {}, but should be a list.",
    ]


@pytest.mark.parametrize("name", ["Quick", "a b", "../x", "", "a/b", "x" * 101])
def test_names_that_make_no_folder_are_refused(problems, name):
    (line,) = problems(f"{SMALL}name: '{name}'")
    assert line.startswith("3:7: name is ")
    assert line.endswith("but should match pattern '^[a-z0-9_-]{1,100}$'.")


def test_half_a_format_in_a_flow_list_is_explained(problems):
    assert problems("workloads: [rows]\ndesigns: [{design: table, input: ap_fixed<8,4>}]") == [
        "2:34: input of table: 'ap_fixed<8' is not a number format; write for example \"ap_fixed<8,4>\", \"s8.4\" or "
        "\"ap_ufixed<8,0>\"; inside [] and {} a text with a comma needs quotes.",
        "2:45: there is no table key '4>'; did you mean label or tie or lanes or depth or width or input or "
        "rounding or slopes or sample or folded? (inside [] and {} a text with a comma needs quotes.)",
    ]


def test_a_combination_that_a_design_refuses_is_named_at_its_entry(problems):
    assert problems("workloads: [rows]\ndesigns:\n  - {design: table, depth: [4, 64, 16], width: [4, 5]}") == [
        "3:5: table with depth = 64, width = 4: a table of 64 entries has no 4 address bits.",
        "3:5: table with depth = 64, width = 5: a table of 64 entries has no 5 address bits.",
    ]
    assert problems("workloads: [rows]\ndesigns: [{design: table, depth: 64, width: 4}]") == [
        "2:11: table: a table of 64 entries has no 4 address bits."
    ]


def test_many_refused_combinations_are_counted(problems):
    lines = problems("workloads: [rows]\ndesigns: [{design: table, depth: {from: 5, to: 20}, width: 2}]")
    assert lines[0] == "2:11: table with depth = 5: a table of 5 entries has no 2 address bits."
    assert lines[-1] == "2:11: table: 16 combinations of this entry are refused like these."
    assert len(lines) == 6


def test_lanes_of_the_hardware_section_must_suit_designs_that_read_them(problems):
    assert problems("workloads: [rows]\ndesigns: [online, table]\nhardware: {lanes: [8, 6, 128]}") == [
        "2:11: online with lanes = 6: 6 lanes make no tree; give a power of two.",
        "2:11: online with lanes = 128: lanes = 128: should be less than or equal to 64.",
    ]


def test_a_design_whose_numbers_depend_on_its_lanes_takes_no_others(problems, load_text):
    assert problems("workloads: [rows]\ndesigns: [chunked]\nhardware: {lanes: [8, 16]}") == [
        "2:11: chunked with lanes = 8: it takes 16 elements at a time and its numbers depend on that; give it lanes: 16."
    ]
    (point,) = load_text("workloads: [rows]\ndesigns: [{design: chunked, lanes: 16}]").points()
    assert point.lanes == 16


def test_a_combination_of_a_workload_that_is_refused_is_named_at_its_entry(problems):
    assert problems("workloads: [{workload: rows, rows: [4, 50], row_length: [20, 30]}]\ndesigns: [table]") == [
        "1:13: rows with rows = 50, row_length = 30: 50 rows of 30 are too many."
    ]


def test_a_parameter_without_default_must_be_given(problems, load_text):
    assert problems("workloads: [file]\ndesigns: [table]") == ["1:13: file needs the key 'path'."]
    (point,) = load_text("workloads: [{workload: file, path: a.npy}]\ndesigns: [table]").points()
    assert point.workload_parameters == {"path": "a.npy"}


def test_a_defect_of_a_design_is_a_sentence_with_its_place(problems):
    (line,) = problems("workloads: [rows]\ndesigns: [defective]")
    assert line.startswith("2:11: defective: this meets a defect at ")
    assert "test_config.py:" in line
    assert line.endswith("(ZeroDivisionError: integer division or modulo by zero).")


def test_axes_and_ties_are_checked(problems):
    assert problems(
        "workloads: [rows]\n"
        "designs:\n"
        "  - {design: table, depth: [4, 8], width: [3, 4, 5], tie: [depth, width]}\n"
        "  - {design: table, depth: [4, x], width: [3, 4, 5], tie: [depth, width]}\n"
        "  - {design: table, depth: {powers_of_two: [3, 8]}}\n"
        "  - {design: table, lanes: {from: 1}}\n"
    ) == [
        "3:59: tied axes are walked together, but 'depth' has 2 values, 'width' has 3 values; "
        "give them the same number.",
        "4:32: depth of table is 'x', but should be an integer.",
        "4:59: tied axes are walked together, but 'depth' has 2 values, 'width' has 3 values; "
        "give them the same number.",
        "5:28: depth: 3 is not a power of two; write for example {powers_of_two: [16, 4096]}.",
        "6:28: lanes needs the key 'to'.",
    ]


def test_hardware_has_no_ties_and_no_names(problems):
    assert problems(SMALL + "hardware: {tie: [lanes, row_length], lanes: [1, 2]}") == [
        "3:12: there is no hardware key 'tie'; did you mean lanes or technologies or row_length?"
    ]


def test_technologies_scaled_to_another_node_are_accepted(load_text, problems):
    points = load_text(SMALL + "hardware: {technologies: [nangate45@16nm, asap7]}").points()
    assert [point.technology for point in points] == ["nangate45@16nm", "asap7"]
    (line,) = problems(SMALL + "hardware: {technologies: nangate45@3nm}")
    assert line.startswith("3:26: technologies of hardware: nangate45 cannot be scaled to 3 nm")


def test_overrides_are_checked_like_the_file_and_come_after_it(problems, load_text):
    assert load_text(SMALL, "designs.0={design: table, depth: 8}", "seed=3").points()[0].parameters["depth"] == 8
    assert problems("seed: -1\n" + SMALL, "hardware.lanes=0", "designs.1=x", "designs.0={design: table, depth: [1]}") == [
        "1:7: seed is -1, but should be greater than or equal to 0.",
        "--set hardware.lanes=0: lanes of hardware is 0, but should be greater than or equal to 1.",
        "--set designs.1=x: designs is a list of 1, in which '1' should be an index from 0 to 0.",
        "--set designs.0={design: table, depth: [1]}: depth of table is 1, but should be greater than or equal to 2.",
    ]


def test_the_overridden_configuration_is_kept(load_text):
    assert load_text(SMALL, "seed=3").config == {"workloads": ["rows"], "designs": ["table"], "seed": 3}


def test_pictures_are_checked(problems, load_text):
    assert problems(
        SMALL + "plots:\n"
        "  - paretto\n"
        "  - sweep\n"
        "  - sweep: {over: dept, error: total_kl}\n"
        "  - distribution: {eror: total_max_abs_error}\n"
        "  - pareto: {cost: 3, error: area_um2}\n"
        "  - row_length: 3\n"
        "  - {pareto: {}, sweep: {}}\n"
        "  - 4\n"
    ) == [
        "4:5: there is no kind of plot 'paretto'; did you mean pareto?",
        "5:5: sweep needs the key 'over'.",
        "6:19: there is no parameter to sweep over 'dept'; did you mean depth?",
        "6:32: there is no column 'total_kl'; did you mean total_kl_p99 or total_kl_max or total_kl_mean?",
        "7:20: there is no distribution key 'eror'; did you mean error?",
        "8:20: cost of pareto is 3, but should be a text.",
        "8:30: there is no column 'area_um2'; did you mean " + " or ".join(columns("pareto", "error")[:12]) + "?",
        "9:17: row_length is 3, but should be a mapping with error.",
        "10:5: {'pareto': {}, 'sweep': {}} is no picture; write one of pareto, row_length, sweep, distribution.",
        "11:5: 4 is no picture; write one of pareto, row_length, sweep, distribution.",
    ]
    plots = "plots: [pareto, {sweep: {over: lanes}}, {pareto: }, {distribution: {error: unit_total_variation}}]"
    assert load_text(SMALL + plots).points() != []


def test_a_grid_above_the_limit_is_refused_before_it_is_made(problems, load_text):
    text = "workloads: [rows]\ndesigns: [{design: table, depth: {from: 2, to: 101}, lanes: {from: 6, to: 106}}]"
    assert problems(text) == [
        "2:1: this asks for 10100 points; more than 10000 are run with --points 10100 if that is meant."
    ]
    assert problems(text.replace("101", "12", 1), limit=1110) == [
        "2:1: this asks for 1111 points; more than 1110 are run with --points 1111 if that is meant."
    ]
    assert len(load_text(text, "designs.0.width=10", limit=10100).points()) == 10100


def test_absurd_grids_are_refused_at_once(problems):
    axes = ", ".join(f"{name}: {{from: 1, to: 9000000000000000000}}" for name in ("depth", "width", "lanes"))
    lines = problems(f"workloads: [rows]\ndesigns: [{{design: table, {axes}}}]\nreplicas: 9000000000000000000")
    assert lines[0] == (
        "2:1: this asks for more than 1000000000000000000 points, and at most 10000 are run; shorten some of the axes."
    )
    assert "2:34: depth of table is 1, but should be greater than or equal to 2." in lines


def test_absurd_designs_are_refused_at_once_when_workloads_are_wrong_too(problems):
    lines = problems("workloads: [x]\ndesigns: [{design: table, width: {from: 2, to: 9000000000000000000}}]")
    assert lines[0] == "1:13: there is no workload 'x'; did you mean rows or file?"
    assert lines[1].startswith("2:1: this asks for ")


def test_validation_imports_neither_numba_nor_scipy_nor_matplotlib(tmp_path):
    file = tmp_path / "small.yaml"
    file.write_text("workloads: [attn16]\ndesigns: [lut_reciprocal]\nplots: [pareto, {distribution: }]")
    code = (
        "import sys; from pathlib import Path; from experiments.config import load; "
        f"assert len(load(Path({str(file)!r})).points()) == 1; "
        "print(*sorted({'numba', 'scipy', 'matplotlib'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={
        "PYTHONPATH": str(Path(catalog.__file__).parents[1])})  # fmt: skip
    assert done.stdout == "\n"
