"""The circuits in real tools; each test is skipped where its tool is not installed."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import approx
from approx.fixed_point import FixedPoint
from hw_models import cosim, hdl_tools, rtl
from hw_models.hdl_tools import ToolError

pytestmark = pytest.mark.slow

DESIGNS = [
    ("softermax", {"lanes": 8}, 64, 8),
    ("softermax", {"lanes": 3, "maximum": "floor"}, 17, 3),
    ("itamax", {"lanes": 16}, 100, 16),
    ("itamax_paper", {"lanes": 1}, 20, 1),
    ("lut_reciprocal", {}, 64, 8),
    ("lut_reciprocal", {"exp_depth": 16, "reciprocal_depth": 8}, 33, 5),
    ("base2_shift", {"shift_rounding": "nearest"}, 20, 4),
    ("geng2018", {}, 20, 4),
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
]


def written(folder: Path, name: str, parameters: dict, length: int, lanes: int) -> rtl.Circuit:
    found = rtl.circuit(approx.build(name, **parameters), length, lanes)
    for file, text in rtl.files(found, rows(found, 200)).items():
        (folder / file).write_text(text, encoding="utf-8")
    return found


def rows(found: rtl.Circuit, count: int) -> list[np.ndarray]:
    """Every length, then random ones; half of the rows lie near their maximum."""
    rng, longest, code = np.random.default_rng(0), found.row_length, found.design.input
    lengths = [*range(1, longest + 1), *rng.integers(1, longest + 1, count)]
    wide = [rng.integers(code.lowest, code.highest + 1, n) for n in lengths[::2]]
    return wide + [rng.integers(code.highest // 2, code.highest // 2 + 40, n) for n in lengths[1::2]]


def ran(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


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


@pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")
@pytest.mark.parametrize(("name", "parameters", "length", "lanes"), DESIGNS)
def test_the_written_bench_passes_in_icarus(
    tmp_path: Path, name: str, parameters: dict, length: int, lanes: int
) -> None:
    found = written(tmp_path, name, parameters, length, lanes)
    ran(tmp_path, "iverilog", "-g2012", "-s", f"{name}_bench", "-o", "sim", *found.sources(), f"{name}_bench.sv")
    for stall in ([], ["+stall"]):
        assert "PASS" in ran(tmp_path, "vvp", "-n", "sim", *stall)


@pytest.mark.skipif(shutil.which("yosys") is None, reason="Yosys is not installed")
@pytest.mark.parametrize(("name", "parameters", "length", "lanes"), DESIGNS)
def test_yosys_synthesises_it_without_a_latch(
    tmp_path: Path, name: str, parameters: dict, length: int, lanes: int
) -> None:
    found = written(tmp_path, name, parameters, length, lanes)
    read = f"read_verilog -sv {' '.join(found.sources())}; synth -top {name}; select -assert-none t:$_DLATCH*; stat"
    assert "_DFF" in ran(tmp_path, "yosys", "-p", read)


@pytest.mark.parametrize("engine", ["icarus", "verilator"])
def test_units_and_rows_equal_the_model(tmp_path: Path, engine: hdl_tools.Engine) -> None:
    found = rtl.circuit(approx.build("softermax", lanes=4), 16, 4)
    try:
        results = [
            *cosim.units(found, engine, tmp_path / "units"),
            *cosim.whole(found, rows(found, 300), engine, tmp_path),
        ]
    except ToolError as problem:
        if "not installed" in str(problem):
            pytest.skip(str(problem))
        raise
    assert len(results) == 5
    assert all(result.passed for result in results)


@pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")
def test_a_wrong_table_is_found(tmp_path: Path) -> None:
    found = written(tmp_path, "lut_reciprocal", {}, 16, 4)
    table = tmp_path / "exp_table.mem"
    lines = table.read_text().split()
    lines[1] = f"{int(lines[1], 16) ^ 0x4000:x}"
    table.write_text("\n".join(lines))
    bench = "lut_reciprocal_bench"
    ran(tmp_path, "iverilog", "-g2012", "-s", bench, "-o", "sim", *found.sources(), f"{bench}.sv")
    assert "FAIL" in ran(tmp_path, "vvp", "-n", "sim")


@pytest.mark.skipif(shutil.which("iverilog") is None, reason="Icarus Verilog is not installed")
def test_the_cocotb_bench_passes(tmp_path: Path) -> None:
    pytest.importorskip("cocotb_tools")
    import sys

    written(tmp_path, "softermax", {"lanes": 4}, 16, 4)
    assert "PASS=1 FAIL=0" in ran(tmp_path, sys.executable, "test_softermax.py")
