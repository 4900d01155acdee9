"""What every stream circuit says about itself: a definition bit by bit, and the same 64 cycles at a time."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.stochastic.streams import WORD, Streams, Words, masked, rows, same_length

Integers = NDArray[np.int64]
Bits = Sequence[int]


@dataclass(eq=False)
class Registers:
    """The state of a circuit between blocks of a stream. values: int64, streams x registers. cycle: cycles run."""

    values: Integers
    cycle: int = 0

    def advance(self, cycles: int) -> None:
        """Count the cycles of a block. One that is no whole number of words is the last: ValueError beyond it."""
        if self.cycle % WORD:
            raise ValueError(
                f"a block ended after cycle {self.cycle}; only blocks of whole words (64 cycles) can go on"
            )
        self.cycle += cycles


class Circuit(ABC):
    """A circuit from bitstreams to one bitstream. Sequential ones output from the present state, then update it.

    inputs: how many streams it reads (None: any number). register_count: state words that the simulation keeps.
    independent: inputs that must not be correlated for the circuit to compute what it is for. `uncorrelated_in_time`
    says that each input should look random from cycle to cycle.
    """

    inputs: ClassVar[int | None] = None
    register_count: ClassVar[int] = 0
    independent: ClassVar[bool] = False
    uncorrelated_in_time: ClassVar[bool] = False

    @abstractmethod
    def reference(self, *bits: Bits) -> list[int]:
        """One output stream from one stream an input, bit by bit: the definition."""

    def __call__(self, *streams: Streams, registers: Registers | None = None) -> Streams:
        """Output streams. streams: one argument an input, their shapes broadcast.

        registers: where a longer stream is run in blocks, the state that the last block left (`reset` at first); it is
        updated. Raises ValueError for operands of different length or another number of inputs.
        """
        self.check_inputs(len(streams))
        length = same_length(*streams)
        shape = np.broadcast_shapes(*(stream.shape for stream in streams))
        registers = registers or self.reset(shape)
        start = registers.cycle
        registers.advance(length)
        operands = [rows(stream, shape) for stream in streams]
        out = self._packed(operands, length, registers.values, start)
        return masked(out.reshape(*shape, -1), length)

    def check_inputs(self, count: int) -> None:
        """Refuse another number of inputs than the circuit has: ValueError."""
        if self.inputs is not None and count != self.inputs:
            raise ValueError(f"{self} reads {self.inputs} streams, not {count}")
        if count == 0:
            raise ValueError(f"{self} reads at least one stream")

    def reset(self, shape: tuple[int, ...]) -> Registers:
        """The state at reset for an array of streams."""
        values = np.empty((math.prod(shape), self.register_count), dtype=np.int64)
        values[:] = self._reset_values()
        return Registers(values)

    def _reset_values(self) -> tuple[int, ...]:
        return (0,) * self.register_count

    @abstractmethod
    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The hardware of one instance with so many inputs, `uses_per_row` for one cycle; without their sources."""

    @property
    def random_bits(self) -> int:
        """Random bits that it reads in a cycle, besides its inputs."""
        return 0

    @abstractmethod
    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        """The same on packed rows (streams x words, contiguous); the tail of the last word may be left dirty."""
