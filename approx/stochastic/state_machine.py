"""State machines driven by a bitstream (Brown and Card 2001), and their presets.

The stationary law of the saturating walk is pi_i ~ r**i with r = p / (1 - p), hence the closed forms in the presets'
docstrings; `approx.stochastic.markov` has the exact moments of a finite run, where the transient counts.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import Words

MAX_STATES = 1 << 12
STATES_OF_A_BYTE = 256  # up to here a state and eight outputs share 16 bits


@dataclass(frozen=True)
class StateMachine(Circuit):
    """A Moore machine of one input: y_t = outputs[s_t], s_{t+1} = ones[s_t] if x_t else zeros[s_t].

    zeros, ones: next states. outputs: 0 or 1 a state. start: the state at reset.

    Raises ValueError for other numbers of next states and outputs, more than 4096 states, moves or a start
    outside them, and outputs other than 0 and 1.
    """

    zeros: tuple[int, ...]
    ones: tuple[int, ...]
    outputs: tuple[int, ...]
    start: int

    inputs = 1
    register_count = 1
    uncorrelated_in_time = True

    def __post_init__(self) -> None:
        states = len(self.outputs)
        if not 2 <= states <= MAX_STATES or len(self.zeros) != states or len(self.ones) != states:
            raise ValueError(
                f"{len(self.zeros)}, {len(self.ones)} and {states} next states and outputs; a machine has one of each "
                f"for its 2 to {MAX_STATES} states"
            )
        if not all(0 <= state < states for state in (*self.zeros, *self.ones, self.start)):
            raise ValueError(f"a next state or the start {self.start} is outside [0, {states})")
        self._check_outputs()

    def _check_outputs(self) -> None:
        if not set(self.outputs) <= {0, 1}:
            raise ValueError(f"outputs = {self.outputs}; a state outputs 0 or 1 (a WeightedMachine has levels)")

    @property
    def states(self) -> int:
        """Their number."""
        return len(self.outputs)

    @property
    def output_probabilities(self) -> NDArray[np.float64]:
        """The chance of a 1 in each state."""
        return np.array(self.outputs, dtype=np.float64)

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        state, out = self.start, []
        for bit in bits[0]:
            out.append(self.outputs[state])
            state = self.ones[state] if bit else self.zeros[state]
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The state, its step, and what it outputs: gates for a walk with a threshold, tables for what is neither."""
        return (Operator("register", (self.bits,), 1, 1, role), *self._step(role), *self._decoding(role))

    @property
    def bits(self) -> int:
        """Of the state."""
        return (self.states - 1).bit_length()

    def _step(self, role: str) -> tuple[Operator, ...]:
        if (self.zeros, self.ones) == walk(self.states):
            return (Operator("gate", (6 * self.bits,), 1, 1, role),)  # by one up or down, with saturation
        unused = ((1 << self.bits) - self.states) * (0,)
        return (_table((*self.zeros, *unused, *self.ones, *unused), self.bits + 1, self.bits, role),)

    def _decoding(self, role: str) -> tuple[Operator, ...]:
        changes = sum(a != b for a, b in zip(self.outputs, self.outputs[1:], strict=False))
        if changes <= 1:
            return (Operator("gate", (self.bits,), 1, 1, role),)
        return (_table(self.outputs, self.bits, 1, role),)

    def _reset_values(self) -> tuple[int, ...]:
        return (self.start,)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        out = np.empty_like(operands[0])
        kernels.run_machine(operands[0], self.byte_table, registers[:, 0], out)
        return out

    @functools.cached_property
    def byte_table(self) -> NDArray[np.unsignedinteger]:
        """Eight cycles: entry 256 * state + input byte is 256 * next state + output byte; uint16 or uint32."""
        states = np.repeat(np.arange(self.states, dtype=np.int64), 256)
        byte = np.tile(np.arange(256, dtype=np.int64), self.states)
        zeros, ones, outputs = (np.array(field, dtype=np.int64) for field in (self.zeros, self.ones, self.outputs))
        made = np.zeros_like(byte)
        for cycle in range(8):
            made |= outputs[states] << cycle
            states = np.where((byte >> cycle) & 1, ones[states], zeros[states])
        return (256 * states + made).astype(np.uint16 if self.states <= STATES_OF_A_BYTE else np.uint32)


@dataclass(frozen=True)
class WeightedMachine(StateMachine):
    """A machine whose states output probabilities: y_t = R_t < outputs[s_t] (Li and Lilja's general linear machine).

    outputs: levels of `source`, which is independent of the input.

    Raises ValueError for outputs that are no levels of the source, and as `StateMachine` does.
    """

    source: NumberSource

    def _check_outputs(self) -> None:
        if not all(0 <= level <= self.source.levels for level in self.outputs):
            raise ValueError(
                f"outputs = {self.outputs}; with this source they are levels from 0 to {self.source.levels}"
            )

    @property
    def output_probabilities(self) -> NDArray[np.float64]:
        """Level / levels."""
        return np.array(self.outputs, dtype=np.float64) / self.source.levels

    @property
    def random_bits(self) -> int:
        """Those of its source."""
        return self.source.width

    def _decoding(self, role: str) -> tuple[Operator, ...]:
        width = self.source.levels.bit_length()
        return (_table(self.outputs, self.bits, width, role), Operator("compare", (self.source.width,), 1, 1, role))

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        state, out = self.start, []
        for bit, number in zip(bits[0], self.source.numbers(len(bits[0])), strict=True):
            out.append(int(number < self.outputs[state]))
            state = self.ones[state] if bit else self.zeros[state]
        return out

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415

        moves = np.array([self.zeros, self.ones], dtype=np.int64)
        out = np.zeros_like(operands[0])
        numbers = self.source.numbers(length, start)
        kernels.run_weighted_machine(operands[0], moves, np.array(self.outputs), numbers, registers[:, 0], out)
        return out


def _table(words: tuple[int, ...], address_bits: int, width: int, role: str) -> Operator:
    return Operator("rom", (address_bits, width), 1, 1, role, contents=words)


def walk(states: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Next states of the saturating walk: down on 0, up on 1.

    Raises ValueError for states outside 2 to 4096.
    """
    if not 2 <= states <= MAX_STATES:
        raise ValueError(f"states = {states}; a walk has 2 to {MAX_STATES} states")
    return tuple(max(s - 1, 0) for s in range(states)), tuple(min(s + 1, states - 1) for s in range(states))


def stanh(states: int, start: int | None = None) -> StateMachine:
    """Hyperbolic tangent: 1 in the upper half.

    As a bipolar value the stationary output is exactly tanh(states / 2 * atanh(x)), which is tanh(states * x / 2) only
    for small x. start: states / 2 unless given.

    Raises ValueError for an odd number of states.
    """
    _check_even("stanh", states, 2)
    return StateMachine(*walk(states), tuple(int(s >= states // 2) for s in range(states)), _start(states, start))


def sexp(states: int, gain: int, start: int | None = None) -> StateMachine:
    """Exponential: 0 in the upper `gain` states.

    Stationary P = (1 - r**(states - gain)) / (1 - r**states), for x > 0 and many states exp(-2 * gain * atanh(x)), not
    exp(-2 * gain * x); 1 for x < 0. The output is unipolar, the input bipolar.

    Raises ValueError for a gain outside 1 to states - 1.
    """
    if not 1 <= gain < states:
        raise ValueError(f"gain = {gain}; of {states} states 1 to {states - 1} can output 0")
    return StateMachine(*walk(states), tuple(int(s < states - gain) for s in range(states)), _start(states, start))


def sabs(states: int, start: int | None = None) -> StateMachine:
    """Absolute value: 1 in the even states of the lower half and in the odd states of the upper.

    Stationary P = (1 - p + p * r**(states / 2)) / (1 + r**(states / 2)).

    Raises ValueError for a number of states that is no multiple of 4.
    """
    _check_even("sabs", states, 4)
    outputs = tuple(int((s % 2 == 1) == (s >= states // 2)) for s in range(states))
    return StateMachine(*walk(states), outputs, _start(states, start))


def linear_gain(states: int, gain: float, source: NumberSource, start: int | None = None) -> WeightedMachine:
    """Bipolar gain * x, limited to [-1, 1]: the walk with the output levels that fit it best in the mean square.

    With 16 states and a gain of 2 the stationary output is within 0.1 of it (at the knee), within 0.06 for |x| < 0.4.

    Levels are found on 257 values of x by bounded least squares on the stationary law, then rounded to those of
    `source`; `WeightedMachine.output_probabilities` with `markov.stationary` gives the function that results.
    """
    from scipy.optimize import lsq_linear  # noqa: PLC0415  half a second to import

    _check_even("linear_gain", states, 2)
    x = np.linspace(-1, 1, 257)[1:-1]
    ratio = (1 + x) / (1 - x)
    powers = np.arange(states) - (states - 1) / 2
    law = np.exp(np.log(ratio)[:, None] * powers - np.abs(np.log(ratio))[:, None] * (states - 1) / 2)
    law /= law.sum(axis=1, keepdims=True)
    fitted = lsq_linear(law, (np.clip(gain * x, -1, 1) + 1) / 2, bounds=(0, 1)).x
    levels = tuple(int(level) for level in np.floor(fitted * source.levels + 0.5))
    return WeightedMachine(*walk(states), levels, _start(states, start), source)


def _check_even(name: str, states: int, divisor: int) -> None:
    if states < divisor or states % divisor:
        raise ValueError(
            f"{name} with {states} states: its halves must mirror each other, so use a multiple of {divisor} "
            f"such as {max(divisor, -(-states // divisor) * divisor)}"
        )


def _start(states: int, start: int | None) -> int:
    return states // 2 if start is None else start
