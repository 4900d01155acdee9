import json
import subprocess
import sys
from pathlib import Path

import pytest

import experiments

SMALL = "workloads: [rows]\ndesigns: [table]\n"


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
        '9:66: input of table: \'foo\' is not a number format; write for example "ap_fixed<8,4>", "s8.4" or '
        '"ap_ufixed<8,0>".',
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
        "14:60: there is no hardware key 'depth'; did you mean lanes or technologies or row_length or cost?",
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


def test_overrides_are_checked_like_the_file_and_come_after_it(problems, load_text):
    assert load_text(SMALL, "designs.0={design: table, depth: 8}", "seed=3").points()[0].parameters["depth"] == 8
    assert problems(
        "seed: -1\n" + SMALL, "hardware.lanes=0", "designs.1=x", "designs.0={design: table, depth: [1]}"
    ) == [
        "1:7: seed is -1, but should be greater than or equal to 0.",
        "--set hardware.lanes=0: lanes of hardware is 0, but should be greater than or equal to 1.",
        "--set designs.1=x: designs is a list of 1, in which '1' should be an index from 0 to 0.",
        "--set designs.0={design: table, depth: [1]}: depth of table is 1, but should be greater than or equal to 2.",
    ]


def test_the_overridden_configuration_is_kept(load_text):
    assert load_text(SMALL, "seed=3").config == {"workloads": ["rows"], "designs": ["table"], "seed": 3}


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
        "PYTHONPATH": str(Path(experiments.__file__).parents[1])})  # fmt: skip
    assert done.stdout == "\n"
