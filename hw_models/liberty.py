"""A standard-cell library as its liberty file describes it: what synthesis, timing and energy need of it.

Quantities are kept in ns, fF, fJ, nW and V whatever the units of the file. Latches, tri-state drivers and cells with
internal states other than one flip-flop are left out (`skipped` names them), as are hold, recovery and pulse-width
checks, noise, current sources and wire loads. Power of ground pins counts as that of supply pins.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hw_models.boolean import Function, Sense
from hw_models.lookup import Lookup


@dataclass(frozen=True, eq=False)
class Arc:
    """From the input pin `pin` to an output: delays in ns and transitions in ns over (input transition, load in fF).

    rising, falling: the output's edge; None where it cannot happen. sense: of a clock's arc "non_unate".
    """

    pin: str
    sense: Sense
    rising: tuple[Lookup, Lookup] | None
    falling: tuple[Lookup, Lookup] | None


@dataclass(frozen=True, eq=False)
class Setup:
    """How long before the clock edge an input must be stable, in ns over (clock transition, transition of `pin`)."""

    pin: str
    rising: Lookup | None
    falling: Lookup | None


@dataclass(frozen=True)
class Input:
    """An input pin. capacitances in fF; energy_fj: internal energy of one transition of it, over (its transition)."""

    name: str
    capacitance_ff: float
    rise_ff: float
    fall_ff: float
    energy_fj: Lookup | None


@dataclass(frozen=True)
class Output:
    """An output pin. energy_fj: internal energy of one transition, over (transition of an input, load in fF)."""

    name: str
    function: Function
    arcs: tuple[Arc, ...]
    energy_fj: Lookup | None


@dataclass(frozen=True)
class FlipFlop:
    """state, inverse: the names that functions of outputs use. edge: of `clock` at which the state becomes next."""

    state: str
    inverse: str
    clock: str
    edge: Literal["rising", "falling"]
    next: Function
    clear: Function | None
    preset: Function | None


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell. Pins in the order of the file."""

    name: str
    area: float
    leakage_nw: float
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    flip_flop: FlipFlop | None
    setups: tuple[Setup, ...]
    line: int


@dataclass(frozen=True, eq=False)
class Library:
    """A library. nand2: its smallest NAND2, one gate equivalent (GE). skipped: cells that are not used."""

    name: str
    path: Path
    voltage_v: float
    cells: dict[str, Cell]
    nand2: Cell
    skipped: frozenset[str]

    @property
    def relative(self) -> bool:
        """Whether areas are in GE and times in FO4 delays instead of um2 and ns: the generic library."""
        return self.name == RELATIVE

    def inverters(self) -> list[Cell]:
        """The inverters, smallest first."""
        return sorted(
            (cell for cell in self.cells.values() if is_gate(cell, 1, 0b01)), key=lambda c: (c.area, c.leakage_nw)
        )

    def area_ge(self, area: float) -> float:
        """An area in gate equivalents."""
        return area / self.nand2.area


RELATIVE = "hwsoftmax_generic"


def is_gate(cell: Cell, inputs: int, table: int) -> bool:
    """Whether a cell is the gate with one output and this truth table."""
    if cell.flip_flop or len(cell.outputs) != 1 or len(cell.inputs) != inputs:
        return False
    function = cell.outputs[0].function
    return len(function.pins()) == inputs and function.truth_table() == table
