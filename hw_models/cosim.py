"""Circuits compared with their models by simulators: every unit on all of its codes, the whole design on rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hw_models import hdl_tools, rtl_bench, stochastic_blocks, unit_benches
from hw_models.circuit import Circuit
from hw_models.composed_circuit import ComposedCircuit
from hw_models.elementwise_circuit import ElementwiseCircuit
from hw_models.hdl_tools import ToolError
from hw_models.rtl_vectors import vectors
from hw_models.simulators import Simulation, Simulator
from hw_models.stochastic_circuit import StochasticCircuit
from hw_models.unit_bench import UnitBench

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWER, LEAST = 10, 400  # pauses and resets are played on a tenth of the rows, but on so many at least
_RESULT = re.compile(r"^RESULT (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Compared:
    """What one bench found. what: the unit, or the rows. compared: results; rows: 0 for a unit.

    exhaustive: all codes that can occur were compared. wrong_cycles: rows whose cycles or latency are not those of the
    bill, None where they were not counted. latency: cycles in which the first row was under way. seconds: that the
    simulation took, where that was measured.
    """

    what: str
    compared: int
    mismatches: int
    rows: int = 0
    exhaustive: bool = False
    wrong_cycles: int | None = None
    latency: int | None = None
    first: str = ""
    seconds: float | None = None

    @property
    def passed(self) -> bool:
        """Nothing differs, and something was compared."""
        return self.compared > 0 and self.mismatches == 0 and not self.wrong_cycles


def whole(found: Circuit, rows: Sequence[NDArray[Any]], simulator: Simulator, folder: Path) -> Iterator[Compared]:
    """Play rows through the circuit: as they are, and with pauses and resets. folder: for the files of the run."""
    played = vectors(found.design, rows, found.lanes)
    name = found.shape.name
    bench = rtl_bench.parts() | {f"{name}_bench.sv": rtl_bench.system_verilog(found.shape, played)}
    tables = {f"{rom.name}.mem": rom.files[f"{rom.name}.mem"] for rom in found.roms}
    built = simulator.build({**found.sources(), **bench}, {**tables, **played.files}, f"{name}_bench", folder)
    fewer = f"+rows={max(played.rows // FEWER, LEAST)}"
    yield _rows(built, "rows", ())
    yield _rows(built, "random back-pressure", ("+stall",))
    yield _rows(built, "pauses at every group", ("+walk", fewer))
    yield _rows(built, "resets within rows", ("+reset", fewer))


def units(found: Circuit, simulator: Simulator, folder: Path) -> Iterator[Compared]:
    """Every unit of the circuit by itself; folder: for the files of the runs, one subfolder a unit."""
    if isinstance(found, ComposedCircuit):
        yield from benches(unit_benches.benches(found), simulator, folder)
    if isinstance(found, ElementwiseCircuit):
        yield from benches([unit_benches.of_lane(found)], simulator, folder)
    if isinstance(found, StochasticCircuit):
        yield from benches(stochastic_blocks.of(found), simulator, folder)


def benches(given: Iterable[UnitBench], simulator: Simulator, folder: Path) -> Iterator[Compared]:
    """Benches of units, each in a folder of its own."""
    for number, bench in enumerate(given):
        place = folder / f"{number}_{bench.name}"
        built = simulator.build(bench.sources, bench.data, f"{bench.name}_bench", place)
        numbers, first = _numbers(built.run(()), place)
        yield Compared(f"unit {bench.unit}", numbers["compared"], numbers["mismatches"], exhaustive=bench.exhaustive,
                       first=first)  # fmt: skip


def _rows(built: Simulation, what: str, given: Sequence[str]) -> Compared:
    numbers, first = _numbers(built.run(given), built.folder)
    return Compared(
        what, numbers["elements"], numbers["mismatches"], numbers["rows"],
        wrong_cycles=None if given else numbers["wrong_cycles"], latency=None if given else numbers["latency"],
        first=first,
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
