"""Adders that keep what a multiplexer throws away: the parallel counter and the carry accumulator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.streams import Streams, Words, rows

MAX_OPERANDS = 1 << 16


@dataclass(frozen=True)
class ParallelCounter:
    """c_t = ones among the inputs in cycle t: an adder tree; what it counts over a stream is exact."""

    def reference(self, *bits: Bits) -> list[int]:
        """One cycle after the other."""
        return [sum(now) for now in zip(*bits, strict=True)]

    def over(self, operands: Streams) -> NDArray[np.int32]:
        """Counts of each cycle, int32, ... x length. operands: ... x inputs."""
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        words = grouped(operands)
        out = np.empty((words.shape[0], operands.length), dtype=np.int32)
        kernels.parallel_counts(words, out)
        return out.reshape(*operands.shape[:-1], -1)

    def total(self, operands: Streams) -> Integers:
        """What the accumulator behind it holds at the end, int64: the sum of the inputs' counts."""
        return operands.counts().sum(axis=-1)

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The adder tree, `uses_per_row` for one cycle; what adds its counts up is an accumulator of its own."""
        return (Operator("add_tree", (inputs, 1), 1, 1, role),) if inputs > 1 else ()


@dataclass(frozen=True)
class CarryAccumulator(Circuit):
    """acc += c_t; y = acc >= scale; acc -= scale * y: the sum of the inputs divided by `scale`, without randomness.

    With as many inputs as `scale` (or fewer) the rate of ones is exact up to one count.

    Raises ValueError for a scale below 1.
    """

    scale: int

    register_count = 1

    def __post_init__(self) -> None:
        if self.scale < 1:
            raise ValueError(f"scale = {self.scale}; a carry accumulator divides by 1 or more")

    def reference(self, *bits: Bits) -> list[int]:
        """The output is decided after the addition of the same cycle."""
        held, out = 0, []
        for now in zip(*bits, strict=True):
            held += sum(now)
            out.append(int(held >= self.scale))
            held -= self.scale * out[-1]
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """Counter and accumulator. For a power of two the carry is the output, else it takes a comparison."""
        counted = ParallelCounter().operators(inputs, role)
        if self.scale & (self.scale - 1) == 0 and inputs <= self.scale:
            return (*counted, Operator("accumulator", (max(1, self.scale.bit_length() - 1),), 1, 1, role))
        bits = (self.scale + inputs - 1).bit_length()
        parts = (Operator("accumulator", (bits,), 1, 1, role), Operator("compare", (bits,), 1, 1, role))
        return (*counted, *parts, Operator("subtract", (bits,), 1, 1, role))

    def over(self, operands: Streams) -> Streams:
        """The same for an array of operands, ... x inputs; without that axis."""
        from approx.stochastic import kernels  # noqa: PLC0415

        words = grouped(operands)
        out = np.zeros((words.shape[0], words.shape[2]), dtype=np.uint64)
        kernels.carry_accumulate(words, operands.length, self.scale, np.zeros(len(out), dtype=np.int64), out)
        return Streams(out.reshape(*operands.shape[:-1], -1), operands.length)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415

        out = np.zeros_like(operands[0])
        kernels.carry_accumulate(np.stack(operands, axis=1), length, self.scale, registers[:, 0], out)
        return out


def grouped(streams: Streams) -> Words:
    """Words as groups x operands x words."""
    if not streams.shape or not 1 <= streams.shape[-1] <= MAX_OPERANDS:
        raise ValueError(f"streams of shape {streams.shape}: the last axis holds 1 to {MAX_OPERANDS} operands")
    words = rows(streams, streams.shape)
    return words.reshape(-1, streams.shape[-1], words.shape[-1])
