"""State machines that read counts instead of bits: integral streams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.stochastic.accumulate import ParallelCounter, grouped
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.state_machine import MAX_STATES
from approx.stochastic.streams import Streams, Words


@dataclass(frozen=True)
class CountMachine(Circuit):
    """A saturating counter fed by the ones among M inputs: y = output(s), s += 2 c_t - M, within [0, states - 1].

    ones_from, ones_below: the states s with ones_from <= s < ones_below output 1. start: the state at reset.

    Raises ValueError for states outside 2 to 4096, and for thresholds or a start outside the states.
    """

    states: int
    ones_from: int
    ones_below: int
    start: int

    register_count = 1
    uncorrelated_in_time = True

    def __post_init__(self) -> None:
        if not 2 <= self.states <= MAX_STATES:
            raise ValueError(f"states = {self.states}; a counter has 2 to {MAX_STATES} states")
        if not 0 <= self.ones_from < self.ones_below <= self.states or not 0 <= self.start < self.states:
            raise ValueError(
                f"ones in [{self.ones_from}, {self.ones_below}) and start {self.start}: they lie within the "
                f"{self.states} states"
            )

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        state, out = self.start, []
        for now in zip(*bits, strict=True):
            out.append(int(self.ones_from <= state < self.ones_below))
            state = min(max(state + 2 * sum(now) - len(now), 0), self.states - 1)
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The parallel counter, the state with its saturating addition, the threshold."""
        bits = (self.states - 1).bit_length()
        return (
            *ParallelCounter().operators(inputs, role),
            Operator("accumulator", (bits + 1,), 1, 1, role),
            Operator("saturate", (bits + 1, bits), 1, 1, role),
            Operator("gate", (bits,), 1, 1, role),
        )

    def over(self, operands: Streams) -> Streams:
        """Output streams of operands ... x M, without that axis."""
        words = grouped(operands)
        out = self._counted(words, operands.length, np.full(len(words), self.start, dtype=np.int64))
        return Streams(out.reshape(*operands.shape[:-1], -1), operands.length)

    def _reset_values(self) -> tuple[int, ...]:
        return (self.start,)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        return self._counted(np.stack(operands, axis=1), length, registers[:, 0])

    def _counted(self, words: Words, length: int, registers: Integers) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        out = np.zeros((words.shape[0], words.shape[2]), dtype=np.uint64)
        kernels.run_count_machine(words, length, self.states - 1, self.ones_from, self.ones_below, registers, out)
        return out


def btanh(states: int, start: int | None = None) -> CountMachine:
    """Hyperbolic tangent of a sum of bipolar streams: 1 in the upper half.

    Raises ValueError for an odd number of states.
    """
    if states < 2 or states % 2:
        raise ValueError(f"btanh with {states} states: its halves must mirror each other, so use an even number")
    return CountMachine(states, states // 2, states, states // 2 if start is None else start)


def integral_exp(states: int, gain: int, start: int | None = None) -> CountMachine:
    """Exponential of a sum of bipolar streams: 0 in the upper `gain` states."""
    return CountMachine(states, 0, states - gain, states // 2 if start is None else start)
