"""Simulators of SystemVerilog: sources and data in a folder become a program that plays them."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hw_models import hdl_tools
from hw_models.hdl_tools import Tool

SECONDS = 900.0  # for each run of a tool
PRECOMPILED = "CFG_CXXFLAGS_PCH_I=-include"  # which the makefile of the PyPI package leaves empty
RUNTIME = "verilated*.o"


@dataclass(frozen=True)
class Simulation:
    """A compiled bench. Raises ToolError when it crashes or hangs."""

    tool: Tool
    arguments: tuple[str, ...]
    folder: Path

    def run(self, given: Sequence[str]) -> str:
        """What it prints; given: plus arguments."""
        return hdl_tools.run(self.tool, [*self.arguments, *given], self.folder, "run.log", SECONDS)


class Simulator(ABC):
    """A simulator that can compile benches."""

    @abstractmethod
    def check(self) -> None:
        """Raise ToolError with a sentence if the simulator is missing."""

    @abstractmethod
    def _compiled(self, sources: Sequence[str], top: str, folder: Path) -> Simulation:
        """The bench `top` of sources that stand in the folder."""

    def build(self, sources: Mapping[str, str], data: Mapping[str, str], top: str, folder: Path) -> Simulation:
        """Write the files (name and text) and compile them. Raises ToolError with the log of a tool that fails."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {**sources, **data}.items():
            (folder / name).write_text(text, encoding="utf-8")
        return self._compiled(list(sources), top, folder)


@dataclass(frozen=True)
class Icarus(Simulator):
    """Icarus Verilog: compiles in no time, runs slowly."""

    def check(self) -> None:
        """Both of its programs."""
        for name in ("iverilog", "vvp"):
            hdl_tools.program(name, "iverilog")

    def _compiled(self, sources: Sequence[str], top: str, folder: Path) -> Simulation:
        arguments = ["-g2012", "-s", top, "-o", "sim.vvp", *sources]
        hdl_tools.run(hdl_tools.program("iverilog", "iverilog"), arguments, folder, "build.log", SECONDS)
        return Simulation(hdl_tools.program("vvp", "iverilog"), ("-n", "sim.vvp"), folder)


@dataclass(frozen=True)
class Verilator(Simulator):
    """Verilator. runtime: a folder that keeps the objects of its own library, which are most of the work of a bench."""

    runtime: Path

    def check(self) -> None:
        """Verilator and a C++ compiler."""
        hdl_tools.verilator()

    def _compiled(self, sources: Sequence[str], top: str, folder: Path) -> Simulation:
        made = folder / "obj"
        made.mkdir(exist_ok=True)
        kept = list(self.runtime.glob(RUNTIME))
        for each in kept:
            shutil.copyfile(each, made / each.name)
        makefile = ["-MAKEFLAGS", f"-oV{top}.mk"] if kept else []  # which is newer than what was kept
        arguments = ["--binary", "--timing", "-O3", "-Wno-fatal", "-Wno-WIDTH", "--top-module", top, "-Mdir", "obj",
                     "-o", "sim", "-CFLAGS", "-std=gnu++20 -O1", "-MAKEFLAGS", PRECOMPILED, *makefile,
                     "--build-jobs", "2", *sources]  # fmt: skip
        hdl_tools.run(hdl_tools.verilator(), arguments, folder, "build.log", SECONDS)
        if not kept:
            for each in made.glob(RUNTIME):
                shutil.copyfile(each, self.runtime / each.name)
        return Simulation(Tool(str(made.resolve() / "sim")), (), folder)
