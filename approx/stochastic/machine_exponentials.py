"""Exponentials made by state machines: on a stream, and on the sum of several."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from approx.bill import Operator
from approx.correct_rounding import exact_value
from approx.stochastic import closed_forms, markov, sliced
from approx.stochastic.encoding import bipolar_levels
from approx.stochastic.exponentials import (
    Exponential,
    Integers,
    Real,
    comparator,
    counter,
    level_table,
    linear_encoder,
)
from approx.stochastic.generator import Encoder, encode
from approx.stochastic.integral import CountMachine, integral_exp
from approx.stochastic.state_machine import StateMachine, sexp
from approx.stochastic.streams import Streams

NEAR_TIE = 1e-6  # of a level; closer ones are decided exactly


@dataclass(frozen=True, kw_only=True)
class MachineExponential(Exponential):
    """The state machine sexp(states, gain) on the bipolar stream of s / (2 gain).

    It tends to exp(-2 gain atanh(s / (2 gain))). predistorted: the input is tanh(s / (2 gain)) instead, from a table,
    which takes that error away. start: the state at reset (None: half).
    """

    states: int
    gain: int
    predistorted: bool = False
    start: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.family.check_memory("a state machine")
        self.machine  # noqa: B018  its own checks

    @property
    def machine(self) -> StateMachine:
        """The state machine."""
        return sexp(self.states, self.gain, self.start)

    @property
    def clip(self) -> float:
        """Where the bipolar input reaches 1: 2 gain, or the distance whose tanh rounds to 1."""
        return 2.0 * self.gain * ((self.family.width + 2) * 0.5 if self.predistorted else 1.0)

    def level(self, distances: Real) -> Integers:
        """The level of the bipolar input."""
        u = distances / (2 * self.gain)
        return tanh_levels(u, self.family.width) if self.predistorted else bipolar_levels(u, self.family.width)

    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams:
        """The machine's output."""
        return self.machine(encoder(self.family.source(first_source), levels, self.length))

    def counts(self, first_source: int) -> Integers:
        """Ones of the machine's output, in bit planes where its states allow it."""
        if not sliced.can_slice(self.machine):
            return super().counts(first_source)
        source, levels = self.family.source(first_source), np.arange(self.levels + 1)
        return sliced.walk_counts(self.machine, source, levels, self.length, self.warmup)

    def limit(self) -> Real:
        """The stationary law."""
        return closed_forms.sexp(2 * np.arange(self.levels + 1) / self.levels - 1, self.states, self.gain)

    def encoder_operators(self, levels: Integers) -> tuple[Operator, ...]:
        """Wiring and an addition, or a table."""
        return (level_table(levels),) if self.predistorted else linear_encoder(levels)

    def lane_operators(self) -> tuple[Operator, ...]:
        """Comparator, state machine, counter."""
        return (comparator(self.family.source(0)), *self.machine.operators(1), counter(self.length))


@dataclass(frozen=True, kw_only=True)
class IntegralExponential(Exponential):
    """A saturating counter on the sum of `streams` bipolar streams of s / (2 gain), which is an integral stream."""

    states: int
    gain: int
    streams: int
    start: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.streams <= 64 or self.states < 2 * self.streams:
            raise ValueError(
                f"streams = {self.streams}, states = {self.states}; 1 to 64 streams are summed, with at least twice as "
                "many states"
            )
        self.family.check_memory("a state machine")
        self.machine  # noqa: B018  its own checks

    @property
    def machine(self) -> CountMachine:
        """The counter."""
        return integral_exp(self.states, self.gain, self.start)

    @property
    def sources_each(self) -> int:
        """One a stream."""
        return self.streams

    @property
    def clip(self) -> float:
        """Where the bipolar input reaches 1."""
        return 2.0 * self.gain

    def level(self, distances: Real) -> Integers:
        """The level of the bipolar input."""
        return bipolar_levels(distances / (2 * self.gain), self.family.width)

    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams:
        """The counter's output."""
        sources = (self.family.source(first_source + i) for i in range(self.streams))
        return self.machine(*(encoder(source, levels, self.length) for source in sources))

    def limit(self) -> Real:
        """The stationary law."""
        return self.limit_at(np.arange(self.levels + 1))

    def limit_at(self, levels: Integers) -> Real:
        """The same for some levels: a millisecond or two each."""
        machine, p = self.machine, levels / self.levels
        return np.array([markov.stationary_of_counts(machine, value, self.streams) for value in p])

    def encoder_operators(self, levels: Integers) -> tuple[Operator, ...]:
        """Wiring and an addition, or a table."""
        return linear_encoder(levels)

    def lane_operators(self) -> tuple[Operator, ...]:
        """Comparators, the counting machine, a counter."""
        compared = Operator("compare", (self.family.width,), self.streams, self.streams, "exp")
        return (compared, *self.machine.operators(self.streams), counter(self.length))


def tanh_levels(u: Real, width: int) -> Integers:
    """The bipolar levels of tanh(u), u >= 0, rounded as if computed exactly: the same on every platform."""
    scaled = (1 + np.tanh(u)) / 2 * (1 << width)
    levels = np.floor(scaled + 0.5).astype(np.int64)
    for i in np.flatnonzero(np.abs(scaled + 0.5 - np.rint(scaled + 0.5)) < NEAR_TIE):
        value = 1 / (1 + exact_value("exp", Fraction(-2 * float(u.flat[i]))))  # (1 + tanh u) / 2
        levels.flat[i] = int(value * (1 << width) + Fraction(1, 2))
    return levels
