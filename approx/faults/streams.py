"""Flipped bits of stochastic units: every cycle of every stream."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from approx.faults.design import COUNT, STREAMS, TERM, FaultyDesign, Live
from approx.faults.flips import Flips, Integers, Words, flipped
from approx.stochastic.exponentials import EncodedExponential
from approx.stochastic.generator import encode
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import Streams, masked, word_count
from approx.stochastic_softmax import StochasticSoftmax

BLOCK_WORDS = 1 << 16  # of one stream of the elements of a block, 512 KiB
QUOTIENT = 1 << 20  # places of the divider's streams: beyond those of every exponential


@dataclass(frozen=True, eq=False)
class NoisyEncoder:
    """Makes streams as `encode` does, a copy of its own for each element, and flips their bits.

    elements: keys, flat. places: the number of the place of each stream in turn.
    """

    flips: Flips
    elements: Words
    places: Iterator[int] = field(default_factory=lambda: itertools.count(STREAMS))

    def __call__(self, source: NumberSource, levels: ArrayLike, length: int) -> Streams:
        """The streams of levels (one for all elements, or one each)."""
        return self.noisy(encode(source, levels, length))

    def noisy(self, streams: Streams) -> Streams:
        """Streams with flips at the next place."""
        flips = self.flips.streams(self.elements, next(self.places), word_count(streams.length))
        return masked(streams.words ^ flips, streams.length)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FaultyStreams(FaultyDesign):
    """A stochastic softmax, streamed element by element: no table can stand for streams that flip."""

    of: StochasticSoftmax

    def computed(self, codes: Integers, live: Live, elements: Words) -> Integers:
        """As `StochasticSoftmax.definition`, with streams that flip."""
        terms = np.zeros(codes.shape, dtype=np.int64)
        levels = self.of.levels(codes, live)
        for some, position in self._sharing_sources(live):
            terms[some] = self._terms(levels[some], elements[some], position)
        sums = self.of.sums(terms)
        if self.of.quotient is None:
            return self.of.divided_in_binary(terms, sums)
        outputs = np.zeros(codes.shape, dtype=np.int64)
        operands = self.of.quotient.operand_levels(terms, sums, self.of.exponential.one)
        full = self.of.quotient.family.levels  # a level beyond it, which only a flip makes, is a stream of ones
        numerators, denominators = (np.minimum(levels, full) for levels in operands)
        for some, position in self._sharing_sources(live):
            outputs[some] = self._quotients(numerators[some], denominators[some], elements[some], position)
        return np.where(sums[:, None] > 0, outputs, 0)

    def _sharing_sources(self, live: Live) -> Iterator[tuple[tuple[Integers, ...], int]]:
        """The places of elements that read the same sources, and the position whose sources they are."""
        if self.of.sharing == "shared":
            yield np.nonzero(live), 0
            return
        for position in range(live.shape[1]):
            rows = np.flatnonzero(live[:, position])
            yield (rows, np.full(rows.size, position)), position

    def _terms(self, levels: Integers, elements: Words, position: int) -> Integers:
        """Counts of the exponentials of some elements (flat), as they are read from where they are kept."""
        exponential = self.of.exponential
        if self._in_binary:
            words = exponential.table(position)[levels]
            return flipped(words, self.flips.words(elements, TERM), exponential.one.bit_length())
        first = position * exponential.sources_each
        counts = np.empty(levels.size, dtype=np.int64)
        for block in _blocks(levels.size, exponential.length):
            encoder = NoisyEncoder(self.flips, elements[block])
            stream = exponential.stream(levels[block], first, encoder)
            assert stream is not None  # noqa: S101  not in binary
            if not self._is_wire:
                stream = encoder.noisy(stream)
            counts[block] = stream.drop(exponential.warmup).counts()
        if self.exposed == "datapath":
            return counts
        return flipped(counts, self.flips.words(elements, COUNT), exponential.one.bit_length())

    def _quotients(self, numerators: Integers, denominators: Integers, elements: Words, position: int) -> Integers:
        quotient = self.of.quotient
        assert quotient is not None  # noqa: S101  asked only where there is one
        counts = np.empty(numerators.size, dtype=np.int64)
        for block in _blocks(numerators.size, quotient.length):
            encoder = NoisyEncoder(self.flips, elements[block], itertools.count(QUOTIENT))
            first = position * quotient.sources_each
            streams = encoder.noisy(quotient.divided(numerators[block], denominators[block], first, encoder))
            counts[block] = streams.drop(quotient.warmup).counts()
        return counts

    @property
    def _in_binary(self) -> bool:
        """Whether the exponential is a binary number."""
        return not self.of.exponential.lane_operators()

    @property
    def _is_wire(self) -> bool:
        """Whether the stream that is counted is that of a generator."""
        return isinstance(self.of.exponential, EncodedExponential)

    @property
    def exposed_bits(self) -> int:
        """Streams times their cycles, and the words."""
        exponential, quotient = self.of.exponential, self.of.quotient
        word = exponential.one.bit_length()
        streams = exponential.sources_each + (0 if self._is_wire else 1)
        inside = word if self._in_binary else streams * exponential.length
        count = 0 if self._in_binary or self.exposed == "datapath" else word
        return self.kept_bits + inside + count + (3 * quotient.length if quotient else 0)


def _blocks(elements: int, length: int) -> Iterator[slice]:
    step = max(1, BLOCK_WORDS // word_count(length))
    return (slice(start, start + step) for start in range(0, elements, step))
