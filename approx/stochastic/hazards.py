"""Mistakes in the choice of sources that spoil a result without any other sign."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from approx.stochastic.counters import Halton, VanDerCorput
from approx.stochastic.gates import Delay
from approx.stochastic.netlist import Constant, Input, Net, Node, leaves, ordered
from approx.stochastic.number_source import NumberSource
from approx.stochastic.sobol import Sobol

Kind = Literal["mixed orders", "shared phase", "shifted copy", "memory"]
Origin = tuple[NumberSource, int]  # and the phase in which it arrives

COMPARED = 256  # cycles after which two sources whose numbers agree are taken for one


@dataclass(frozen=True)
class Hazard:
    """One of them: what kind, and in a sentence what is wrong and what would be right."""

    kind: Kind
    sentence: str


def find_hazards(net: Net) -> tuple[Hazard, ...]:
    """Everything in the graph that would spoil its result, each sentence once."""
    found = [*_mixed_orders(net)]
    for node in ordered(net):
        if isinstance(node, Node):
            found += [*_dependent_operands(node), *_memory(node)]
    return tuple(dict.fromkeys(found))


def _mixed_orders(net: Net) -> Iterator[Hazard]:
    """Sobol dimensions are matched to each other point by point; Gray order visits the points in another order."""
    sources = [leaf.source for leaf in leaves(net)]
    gray = [s for s in sources if isinstance(s, Sobol) and s.order == "gray"]
    natural = [s for s in sources if _natural(s)]
    if gray and natural:
        yield Hazard(
            "mixed orders",
            f"{_short(gray[0])} runs in Gray order and {_short(natural[0])} in natural order: products of the two are "
            "wrong by 0.08 whatever the length; use one order for all",
        )


def _natural(source: NumberSource) -> bool:
    """Sobol in natural order, and its first dimension under its other names."""
    if isinstance(source, Halton):
        return source.base == 2
    return isinstance(source, VanDerCorput) or (isinstance(source, Sobol) and source.order == "natural")


def _dependent_operands(node: Node) -> Iterator[Hazard]:
    """Two inputs that are meant to be independent and come from one source."""
    if not node.independent:
        return
    for one, other in itertools.combinations([_origins(part) for part in node.inputs], 2):
        for first, second in itertools.product(one, other):
            source = first[0]
            if _same_numbers(first, second):
                yield Hazard(
                    "shared phase",
                    f"two inputs of {_name(node)} are to be independent and both come from {_short(source)} in the "
                    "same phase; give one another source, a phase or a delay, or declare them independent=False",
                )
            elif source == second[0] and source.low_discrepancy:
                yield Hazard(
                    "shifted copy",
                    f"two inputs of {_name(node)} are to be independent and come from {_short(source)} in two phases: "
                    "shifted copies of an evenly spread sequence stay related; use another dimension or base",
                )


def _same_numbers(one: Origin, other: Origin) -> bool:
    """Whether two sources compare with the same numbers, or with mirrored ones, whatever they are called: a van der
    Corput sequence is dimension 1 of Sobol in natural order, another seed of a shift register is another phase."""
    (source, phase), (other_source, other_phase) = one, other
    if source.levels != other_source.levels:
        return False
    cycles = np.arange(COMPARED, dtype=np.int64) - min(phase, other_phase, 0)  # a delay may have made a phase negative
    numbers, others = source.at(cycles + phase), other_source.at(cycles + other_phase)
    return np.array_equal(numbers, others) or np.array_equal(numbers, source.levels - 1 - others)


def _memory(node: Node) -> Iterator[Hazard]:
    """Circuits with a state see the order of the bits."""
    if not node.circuit.uncorrelated_in_time:
        return
    for part in node.inputs:
        for source, _ in _origins(part):
            if source.serially_correlated:
                yield Hazard(
                    "memory",
                    f"{_short(source)} feeds {_name(node)}, which wants bits that look random from cycle to cycle; use "
                    "a shift register that makes 5 or more steps a cycle (stride), or independent numbers",
                )


def _origins(net: Net) -> set[Origin]:
    """Sources behind a net with the phase at which they arrive: a delay makes it earlier."""
    if isinstance(net, Input | Constant):
        fixed = isinstance(net, Constant) and net.level in (0, net.source.levels)
        return set() if fixed else {(replace(net.source, phase=0, repeat=False), net.source.phase)}
    cycles = net.circuit.cycles if isinstance(net.circuit, Delay) else 0
    return {(source, phase - cycles) for part in net.inputs for source, phase in _origins(part)}


def _short(source: NumberSource) -> str:
    return str(source).replace(", phase=0", "").replace(", repeat=False", "")


def _name(node: Node) -> str:
    return str(node.circuit) if len(str(node.circuit)) <= 40 else type(node.circuit).__name__
