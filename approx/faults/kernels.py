"""The compiled kernel of flipped bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.jit import compiled
from approx.stochastic.random_numbers import FIRST, GOLDEN, SECOND

Array = NDArray[Any]

STEP, ONE_FACTOR, OTHER_FACTOR = np.uint64(GOLDEN), np.uint64(FIRST), np.uint64(SECOND)
NONE, ONE = np.uint64(0), np.uint64(1)


@compiled
def set_bits(keys: Array, level: np.uint64, bits: int, out: Array) -> None:
    """`out` (uint64, like `keys`): words whose bits are 1 where `bits` random bits, most significant first, are below
    `level` of 2**bits. Plane b of a word is word b of the SplitMix64 sequence of its key; planes stop being drawn once
    every bit is decided, some eight of them."""
    for i in range(keys.size):
        state, word, undecided = keys[i], NONE, ~NONE
        for plane in range(bits):
            state += STEP
            fresh = (state ^ (state >> np.uint64(30))) * ONE_FACTOR
            fresh = (fresh ^ (fresh >> np.uint64(27))) * OTHER_FACTOR
            fresh ^= fresh >> np.uint64(31)
            if (level >> np.uint64(bits - 1 - plane)) & ONE:
                word |= undecided & fresh
                undecided &= ~fresh
            else:
                undecided &= fresh
            if undecided == NONE:
                break
        out[i] = word
