"""Rows of input codes that corner a softmax unit: extremes, ties, every distance of two codes, and random rows.

All are functions of the format, the lengths and a generator: the same seed gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from approx.float_format import FloatFormat
from experiments.levels import Levels

if TYPE_CHECKING:
    from approx.design import Design

Integers = NDArray[np.int64]
Draw = Callable[["Design", np.random.Generator, tuple[int, int]], Integers]

LENGTHS = (1, 2, 3, 7, 8, 16, 17, 64, 100, 257)
ROWS = 2000
PAIRS = 1 << 16  # at most so many pairs of codes: all of them where the format has 8 bits
SIGMAS = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)  # of normal logits


def rows(design: Design, lengths: Sequence[int], count: int, rng: np.random.Generator) -> list[Integers]:
    """`count` rows, each an array of input codes; cornering rows of every length, then pairs, then random rows.

    Where `count` is less than the cornering rows are, a selection of them that is spread over all.
    """
    cornering = [row for length in lengths for row in _cornering(design, length, rng)]
    if 2 in lengths:
        cornering += list(_pairs(Levels(design.input), max(count // 4, count - 2 * len(cornering))))
    if count <= len(cornering):
        return [cornering[which] for which in np.linspace(0, len(cornering) - 1, count).astype(int)]
    return cornering + list(_random(design, lengths, count - len(cornering), rng))


def codes(levels: Levels, rng: np.random.Generator) -> Integers:
    """Codes for a unit that takes one: all up to 2**16, else both ends, the powers of two, and random ones between."""
    low, high = levels.format.lowest, levels.format.highest
    if high - low < 1 << 16:
        return np.arange(low, high + 1, dtype=np.int64)
    ends = np.arange(1 << 10)
    steps = 1 << np.arange(levels.format.width)
    powers = np.concatenate([steps - 1, steps, steps + 1, -steps - 1, -steps, 1 - steps])
    found = np.concatenate([low + ends, high - ends, powers, rng.integers(low, high, 1 << 16, endpoint=True)])
    return np.unique(found[(found >= low) & (found <= high)])


def _cornering(design: Design, length: int, rng: np.random.Generator) -> Iterator[Integers]:
    """Rows that wrap, saturate or tie where something is a bit too narrow."""
    levels = Levels(design.input)
    low, middle, high = 0, levels.count // 2, levels.count - 1
    for level in (low, middle, high):
        yield levels.code(np.full(length, level))
    if length == 1:
        return
    place = int(rng.integers(length))
    for one, others in ((high, low), (low, high), (middle, low), (high, middle)):
        for where in dict.fromkeys((0, place, length - 1)):
            row = np.full(length, others)
            row[where] = one
            yield levels.code(row)
    for top in (high, middle):  # near ties: the largest codes are one or two steps apart
        yield levels.code(top - rng.integers(0, 2, length))
        yield levels.code(top - rng.integers(0, 3, length))
    steps = np.arange(length)
    yield levels.code(high - steps)
    yield levels.code(low + steps)
    whole = np.round(np.linspace(low, high, length)).astype(np.int64)
    yield levels.code(whole)
    yield levels.code(whole[::-1])
    yield levels.code(np.where(steps % 2 == 0, low, high))


def _pairs(levels: Levels, count: int) -> Iterator[Integers]:
    """All pairs of two codes, or where these are more than `count` the highest code beside as many others."""
    if levels.count**2 <= min(count, PAIRS):
        first, second = np.divmod(np.arange(levels.count**2), levels.count)
    else:
        second = np.unique(np.linspace(0, levels.count - 1, min(count, levels.count)).astype(np.int64))
        first = np.full(second.size, levels.count - 1)
    yield from np.stack([levels.code(first), levels.code(second)], axis=1)


def _random(design: Design, lengths: Sequence[int], count: int, rng: np.random.Generator) -> Iterator[Integers]:
    """Random rows, as many of each kind and length as can be."""
    kinds: list[Draw] = [*map(_normal, SIGMAS), _uniform, _around_the_top, _heavy_tail]
    cells = [(kind, length) for length in lengths for kind in kinds]
    for number, (kind, length) in enumerate(cells):
        share = count // len(cells) + (number < count % len(cells))
        if share:
            yield from kind(design, rng, (share, length))


def _normal(sigma: float) -> Draw:
    def draw(design: Design, rng: np.random.Generator, shape: tuple[int, int]) -> Integers:
        return design.quantize(rng.normal(0, sigma, shape)).astype(np.int64)

    return draw


def _heavy_tail(design: Design, rng: np.random.Generator, shape: tuple[int, int]) -> Integers:
    return design.quantize(rng.standard_t(1.5, shape)).astype(np.int64)


def _uniform(design: Design, rng: np.random.Generator, shape: tuple[int, int]) -> Integers:
    """Every code alike; of a float format finite numbers of every magnitude."""
    levels = Levels(design.input)
    return levels.code(rng.integers(0, levels.count, shape))


def _around_the_top(design: Design, rng: np.random.Generator, shape: tuple[int, int]) -> Integers:
    """Up to 32 steps below the highest code of a row that itself lies anywhere."""
    levels = Levels(design.input)
    top = rng.integers(0, levels.count, (shape[0], 1))
    reach = 32 if isinstance(design.input, FloatFormat) else min(32, levels.count)
    return levels.code(top - rng.integers(0, reach, shape))
