"""Axes with a tick at each step: powers of two, and names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.plots.scale import limit
from experiments.plots.style import GRID

if TYPE_CHECKING:
    from matplotlib.axis import Axis


@dataclass(frozen=True)
class Log2Scale:
    """A log2 axis for row lengths and table depths: a tick at each power of two, written as a number."""

    low: int
    high: int
    note = ""

    @property
    def limits(self) -> tuple[float, float]:
        """Both ends of the axis, as positions."""
        return self.low - 0.25, self.high + 0.25

    def position(self, values: ArrayLike) -> NDArray[np.float64]:
        """log2 of positive values."""
        return np.asarray(np.log2(np.asarray(values, np.float64)))

    def apply(self, axis: Axis) -> None:
        """Set limits, ticks and grid on a matplotlib axis."""
        stride = math.ceil((self.high - self.low + 1) / 12)
        exponents = range(self.low, self.high + 1, stride)
        axis.set_ticks(list(exponents), [str(2**k) if k <= 20 else rf"$2^{{{k}}}$" for k in exponents])
        axis.grid(visible=True, which="major", color=GRID, linewidth=0.5)
        limit(axis, self.limits)


@dataclass(frozen=True)
class NamedScale:
    """An axis of names; a value is the index of its name."""

    names: tuple[str, ...]
    note = ""

    @property
    def limits(self) -> tuple[float, float]:
        """Both ends of the axis, as positions."""
        return -0.4, len(self.names) - 0.6

    def position(self, values: ArrayLike) -> NDArray[np.float64]:
        """The indices themselves."""
        return np.asarray(values, np.float64)

    def apply(self, axis: Axis) -> None:
        """Set limits and ticks on a matplotlib axis."""
        axis.set_ticks(list(range(len(self.names))), list(self.names))
        limit(axis, self.limits)
