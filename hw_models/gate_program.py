"""The functions of a netlist's cells as a straight program of two-operand steps on nets.

A step is `(operation, left, right, target)`: targets are the nets of the netlist first, temporaries after them.
A flip-flop's state is a place of its own; its outputs are functions of it, with asynchronous clear and preset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hw_models.boolean import Function
from hw_models.netlist import ONE, ZERO, Instance, Netlist, NetlistError

AND, OR, XOR, NOT, COPY = range(5)
_OPERATIONS = {"and": AND, "or": OR, "xor": XOR, "not": NOT}

Steps = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Program:
    """settle: from inputs and states to all nets. clock: from nets to the next states. places: how many there are.

    states, next: places of the flip-flops' states now and after the clock edge.
    """

    settle: Steps
    clock: Steps
    places: int
    states: NDArray[np.int64]
    next: NDArray[np.int64]


def program(netlist: Netlist) -> Program:
    """The program of a netlist. Raises NetlistError where a clear or preset is driven by what it clears."""
    writer = _Writer(netlist.nets)
    states = [writer.place() for _ in netlist.flip_flops]
    _outputs_of_states(netlist, writer, states)
    settle = writer.take()
    following = [writer.state_after(each, state) for each, state in zip(netlist.flip_flops, states, strict=True)]
    places = (np.array(states, dtype=np.int64), np.array(following, dtype=np.int64))
    return Program(settle, writer.take(), writer.count, *places)


def _outputs_of_states(netlist: Netlist, writer: _Writer, states: list[int]) -> None:
    """Flip-flops that are cleared by a net wait until that net is there."""
    known = np.zeros(netlist.nets, dtype=bool)
    known[[ZERO, ONE, *(n for p in netlist.ports.values() if p.direction == "input" for n in p.nets.tolist())]] = True
    waiting = list(zip(netlist.flip_flops, states, strict=True))
    gates = list(netlist.gates)
    while waiting or gates:
        ready = [(each, state) for each, state in waiting if all(known[net] for net in _controls(each))]
        for each, state in ready:
            writer.flip_flop(each, state)
            known[[net for net in each.outputs if net >= 0]] = True
        waiting = [pair for pair in waiting if not all(known[net] for net in _controls(pair[0]))]
        left = []
        for each in gates:
            if all(known[net] for net in each.inputs):
                writer.gate(each)
                known[[net for net in each.outputs if net >= 0]] = True
            else:
                left.append(each)
        if not ready and len(left) == len(gates):
            raise NetlistError(f"the clear or preset of the flip-flop {waiting[0][0].name} depends on its own output.")
        gates = left


def _controls(each: Instance) -> list[int]:
    """The nets at the clear and preset of a flip-flop."""
    nets = dict(zip((pin.name for pin in each.cell.inputs), each.inputs, strict=True))
    found = each.cell.flip_flop
    assert found is not None  # noqa: S101  for the type checker
    return [nets[name] for function in (found.clear, found.preset) if function for name in function.pins()]


class _Writer:
    """Writes steps and hands out places."""

    def __init__(self, nets: int) -> None:
        self.count = nets
        self._steps: list[tuple[int, int, int, int]] = []

    def take(self) -> Steps:
        """The steps so far; the next program starts empty."""
        steps, self._steps = self._steps, []
        return np.array(steps, dtype=np.int32).reshape(len(steps), 4)

    def place(self) -> int:
        """A new place."""
        self.count += 1
        return self.count - 1

    def gate(self, each: Instance) -> None:
        """All outputs of a gate."""
        places = dict(zip((pin.name for pin in each.cell.inputs), each.inputs, strict=True))
        for pin, net in zip(each.cell.outputs, each.outputs, strict=True):
            if net >= 0:
                self._write(pin.function, places, net)

    def flip_flop(self, each: Instance, state: int) -> None:
        """All outputs of a flip-flop: its state, cleared or preset."""
        found = each.cell.flip_flop
        assert found is not None  # noqa: S101  for the type checker
        places = dict(zip((pin.name for pin in each.cell.inputs), each.inputs, strict=True))
        now = self._controlled(found.clear, found.preset, places, state)
        named = {found.state: now}
        if found.inverse:
            named[found.inverse] = self._step(NOT, now, now)
        for pin, net in zip(each.cell.outputs, each.outputs, strict=True):
            if net >= 0:
                self._write(pin.function, named | places, net)

    def state_after(self, each: Instance, state: int) -> int:
        """The place of the state after the clock edge."""
        found = each.cell.flip_flop
        assert found is not None  # noqa: S101  for the type checker
        places = dict(zip((pin.name for pin in each.cell.inputs), each.inputs, strict=True)) | {found.state: state}
        after = self._controlled(found.clear, found.preset, places, self._evaluate(found.next, places))
        return self._step(COPY, after, after)  # a place of its own: states change all at once

    def _controlled(
        self, clear: Function | None, preset: Function | None, places: Mapping[str, int], state: int
    ) -> int:
        if clear and not _never(clear, places):
            clearing = self._evaluate(clear, places)
            state = self._step(AND, state, self._step(NOT, clearing, clearing))
        if preset and not _never(preset, places):
            state = self._step(OR, state, self._evaluate(preset, places))
        return state

    def _write(self, function: Function, places: Mapping[str, int], target: int) -> None:
        """The value of a function at a given place."""
        if function.kind in _OPERATIONS:
            parts = [self._evaluate(part, places) for part in function.parts]
            self._steps.append((_OPERATIONS[function.kind], parts[0], parts[-1], target))
        else:
            source = self._evaluate(function, places)
            self._steps.append((COPY, source, source, target))

    def _evaluate(self, function: Function, places: Mapping[str, int]) -> int:
        """The place that holds the value of a function."""
        if function.kind == "name":
            return places[function.name]
        if function.kind == "constant":
            return ONE if function.name == "1" else ZERO
        parts = [self._evaluate(part, places) for part in function.parts]
        return self._step(_OPERATIONS[function.kind], parts[0], parts[-1])

    def _step(self, operation: int, left: int, right: int) -> int:
        target = self.place()
        self._steps.append((operation, left, right, target))
        return target


def _never(function: Function, places: Mapping[str, int]) -> bool:
    """Whether all nets it reads are constants that make it 0, as where a reset pin is tied."""
    nets = [places[name] for name in function.pins()]
    return all(net in (ZERO, ONE) for net in nets) and not function.value(
        {name: places[name] for name in function.pins()}
    )
