"""A running maximum rescales the sum so far: what an element is left with lies in an interval, whatever the order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.reference import OnlineMaximum, RescaledMaximum

Integers = NDArray[np.int64]

FINE_BITS = 10  # below a step of the sum
MOST_STEPS = 1 << 26


@dataclass(frozen=True)
class Contributions:
    """What an element of each final difference adds to the final sum, at least and at most, in 1/scale of a step.

    lost: how many of these units all truncations together can lose.
    """

    low: Integers
    high: Integers
    scale: int
    lost: int


def contributions(design: Softmax, row_length: int) -> Contributions:
    """The shortest and the longest path from entering a sum to the final reference, over all growths between.

    An element enters with the exponential of some smaller difference and is multiplied at every growth, so its share
    is the product of one exponential and of multipliers whose growths add up: dynamic programming over differences.
    There is at most one growth after each chunk but the last.
    Raises ValueError where a sum could overflow on its way, or where multipliers do not shrink it.
    """
    reference, accumulator = design.reference, design.accumulator
    assert isinstance(reference, OnlineMaximum | RescaledMaximum)  # noqa: S101  the caller asked
    assert isinstance(accumulator, Accumulator)  # noqa: S101  these references have no other
    terms = design.tables.terms[0][: design.tables.terms.shape[1] // 2].astype(np.int64)
    most = row_length * int(terms.max()) >> accumulator.drop
    if most > accumulator.highest:
        raise ValueError(
            f"{design.name}: {row_length} terms can sum to {most}, beyond the {accumulator.highest} that the "
            "accumulator holds, before the sum is rescaled; certificates of running maxima need the room"
        )
    chunks = -(-row_length // reference.lanes)
    low, high = _grown(terms << FINE_BITS, _growths(reference, terms), chunks - 1)
    drop = accumulator.drop
    cut = chunks * ((1 << drop) - 1) << FINE_BITS
    scale = 1 << (FINE_BITS + drop)
    return Contributions(low, high, scale, cut + _lost_by_growth(design, reference, terms) * scale)


def _grown(fine: Integers, growths: Integers, count: int) -> tuple[Integers, Integers]:
    """The least and the largest share at each difference after up to `count` growths; any number where that is long."""
    grown, times, bits = growths.T
    low = high = fine
    one_by_one = fine.size * grown.size * count <= MOST_STEPS
    for _ in range(count if one_by_one else 1):
        next_low, next_high = low.copy(), high.copy()
        from_low, from_high = (low, high) if one_by_one else (next_low, next_high)  # in place: growths pile up
        for position in range(int(grown.min()), fine.size):
            usable = grown <= position
            before = position - grown[usable]
            least = from_low[before] * times[usable] >> bits[usable]
            most = -(-from_high[before] * times[usable] >> bits[usable])
            next_low[position] = min(next_low[position], int(least.min()))
            next_high[position] = max(next_high[position], int(most.max()))
        if (next_low == low).all() and (next_high == high).all():
            break
        low, high = next_low, next_high
    return low, high


def _growths(reference: OnlineMaximum | RescaledMaximum, terms: Integers) -> Integers:
    """Growths of the reference in codes, and what they multiply a sum by: times and a shift to the right."""
    if isinstance(reference, RescaledMaximum):
        grown = np.arange(1, terms.size, dtype=np.int64)
        return np.stack([grown, terms[1:], np.full(grown.size, reference.one_bits)], axis=1)
    unit = 1 << reference.unit_bits
    grown = np.arange(unit, terms.size + unit, unit, dtype=np.int64)
    shifts = np.minimum(reference.growth(grown), 62)
    return np.stack([grown, np.ones_like(grown), shifts], axis=1)


def _lost_by_growth(design: Softmax, reference: OnlineMaximum | RescaledMaximum, terms: Integers) -> int:
    """Steps of the sum that growths lose: each less than one, and it shrinks with the sum at every later growth."""
    if isinstance(reference, OnlineMaximum):
        return 2  # a growth that loses anything halves what was lost before
    largest = int(terms[1:].max())
    if largest >= 1 << reference.one_bits:
        raise ValueError(f"{design.name}: a growth of the maximum by one code does not shrink the sum; certificates of "
                         "running maxima need that")  # fmt: skip
    one = 1 << reference.one_bits
    return -(-one // (one - largest))
