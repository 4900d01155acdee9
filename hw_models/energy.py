"""Energy of a mapped netlist from the toggles of a simulation: switching of pin capacitances and internal energy.

A toggle of a net costs C V^2 / 2 with C its input pins, and the internal energy of the cell that drives it and of the
input pins it reaches, from the library's tables at the load and transition that static timing finds. The tables are
averaged over their conditions and edges. The clock costs its pins and their internal energy in every cycle, whether
flip-flops change or not; there is no clock gating. Not counted: glitches (simulation has no delays), wires, the clock
tree. Leakage is apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hw_models.gate_simulation import GateSimulation
from hw_models.lookup import Lookup
from hw_models.netlist import Netlist
from hw_models.timing import Timing, timing

VECTORS, CYCLES, SEED = 256, 32, 0
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Energy:
    """fJ of one cycle, or of whatever the toggles were divided by."""

    switching_fj: float
    internal_fj: float
    clock_fj: float

    @property
    def total_fj(self) -> float:
        """All three."""
        return self.switching_fj + self.internal_fj + self.clock_fj

    def times(self, cycles: float) -> Energy:
        """The energy of several cycles."""
        return Energy(self.switching_fj * cycles, self.internal_fj * cycles, self.clock_fj * cycles)


def energy(netlist: Netlist, toggles: Floats, cycles: float, slowest: Timing | None = None) -> Energy:
    """The energy that `toggles` (of each net) cost, with `cycles` cycles of the clock.

    For the energy of a row: toggles of each net a row, and cycles a row. slowest: timing of the netlist, if known.
    """
    per_toggle, internal, clock = _prices(netlist, slowest or timing(netlist))
    moving = np.asarray(toggles, dtype=np.float64).copy()
    if netlist.clock >= 0:
        moving[netlist.clock] = 0  # counted by cycles
    return Energy(float(moving @ per_toggle), float(moving @ internal), clock * cycles)


def row_energy(simulation: GateSimulation, rows: int) -> Energy:
    """The mean energy of a row, where a counting simulation has put `rows` rows through all its vectors together."""
    cycles = simulation.cycles * simulation.vectors / rows
    return energy(simulation.netlist, simulation.toggles / rows, cycles)


def random_energy(netlist: Netlist, *, vectors: int = VECTORS, cycles: int = CYCLES, seed: int = SEED) -> Energy:
    """The mean energy of a cycle under independent random inputs, after as many cycles to forget the start."""
    rng = np.random.default_rng(seed)
    simulation = GateSimulation(netlist, vectors, counting=True)
    for cycle in range(2 * cycles):
        if cycle == cycles:
            simulation.toggles[:] = 0
        simulation.settle({p.name: rng.integers(0, 2, (vectors, len(p.nets))) for p in netlist.inputs()})
        simulation.clock()
    return energy(netlist, simulation.toggles / (vectors * cycles), 1.0)


def _prices(netlist: Netlist, slowest: Timing) -> tuple[Floats, Floats, float]:
    """fJ of a toggle of each net, switching and internal, and of a cycle of the clock."""
    load = slowest.load_ff.mean(axis=1)
    transition = np.where(np.isfinite(slowest.transition_ns), slowest.transition_ns, 0.0).mean(axis=1)
    switching = 0.5 * load * netlist.library.voltage_v**2
    internal = np.zeros(netlist.nets)
    for each in netlist.instances:
        reached = float(np.mean([transition[net] for net in each.inputs])) if each.inputs else 0.0
        for pin, net in zip(each.cell.inputs, each.inputs, strict=True):
            internal[net] += _at(pin.energy_fj, float(transition[net]), 0.0)
        for output, net in zip(each.cell.outputs, each.outputs, strict=True):
            if net >= 0:
                internal[net] += _at(output.energy_fj, reached, float(load[net]))
    clock = 2 * float(switching[netlist.clock] + internal[netlist.clock]) if netlist.clock >= 0 else 0.0
    return switching, internal, clock


def _at(table: Lookup | None, transition: float, load: float) -> float:
    return table.at(transition, load) if table else 0.0
