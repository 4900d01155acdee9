"""Sources that no circuit has: the references that circuits are compared with."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.stochastic import random_numbers
from approx.stochastic.number_source import Integers, NumberSource


@dataclass(frozen=True, kw_only=True)
class _Seeded(NumberSource):
    """seed, stream: two different pairs give independent sources."""

    seed: int = 0
    stream: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.seed < 0 or self.stream < 0:
            raise ValueError(f"seed = {self.seed}, stream = {self.stream}: both are 0 or more")

    def operators(self, length: int) -> tuple[Operator, ...]:
        """None: a reference, not a circuit."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Independent(_Seeded):
    """Independent uniform numbers: the top bits of a counter-based generator keyed by (seed, stream, cycle)."""

    def at(self, cycles: Integers) -> Integers:
        """Random numbers of the cycles."""
        words = random_numbers.words(random_numbers.key(self.seed, self.stream), cycles)
        return (words >> np.uint64(64 - self.width)).astype(np.int64)

    @property
    def period(self) -> None:
        """None."""


@dataclass(frozen=True, kw_only=True)
class Permutation(_Seeded):
    """A random permutation of 0 ... 2**width - 1 (Fisher and Yates), repeated: exact streams in random order."""

    def at(self, cycles: Integers) -> Integers:
        """Entries of the permutation."""
        return _permutation(self.seed, self.stream, self.width)[cycles % self.levels]

    @property
    def period(self) -> int:
        """2**width."""
        return self.levels


@functools.lru_cache(maxsize=64)
def _permutation(seed: int, stream: int, width: int) -> Integers:
    order = random_numbers.permutation(random_numbers.key(seed, stream), 1 << width)
    order.setflags(write=False)
    return order
