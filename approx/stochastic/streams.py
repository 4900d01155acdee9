"""Bitstreams, 64 cycles a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.uint64]
Integers = NDArray[np.int64]

WORD = 64  # cycles in a word
MAX_LENGTH = 1 << 40  # far beyond memory: what is streamed in blocks is never longer


@dataclass(frozen=True, eq=False)
class Streams:
    """Bitstreams of one length. words: uint64, ... x ceil(length / 64); cycle t is bit t % 64 of word t // 64.

    Bits at `length` and beyond are zero, and every operation keeps them so. Indexing and shape are those of the array
    of streams, without the axis of words. Raises ValueError for other shapes, set bits in the tail, and length 0.
    """

    words: Words
    length: int

    def __post_init__(self) -> None:
        check_length(self.length)
        if self.words.dtype != np.uint64 or self.words.shape[-1:] != (word_count(self.length),):
            raise ValueError(
                f"words are {self.words.dtype} of shape {self.words.shape}; streams of {self.length} cycles are uint64 "
                f"with {word_count(self.length)} words on the last axis"
            )
        if self.length % WORD and np.any(self.words[..., -1] & ~last_word(self.length)):
            raise ValueError(f"a bit beyond cycle {self.length - 1} is set; the tail of the last word must be zero")

    @classmethod
    def pack(cls, bits: ArrayLike) -> Streams:
        """Streams from bits (0 or 1, any integer or boolean type), ... x length."""
        bits = np.asarray(bits)
        if bits.ndim == 0:
            raise ValueError("a single number is no stream; the last axis of the bits is time")
        check_length(bits.shape[-1])
        if np.any((bits != 0) & (bits != 1)):
            raise ValueError(f"bits run from {bits.min()} to {bits.max()}; a bit is 0 or 1")
        words = np.zeros((*bits.shape[:-1], word_count(bits.shape[-1]) * 8), dtype=np.uint8)
        packed = np.packbits(bits.astype(np.uint8), axis=-1, bitorder="little")
        words[..., : packed.shape[-1]] = packed
        return cls(_native(words), bits.shape[-1])

    def unpack(self) -> NDArray[np.uint8]:
        """The bits, uint8, ... x length."""
        octets = np.ascontiguousarray(self.words).astype("<u8", copy=False).view(np.uint8)
        return np.unpackbits(octets, axis=-1, count=self.length, bitorder="little")

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array of streams."""
        return self.words.shape[:-1]

    def counts(self) -> Integers:
        """Ones of each stream, int64, 0 to length inclusive: the counter that reads it has an extra bit."""
        return np.bitwise_count(self.words).sum(axis=-1, dtype=np.int64)

    def unipolar(self) -> NDArray[np.float64]:
        """The fraction of ones, 0 to 1."""
        return self.counts() / self.length

    def bipolar(self) -> NDArray[np.float64]:
        """Twice the fraction of ones minus 1, -1 to 1."""
        return self.unipolar() * 2 - 1

    def prefix_counts(self) -> Integers:
        """Ones among the first 1, 2, ... length cycles, int64, ... x length."""
        return np.cumsum(self.unpack(), axis=-1, dtype=np.int64)

    def prefix_counts_by_word(self) -> Integers:
        """Ones at the end of each word, int64, ... x words, without unpacking."""
        return np.cumsum(np.bitwise_count(self.words), axis=-1, dtype=np.int64)

    def drop(self, cycles: int) -> Streams:
        """The streams without their first `cycles` cycles: what is left after a warm-up."""
        check_warmup(cycles, self.length)
        if cycles % WORD:
            return Streams.pack(self.unpack()[..., cycles:])
        return Streams(np.ascontiguousarray(self.words[..., cycles // WORD :]), self.length - cycles)

    def __getitem__(self, index: Any) -> Streams:
        index = index if isinstance(index, tuple) else (index,)
        if Ellipsis not in index:
            index = (*index, Ellipsis)
        return Streams(self.words[(*index, slice(None))], self.length)

    def __and__(self, other: Streams) -> Streams:
        same_length(self, other)
        return Streams(self.words & other.words, self.length)

    def __or__(self, other: Streams) -> Streams:
        same_length(self, other)
        return Streams(self.words | other.words, self.length)

    def __xor__(self, other: Streams) -> Streams:
        same_length(self, other)
        return Streams(self.words ^ other.words, self.length)

    def __invert__(self) -> Streams:
        return masked(~self.words, self.length)


def check_length(length: int) -> None:
    """Refuse a stream of no cycles, or of more than can be simulated: ValueError; TypeError for what is no integer."""
    if not isinstance(length, int | np.integer):
        raise TypeError(f"a length of {length!r}; cycles are counted in whole numbers")
    if not 1 <= length <= MAX_LENGTH:
        raise ValueError(f"a stream of {length} cycles cannot be made; a length is 1 to 2**40 cycles")


def check_warmup(warmup: int, length: int) -> None:
    """Refuse a length as `check_length` does, and a warm-up that is below 0 or leaves no cycle: ValueError."""
    check_length(length)
    if not 0 <= warmup < length:
        raise ValueError(f"a warm-up of {warmup} cycles leaves nothing of {length}; it is at least 0 and shorter")


def same_length(*streams: Streams) -> int:
    """The common length of the operands; ValueError where they differ."""
    lengths = [stream.length for stream in streams]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"operands have {' and '.join(map(str, lengths))} cycles; a circuit reads all its inputs in the same "
            "cycles, so they need one length"
        )
    return lengths[0]


def word_count(length: int) -> int:
    """Words of a stream."""
    return -(-length // WORD)


def last_word(length: int) -> np.uint64:
    """The bits of the last word that belong to a stream."""
    return np.uint64((1 << ((length - 1) % WORD + 1)) - 1)


def masked(words: Words, length: int) -> Streams:
    """Words as streams, with the tail of the last one cleared in place."""
    if length % WORD:
        words[..., -1] &= last_word(length)
    return Streams(words, length)


def rows(stream: Streams, shape: Sequence[int]) -> Words:
    """The words of a stream broadcast to `shape`, as contiguous rows for a kernel."""
    count = stream.words.shape[-1]
    if stream.shape == tuple(shape):
        return np.ascontiguousarray(stream.words).reshape(-1, count)
    return np.ascontiguousarray(np.broadcast_to(stream.words, (*shape, count))).reshape(-1, count)


def _native(octets: NDArray[np.uint8]) -> Words:
    return octets.view("<u8").astype(np.uint64, copy=False)
