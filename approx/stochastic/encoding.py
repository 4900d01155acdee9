"""Real numbers as levels, and levels as streams.

A level k is an integer from 0 to 2**width inclusive, so that 0 and 1 can both be represented.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.stochastic.number_source import MAX_WIDTH
from approx.stochastic.streams import Streams, word_count

Integers = NDArray[np.int64]
Ties = Literal["up", "even"]


def unipolar_levels(p: ArrayLike, width: int, ties: Ties = "up") -> Integers:
    """The nearest levels of probabilities: floor(p * 2**width + 1/2), clipped to [0, 2**width]; int64, as `p` shaped.

    ties: "up" or "even". Raises ValueError for NaN and for widths that no source has.
    """
    if not 1 <= width <= MAX_WIDTH:
        raise ValueError(f"width = {width}: levels have 1 to {MAX_WIDTH} bits")
    if ties not in ("up", "even"):
        raise ValueError(f"ties = {ties!r}: a tie goes up or to the even level")
    scaled = np.asarray(p, dtype=np.float64) * (1 << width)
    if np.isnan(scaled).any():
        raise ValueError("a probability is NaN, which no level stands for")
    scaled = np.clip(scaled, 0, 1 << width)
    return (np.rint(scaled) if ties == "even" else np.floor(scaled + 0.5)).astype(np.int64)


def bipolar_levels(v: ArrayLike, width: int, ties: Ties = "up") -> Integers:
    """The levels of values in [-1, 1]: those of the probability (v + 1) / 2."""
    return unipolar_levels((np.asarray(v, dtype=np.float64) + 1) / 2, width, ties)


def two_rail_levels(v: ArrayLike, width: int, ties: Ties = "up") -> tuple[Integers, Integers]:
    """The levels of the positive and the negative rail of values in [-1, 1]; one of the two is 0."""
    v = np.asarray(v, dtype=np.float64)
    return unipolar_levels(v, width, ties), unipolar_levels(-v, width, ties)


def unipolar_value(levels: ArrayLike, width: int) -> NDArray[np.float64]:
    """k / 2**width."""
    return np.asarray(levels) / float(1 << width)


def bipolar_value(levels: ArrayLike, width: int) -> NDArray[np.float64]:
    """2 k / 2**width - 1."""
    return 2 * unipolar_value(levels, width) - 1


def thermometer(levels: ArrayLike, length: int) -> Streams:
    """Streams whose first k bits are 1: k wires of a parallel code, or a race. levels: integers 0 to `length`."""
    levels = checked_levels(levels, length)
    starts = np.arange(word_count(length), dtype=np.int64) * 64
    filled = np.clip(levels[..., None] - starts, 0, 64).astype(np.uint64)
    ones = ~np.uint64(0) >> (np.uint64(64) - np.maximum(filled, np.uint64(1)))  # a shift by 64 is undefined
    return Streams(np.where(filled > 0, ones, np.uint64(0)), length)


def checked_levels(levels: ArrayLike, highest: int) -> Integers:
    """Levels as int64; TypeError for what is no integer, ValueError outside [0, highest]."""
    levels = np.asarray(levels)
    if levels.dtype.kind not in "iu":
        raise TypeError(
            f"levels are {levels.dtype}; they are integers (unipolar_levels and bipolar_levels round numbers)"
        )
    wrong = (levels < 0) | (levels > highest)
    if np.any(wrong):
        raise ValueError(f"level {levels[wrong].flat[0]} is outside [0, {highest}]")
    return levels.astype(np.int64, copy=False)
