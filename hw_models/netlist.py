"""A mapped netlist as arrays: what Yosys writes after mapping, with the cells of a library.

Nets are numbers; net 0 is the constant 0 and net 1 the constant 1. Every cell has its pins in the library's order.
One clock: flip-flops all answer to the same edge of the same net.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hw_models.liberty import Cell, Library

Ints = NDArray[np.int64]
ZERO, ONE = 0, 1


class NetlistError(ValueError):
    """A netlist cannot be used; the text is a sentence."""


@dataclass(frozen=True, eq=False)
class Port:
    """A port of the module; nets from the lowest bit to the highest."""

    name: str
    direction: Literal["input", "output"]
    nets: Ints


@dataclass(frozen=True, eq=False)
class Instance:
    """A cell in the netlist; nets of inputs and outputs in the order of the library's pins, -1 for one left open."""

    name: str
    cell: Cell
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Netlist:
    """A module. gates: in an order in which each comes after those that drive it. clock: net, -1 without flip-flops.

    nets: how many. names: of nets, for printing.
    """

    name: str
    library: Library
    nets: int
    ports: dict[str, Port]
    gates: tuple[Instance, ...]
    flip_flops: tuple[Instance, ...]
    clock: int
    edge: Literal["rising", "falling"]

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Flip-flops and gates."""
        return self.flip_flops + self.gates

    @property
    def area(self) -> float:
        """Sum over the cells, in the library's unit."""
        return sum(each.cell.area for each in self.instances)

    @property
    def leakage_nw(self) -> float:
        """Sum over the cells."""
        return sum(each.cell.leakage_nw for each in self.instances)

    def cells(self) -> dict[str, int]:
        """How many of each type."""
        return dict(sorted(Counter(each.cell.name for each in self.instances).items()))

    def inputs(self) -> list[Port]:
        """Input ports without the clock."""
        return [p for p in self.ports.values() if p.direction == "input" and p.nets.tolist() != [self.clock]]

    def outputs(self) -> list[Port]:
        """Output ports."""
        return [port for port in self.ports.values() if port.direction == "output"]


def read(path: Path, top: str, library: Library) -> Netlist:
    """The module `top` of a JSON file of Yosys, plain or gzip. Raises NetlistError."""
    data = path.read_bytes()
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    modules = json.loads(text)["modules"]
    if top not in modules:
        raise NetlistError(f"{path} has no module {top!r}; it has {', '.join(modules) or 'none'}.")
    return from_module(top, modules[top], library)


def from_module(name: str, module: Mapping[str, Any], library: Library) -> Netlist:
    """A netlist from the JSON object of a module. Raises NetlistError for what is not mapped or has no meaning."""
    numbers = _Numbers()
    ports = {key: Port(key, value["direction"], numbers.all(value["bits"])) for key, value in module["ports"].items()}
    placed = [_instance(key, value, library, numbers) for key, value in module["cells"].items()]
    _check_driven(placed, ports.values())
    flip_flops = tuple(each for each in placed if each.cell.flip_flop)
    clock, edge = _clock(flip_flops)
    gates = _ordered(placed)
    return Netlist(name, library, numbers.count, ports, gates, flip_flops, clock, edge)


class _Numbers:
    """Our numbers of the netlist's nets."""

    def __init__(self) -> None:
        self._known: dict[int | str, int] = {"0": ZERO, "1": ONE, "x": ZERO, "z": ZERO}
        self.count = 2

    def one(self, bit: int | str) -> int:
        if bit not in self._known:
            self._known[bit] = self.count
            self.count += 1
        return self._known[bit]

    def all(self, bits: Iterable[int | str]) -> Ints:
        return np.array([self.one(bit) for bit in bits], dtype=np.int64)


def _instance(name: str, entry: Mapping[str, Any], library: Library, numbers: _Numbers) -> Instance:
    kind, wires = entry["type"], entry["connections"]
    cell = library.cells.get(kind)
    if cell is None:
        what = (
            "a latch or memory that was not mapped" if kind.startswith("$") else "no gate or flip-flop of the library"
        )
        raise NetlistError(f"the netlist has the cell {name} of type {kind}: {what} {library.name}.")

    def nets(pins: Iterable[str]) -> tuple[int, ...]:
        return tuple(numbers.one(wires[pin][0]) if wires.get(pin) else -1 for pin in pins)

    inputs = nets(pin.name for pin in cell.inputs)
    if -1 in inputs:
        raise NetlistError(f"the input {cell.inputs[inputs.index(-1)].name} of the cell {name} ({kind}) is left open.")
    return Instance(name, cell, inputs, nets(pin.name for pin in cell.outputs))


def _check_driven(placed: Iterable[Instance], ports: Iterable[Port]) -> None:
    """Every net that is read has one driver."""
    driven = Counter([ZERO, ONE, *(net for p in ports if p.direction == "input" for net in p.nets.tolist())])
    placed = list(placed)
    driven.update(net for each in placed for net in each.outputs if net >= 0)
    for each in placed:
        for pin, net in zip(each.cell.inputs, each.inputs, strict=True):
            if driven[net] != 1:
                drivers = "no driver" if not driven[net] else f"{driven[net]} drivers"
                raise NetlistError(f"the net at input {pin.name} of the cell {each.name} has {drivers}.")


def _clock(flip_flops: Iterable[Instance]) -> tuple[int, Literal["rising", "falling"]]:
    """The one clock net and its edge."""
    found: dict[tuple[int, Literal["rising", "falling"]], str] = {}
    for each in flip_flops:
        assert each.cell.flip_flop is not None  # noqa: S101  for the type checker
        pin = [pin.name for pin in each.cell.inputs].index(each.cell.flip_flop.clock)
        found.setdefault((each.inputs[pin], each.cell.flip_flop.edge), each.name)
    if len(found) > 1:
        raise NetlistError(
            f"the flip-flops {' and '.join(list(found.values())[:2])} have different clocks or clock edges; circuits "
            "here have one clock, and one edge of it."
        )
    return next(iter(found), (-1, "rising"))


def _ordered(placed: list[Instance]) -> tuple[Instance, ...]:
    """The gates, each after those that drive it."""
    gates = [each for each in placed if not each.cell.flip_flop]
    driver = {net: k for k, each in enumerate(gates) for net in each.outputs if net >= 0}
    readers: list[list[int]] = [[] for _ in gates]
    waiting = [0] * len(gates)
    for k, each in enumerate(gates):
        for source in {driver[net] for net in each.inputs if net in driver}:
            readers[source].append(k)
            waiting[k] += 1
    ready = [k for k, count in enumerate(waiting) if not count]
    for k in ready:  # grows while it is read
        for reader in readers[k]:
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    if len(ready) < len(gates):
        stuck = next(each.name for each, count in zip(gates, waiting, strict=True) if count)
        raise NetlistError(f"the cell {stuck} is in or behind a loop of gates, which has no defined value.")
    return tuple(gates[k] for k in ready)
