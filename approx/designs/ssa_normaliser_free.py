"""SSA: attention with random spikes and no softmax at all, as a baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.generator import encode
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, Seed, Width, count_format

Integers = NDArray[np.int64]

SOURCE = Source(
    title="Stochastic Spiking Attention: Accelerating Attention with Stochastic Computing in Spiking Networks",
    authors="Z. Song, P. Katti, O. Simeone, B. Rajendran",
    venue="AICAS",
    year=2024,
    where="abstract: Bernoulli queries, keys and values, AND gates for products, no softmax",
    link="arXiv:2402.09109",
    status="reconstruction",
    note="only what such a unit does to a logit: it passes it on as the probability of a spike, linearly over the "
    "input format; there is neither an exponential nor a sum, so it is a baseline and not a softmax",
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SpikeRates(Design):
    """y = ones of the stream of (x - lowest) / (highest - lowest), each position of the row with its own source."""

    spikes: SourceFamily
    length: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block."""
        levels = self._level_of[np.asarray(codes, dtype=np.int64) - self.input.lowest]
        counts = [self._counts(position)[levels[:, position]] for position in range(levels.shape[1])]
        outputs = np.stack(counts, axis=1)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def limit(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """The rates themselves, float64, shaped like `codes`."""
        rates = self._level_of[np.asarray(codes, dtype=np.int64) - self.input.lowest] / self.spikes.levels
        return rates if live is None else np.where(live, rates, 0.0)

    def infinite_length(self, codes: Integers, live: NDArray[np.bool_]) -> NDArray[np.float64]:
        """See `limit`."""
        return np.where(live, self.limit(codes), 0.0)

    @cached_property
    def _level_of(self) -> Integers:
        """Levels of all input codes, rounded to the nearest."""
        codes = np.arange(self.input.highest - self.input.lowest + 1, dtype=np.int64)
        return (2 * codes * self.spikes.levels + codes[-1]) // (2 * codes[-1])

    def _counts(self, position: int) -> Integers:
        return encode(self.spikes.source(position), np.arange(self.spikes.levels + 1), self.length).counts()

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A source, a comparator and a counter a lane."""
        groups, cycles = -(-row_length // lanes), row_length * self.length
        sources = (op for lane in range(lanes) for op in self.spikes.source(lane).operators(groups * self.length))
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),
            *sources,
            Operator("compare", (self.spikes.width,), lanes, cycles, "exp"),
            Operator("counter", (self.length.bit_length(),), lanes, cycles, "exp"),
            Operator("register", (self.output.width,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, self.input.width, row_length, row_length, lanes, "row buffer")
        extra = groups * (self.length - 1)
        return Bill(row_length, lanes, operators, (buffer,), passes=1, serial_cycles=extra, pipeline_stages=2)


@published(family="stochastic", source=SOURCE)
def ssa_normaliser_free(
    input: FixedPoint = FixedPoint(8, 4),
    length: Length = 64,
    width: Width = 10,
    sources: Kind = "independent",
    seed: Seed = 0,
) -> SpikeRates:
    """Spikes at a rate linear in the logit; no exponential, no normalisation: a baseline, not a softmax."""
    return SpikeRates(
        input=input,
        output=count_format(length),
        spikes=SourceFamily(sources, width, seed),
        length=length,
        traits=Traits(base=math.e, shift_invariant=False, normalised=False, monotone=False, order_dependent=True),
    )
