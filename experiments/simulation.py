"""The engines of `hwsoftmax cosim`: simulators of the sources, and of the mapped netlist."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.circuits import CircuitError
from hw_models import cosim, libraries, netlist_cosim, stochastic_blocks, yosys
from hw_models.circuit import Circuit
from hw_models.cosim import Compared
from hw_models.hdl_tools import ToolError
from hw_models.simulators import Icarus, Simulator, Verilator
from hw_models.yosys import SynthesisError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIBRARY = "generic"


@dataclass(frozen=True)
class Engine(ABC):
    """rows: that it plays unless told otherwise."""

    rows: int

    @abstractmethod
    def compared(self, found: Circuit, rows: Sequence[NDArray[Any]], folder: Path) -> Iterator[Compared]:
        """The circuit and its units beside the model. folder: for the files of the runs."""

    @abstractmethod
    def blocks(self, folder: Path) -> Iterator[Compared]:
        """The stochastic blocks of the library."""


@dataclass(frozen=True)
class Sources(Engine):
    """The sources in a simulator of SystemVerilog."""

    simulator: Simulator

    def compared(self, found: Circuit, rows: Sequence[NDArray[Any]], folder: Path) -> Iterator[Compared]:
        """Units on all codes, then rows."""
        yield from cosim.units(found, self.simulator, folder / "units")
        yield from cosim.whole(found, rows, self.simulator, folder / "rows")

    def blocks(self, folder: Path) -> Iterator[Compared]:
        """Each in a bench of its own."""
        yield from cosim.benches(stochastic_blocks.library(), self.simulator, folder)


@dataclass(frozen=True)
class Gates(Engine):
    """The netlist that synthesis leaves, gate by gate."""

    def compared(self, found: Circuit, rows: Sequence[NDArray[Any]], folder: Path) -> Iterator[Compared]:
        """Rows only: units have no netlists of their own."""
        yield from netlist_cosim.whole(found, rows, libraries.library(LIBRARY), folder)

    def blocks(self, folder: Path) -> Iterator[Compared]:  # noqa: ARG002
        """None."""
        return iter(())


def engine(name: str, kept: Path) -> Engine:
    """The engine of a name; kept: a folder for what its runs share. Raises CircuitError if a tool is missing."""
    try:
        if name == "netlist":
            yosys.found()
            return Gates(rows=20_000)
        simulator, rows = (Icarus(), 2_000) if name == "icarus" else (Verilator(kept), 100_000)
        simulator.check()
        return Sources(rows=rows, simulator=simulator)
    except (ToolError, SynthesisError) as missing:
        raise CircuitError(str(missing)) from None
