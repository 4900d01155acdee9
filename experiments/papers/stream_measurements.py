"""Numbers on bitstreams: sources, products, state machines, exponentials, and whole designs over rows."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from approx import softmax_ragged
from approx import stochastic as sc
from approx.design import Design
from approx.stochastic_softmax import StochasticSoftmax
from experiments import workloads
from experiments.experiment import WorkloadVariant
from experiments.workloads.workload import Workload

Floats = NDArray[np.float64]
Measure = str


@runtime_checkable
class HasLimit(Protocol):
    """A design that knows what infinitely long streams tend to."""

    def limit(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Floats:
        """Probabilities of a rectangular block of codes."""


@dataclass(frozen=True)
class NormalRows:
    """Normal logits of NumPy's default generator."""

    rows: int
    row_length: int
    std: float

    def load(self, seed: int) -> Workload:
        """The rows, float64."""
        values = np.random.default_rng(seed).normal(0, self.std, (self.rows, self.row_length))
        offsets = np.arange(self.rows + 1, dtype=np.int64) * self.row_length
        return Workload("normal", values.ravel(), offsets, None, assumed=False, provenance="generated")


@dataclass(frozen=True)
class CatalogueRows:
    """Rows of the catalogue of workloads."""

    variant: WorkloadVariant

    def load(self, seed: int) -> Workload:
        """The rows."""
        return workloads.load(self.variant.name, dict(self.variant.parameters), seed)


@dataclass(frozen=True, eq=False)
class RootMeanSquare:
    """Over all elements of all rows, against the exact softmax of the logits."""

    design: Design
    rows: NormalRows | CatalogueRows
    infinite: bool

    def obtain(self, seed: int) -> float:
        """Codes, outputs, errors."""
        rows = self.rows.load(seed)
        codes = self.design.quantize(rows.values)
        exact = softmax_ragged(rows.values, rows.offsets)
        if not self.infinite:
            outputs = self.design.probabilities(self.design.codes_ragged(codes, rows.offsets))
        elif isinstance(self.design, HasLimit):
            outputs = _limits(self.design, codes, rows.offsets)
        else:
            raise ValueError(f"{self.design.name} is not made of streams, so it has no limit of infinite length")
        return float(np.sqrt(np.mean((outputs - exact) ** 2)))


def _limits(design: HasLimit, codes: NDArray[Any], offsets: NDArray[np.int64]) -> Floats:
    """Limits of ragged rows: those of one length together."""
    found, lengths = np.empty(codes.shape), np.diff(offsets)
    for length in np.unique(lengths):
        places = offsets[:-1][lengths == length, None] + np.arange(length)
        found[places] = design.limit(codes[places])
    return found


@dataclass(frozen=True, eq=False)
class OfEncoding:
    """Ones beside the level."""

    source: sc.NumberSource
    length: int

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is drawn
        """The largest difference over all levels, in ones."""
        levels = np.arange(self.source.levels + 1)
        return float(np.abs(sc.encode(self.source, levels, self.length).counts() - levels).max())


@dataclass(frozen=True, eq=False)
class OfProduct:
    """AND beside the product."""

    x: sc.NumberSource
    y: sc.NumberSource
    length: int
    measure: Measure

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is drawn
        """Over all pairs of levels."""
        if self.measure == "expected_rmse":
            return float(np.sqrt(np.mean(self._variance())))
        errors = np.stack(list(self._errors()))
        match self.measure:
            case "bias":
                return float(errors.mean())
            case "max_abs":
                return float(np.abs(errors).max())
            case _:
                return float(np.sqrt(np.mean(errors**2)))

    def _errors(self) -> Iterator[Floats]:
        """Those of each level of x."""
        levels_x, levels_y = np.arange(self.x.levels + 1), np.arange(self.y.levels + 1)
        ones_x = sc.encode(self.x, levels_x, self.length)
        ones_y = sc.encode(self.y, levels_y, self.length)
        for level in levels_x:
            counts = sc.multiply_counts(ones_x[level : level + 1], ones_y)
            yield counts / self.length - level / self.x.levels * levels_y / self.y.levels

    def _variance(self) -> Floats:
        """Of every pair, by the closed form."""
        p, q = np.arange(self.x.levels + 1)[:, None] / self.x.levels, np.arange(self.y.levels + 1) / self.y.levels
        kinds = {type(self.x), type(self.y)}
        if kinds == {sc.Permutation}:
            return sc.closed_forms.permuted_product_variance(p, q, self.length)
        if kinds == {sc.Independent}:
            return sc.closed_forms.encoding_variance(p * q, self.length)
        raise ValueError(f"{self.x} and {self.y}: only two permutations or two independent sources have a closed form")


@dataclass(frozen=True, eq=False)
class OfMachine:
    """The exact law with independent input bits."""

    machine: sc.StateMachine
    x: float
    length: int | None
    measure: Measure

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is drawn
        """From the transition matrix."""
        p = (1 + self.x) / 2
        if self.measure == "stationary":
            return sc.markov.stationary(self.machine, p)
        if self.measure == "relaxation":
            return sc.markov.relaxation_cycles(self.machine, p)
        assert self.length is not None  # noqa: S101  see the model
        return float(getattr(sc.markov.moments(self.machine, p, self.length), self.measure))


@dataclass(frozen=True, eq=False)
class OfDriven:
    """A machine on the streams of a source."""

    machine: sc.StateMachine
    source: sc.NumberSource
    length: int

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is drawn
        """Root mean square beside the stationary law, over all levels."""
        estimates = sc.memo(self.machine, self.source, self.length) / self.length
        return float(np.sqrt(np.mean((estimates - _law(self.machine, self.source.levels)) ** 2)))


@functools.lru_cache(maxsize=4)  # numbers of one machine follow each other in a file
def _law(machine: sc.StateMachine, levels: int) -> Floats:
    """The stationary output for each level."""
    return np.array([sc.markov.stationary(machine, level / levels) for level in range(levels + 1)])


@dataclass(frozen=True, eq=False)
class OfStreamExponential:
    """The limit of a design's exponential."""

    design: StochasticSoftmax
    at: float | None
    measure: Measure

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is drawn
        """At one distance, or the largest error over as many distances as there are levels."""
        exponential = self.design.exponential
        distances = np.linspace(0, exponential.clip, exponential.levels + 1) if self.at is None else np.array([self.at])
        values = exponential.limit()[exponential.level(np.minimum(distances, exponential.clip))]
        if self.measure == "value":
            return float(values[0])
        errors = values - np.exp(-distances)
        return float(errors[0]) if self.at is not None else float(np.abs(errors).max())
