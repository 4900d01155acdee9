"""The adder that sums a row: exact integers, then a width that wraps or saturates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

UNBOUNDED = (1 << 62) - 1


@dataclass(frozen=True)
class Accumulator:
    """An unsigned accumulator.

    width: bits, 1 to 62. overflow: "wrap" keeps the low bits, "saturate" stays at the largest code. drop: bits cut off
    a chunk's sum below the adder tree before it is accumulated (truncation).
    """

    width: int
    overflow: Literal["wrap", "saturate"] = "saturate"
    drop: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 62:
            raise ValueError(f"an accumulator of {self.width} bits is outside 1 to 62")

    @property
    def highest(self) -> int:
        """The largest sum that is held exactly."""
        return (1 << self.width) - 1

    @property
    def cap(self) -> int:
        """Clip the sum here before masking: the highest code, or nothing."""
        return self.highest if self.overflow == "saturate" else UNBOUNDED

    def fit(self, sums: NDArray[np.int64]) -> NDArray[np.int64]:
        """Exact sums of non-negative terms as the register holds them."""
        return np.minimum(sums, self.cap) & self.highest
