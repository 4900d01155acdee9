"""Circuits compared with their models by simulators: every unit on all of its codes, the whole design on rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hw_models import hdl_tools, rtl_bench, unit_benches
from hw_models.circuit import Circuit
from hw_models.hdl_tools import Engine, ToolError
from hw_models.rtl_vectors import vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS = 900.0  # for each run of a tool
PRECOMPILED = "CFG_CXXFLAGS_PCH_I=-include"  # which the makefile of the PyPI package leaves empty
_RESULT = re.compile(r"^RESULT (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Compared:
    """What one bench found. what: the unit, or the rows. compared: results; rows: 0 for a unit.

    exhaustive: all codes that can occur were compared. wrong_cycles: rows whose cycles are not those of the bill, None
    where they were not counted. latency: cycles from the first element in to the last one out of the first row.
    """

    what: str
    compared: int
    mismatches: int
    rows: int = 0
    exhaustive: bool = False
    wrong_cycles: int | None = None
    latency: int | None = None
    first: str = ""

    @property
    def passed(self) -> bool:
        """Nothing differs, and something was compared."""
        return self.compared > 0 and self.mismatches == 0 and not self.wrong_cycles


def whole(found: Circuit, rows: Sequence[NDArray[Any]], engine: Engine, folder: Path) -> list[Compared]:
    """Play rows through the circuit, without and with random back-pressure. folder: for the files of the run."""
    played = vectors(found.design, rows, found.lanes)
    name = found.shape.name
    bench = {f"{name}_bench.sv": rtl_bench.system_verilog(found.shape, played)}
    tables = {f"{rom.name}.mem": rom.files[f"{rom.name}.mem"] for rom in found.roms}
    simulator = _build({**found.sources(), **bench}, {**tables, **played.files}, f"{name}_bench", engine, folder)
    return [_rows(simulator, stalls) for stalls in (False, True)]


def units(found: Circuit, engine: Engine, folder: Path) -> list[Compared]:
    """Every unit of the circuit by itself; folder: for the files of the runs, one subfolder a unit."""
    results = []
    for bench in unit_benches.benches(found):
        place = folder / bench.name
        simulator = _build(bench.sources, bench.data, f"{bench.name}_bench", engine, place)
        numbers, first = _numbers(simulator.run(()), place)
        results.append(Compared(f"unit {bench.unit}", numbers["compared"], numbers["mismatches"],
                                exhaustive=bench.exhaustive, first=first))  # fmt: skip
    return results


@dataclass(frozen=True)
class _Simulator:
    tool: hdl_tools.Tool
    arguments: tuple[str, ...]
    folder: Path

    def run(self, given: Sequence[str]) -> str:
        return hdl_tools.run(self.tool, [*self.arguments, *given], self.folder, "run.log", SECONDS)


def _build(sources: Mapping[str, str], data: Mapping[str, str], top: str, engine: Engine, folder: Path) -> _Simulator:
    """Write the files and compile them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**sources, **data}.items():
        (folder / name).write_text(text, encoding="utf-8")
    if engine == "icarus":
        simulate = hdl_tools.program("vvp", "iverilog")
        arguments = ["-g2012", "-s", top, "-o", "sim.vvp", *sources]
        hdl_tools.run(hdl_tools.program("iverilog", "iverilog"), arguments, folder, "build.log", SECONDS)
        return _Simulator(simulate, ("-n", "sim.vvp"), folder)
    arguments = ["--binary", "--timing", "-O3", "-Wno-fatal", "-Wno-WIDTH", "--top-module", top, "-Mdir", "obj",
                 "-o", "sim", "-CFLAGS", "-std=gnu++20 -O1", "-MAKEFLAGS", PRECOMPILED, "--build-jobs", "2",
                 *sources]  # fmt: skip
    hdl_tools.run(hdl_tools.verilator(), arguments, folder, "build.log", SECONDS)
    return _Simulator(hdl_tools.Tool(str(folder.resolve() / "obj" / "sim")), (), folder)


def _rows(simulator: _Simulator, stalls: bool) -> Compared:
    numbers, first = _numbers(simulator.run(["+stall"] if stalls else []), simulator.folder)
    return Compared(
        "rows with random back-pressure" if stalls else "rows", numbers["elements"], numbers["mismatches"],
        numbers["rows"], wrong_cycles=None if stalls else numbers["wrong_cycles"],
        latency=None if stalls else numbers["latency"], first=first,
    )  # fmt: skip


def _numbers(output: str, folder: Path) -> tuple[dict[str, int], str]:
    """What a bench printed: its counts, and its first complaint."""
    result = _RESULT.search(output)
    if result is None:
        last = "\n".join(f"    {line}" for line in output.splitlines()[-hdl_tools.LAST_LINES :])
        raise ToolError(f"the circuit gave no result; the log {folder / 'run.log'} ends with\n{last}")
    words = result[1].split()
    complaint = output[: result.start()].strip().splitlines()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True)), complaint[0] if complaint else ""
