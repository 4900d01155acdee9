"""The command: exit codes, what it prints, what it does not import."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import approx
from experiments import cli

SMALL = """
workloads:
  - {workload: attn16, rows: 8}
designs:
  - {design: lut_reciprocal, exp_depth: [16, 256]}
  - tflite_int8
hardware: {lanes: 4}
plots:
  - pareto: {error: total_total_variation_mean, cost: area_um2}
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


def test_run_prints_a_table_and_writes_results_and_pictures(small, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main(["run", str(small), "--out", str(out), "--processes", "1"]) == 0
    printed = capsys.readouterr().out
    assert "lut_reciprocal, exp_depth 16" in printed
    assert "tflite_int8" in printed
    assert "3 computed" in printed
    lines = (out / "results.csv").read_text().splitlines()
    assert len(lines) == 4
    assert {path.suffix for path in (out / "plots").iterdir()} == {".png", ".svg"}
    assert cli.main(["run", str(small), "--out", str(out), "--processes", "1"]) == 0
    assert "0 computed, 3 from an earlier run" in capsys.readouterr().out
    assert cli.main(["plot", str(out)]) == 0


def test_dry_run_prints_the_points_and_writes_nothing(small, tmp_path, capsys):
    assert cli.main(["run", str(small), "--out", str(tmp_path / "out"), "--dry-run"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert not (tmp_path / "out").exists()


def test_set_changes_a_value(small, capsys):
    assert cli.main(["run", str(small), "--dry-run", "--set", "designs.0.exp_depth=64"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_wrong_configuration_is_refused_with_places_and_nothing_is_written(small, tmp_path, capsys):
    small.write_text(SMALL.replace("exp_depth", "exp_dept").replace("attn16", "attn17"))
    assert cli.main(["run", str(small), "--out", str(tmp_path / "out")]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2
    assert errors[0].startswith(f"{small}:3:16: ")
    assert "attn16" in errors[0]
    assert errors[1].startswith(f"{small}:5:30: ")
    assert "exp_depth" in errors[1]
    assert not (tmp_path / "out").exists()


def test_a_point_that_is_undefined_is_reported_and_the_others_are_kept(tmp_path, capsys):
    path = tmp_path / "c.yaml"
    path.write_text("workloads: [{workload: const512, rows: 2}]\ndesigns: [tflite_int8, lut_reciprocal]\n")
    assert cli.main(["run", str(path), "--out", str(tmp_path / "out"), "--processes", "1"]) == 1
    assert "sum to 512 or more" in capsys.readouterr().err
    assert len((tmp_path / "out" / "results.csv").read_text().splitlines()) == 2


def test_validate_says_how_many_points(small, capsys):
    assert cli.main(["validate", str(small)]) == 0
    assert "3 points" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["designs", "workloads", "technologies"])
def test_list_names_everything(what, capsys):
    assert cli.main(["list", what]) == 0
    listed = capsys.readouterr().out
    assert {"designs": "softermax", "workloads": "minilm_attention", "technologies": "nangate45"}[what] in listed


def test_list_names_units(capsys):
    assert cli.main(["list", "units"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if line] == approx.unit_names()


def test_cost_as_json_has_the_keys_that_others_use(capsys):
    assert cli.main(["cost", "softermax", "--lanes", "8", "--row-length", "64", "--json"]) == 0
    cost = json.loads(capsys.readouterr().out)
    assert cost["area_um2"] > 0
    assert cost["lanes"] == 8
    assert cost["row_length"] == 64
    assert sum(term["area_um2"] for term in cost["terms"]) == pytest.approx(cost["area_um2"])
    assert cli.main(["cost", "rexp", "lut2d", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_cost_takes_parameters(capsys):
    assert cli.main(["cost", "lut_reciprocal", "--set", "exp_depth=16", "--set", "input=s8.3", "--json"]) == 0
    assert "exp_depth=16" in json.loads(capsys.readouterr().out)["design"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["cost", "softermaks"], "did you mean softermax"),
        (["cost", "softermax", "--set", "lanes"], "--set name=value"),
        (["cost", "softermax", "--set", "lanes=0"], "lanes = 0"),
        (["cost", "softermax", "--technology", "nangate46"], "nangate45"),
        (["validate", "quickstat"], "shipped are catalogue"),
        (["validate", "/nowhere/file.yaml"], "/nowhere/file.yaml:1:1: there is no such file"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_sentence(arguments, sentence, capsys):
    assert cli.main(arguments) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["cost", "softermax", "--row-length", "0"],
        ["cost", "softermax", "--row-length", "1" + "0" * 400],
        ["validate", "quickstart", "--points", "-5"],
        ["run", "quickstart", "--out", ""],
    ],
)
def test_numbers_and_folders_that_cannot_be_are_refused_by_the_parser(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(arguments)
    assert "usage" in capsys.readouterr().err


def test_as_many_points_as_a_refusal_asks_for_can_be_allowed(tmp_path, capsys):
    path = tmp_path / "large.yaml"
    path.write_text(
        "workloads: [{workload: attn16, rows: {from: 1, to: 3000}}]\n"
        "designs: [{design: lut_reciprocal, max_row_length: {from: 1, to: 1000}}]\n"
    )
    assert cli.main(["validate", str(path)]) == 2
    assert "--points 3000000" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="0"):
        cli.main(["run", str(path), "--points", "3000000", "--help"])


def test_a_name_that_no_file_can_have_is_refused(capsys):
    assert cli.main(["validate", "a" * 300]) == 2
    assert "neither a file" in capsys.readouterr().err


def test_plot_of_a_folder_without_results_is_a_sentence(tmp_path, capsys):
    assert cli.main(["plot", str(tmp_path)]) == 1
    assert "results.csv" in capsys.readouterr().err


def test_schema_is_json_with_every_design(capsys):
    assert cli.main(["schema"]) == 0
    assert "design.softermax" in json.loads(capsys.readouterr().out)["$defs"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list"], ["list", "units"], ["validate", "quickstart"], ["cost", "rexp"]]
)
def test_quick_commands_import_nothing_slow(arguments):
    program = (
        "import sys\nfrom experiments import cli\n"
        f"try: cli.main({arguments})\nexcept SystemExit: pass\n"
        "print([m for m in ('numba', 'scipy', 'matplotlib', 'ml_dtypes') if m in sys.modules], file=sys.stderr)"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stderr.strip() == "[]"


def test_a_folder_that_shadows_a_package_is_named(tmp_path):
    """Run as a module from a directory that has its own `approx`."""
    (tmp_path / "approx").mkdir()
    (tmp_path / "approx" / "__init__.py").write_text("")
    home = Path(cli.__file__).parents[1]
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]; sys.path.append({str(home)!r})\n"
        "from experiments import cli\nsys.exit(cli.main(['list']))"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert "shadows" in finished.stderr
