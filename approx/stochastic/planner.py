"""How a netlist runs: what is wrong with it, which form is the fastest, and blocks that keep memory bounded."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.stochastic import sliced
from approx.stochastic.circuit import Registers
from approx.stochastic.encoding import checked_levels
from approx.stochastic.generator import encode
from approx.stochastic.hazards import Hazard, find_hazards
from approx.stochastic.netlist import Constant, Input, Net, Node, leaves, ordered
from approx.stochastic.number_source import NumberSource
from approx.stochastic.state_machine import StateMachine
from approx.stochastic.streams import Streams, check_warmup, word_count

Integers = NDArray[np.int64]
Form = Literal["table of one level", "table of two levels", "bit planes", "packed words"]
OnHazard = Literal["refuse", "warn", "allow"]

BLOCK_WORDS = 1 << 15  # of one net in a block, 256 KiB
BLOCK_CYCLES = 1 << 20
WIDEST_TABLE_OF_TWO = 8  # bits of each level
USES_PER_ENTRY = 0.5  # a table pays for itself from about here on
STREAMS_FOR_PLANES = 256


class HazardWarning(UserWarning):
    """A netlist was run although its sources spoil the result."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A netlist that is ready to run. Make one with `plan`.

    warmup: cycles after reset that are not counted. hazards: what is wrong with it.
    """

    net: Net
    length: int
    warmup: int
    hazards: tuple[Hazard, ...]

    def counts(self, **levels: ArrayLike) -> Integers:
        """Ones in cycles warmup ... length - 1 for the levels of each input; int64, shapes broadcast."""
        arrays = self._checked(levels)
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
        size = int(np.prod(shape, dtype=np.int64))
        form = self.form(size)
        if form == "table of one level":
            return self.table[next(iter(arrays.values()))]
        if form == "table of two levels":
            return self.table[tuple(arrays[name] for name in self.inputs)]
        flat = {name: np.broadcast_to(array, shape).ravel() for name, array in arrays.items()}
        return self._run(flat, size, form).reshape(shape)

    def streams(self, **levels: ArrayLike) -> dict[str, Streams]:
        """The streams of all nets that have a name, by name: what correlations between nets are computed from.

        levels: of each input, shapes broadcast. An input's name stands for its first stream, one made from another
        source for the same level is called name#2, and so on. Warm-up cycles are left out. Raises ValueError for
        streams longer than a block, which are not kept, and for a name that two circuits have.
        """
        if self.length > BLOCK_CYCLES:
            raise ValueError(
                f"streams of {self.length} cycles are run in blocks and not kept; look at up to {BLOCK_CYCLES} cycles"
            )
        arrays = self._checked(levels)
        made: dict[int, Streams] = {}
        named: dict[str, Streams] = {}
        for net in ordered(self.net):
            made[id(net)] = _stream(net, arrays, made, {}, 0, self.length)
            if name := _free_name(net, named):
                named[name] = made[id(net)].drop(self.warmup)
        return named

    def form(self, size: int) -> Form:
        """The form in which so many streams are the fastest."""
        entries = int(np.prod([source.levels + 1 for source in self.inputs.values()], dtype=np.int64))
        pays = size >= USES_PER_ENTRY * entries
        if len(self.inputs) == 1 and pays:
            return "table of one level"
        narrow = all(source.levels <= 1 << WIDEST_TABLE_OF_TWO for source in self.inputs.values())
        if len(self.inputs) == 2 and narrow and pays:
            return "table of two levels"
        kept = self.length <= sliced.MAX_CYCLES
        return "bit planes" if self._has_planes and kept and size >= STREAMS_FOR_PLANES else "packed words"

    @functools.cached_property
    def inputs(self) -> dict[str, NumberSource]:
        """Names of the levels to be given, with a source that has their range."""
        return {leaf.name: leaf.source for leaf in leaves(self.net) if isinstance(leaf, Input)}

    @functools.cached_property
    def sharing(self) -> dict[NumberSource, int]:
        """Every source, and how many streams are made from its numbers: one generator of numbers is needed for each."""
        used: dict[NumberSource, int] = {}
        for leaf in leaves(self.net):
            used[leaf.source] = used.get(leaf.source, 0) + 1
        return used

    @functools.cached_property
    def table(self) -> Integers:
        """Counts for every level, or every pair of levels: one axis an input, in the order of `inputs`."""
        axes = np.indices([source.levels + 1 for source in self.inputs.values()])
        flat = {name: axis.ravel() for name, axis in zip(self.inputs, axes, strict=True)}
        return self._run(flat, axes[0].size, "packed words").reshape(axes.shape[1:])

    @property
    def _has_planes(self) -> bool:
        """Whether the net is one walk on one input."""
        net = self.net
        if not isinstance(net, Node) or not isinstance(net.circuit, StateMachine):
            return False
        return sliced.can_slice(net.circuit) and isinstance(net.inputs[0], Input)

    def _checked(self, levels: dict[str, ArrayLike]) -> dict[str, Integers]:
        if set(levels) != set(self.inputs):
            raise ValueError(
                f"levels were given for {', '.join(levels) or 'no input'}; the net reads {', '.join(self.inputs)}"
            )
        return {name: checked_levels(levels[name], source.levels) for name, source in self.inputs.items()}

    def _run(self, levels: dict[str, Integers], size: int, form: Form) -> Integers:
        if form == "bit planes" and isinstance(self.net, Node) and isinstance(self.net.circuit, StateMachine):
            (name,) = self.inputs
            return sliced.walk_counts(self.net.circuit, self.inputs[name], levels[name], self.length, self.warmup)
        block = max(1, BLOCK_WORDS // word_count(min(self.length, BLOCK_CYCLES)))
        out = np.zeros(size, dtype=np.int64)
        for first in range(0, size, block):
            part = {name: array[first : first + block] for name, array in levels.items()}
            out[first : first + block] = self._count_block(part, min(block, size - first))
        return out

    def _count_block(self, levels: dict[str, Integers], size: int) -> Integers:
        """Some streams, in blocks of cycles."""
        nets = ordered(self.net)
        registers: dict[int, Registers] = {}
        counts = np.zeros(size, dtype=np.int64)
        for start in range(0, self.length, BLOCK_CYCLES):
            cycles = min(BLOCK_CYCLES, self.length - start)
            made: dict[int, Streams] = {}
            for net in nets:
                made[id(net)] = _stream(net, levels, made, registers, start, cycles)
            if start + cycles > self.warmup:
                counts += made[id(self.net)].drop(max(0, self.warmup - start)).counts()
        return counts


def plan(net: Net, length: int, warmup: int = 0, on_hazard: OnHazard = "refuse") -> Plan:
    """Look at a netlist and make it ready to run for `length` cycles.

    on_hazard: "refuse" (ValueError), "warn" (HazardWarning) or "allow". Raises ValueError where inputs of one name have
    different ranges.
    """
    check_warmup(warmup, length)
    if on_hazard not in get_args(OnHazard):
        raise ValueError(
            f"on_hazard = {on_hazard!r}; a hazard is refused ('refuse'), warned of ('warn') or allowed ('allow')"
        )
    _check_ranges(net)
    found = find_hazards(net)
    if found and on_hazard == "refuse":
        raise ValueError(
            " ".join(f"{hazard.sentence}." for hazard in found) + ' (on_hazard="warn" runs it all the same.)'
        )
    if on_hazard == "warn":
        for hazard in found:
            warnings.warn(hazard.sentence, HazardWarning, stacklevel=2)
    return Plan(net, length, warmup, found)


def _free_name(net: Net, taken: Collection[str]) -> str:
    """The name of a net, "" for one without; copies of an input are numbered."""
    if isinstance(net, Constant):
        return ""
    if net.name not in taken:
        return net.name
    if isinstance(net, Node):
        raise ValueError(f"two nets are called {net.name!r}; a name stands for one of them")
    number = 2
    while f"{net.name}#{number}" in taken:
        number += 1
    return f"{net.name}#{number}"


def _check_ranges(net: Net) -> None:
    ranges: dict[str, int] = {}
    for leaf in leaves(net):
        if isinstance(leaf, Input) and ranges.setdefault(leaf.name, leaf.source.levels) != leaf.source.levels:
            raise ValueError(
                f"input {leaf.name!r} has levels up to {ranges[leaf.name]} in one place and up to "
                f"{leaf.source.levels} in another; one level needs sources of one range"
            )


def _stream(
    net: Net,
    levels: dict[str, Integers],
    made: dict[int, Streams],
    registers: dict[int, Registers],
    start: int,
    cycles: int,
) -> Streams:
    """The stream of one net in a block, from those of its inputs."""
    match net:
        case Input(name, source):
            return encode(source, levels[name], cycles, start)
        case Constant(level, source):
            return encode(source, level, cycles, start)
        case Node(circuit, inputs):
            operands = [made[id(part)] for part in inputs]
            if start == 0:
                shape = np.broadcast_shapes(*(operand.shape for operand in operands))
                registers[id(net)] = circuit.reset(shape)
            return circuit(*operands, registers=registers[id(net)])
