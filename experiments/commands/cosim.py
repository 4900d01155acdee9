"""`hwsoftmax cosim`: circuits compared with their models by a simulator."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from approx import catalog
from experiments import circuits, simulation
from experiments.circuits import CircuitError
from hw_models.circuit import Circuit
from hw_models.cosim import Compared
from hw_models.hdl_tools import ToolError
from hw_models.netlist import NetlistError
from hw_models.yosys import SynthesisError

BLOCKS = "stochastic blocks"
_DETAIL = "{:<26.26} {:<34.34} {:>10} {:>9} {:>10}  {}"
_LINE = "{:<26.26} {:>5} {:>7} {:>10} {:>10} {:>9} {:>10} {:>7}  {}"


@dataclass
class _Outcome:
    """What a design came to. circuit: None for the blocks of the library. problem: of a tool, which ended it."""

    name: str
    circuit: Circuit | None
    results: list[Compared] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return not self.problem and bool(self.results) and all(result.passed for result in self.results)


def run(options: argparse.Namespace) -> int:
    """Print a line for each comparison, with --all for each design; exit code 1 where something differs or failed."""
    wanted = _wanted(options)
    with tempfile.TemporaryDirectory(prefix="hwsoftmax-runtime-") as kept:
        engine = simulation.engine(options.engine, Path(kept))
        _heading(options)
        outcomes = [_compared(outcome, engine, options) for outcome in wanted]
    if options.json:
        print(json.dumps([line for outcome in outcomes for line in _as_json(outcome)], indent=2))
    elif options.all:
        _summary(outcomes)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _wanted(options: argparse.Namespace) -> list[_Outcome]:
    """The designs that are named, or all, and the blocks of the library with them."""
    if not options.all and not options.designs:
        raise CircuitError("name a design, or give --all for every design that has a circuit.")
    if options.all and options.designs:
        raise CircuitError("--all and names of designs exclude each other.")
    given = circuits.with_circuit() if options.all else {name: [] for name in options.designs}
    found = [
        _Outcome(name, circuits.of(name, [*own, *options.set], options.lanes, options.row_length, options.buffer))
        for name, own in given.items()
    ]
    return [*found, _Outcome(BLOCKS, None)] if options.all and options.engine != "netlist" else found


def _compared(outcome: _Outcome, engine: simulation.Engine, options: argparse.Namespace) -> _Outcome:
    """Units, then rows. A folder that is given keeps the files; otherwise they go unless a tool fails."""
    folder = (
        options.out / outcome.name.replace(" ", "_")
        if options.out
        else Path(tempfile.mkdtemp(prefix="hwsoftmax-cosim-"))
    )
    started = time.perf_counter()
    try:
        for result in _results(outcome, engine, options, folder):
            outcome.results.append(result)
            if not options.json and not options.all:
                _detail(outcome.name, result)
    except (ToolError, SynthesisError, NetlistError) as problem:
        outcome.problem = str(problem)
    except OSError as problem:
        raise CircuitError(f"cannot write into {folder}: {problem.strerror or problem}.") from None
    outcome.seconds = time.perf_counter() - started
    if not options.out and not outcome.problem:
        shutil.rmtree(folder, ignore_errors=True)
    if not options.json:
        _end(outcome, options.all)
    return outcome


def _results(
    outcome: _Outcome, engine: simulation.Engine, options: argparse.Namespace, folder: Path
) -> Iterator[Compared]:
    if outcome.circuit is None:
        yield from engine.blocks(folder)
        return
    count = options.rows or circuits.affordable(outcome.circuit, engine.rows)
    rows = circuits.rows(outcome.circuit, count, options.seed)
    yield from engine.compared(outcome.circuit, rows, folder)


def _heading(options: argparse.Namespace) -> None:
    if options.all and not options.json:
        print(
            _LINE.format("design", "units", "(whole)", "rows", "results", "differing", "cycles off", "s", ""),
            flush=True,
        )
    elif not options.json:
        print(_DETAIL.format("design", "what", "results", "differing", "cycles off", ""), flush=True)


def _detail(name: str, result: Compared) -> None:
    what = result.what + (" (all codes)" if result.exhaustive else "") + (f" {result.rows}" if result.rows else "")
    off = "-" if result.wrong_cycles is None else result.wrong_cycles
    rate = f"{result.rows / result.seconds:.0f} rows/s" if result.seconds else ""
    print(_DETAIL.format(name, what, result.compared, result.mismatches, off, result.first[:100] or rate), flush=True)


def _end(outcome: _Outcome, one_line: bool) -> None:
    """The line of a design, and what is wrong with it."""
    if one_line:
        results, units = outcome.results, [result for result in outcome.results if not result.rows]
        off = sum(result.wrong_cycles or 0 for result in results)
        verdict = "ok" if outcome.passed else "FAILED" if outcome.problem else "DIFFERS"
        print(_LINE.format(outcome.name, len(units), sum(unit.exhaustive for unit in units),
                           max((result.rows for result in results), default=0),
                           sum(result.compared for result in results), sum(result.mismatches for result in results),
                           off, f"{outcome.seconds:.0f}", verdict), flush=True)  # fmt: skip
        for result in results:
            if not result.passed:
                print(f"    {result.what}: {result.mismatches} differ; {result.first}", flush=True)
    if outcome.problem:
        print(f"{outcome.name}: {outcome.problem}", file=sys.stderr, flush=True)


def _summary(outcomes: list[_Outcome]) -> None:
    """What came out of all of them, and which designs were not among them."""
    results = [result for outcome in outcomes for result in outcome.results]
    wrong = [outcome.name for outcome in outcomes if not outcome.passed]
    names = {outcome.name for outcome in outcomes}
    without = [name for name in catalog.names() if name not in names]
    print(f"\n{len(outcomes)} compared on {sum(result.compared for result in results)} results in "
          f"{sum(outcome.seconds for outcome in outcomes):.0f} s: {sum(result.mismatches for result in results)} "
          f"mismatches; {', '.join(wrong) + ' failed' if wrong else 'all passed'}.")  # fmt: skip
    listed = f"{len(without)} designs have no circuit (`hwsoftmax rtl NAME --out DIR` says why): {', '.join(without)}."
    print(textwrap.fill(listed, 120, break_on_hyphens=False, break_long_words=False))


def _as_json(outcome: _Outcome) -> Iterator[dict[str, object]]:
    configuration = outcome.circuit.configuration if outcome.circuit else {"design": outcome.name}
    for result in outcome.results:
        yield {**configuration, **asdict(result), "passed": result.passed}
    if outcome.problem:
        yield {**configuration, "problem": outcome.problem, "passed": False}
