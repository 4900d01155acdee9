"""Static timing of a mapped netlist: latest arrivals by the library's look-up tables, setup, and the slowest path.

An ideal clock (no skew, transitions of 0), inputs that arrive with the clock edge and transitions of 0, outputs
without a load: the circuit as synthesis leaves it, without wires. Of every net the latest arrival and the slowest
transition are kept for both edges, so a path is never judged faster than it is. Asynchronous clear and preset start no
path. Conditional arcs all count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hw_models.boolean import Sense
from hw_models.gate_kernels import propagate
from hw_models.liberty import Arc, Cell, Setup
from hw_models.lookup import Lookup
from hw_models.netlist import Instance, Netlist

RISING, FALLING = 0, 1
_EDGES = ("rise", "fall")
_CAUSES: dict[Sense, tuple[int, int]] = {  # input edges (bit 0 rising) of a rising and of a falling output
    "positive": (0b01, 0b10), "negative": (0b10, 0b01), "non_unate": (0b11, 0b11), "none": (0, 0)}  # fmt: skip

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stop:
    """One line of a path: the net behind `pin` of `cell` has its `edge` `at_ns`, driving `load_ff`."""

    cell: str
    type: str
    pin: str
    edge: str
    delay_ns: float
    at_ns: float
    load_ff: float


@dataclass(frozen=True, eq=False)
class Timing:
    """delay_ns: of the slowest path, setup included; 0 without any. path: from its start to its end.

    end: where it ends, in words. setup_ns: of its end. arrival_ns, transition_ns, load_ff: [net, edge], rising first;
    arrivals are -inf at nets that never change.
    """

    delay_ns: float
    end: str
    setup_ns: float
    path: tuple[Stop, ...]
    arrival_ns: Floats
    transition_ns: Floats
    load_ff: Floats

    @property
    def fmax_mhz(self) -> float:
        """The highest clock frequency: infinite for a circuit without a path."""
        return 1e3 / self.delay_ns if self.delay_ns > 0 else np.inf


def timing(netlist: Netlist) -> Timing:
    """Static timing of a netlist."""
    pool, load = _Pool(), loads(netlist)
    drivers = list(_arcs(netlist, pool))
    arrival, transition = _starts(netlist)
    source = np.full((netlist.nets, 2, 2), -1, dtype=np.int64)
    arcs = np.array([line for _, _, line in drivers], dtype=np.int64).reshape(len(drivers), 8)
    propagate(arcs, *pool.arrays(), load, arrival, transition, source)
    ends = list(_ends(netlist, arrival, transition))
    delay, setup, end, net, edge = max(ends, default=(0.0, 0.0, "", -1, RISING))
    path = tuple(_path(drivers, source, arrival, load, net, edge))
    return Timing(delay, end, setup, path, arrival, transition, load)


def loads(netlist: Netlist) -> Floats:
    """The capacitance in fF that each net drives, [net, edge]: the sum of its input pins."""
    found = np.zeros((netlist.nets, 2))
    for each in netlist.instances:
        for pin, net in zip(each.cell.inputs, each.inputs, strict=True):
            found[net] += pin.rise_ff, pin.fall_ff
    return found


class _Pool:
    """Look-up tables in one array, each once."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._tables: list[Lookup] = []

    def number(self, table: Lookup) -> int:
        known = self._numbers.setdefault(id(table), len(self._tables))
        if known == len(self._tables):
            self._tables.append(table)
        return known

    def arrays(self) -> tuple[NDArray[np.int64], Floats]:
        """Of each table its start and the sizes of its axes; and all points."""
        parts = [np.concatenate([t.first, t.second, t.values.ravel()]) for t in self._tables]
        starts = np.cumsum([0, *map(len, parts)])[:-1]
        sizes = [(start, *table.values.shape) for start, table in zip(starts.tolist(), self._tables, strict=True)]
        points = np.concatenate(parts) if parts else np.zeros(0)
        return np.array(sizes, dtype=np.int64).reshape(len(sizes), 3), points


def _arcs(netlist: Netlist, pool: _Pool) -> Iterator[tuple[Instance, int, tuple[int, ...]]]:
    """Every arc with its instance and output: those of the clock first, then gates in topological order."""
    for each in netlist.instances:
        nets = dict(zip((pin.name for pin in each.cell.inputs), each.inputs, strict=True))
        for k, (pin, net) in enumerate(zip(each.cell.outputs, each.outputs, strict=True)):
            for arc in pin.arcs if net >= 0 else ():
                yield each, k, (nets[arc.pin], net, *_causes(each.cell, arc), *_tables(arc, pool))


def _causes(cell: Cell, arc: Arc) -> tuple[int, int]:
    """The input edges that make the output rise, and fall."""
    if cell.flip_flop:
        edge = 0b01 if cell.flip_flop.edge == "rising" else 0b10
        return edge, edge
    return _CAUSES[arc.sense]


def _tables(arc: Arc, pool: _Pool) -> tuple[int, ...]:
    pairs = (pair or (None, None) for pair in (arc.rising, arc.falling))
    return tuple(-1 if table is None else pool.number(table) for pair in pairs for table in pair)


def _starts(netlist: Netlist) -> tuple[Floats, Floats]:
    """Inputs and the clock change at 0 with transitions of 0; nothing else has arrived."""
    arrival, transition = np.full((netlist.nets, 2), -np.inf), np.full((netlist.nets, 2), -np.inf)
    starts = [port.nets for port in netlist.ports.values() if port.direction == "input"]
    for nets in starts:
        arrival[nets] = transition[nets] = 0.0
    return arrival, transition


def _ends(netlist: Netlist, arrival: Floats, transition: Floats) -> Iterator[tuple[float, float, str, int, int]]:
    """Delay with setup, setup, name, net and edge of everything a path ends at."""
    for port in netlist.outputs():
        for bit, net in enumerate(port.nets.tolist()):
            for edge in np.flatnonzero(arrival[net] > -np.inf).tolist():
                yield float(arrival[net, edge]), 0.0, f"output {port.name}[{bit}]", net, edge
    for each in netlist.flip_flops:
        nets = dict(zip((pin.name for pin in each.cell.inputs), each.inputs, strict=True))
        for setup in each.cell.setups:
            net = nets[setup.pin]
            for edge in np.flatnonzero(arrival[net] > -np.inf).tolist():
                before = _setup(setup, edge, float(transition[net, edge]))
                yield float(arrival[net, edge]) + before, before, f"{setup.pin} of {each.name}", net, edge


def _setup(setup: Setup, edge: int, transition: float) -> float:
    table = setup.rising if edge == RISING else setup.falling
    return table.at(0.0, transition) if table else 0.0


def _path(
    drivers: list[tuple[Instance, int, tuple[int, ...]]],
    source: NDArray[np.int64],
    arrival: Floats,
    load: Floats,
    net: int,
    edge: int,
) -> Iterator[Stop]:
    """The path that ends at a net's edge, from its start."""
    stops: list[Stop] = []
    while net >= 0 and source[net, edge, 0] >= 0:
        arc, given = source[net, edge].tolist()
        each, output, line = drivers[arc]
        at, since = float(arrival[net, edge]), float(arrival[line[0], given])
        name = each.cell.outputs[output].name
        stops.append(Stop(each.name, each.cell.name, name, _EDGES[edge], at - since, at, float(load[net, edge])))
        net, edge = line[0], given
    yield from reversed(stops)


def as_text(found: Timing, unit: str = "ns") -> str:
    """The slowest path, line by line."""
    head = f"{'at ' + unit:>10} {'delay':>10} {'load fF':>9}  edge  cell"
    lines = [
        f"{s.at_ns:10.4f} {s.delay_ns:10.4f} {s.load_ff:9.3f}  {s.edge}  {s.type} {s.pin} ({s.cell})"
        for s in found.path
    ]
    return "\n".join([head, *lines, f"{found.delay_ns:10.4f} {found.setup_ns:10.4f} {'':>9}  setup {found.end}"])
