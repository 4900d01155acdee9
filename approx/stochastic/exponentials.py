"""Exponentials exp(-s) of a distance s >= 0 as counts: what the softmax designs sum and divide.

A distance becomes a level, the level a stream, the stream a count. All elements that share their sources share one
table of counts by level; with sources of their own, every position in the row has its table.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator, address_bits
from approx.correct_rounding import rounded
from approx.rounding import Rounding
from approx.stochastic.encoding import unipolar_levels
from approx.stochastic.generator import Encoder, encode
from approx.stochastic.memoise import counts_of_levels
from approx.stochastic.number_source import NumberSource
from approx.stochastic.source_family import SourceFamily
from approx.stochastic.streams import Streams, check_warmup

Integers = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Exponential(ABC):
    """family: of the sources of the streams. length: cycles. warmup: cycles at the start that are not counted."""

    family: SourceFamily
    length: int
    warmup: int = 0

    def __post_init__(self) -> None:
        check_warmup(self.warmup, self.length)

    @property
    def levels(self) -> int:
        """The highest level."""
        return self.family.levels

    @property
    def one(self) -> int:
        """The count that stands for 1."""
        return self.length - self.warmup

    @property
    def sources_each(self) -> int:
        """Sources that one element needs."""
        return 1

    @property
    @abstractmethod
    def clip(self) -> float:
        """Larger distances are taken as this one."""

    @abstractmethod
    def level(self, distances: Real) -> Integers:
        """The levels that distances from 0 to `clip` are encoded as."""

    @abstractmethod
    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams | None:
        """The streams that are counted, one for each of `levels`, with the sources `first_source`, `first_source` + 1,
        ...; None where the exponential is a binary number. encoder: makes every stream that the circuit reads."""

    def counts(self, first_source: int) -> Integers:
        """Ones for each level 0 ... `levels`, int64."""

        def streams(levels: Integers) -> Streams:
            found = self.stream(levels, first_source)
            assert found is not None  # noqa: S101  what is no stream overrides this method
            return found

        return counts_of_levels(streams, self.levels, self.length, self.warmup)

    @abstractmethod
    def limit(self) -> Real:
        """What ones / cycles tends to for infinite length with independent sources, for each level, float64."""

    def limit_at(self, levels: Integers) -> Real:
        """The same for some levels, where all of them would take long."""
        return self.limit()[levels]

    @abstractmethod
    def encoder_operators(self, levels: Integers) -> tuple[Operator, ...]:
        """From the code of a distance to its level, once an element. levels: those of all distance codes."""

    @abstractmethod
    def lane_operators(self) -> tuple[Operator, ...]:
        """The stream circuit of one lane and its counter, `uses_per_row` for one cycle."""

    def source_operators(self) -> tuple[Operator, ...]:
        """The sources of one lane, or of all where they are shared, and the streams of constants, for one cycle."""
        return tuple(op for number in range(self.sources_each) for op in self.family.source(number).operators(1))

    def table(self, number: int) -> NDArray[np.int32]:
        """`counts` of the element at a position of the row (0 where all share), int32, kept."""
        return _table(self, number * self.sources_each)


@functools.lru_cache(maxsize=1024)
def _table(exponential: Exponential, first_source: int) -> NDArray[np.int32]:
    counts = exponential.counts(first_source).astype(np.int32)
    counts.setflags(write=False)
    return counts


@dataclass(frozen=True, kw_only=True)
class ExactExponential(Exponential):
    """round(exp(-s) * 2**width) as a binary number, ties up: no stream at all."""

    @property
    def clip(self) -> float:
        """From here on the level is 0: a quarter of a level is left."""
        return (self.family.width + 2) * float(np.log(2.0))

    @property
    def one(self) -> int:
        """2**width."""
        return self.levels

    def level(self, distances: Real) -> Integers:
        """The rounded exponential, the same on every platform."""
        return rounded("exp", -distances, float(self.levels), Rounding.NEAREST_UP)

    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams | None:
        """None."""
        return None

    def counts(self, first_source: int) -> Integers:
        """The level."""
        return np.arange(self.levels + 1, dtype=np.int64)

    def limit(self) -> Real:
        """level / levels."""
        return np.arange(self.levels + 1) / self.levels

    def encoder_operators(self, levels: Integers) -> tuple[Operator, ...]:
        """A table."""
        return (level_table(levels),)

    def lane_operators(self) -> tuple[Operator, ...]:
        """Nothing more."""
        return ()

    def source_operators(self) -> tuple[Operator, ...]:
        """No streams, no sources."""
        return ()


@dataclass(frozen=True, kw_only=True)
class EncodedExponential(ExactExponential):
    """The exact exponential as a stream, counted: what no stochastic exponential can beat with the same sources."""

    @property
    def one(self) -> int:
        """Cycles that are counted."""
        return self.length - self.warmup

    def stream(self, levels: Integers, first_source: int, encoder: Encoder = encode) -> Streams | None:
        """The encoded streams."""
        return encoder(self.family.source(first_source), levels, self.length)

    def counts(self, first_source: int) -> Integers:
        """Ones of the encoded streams."""
        return Exponential.counts(self, first_source)

    def lane_operators(self) -> tuple[Operator, ...]:
        """Comparator and counter."""
        return (comparator(self.family.source(0)), counter(self.length))

    def source_operators(self) -> tuple[Operator, ...]:
        """The source."""
        return Exponential.source_operators(self)


def comparator(source: NumberSource) -> Operator:
    """R_t < k."""
    return Operator("compare", (source.width,), 1, 1, "exp")


def counter(length: int) -> Operator:
    """Counts 0 to `length`: a bit more than the length of a power of two."""
    return Operator("counter", (length.bit_length(),), 1, 1, "exp")


def level_table(levels: Integers) -> Operator:
    """A ROM of the levels of all distance codes."""
    widths = (address_bits(levels.size), int(levels.max()).bit_length())
    return Operator("rom", widths, 1, 1, "exp", contents=tuple(levels.tolist()))


def linear_encoder(levels: Integers) -> tuple[Operator, ...]:
    """Wiring where levels are in proportion to distances, with an addition where they begin above 0; else a table."""
    if in_proportion(levels) is None:
        return (level_table(levels),)
    return (Operator("add", (int(levels.max()).bit_length(),), 1, 1, "exp"),) if levels[0] else ()


def in_proportion(levels: Integers) -> tuple[int, int] | None:
    """(up, down) where `levels` is levels[0] + d * 2**(up - down), halves up; None where it is not."""
    rising, distances = levels - levels[0], np.arange(levels.size, dtype=np.int64)
    bits = int(levels.max()).bit_length()
    for up, down in (*((up, 0) for up in range(bits)), *((0, down) for down in range(1, bits + 1))):
        if np.array_equal(rising, ((distances << up) + ((1 << down) >> 1)) >> down):
            return up, down
    return None


def linear_level(distances: Real, clip: float, width: int) -> Integers:
    """The level of s / clip."""
    return unipolar_levels(distances / clip, width)
