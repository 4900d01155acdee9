"""Rows of a design through its mapped netlist: outputs, cycles, and the toggles of a row, many rows side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hw_models.energy import Energy, energy
from hw_models.gate_simulation import GateSimulation
from hw_models.netlist import Netlist

if TYPE_CHECKING:
    from hw_models.circuit import Circuit

Integers = NDArray[np.int64]
LEAST_ROUNDS = 3  # the first row forgets the reset, the last one overlaps with the one that is measured
RESET = 2  # cycles


class PlayedError(Exception):
    """The netlist does something else than the model; the text is a sentence."""


@dataclass(frozen=True, eq=False)
class Played:
    """outputs: codes, (rounds, copies, elements). cycles_per_row: from the first group of a row to that of the next.
    toggles: of each net, of a row, the mean over `rows` of them."""

    outputs: Integers
    cycles_per_row: int
    toggles: NDArray[np.float64]
    rows: int

    def energy(self, netlist: Netlist) -> Energy:
        """Of a row."""
        return energy(netlist, self.toggles, self.cycles_per_row)


def played(netlist: Netlist, circuit: Circuit, rows: NDArray[Any]) -> Played:
    """Put rows through as many copies of a netlist, one after the other, nothing stalling.

    rows: input codes, (rounds, copies, elements), at least three rounds; all rows have the same length. Raises
    PlayedError if an output differs from the model's, or no row ends.
    """
    if rows.ndim != 3 or rows.shape[0] < LEAST_ROUNDS or not 1 <= rows.shape[2] <= circuit.row_length:
        raise ValueError(f"rows of shape {rows.shape}: (rounds, copies, elements) with {LEAST_ROUNDS} rounds or more "
                         f"and up to {circuit.row_length} elements were expected.")  # fmt: skip
    run = _Run(GateSimulation(netlist, rows.shape[1], counting=True), circuit, rows)
    run.reset()
    run.play()
    return run.result()


class _Run:
    """One simulation: what goes in cycle by cycle, what comes out, and the toggles at the start of each row."""

    def __init__(self, simulation: GateSimulation, circuit: Circuit, rows: NDArray[Any]) -> None:
        self.simulation, self.circuit, self.rows = simulation, circuit, rows
        self.rounds, _, self.elements = rows.shape
        padding = -self.elements % circuit.lanes
        padded = np.pad(rows.astype(np.int64), ((0, 0), (0, 0), (0, padding)))
        self.groups = padded.reshape(*rows.shape[:2], -1, circuit.lanes).transpose(0, 2, 1, 3)
        self.out: list[Integers] = []
        self.starts: list[tuple[int, Integers]] = []  # cycle and toggles when the first group of a row is taken

    def reset(self) -> None:
        codes = self.groups[0, 0]  # any: none is taken
        self.simulation.settle({"rst": 1, "in_valid": 0, "in_codes": codes, "in_length": self.elements, "out_ready": 1})
        for _ in range(RESET):
            self.simulation.clock()
            self.simulation.settle({})
        self.simulation.settle({"rst": 0})

    def play(self) -> None:
        flat = self.groups.reshape(-1, *self.groups.shape[2:])
        each, taken = self.groups.shape[1], 0
        patience = 64 + 4 * self.rounds * (self.circuit.design.bill(self.elements, self.circuit.lanes).serial_cycles
                                           + 8 + 4 * each)  # fmt: skip
        while len(self.out) < len(flat):
            offered = flat[min(taken, len(flat) - 1)]
            self.simulation.settle({"in_valid": int(taken < len(flat)), "in_codes": offered})
            if taken < len(flat) and self.simulation.output("in_ready")[0]:
                if taken % each == 0:
                    self.starts.append((self.simulation.cycles, self.simulation.toggles.copy()))
                taken += 1
            if self.simulation.output("out_valid")[0]:
                self.out.append(self.simulation.output("out_codes", self.circuit.lanes).reshape(-1, self.circuit.lanes))
            self.simulation.clock()
            if self.simulation.cycles > patience:
                raise PlayedError(f"the netlist of {self.circuit.design.name} gave {len(self.out)} of {len(flat)} "
                                  f"groups in {patience} cycles.")  # fmt: skip

    def result(self) -> Played:
        out = np.stack(self.out).reshape(self.groups.shape).transpose(0, 2, 1, 3)
        outputs = out.reshape(*self.rows.shape[:2], -1)[..., : self.elements]
        self._compare(outputs)
        (since, before), (until, after) = self.starts[1], self.starts[-1]
        measured = self.rounds - 2
        cycles = (until - since) // measured
        rows = measured * self.rows.shape[1]
        return Played(outputs, cycles, (after - before) / rows, rows)

    def _compare(self, outputs: Integers) -> None:
        model = self.circuit.design.codes(self.rows.astype(self.circuit.design.input.dtype)).astype(np.int64)
        mask = (1 << self.circuit.design.output.width) - 1
        wrong = int(np.count_nonzero((outputs ^ model) & mask))
        if wrong:
            raise PlayedError(f"{wrong} of {model.size} outputs of the netlist of {self.circuit.design.name} differ "
                              "from the model's.")  # fmt: skip
