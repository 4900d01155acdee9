"""Random numbers that are the same on every platform and with every version of NumPy.

NumPy promises to keep the raw words of its bit generators, not what `Generator.normal` makes of them, and the system's
`log` and `exp` differ in the last bit. So a draw here is a raw word, a table of quantiles rounded to a grid that
no difference in the last bits can cross, and IEEE arithmetic: additions, products, comparisons.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
from numpy.typing import NDArray

CELLS = 1 << 16
GRID = 2.0**-24
STANDARD_NORMAL = NormalDist()

Quantile = Callable[[float], float]
Shape = tuple[int, ...]


def normal(probability: float) -> float:
    """The quantile of the normal distribution with mean 0 and standard deviation 1."""
    return STANDARD_NORMAL.inv_cdf(probability)


def gumbel(probability: float) -> float:
    """The quantile of the Gumbel distribution (skewed upwards), scaled to mean 0 and standard deviation 1."""
    euler_gamma = 0.57721566490153286
    return (-math.log(-math.log(probability)) - euler_gamma) * math.sqrt(6) / math.pi


@functools.cache
def quantile_table(quantile: Quantile) -> NDArray[np.float64]:
    """`quantile` at the borders of CELLS equally likely cells, in multiples of GRID; float64[CELLS + 1].

    The two outermost borders would be infinite and stand a quarter of a cell inwards: a normal draw ends at 4.5.
    """
    inner = (border / CELLS for border in range(1, CELLS))
    borders = [quantile(0.25 / CELLS), *map(quantile, inner), quantile(1 - 0.25 / CELLS)]
    return np.rint(np.array(borders) / GRID) * GRID


@dataclass(frozen=True)
class Stream:
    """Draws from a generator; each call takes its next words.

    rng: its bit generator must give 64 bits a word, as all of NumPy's but MT19937 do (ValueError).
    """

    rng: np.random.Generator

    def __post_init__(self) -> None:
        if isinstance(self.rng.bit_generator, np.random.MT19937):
            raise ValueError("MT19937 gives 32 bits a word; use numpy.random.default_rng(seed), which gives 64")

    def words(self, shape: Shape) -> NDArray[np.uint64]:
        """Uniform integers from 0 to 2**32 - 1, as uint64 so that products do not wrap."""
        count = math.prod(shape)
        raw = self.rng.bit_generator.random_raw((count + 1) // 2)
        halves = np.asarray(raw, dtype="<u8").view("<u4")[:count]
        return halves.reshape(shape).astype(np.uint64)

    def distributed(self, quantile: Quantile, shape: Shape) -> NDArray[np.float64]:
        """Draws from the distribution with this quantile function: a cell, then uniform inside the cell."""
        table = quantile_table(quantile)
        words = self.words(shape)
        cell = (words >> np.uint64(16)).astype(np.int64)
        position = ((words & np.uint64(0xFFFF)).astype(np.float64) + 0.5) / 65536
        low = table[cell]
        return low + (table[cell + 1] - low) * position

    def normal(self, shape: Shape) -> NDArray[np.float64]:
        """Normal draws with mean 0 and standard deviation 1, cut at 4.5."""
        return self.distributed(normal, shape)

    def below(self, limit: int, shape: Shape) -> NDArray[np.int64]:
        """Integers from 0 to limit - 1, each with probability 1 / limit up to limit / 2**32."""
        return ((self.words(shape) * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)

    def chance(self, probability: float, shape: Shape) -> NDArray[np.bool_]:
        """True with `probability`."""
        return self.words(shape) < np.uint64(round(probability * 2**32))


@dataclass(frozen=True)
class Draws:
    """Two streams: `rows` for what is drawn once a row, `elements` for the rest.

    So workloads of different row lengths have the same rows otherwise: the same heads, gaps, live parts.
    """

    rows: Stream
    elements: Stream

    @classmethod
    def of(cls, rng: np.random.Generator) -> Self:
        """Both streams are spawned from `rng`."""
        rows, elements = rng.spawn(2)
        return cls(Stream(rows), Stream(elements))
