"""Small graphs of sources and circuits.

    x = Input("x", Sobol(width=8, dimension=1))
    y = Input("y", Sobol(width=8, dimension=2))
    product = apply(Gate("and"), x, y)

A net is a value: nothing runs until `approx.stochastic.planner.plan` has looked at the graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from approx.stochastic.circuit import Circuit
from approx.stochastic.number_source import NumberSource


@dataclass(frozen=True)
class Input:
    """The stream of a level that is given when the net runs. Inputs of one name stand for one level, so that copies of
    it with different sources can be made."""

    name: str
    source: NumberSource


@dataclass(frozen=True)
class Constant:
    """The stream of a fixed level.

    Raises ValueError for a level outside [0, source.levels].
    """

    level: int
    source: NumberSource

    def __post_init__(self) -> None:
        if not 0 <= self.level <= self.source.levels:
            raise ValueError(f"level {self.level} is outside [0, {self.source.levels}]")


@dataclass(frozen=True, eq=False)
class Node:
    """The output of a circuit. independent: whether its inputs are meant to be so. name: to look at its stream by."""

    circuit: Circuit
    inputs: tuple[Net, ...]
    independent: bool
    name: str = ""


Net = Input | Constant | Node


def apply(circuit: Circuit, *inputs: Net, independent: bool | None = None, name: str = "") -> Node:
    """The output of `circuit` for the given nets. Raises ValueError for another number of them than the circuit has.

    independent: False where correlated inputs are wanted (AND as a minimum); what the circuit says unless given. name:
    by which `Plan.streams` gives its stream.
    """
    circuit.check_inputs(len(inputs))
    return Node(circuit, inputs, circuit.independent if independent is None else independent, name)


def ordered(net: Net) -> list[Net]:
    """All nets that `net` is made of, each once, inputs before outputs."""
    found: dict[int, Net] = {}
    _collect(net, found)
    return list(found.values())


def leaves(net: Net) -> Iterator[Input | Constant]:
    """The streams that come from sources, in the order of `ordered`."""
    return (part for part in ordered(net) if not isinstance(part, Node))


def _collect(net: Net, found: dict[int, Net]) -> None:
    if id(net) in found:
        return
    for part in net.inputs if isinstance(net, Node) else ():
        _collect(part, found)
    found[id(net)] = net
