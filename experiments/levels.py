"""The codes of a format in the order of their values, as ranks 0, 1, 2 ...: so that stimuli suit every format."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.float_format import FloatFormat, Format

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Levels:
    """The levels of a format: of integers all codes, of floats the finite numbers with one zero."""

    format: Format

    @property
    def count(self) -> int:
        """How many there are."""
        if isinstance(self.format, FloatFormat):
            return 2 * self.format.top + 1
        return self.format.highest - self.format.lowest + 1

    def code(self, ranks: Integers) -> Integers:
        """The codes of ranks; what lies outside is taken as the nearest end."""
        inside = np.clip(np.asarray(ranks, dtype=np.int64), 0, self.count - 1)
        if not isinstance(self.format, FloatFormat):
            return inside + self.format.lowest
        magnitude = inside - self.format.top
        sign = 1 << (self.format.width - 1)
        return np.where(magnitude < 0, sign - magnitude, magnitude)
