"""Stream number generators: levels and a source give streams.

Three forms of the same comparison R_t < k: written out (`reference`), 64 comparisons a word, and the table of the
streams of all levels, which is the memo of whatever shares a source.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.stochastic.encoding import checked_levels
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import WORD, Streams, Words, check_length, masked, word_count

Encoder: TypeAlias = Callable[[NumberSource, ArrayLike, int], Streams]  # what makes streams of levels, as `encode` does

LARGEST_TABLE = 1 << 21  # words, 16 MiB
BLOCK_CYCLES = 1 << 20  # whose numbers are kept at once
STREAMS_PER_LEVEL = 0.5  # below that many streams a level, comparing is faster than making the table


def reference(source: NumberSource, level: int, length: int) -> list[int]:
    """One stream, bit by bit: the definition."""
    return [int(number < level) for number in source.numbers(length)]


def encode(source: NumberSource, levels: ArrayLike, length: int, start: int = 0) -> Streams:
    """The streams of levels that share one source, from cycle `start` on.

    levels: integers in [0, source.levels], any shape. Raises ValueError for levels outside, and for more cycles
    than the source's period unless it repeats.
    """
    check_length(length)
    source.check_period(start + length)
    levels = checked_levels(levels, source.levels)
    if start == 0 and levels.size >= streams_for_table(source, length):
        return encode_by_table(source, levels, length)
    return encode_by_comparison(source, levels, length, start)


def streams_for_table(source: NumberSource, length: int) -> float:
    """From how many streams on the table of all levels is the faster way; infinite where it would be too large."""
    fits = (source.levels + 1) * word_count(length) <= LARGEST_TABLE
    return STREAMS_PER_LEVEL * source.levels if fits else math.inf


def encode_by_comparison(source: NumberSource, levels: NDArray[np.int64], length: int, start: int = 0) -> Streams:
    """The same, comparing in every cycle; the numbers of a block of cycles are kept at a time."""
    if length <= BLOCK_CYCLES:
        return masked(_compared(source, levels, length, start).reshape(*levels.shape, -1), length)
    out = np.empty((levels.size, word_count(length)), dtype=np.uint64)
    for first in range(0, length, BLOCK_CYCLES):
        cycles = min(BLOCK_CYCLES, length - first)
        words = slice(first // WORD, first // WORD + word_count(cycles))
        out[:, words] = _compared(source, levels, cycles, start + first)
    return masked(out.reshape(*levels.shape, -1), length)


def _compared(source: NumberSource, levels: NDArray[np.int64], length: int, start: int) -> Words:
    """Words of flat streams, whatever stands in the tail of the last one."""
    from approx.stochastic import kernels  # noqa: PLC0415  imports numba, needed only when streams are made

    out = np.empty((levels.size, word_count(length)), dtype=np.uint64)
    narrow = np.uint16 if source.levels < 1 << 16 else np.int32
    numbers = np.zeros((word_count(length), WORD), dtype=narrow)
    numbers.reshape(-1)[:length] = source.numbers(length, start)
    bit = np.uint64(1) << np.arange(WORD, dtype=np.uint64)
    kernels.compare(numbers, levels.ravel().astype(narrow), bit, out)
    return out


def encode_by_table(source: NumberSource, levels: NDArray[np.int64], length: int) -> Streams:
    """The same, copying rows of the level table."""
    from approx.stochastic import kernels  # noqa: PLC0415

    table = level_table(source, length)
    out = np.empty((levels.size, table.shape[1]), dtype=np.uint64)
    kernels.gather(table, levels.ravel(), out)
    return Streams(out.reshape(*levels.shape, -1), length)


def encode_with_phases(source: NumberSource, levels: ArrayLike, phases: ArrayLike, length: int) -> Streams:
    """The streams of levels that read one source each at its own phase (added to that of the source).

    levels, phases: integers that broadcast. A cheap way to many operands; how independent they are depends on the
    source (a shifted van der Corput sequence is not).

    Raises ValueError for levels outside [0, source.levels], negative phases, and more cycles than the period
    unless the source repeats.
    """
    from approx.stochastic import kernels  # noqa: PLC0415

    levels, phases = np.broadcast_arrays(checked_levels(levels, source.levels), np.asarray(phases, dtype=np.int64))
    if np.any(phases < 0):
        raise ValueError(f"phase {phases.min()}: a source cannot have started in the future; use 0 or more")
    check_length(length)
    source.check_period(length)
    if source.period is not None:
        phases = phases % source.period
    span = int(phases.max(initial=0)) + length + 64
    if (source.levels + 1) * word_count(span) > LARGEST_TABLE:
        return _one_by_one(source, levels, phases, length)
    table = _filled(source.at(source.phase + np.arange(span, dtype=np.int64)), source.levels)
    out = np.empty((levels.size, word_count(length)), dtype=np.uint64)
    kernels.gather_shifted(table, levels.ravel(), phases.ravel(), out)
    return masked(out.reshape(*levels.shape, -1), length)


def level_table(source: NumberSource, length: int) -> Words:
    """The words of the streams of levels 0 ... source.levels, uint64, read-only: (levels + 1) x words."""
    return _level_table(source, length)


@functools.lru_cache(maxsize=16)
def _level_table(source: NumberSource, length: int) -> Words:
    table = _filled(source.numbers(length), source.levels)
    table.setflags(write=False)
    return table


def _filled(numbers: NDArray[np.int64], levels: int) -> Words:
    from approx.stochastic import kernels  # noqa: PLC0415

    table = np.zeros((levels + 1, word_count(numbers.size)), dtype=np.uint64)
    kernels.fill_level_table(numbers, table)
    return table


def _one_by_one(source: NumberSource, levels: NDArray[np.int64], phases: NDArray[np.int64], length: int) -> Streams:
    out = np.empty((*levels.shape, word_count(length)), dtype=np.uint64)
    for where in np.ndindex(levels.shape):
        out[where] = encode_by_comparison(source.shifted(int(phases[where])), levels[where], length).words
    return Streams(out, length)
