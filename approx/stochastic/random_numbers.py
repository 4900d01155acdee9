"""Counter-based random numbers in integer arithmetic: the same bits on every platform, in any order, without state.

The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
OOPSLA 2014); a word is the mixed sum of a key and a multiple of the golden ratio.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

GOLDEN = 0x9E3779B97F4A7C15  # odd, 2**64 / golden ratio
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
ALL = (1 << 64) - 1


def mixed(words: NDArray[Any]) -> Words:
    """A bijection of 64-bit words whose output looks random for consecutive inputs. words: uint64, any shape."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(FIRST)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(SECOND)
    return words ^ (words >> np.uint64(31))


def key(seed: int, *path: int) -> int:
    """A 64-bit key for a seed and any further numbers, such as that of a stream."""
    if seed < 0:
        raise ValueError(f"seed = {seed}; a seed is 0 or more")
    word = 0
    for number in (seed, *path):
        word = _mixed_integer((word + GOLDEN * (1 + (number & ALL))) & ALL)
        word ^= number >> 64
    return word


def words(of_key: int, counters: NDArray[np.int64]) -> Words:
    """The random words of a key at the given counters (int64, any shape), uint64."""
    return mixed(np.uint64(of_key) + (counters.astype(np.uint64) + np.uint64(1)) * np.uint64(GOLDEN))


def permutation(of_key: int, size: int) -> NDArray[np.int64]:
    """A shuffle of 0 ... size - 1 by Fisher and Yates, its draws off from uniform by less than size / 2**64."""
    order = list(range(size))
    draws = [int(word) for word in words(of_key, np.arange(size, dtype=np.int64))]
    for last in range(size - 1, 0, -1):
        other = (draws[last] * (last + 1)) >> 64
        order[last], order[other] = order[other], order[last]
    return np.array(order, dtype=np.int64)


def _mixed_integer(word: int) -> int:
    word = ((word ^ (word >> 30)) * FIRST) & ALL
    word = ((word ^ (word >> 27)) * SECOND) & ALL
    return word ^ (word >> 31)
