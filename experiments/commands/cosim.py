"""`hwsoftmax cosim`: circuits compared with their models by a simulator."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from experiments import circuits
from experiments.circuits import CircuitError
from hw_models import cosim, hdl_tools
from hw_models.circuit import Circuit
from hw_models.cosim import Compared
from hw_models.hdl_tools import ToolError

ROWS = {"verilator": 100_000, "icarus": 2_000}
_ROW = "{:<26.26} {:<34.34} {:>10} {:>9} {:>10}  {}"


def run(options: argparse.Namespace) -> int:
    """Print a line for each comparison; exit code 1 where something differs or a tool failed."""
    names = circuits.with_circuit() if options.all else options.designs
    if not names:
        raise CircuitError("name a design, or give --all for every design that has a circuit.")
    if options.all and options.designs:
        raise CircuitError("--all and names of designs exclude each other.")
    found = [circuits.of(name, options.set, options.lanes, options.row_length) for name in names]
    _need(options.engine)
    if not options.json:
        print(_ROW.format("design", "what", "results", "differing", "cycles off", ""))
    results = [(each, result) for each in found for result in _compared(each, options)]
    if options.json:
        print(json.dumps([_as_json(each, result) for each, result in results], indent=2))
    return 0 if all(result.passed for _, result in results) else 1


def _need(engine: str) -> None:
    """Refuse before anything is made if the simulator is missing."""
    try:
        if engine == "verilator":
            hdl_tools.verilator()
        else:
            hdl_tools.program("iverilog", "iverilog")
            hdl_tools.program("vvp", "iverilog")
    except ToolError as missing:
        raise CircuitError(str(missing)) from None


def _compared(found: Circuit, options: argparse.Namespace) -> Iterator[Compared]:
    """Units, then rows. A folder that is given keeps the files; otherwise they go unless a tool fails."""
    folder = options.out / found.shape.name if options.out else Path(tempfile.mkdtemp(prefix="hwsoftmax-cosim-"))
    rows = circuits.rows(found, options.rows or ROWS[options.engine], options.seed)
    try:
        for result in cosim.units(found, options.engine, folder / "units"):
            yield _shown(found, result, options.json)
        for result in cosim.whole(found, rows, options.engine, folder / "rows"):
            yield _shown(found, result, options.json)
    except ToolError as problem:
        raise CircuitError(str(problem)) from None
    except OSError as problem:
        raise CircuitError(f"cannot write into {folder}: {problem.strerror or problem}.") from None
    if not options.out:
        _remove(folder)


def _remove(folder: Path) -> None:
    import shutil  # noqa: PLC0415  only here

    shutil.rmtree(folder, ignore_errors=True)


def _shown(found: Circuit, result: Compared, quiet: bool) -> Compared:
    if not quiet:
        what = result.what + (" (all codes)" if result.exhaustive else "") + (f" {result.rows}" if result.rows else "")
        off = "-" if result.wrong_cycles is None else result.wrong_cycles
        print(_ROW.format(found.shape.name, what, result.compared, result.mismatches, off, result.first[:100]),
              flush=True)  # fmt: skip
    return result


def _as_json(found: Circuit, result: Compared) -> dict[str, object]:
    return {**found.configuration, **asdict(result), "passed": result.passed}
