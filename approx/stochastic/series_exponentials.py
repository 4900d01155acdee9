"""Exponentials made by series: a chain of NAND gates, a Bernstein polynomial."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from approx.bill import Operator, repeated
from approx.stochastic.circuit import Circuit
from approx.stochastic.exponentials import (
    Exponential,
    Integers,
    Real,
    counter,
    linear_encoder,
    linear_level,
)
from approx.stochastic.gates import Gate
from approx.stochastic.generator import Encoder, encode
from approx.stochastic.polynomials import Bernstein, MaclaurinExp
from approx.stochastic.streams import Streams


@dataclass(frozen=True, kw_only=True)
class ChainExponential(Exponential):
    """exp(-s) = exp(-s / power)**power: chains of NAND gates for s / power in [0, 1], their outputs multiplied by AND.

    Each of the `power` chains has sources of its own, one for x and one a constant.
    """

    order: int
    power: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.power <= 64:
            raise ValueError(f"power = {self.power}; 1 to 64 chains are multiplied")
        self.chain  # noqa: B018  its own checks

    @property
    def chain(self) -> MaclaurinExp:
        """One chain."""
        return MaclaurinExp(self.order)

    @property
    def sources_each(self) -> int:
        """x and order - 1 constants, a chain."""
        return self.order * self.power

    @property
    def clip(self) -> float:
        """The power: the series is good up to 1."""
        return float(self.power)

    def level(self, distances: Real) -> Integers:
        """The level of s / power."""
        return linear_level(distances, self.clip, self.family.width)

    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams:
        """The product of the chains."""
        firsts = range(first_source, first_source + self.sources_each, self.order)
        return functools.reduce(Streams.__and__, (self._one_chain(levels, first, encoder) for first in firsts))

    def _one_chain(self, levels: Integers, first: int, encoder: Encoder) -> Streams:
        streams = [encoder(self.family.source(first), levels, self.length)]
        for number, constant in enumerate(self.chain.constants(self.family.width), start=first + 1):
            streams.append(encoder(self.family.source(number), constant, self.length))
        return self.chain(*streams)

    def limit(self) -> Real:
        """The series with its rounded constants, to the power."""
        x = np.arange(self.levels + 1) / self.levels
        total = np.ones_like(x)
        for constant in (*self.chain.constants(self.family.width), self.levels):
            total = 1 - x * constant / self.levels * total
        limit: Real = total**self.power
        return limit

    def encoder_operators(self, levels: Integers) -> tuple[Operator, ...]:
        """Wiring for a power of two, else a table."""
        return linear_encoder(levels)

    def source_operators(self) -> tuple[Operator, ...]:
        """Sources, and a comparator for each constant."""
        constants = (self.order - 1) * self.power
        return (
            *super().source_operators(),
            Operator("compare", (self.family.width,), constants, constants, "exp"),
        )

    def lane_operators(self) -> tuple[Operator, ...]:
        """Comparators of x, delays, NAND gates, the AND of the chains, a counter."""
        return (*_powered(self.chain, 1, self.power, self.family.width), counter(self.length))


@dataclass(frozen=True, kw_only=True)
class BernsteinExponential(Exponential):
    """A Bernstein polynomial for exp(-range t / power), t = s / range in [0, 1], its outputs multiplied by AND.

    Coefficients: the best in the mean square on 1025 points among those in [0, 1], rounded to levels.
    """

    degree: int
    range: float
    power: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.range <= 64 or not 1 <= self.power <= 64:
            raise ValueError(f"range = {self.range}, power = {self.power}; both are positive and at most 64")
        self.circuit  # noqa: B018  its own checks

    @property
    def circuit(self) -> Bernstein:
        """One polynomial."""
        return Bernstein(self.degree)

    @property
    def sources_each(self) -> int:
        """`degree` copies of x and degree + 1 coefficients, each with a source, a power."""
        return (2 * self.degree + 1) * self.power

    @property
    def clip(self) -> float:
        """The range."""
        return self.range

    def level(self, distances: Real) -> Integers:
        """The level of s / range."""
        return linear_level(distances, self.range, self.family.width)

    @functools.cached_property
    def coefficients(self) -> Integers:
        """Levels of b_0 ... b_degree."""
        from scipy.optimize import lsq_linear  # noqa: PLC0415  half a second to import

        t = np.linspace(0, 1, 1025)
        basis = np.stack([self.circuit.value(t, row) for row in np.eye(self.degree + 1)], axis=1)
        fit = lsq_linear(basis, np.exp(-self.range / self.power * t), bounds=(0, 1), method="bvls", tol=1e-14)
        return np.floor(fit.x * self.levels + 0.5).astype(np.int64)

    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams:
        """The product of the polynomials."""
        firsts = range(first_source, first_source + self.sources_each, 2 * self.degree + 1)
        return functools.reduce(Streams.__and__, (self._one_polynomial(levels, first, encoder) for first in firsts))

    def _one_polynomial(self, levels: Integers, first: int, encoder: Encoder) -> Streams:
        values = [*[levels] * self.degree, *self.coefficients]
        return self.circuit(
            *(encoder(self.family.source(first + i), value, self.length) for i, value in enumerate(values))
        )

    def limit(self) -> Real:
        """The polynomial with its rounded coefficients, to the power."""
        t = np.arange(self.levels + 1) / self.levels
        limit: Real = self.circuit.value(t, self.coefficients / self.levels) ** self.power
        return limit

    def encoder_operators(self, levels: Integers) -> tuple[Operator, ...]:
        """Wiring for a power of two, else a table."""
        return linear_encoder(levels)

    def source_operators(self) -> tuple[Operator, ...]:
        """Sources, and a comparator for each coefficient."""
        coefficients = (self.degree + 1) * self.power
        return (
            *super().source_operators(),
            Operator("compare", (self.family.width,), coefficients, coefficients, "exp"),
        )

    def lane_operators(self) -> tuple[Operator, ...]:
        """Comparators of x, the counter of the copies, a multiplexer of the coefficients, an AND, a counter."""
        return (*_powered(self.circuit, self.degree, self.power, self.family.width), counter(self.length))


def _powered(circuit: Circuit, copies: int, power: int, width: int) -> tuple[Operator, ...]:
    """`power` circuits, each with comparators for its `copies` of x, and the AND of their outputs. Constants that the
    circuits read besides are streams of the sources, for all lanes."""
    compared = Operator("compare", (width,), copies * power, copies * power, "exp")
    anded = Gate("and").operators(power) if power > 1 else ()
    return (compared, *repeated(circuit.operators(copies), power, power), *anded)
