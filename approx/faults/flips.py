"""Which bits flip: random bits that follow from a seed and from the row they are in, so that a call stays pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.stochastic import random_numbers
from approx.stochastic.metrics import RATE_BITS

Integers = NDArray[np.int64]
Words = NDArray[np.uint64]

MASKED = np.uint64(1 << 63)  # stands for the code of an element that is left out
STEP = np.uint64(random_numbers.GOLDEN)


@dataclass(frozen=True)
class Flips:
    """Every exposed bit flips with probability `rate`, rounded to a multiple of 2**-32, independently of all others.

    The bits depend on the seed, on the input codes of the whole row, on the element's position in it and on the place
    in the circuit, and on nothing else: a row gives the same wherever it stands and whatever is computed with it, equal
    rows meet equal flips, and another seed flips other bits. Raises ValueError for rates outside [0, 1] and seeds
    below 0.
    """

    rate: float
    seed: int

    def __post_init__(self) -> None:
        check_rate(self.rate)
        random_numbers.key(self.seed)  # its own check

    def elements(self, codes: Integers, live: NDArray[np.bool_]) -> Words:
        """A key for each element of rows x elements, uint64."""
        positions = (np.arange(codes.shape[1], dtype=np.uint64) + np.uint64(1)) * STEP
        letters = random_numbers.mixed(np.where(live, codes, np.int64(0)).astype(np.uint64) ^ np.where(live, 0, MASKED))
        rows = random_numbers.mixed(letters + positions).sum(axis=1, dtype=np.uint64)
        return random_numbers.mixed(
            random_numbers.mixed(rows ^ np.uint64(random_numbers.key(self.seed)))[:, None] + positions
        )

    def words(self, elements: Words, place: int) -> Words:
        """A word of flips for each element (any shape) at a place of the circuit."""
        return self._set(random_numbers.mixed(elements ^ np.uint64(random_numbers.key(place))))

    def streams(self, elements: Words, place: int, words: int) -> Words:
        """Flips of a stream of so many words for each of the elements (flat), elements x words."""
        of_place = random_numbers.mixed(elements ^ np.uint64(random_numbers.key(place)))
        numbers = (np.arange(words, dtype=np.uint64) + np.uint64(1)) * STEP
        return self._set(random_numbers.mixed(of_place[:, None] + numbers))

    def _set(self, keys: Words) -> Words:
        from approx.faults import kernels  # noqa: PLC0415  imports numba, needed only when bits are drawn

        level = round(self.rate * (1 << RATE_BITS))
        if level == 1 << RATE_BITS:
            return np.full(keys.shape, ~np.uint64(0))
        out = np.empty(keys.shape, dtype=np.uint64)
        kernels.set_bits(keys.reshape(-1), np.uint64(level), RATE_BITS, out.reshape(-1))
        return out


def check_rate(rate: float) -> None:
    """Refuse what is no probability, with ValueError."""
    if not 0 <= rate <= 1:
        raise ValueError(f"rate = {rate}; bits flip with a probability from 0 to 1")


def flipped(values: NDArray[Any], flips: Words, width: int, *, signed: bool = False) -> Integers:
    """Integers of `width` bits (two's complement if signed) with the low `width` bits of `flips` inverted, int64."""
    low = np.int64((1 << width) - 1)
    words = (values.astype(np.int64) ^ flips.view(np.int64)) & low
    return np.where(words >> np.int64(width - 1) == 1, words - low - 1, words) if signed else words
