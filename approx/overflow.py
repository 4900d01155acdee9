"""Which rows a design's accumulator does not hold: an overflow is part of a design, and worth counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import blocks
from approx.accumulator import Accumulator

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]

WIDEST = 62  # bits of an accumulator in int64


def overflowed(
    design: Softmax, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    """Where the sum of a row differs from that of an accumulator of 62 bits: it wrapped or saturated.

    codes: flat, offsets: int64[R + 1], as for `codes_ragged`. Returns bool[R]. False for float sums, and for
    accumulators wider than 62 bits, which are as wide as their rows need.
    """
    found = np.zeros(offsets.size - 1, dtype=bool)
    accumulator = design.accumulator
    if not isinstance(accumulator, Accumulator) or accumulator.is_wide or not found.size:
        return found
    longest = int(np.diff(offsets).max())
    if design.for_row_length(longest).largest[0] * longest >> accumulator.drop <= accumulator.highest:
        return found
    wide = Accumulator(WIDEST, "saturate", accumulator.drop)
    row_of = np.repeat(np.arange(found.size), np.diff(offsets))
    for elements, length in blocks.equal_rows(offsets):
        unit, policy = design.for_row_length(length).exp, design.reference
        live = None if masked is None else ~masked[elements].reshape(-1, length)
        block = codes[elements].astype(np.int64).reshape(-1, length)
        block = block if live is None else np.where(live, block, design.input.lowest)
        held, exact = (policy.reduce(block, live, unit, each, design.input.lowest)[0] for each in (accumulator, wide))
        found[row_of[elements][::length]] = held != exact
    return found
