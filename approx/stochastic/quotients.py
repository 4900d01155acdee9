"""Quotients count / sum made by stream dividers: the counts are encoded again, divided as streams, and counted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.stochastic import closed_forms
from approx.stochastic.division import Cordiv, GainesDivider, JkDivider
from approx.stochastic.generator import Encoder, encode, streams_for_table
from approx.stochastic.ideal_sources import Independent
from approx.stochastic.number_source import NumberSource
from approx.stochastic.source_family import SourceFamily
from approx.stochastic.streams import Streams, check_warmup, word_count
from approx.stochastic.synchronise import SkewedSynchroniser

Integers = NDArray[np.int64]
Real = NDArray[np.float64]
Scale = Literal["row_length", "leading_one"]
Sharing = Literal["shared", "own"]

BLOCK_WORDS = 1 << 16  # of one operand in a block, 512 KiB
SELECT_STREAM = 1 << 40  # number of the random bits that choose in a history: beyond those of all operands


@dataclass(frozen=True, kw_only=True)
class StreamQuotient(ABC):
    """family: of the sources that encode again. length, warmup: cycles, and those that are not counted.

    scale: what stands for a probability of 1 in the denominator: "row_length", the row's elements rounded up to a power
    of two, which is wiring; or "leading_one", the sum rounded up to a power of two, which takes a shifter and makes the
    streams denser. sharing: whether the elements of a row share sources, or each position has its own.
    """

    family: SourceFamily
    length: int
    warmup: int = 0
    scale: Scale = "row_length"
    sharing: Sharing = "shared"

    def __post_init__(self) -> None:
        check_warmup(self.warmup, self.length)

    @property
    def one(self) -> int:
        """The count that stands for 1."""
        return self.length - self.warmup

    @property
    @abstractmethod
    def sources_each(self) -> int:
        """Sources of one divider."""

    @abstractmethod
    def divided(
        self, numerators: Integers, denominators: Integers, first_source: int, encoder: Encoder = encode
    ) -> Streams:
        """Quotient streams of levels; flat arrays. encoder: makes the streams of both operands."""

    @abstractmethod
    def limit_of(self, numerators: Real, denominators: Real) -> Real:
        """What the quotient of probabilities above 0 in the denominator tends to with independent sources."""

    @property
    @abstractmethod
    def untouched(self) -> float:
        """The same where numerator and denominator are 0: what the reset state alone gives."""

    @abstractmethod
    def lane_operators(self) -> tuple[Operator, ...]:
        """The circuit of one lane and its counter, `uses_per_row` for one cycle."""

    def limit(self, terms: Real, sums: Real, one: int) -> Real:
        """What quotients tend to for infinite length with independent sources, float64, rows x elements.

        terms: in terms of 1, rows x elements; sums: rows; one: the count that stands for 1 in the sum of a finite run.
        The levels of the sources stay rounded to their width.
        """
        counted = np.ceil(sums * one).astype(np.int64)
        full = self._full(counted, one, terms.shape[1])[:, None] / one
        numerators = np.floor(terms / full * self.family.levels + 0.5) / self.family.levels
        denominators = np.floor(sums[:, None] / full * self.family.levels + 0.5) / self.family.levels
        divisible = (denominators > 0) & np.ones_like(numerators, dtype=bool)
        quotients = np.full(numerators.shape, self.untouched)
        quotients[divisible] = self.limit_of(
            numerators[divisible], np.broadcast_to(denominators, numerators.shape)[divisible]
        )
        return np.where(sums[:, None] > 0, quotients, 0.0)

    def counts(self, terms: Integers, sums: Integers, one: int) -> Integers:
        """Ones of the quotients, int64, rows x elements. terms: counts, rows x elements; sums: rows; one: the count
        that stands for 1. Rows whose sum is 0 give 0."""
        numerators, denominators = self.operand_levels(terms, sums, one)
        out = np.empty(terms.shape, dtype=np.int64)
        if self.sharing == "shared":
            out[...] = self._count(numerators.ravel(), denominators.ravel(), 0).reshape(terms.shape)
        else:
            for position in range(terms.shape[1]):
                first = position * self.sources_each
                out[:, position] = self._count(numerators[:, position], denominators[:, position], first)
        return np.where(sums[:, None] > 0, out, 0)

    def operand_levels(self, terms: Integers, sums: Integers, one: int) -> tuple[Integers, Integers]:
        """The levels that counts and their sums are encoded as again, both rows x elements."""
        full = self._full(sums, one, terms.shape[1])[:, None]
        numerators = (2 * (terms << self.family.width) + full) // (2 * full)
        denominators = (2 * (sums[:, None] << self.family.width) + full) // (2 * full)
        return numerators, np.broadcast_to(denominators, terms.shape)

    def _full(self, sums: Integers, one: int, row_length: int) -> Integers:
        """The sum that stands for a probability of 1."""
        if self.scale == "row_length":
            return np.full(sums.shape, one << (row_length - 1).bit_length(), dtype=np.int64)
        return np.array([1 << max(int(total) - 1, 0).bit_length() for total in sums], dtype=np.int64)

    def _count(self, numerators: Integers, denominators: Integers, first_source: int) -> Integers:
        block = self._block(first_source, numerators.size)
        parts = [
            self.divided(numerators[i : i + block], denominators[i : i + block], first_source)
            .drop(self.warmup)
            .counts()
            for i in range(0, numerators.size, block)
        ]
        return np.concatenate(parts)

    def _block(self, first_source: int, size: int) -> int:
        """Elements of a block: large enough for tables of levels where they are worth making."""
        for_table = streams_for_table(self.family.source(first_source), self.length)
        return max(1, BLOCK_WORDS // word_count(self.length), int(for_table) if for_table <= size else 0)

    def row_operators(self, sum_width: int) -> tuple[Operator, ...]:
        """What brings the sum of a row to a level and holds it, once a row (in every lane with sources of its own)."""
        return (_shift(sum_width, sum_width), Operator("register", (self.family.width + 1,), 1, 1, "normalizer"))

    def scale_operators(self, count: int, sum_width: int) -> tuple[Operator, ...]:
        """The same for a count of `count` bits, once an element: the length of a row is known when it comes in."""
        return (_shift(count, sum_width), Operator("register", (self.family.width + 1,), 1, 1, "normalizer"))

    @property
    def random_bits(self) -> int:
        """Bits that the sources of one lane, or of all where they are shared, deliver in a cycle."""
        return self.sources_each * self.family.width

    @property
    def sources(self) -> tuple[NumberSource, ...]:
        """Those of one lane, or of all where they are shared."""
        return tuple(self.family.source(number) for number in range(self.sources_each))

    def source_operators(self) -> tuple[Operator, ...]:
        """The sources of one lane, or of all where they are shared, and the denominator's comparator, for one cycle."""
        numbers = tuple(op for source in self.sources for op in source.operators(1))
        return (*numbers, Operator("compare", (self.family.width,), 1, 1, "output"))

    def _comparator_and_counter(self) -> tuple[Operator, ...]:
        return (
            Operator("compare", (self.family.width,), 1, 1, "output"),
            Operator("counter", (self.length.bit_length(),), 1, 1, "output"),
        )


@dataclass(frozen=True, kw_only=True)
class CordivQuotient(StreamQuotient):
    """CORDIV. synchroniser: bits of a skewed synchroniser in front, for operands from two sources; 0: one source for
    both, which makes them overlap."""

    depth: int = 1
    rule: Literal["on_den", "rtl"] = "on_den"
    synchroniser: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._divider(0)  # its own checks

    @property
    def sources_each(self) -> int:
        """One, or two before a synchroniser."""
        return 2 if self.synchroniser else 1

    def _divider(self, first_source: int) -> Cordiv:
        select = Independent(width=5, seed=self.family.seed, stream=SELECT_STREAM + first_source)
        return Cordiv(self.depth, self.rule, select if self.depth > 1 else None)

    def divided(
        self, numerators: Integers, denominators: Integers, first_source: int, encoder: Encoder = encode
    ) -> Streams:
        """Encode, synchronise if asked, divide."""
        y = encoder(self.family.source(first_source), denominators, self.length)
        x = encoder(self.family.source(first_source + self.sources_each - 1), numerators, self.length)
        if self.synchroniser:
            x = SkewedSynchroniser(self.synchroniser)(x, y)
        return self._divider(first_source)(x, y)

    def limit_of(self, numerators: Real, denominators: Real) -> Real:
        """a / b, or what a synchroniser of so many bits makes of it."""
        if self.synchroniser:
            return closed_forms.synchronised_limit(numerators, denominators, self.synchroniser)
        return closed_forms.cordiv_limit(numerators, denominators, 1.0)

    @property
    def untouched(self) -> float:
        """The mean of the history at reset."""
        return 0.5 if self.depth > 1 else 0.0

    def lane_operators(self) -> tuple[Operator, ...]:
        """History, its multiplexer, the one that holds; the synchroniser's counter."""
        synchroniser = SkewedSynchroniser(self.synchroniser).operators(2, "output") if self.synchroniser else ()
        return (*self._comparator_and_counter(), *self._divider(0).operators(2, "output"), *synchroniser)

    @property
    def random_bits(self) -> int:
        """Those of the sources, and those that choose in the history."""
        return super().random_bits + self._divider(0).random_bits


@dataclass(frozen=True, kw_only=True)
class JkQuotient(StreamQuotient):
    """A JK flip-flop fed with the element and the rest of the row: e / (e + rest)."""

    start: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.family.check_memory("a JK flip-flop")

    @property
    def sources_each(self) -> int:
        """Two."""
        return 2

    def divided(
        self, numerators: Integers, denominators: Integers, first_source: int, encoder: Encoder = encode
    ) -> Streams:
        """j from the numerator, k from what is left of the denominator."""
        rest = np.maximum(denominators - numerators, 0)
        j = encoder(self.family.source(first_source), numerators, self.length)
        k = encoder(self.family.source(first_source + 1), rest, self.length)
        return JkDivider(self.start)(j, k)

    def row_operators(self, sum_width: int) -> tuple[Operator, ...]:
        """The shifter of the sum, whose level is not held."""
        return super().row_operators(sum_width)[:1]

    def scale_operators(self, count: int, sum_width: int) -> tuple[Operator, ...]:
        """The element's level is taken from that of the sum, and both are held."""
        width = self.family.width + 1
        rest = (Operator("subtract", (width,), 1, 1, "normalizer"), Operator("register", (width,), 1, 1, "normalizer"))
        return (*super().scale_operators(count, sum_width), *rest)

    def source_operators(self) -> tuple[Operator, ...]:
        """Every lane has a stream of its own rest."""
        return super().source_operators()[:-1]

    def limit_of(self, numerators: Real, denominators: Real) -> Real:
        """j / (j + k), where k is at least 0."""
        return numerators / np.maximum(numerators, denominators)

    @property
    def untouched(self) -> float:
        """The flip-flop stays as it is."""
        return float(self.start)

    def lane_operators(self) -> tuple[Operator, ...]:
        """The comparator of the rest, the flip-flop with its three gates."""
        rest = Operator("compare", (self.family.width,), 1, 1, "output")
        return (*self._comparator_and_counter(), rest, *JkDivider(self.start).operators(2, "output"))


@dataclass(frozen=True, kw_only=True)
class GainesQuotient(StreamQuotient):
    """A counter of `counter_width` bits in a feedback loop, with a random source of its own. start: None for half."""

    counter_width: int = 6
    start: int | None = None

    @property
    def sources_each(self) -> int:
        """Numerator, denominator, and that of the counter."""
        return 3

    def divided(
        self, numerators: Integers, denominators: Integers, first_source: int, encoder: Encoder = encode
    ) -> Streams:
        """Encode, divide."""
        a = encoder(self.family.source(first_source), numerators, self.length)
        b = encoder(self.family.source(first_source + 1), denominators, self.length)
        return self._divider(first_source)(a, b)

    def _divider(self, first_source: int) -> GainesDivider:
        own = SourceFamily(self.family.kind, self.counter_width, self.family.seed).source(first_source + 2)
        return GainesDivider(own, self.start)

    def limit_of(self, numerators: Real, denominators: Real) -> Real:
        """The stationary mean of the counter, which its ends pull away from a / b."""
        return closed_forms.gaines_limit(numerators, denominators, 1 << self.counter_width)

    @property
    def untouched(self) -> float:
        """The counter stays where it is."""
        return self._divider(0).initial / (1 << self.counter_width)

    def lane_operators(self) -> tuple[Operator, ...]:
        """The counter up and down, its comparator, the gates of its direction."""
        return (*self._comparator_and_counter(), *self._divider(0).operators(2, "output"))

    @property
    def sources(self) -> tuple[NumberSource, ...]:
        """Two of the family, and the counter's own, which is as wide as the counter."""
        return (self.family.source(0), self.family.source(1), self._divider(0).source)

    @property
    def random_bits(self) -> int:
        """Two levels, and the counter."""
        return 2 * self.family.width + self._divider(0).random_bits


def _shift(width: int, sum_width: int) -> Operator:
    """A division by the power of two that stands for 1 in a row."""
    return Operator("shift", (width, max(1, (sum_width - 1).bit_length())), 1, 1, "normalizer")
