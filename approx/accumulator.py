"""What sums a row: exact integers with a width that wraps or saturates, or float additions in a stated order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

UNBOUNDED = (1 << 62) - 1


@dataclass(frozen=True)
class Accumulator:
    """An unsigned accumulator.

    width: bits, 1 to 256; above 62 sums are Python's integers in object arrays, and a design computes by its
    definition. overflow: "wrap" keeps the low bits, "saturate" stays at the largest code. drop: bits cut off a chunk's
    sum below the adder tree before it is accumulated (truncation).
    """

    width: int
    overflow: Literal["wrap", "saturate"] = "saturate"
    drop: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 256:
            raise ValueError(f"an accumulator of {self.width} bits is outside 1 to 256")

    @property
    def is_wide(self) -> bool:
        """Whether sums do not fit int64."""
        return self.width > 62

    @property
    def highest(self) -> int:
        """The largest sum that is held exactly."""
        return (1 << self.width) - 1

    @property
    def cap(self) -> int:
        """Clip the sum here before masking: the highest code, or nothing."""
        return self.highest if self.overflow == "saturate" else UNBOUNDED

    def total(self, terms: NDArray[Any]) -> NDArray[Any]:
        """The sums of rows of terms (int64, R x N; 0 where an element does not count)."""
        exact = terms.astype(object) if self.is_wide else terms
        return self.fit(exact.sum(axis=1) >> self.drop)

    def fit(self, sums: NDArray[np.int64]) -> NDArray[np.int64]:
        """Exact sums of non-negative terms as the register holds them."""
        return (np.minimum(sums, self.highest) if self.overflow == "saturate" else sums) & self.highest


@dataclass(frozen=True)
class FloatSum:
    """A floating-point sum, whose order is part of its definition. Every addition rounds to the type of the terms.

    order: "sequential" adds element after element to 0; "lanes" adds element i to partial i mod `lanes`, then the
    partials as a tree; "tree" adds neighbours in pairs, then neighbouring sums, an odd one out joining the next level.
    """

    order: Literal["sequential", "lanes", "tree"] = "sequential"
    lanes: int = 1

    def __post_init__(self) -> None:
        if self.lanes < 1:
            raise ValueError(f"a float sum over {self.lanes} lanes adds nothing; give 1 or more")

    def __str__(self) -> str:
        return f"lanes({self.lanes}) then tree" if self.order == "lanes" else self.order

    def total(self, terms: NDArray[Any]) -> NDArray[Any]:
        """The sums of rows of terms (a float type, R x N; +0 where an element does not count), of the same type."""
        if self.order == "tree":
            return _tree(terms)
        lanes = self.lanes if self.order == "lanes" else 1
        partial = np.zeros((len(terms), lanes), dtype=terms.dtype)
        for start in range(0, terms.shape[1], lanes):
            part = terms[:, start : start + lanes]
            partial[:, : part.shape[1]] += part
        return _tree(partial)


def _tree(terms: NDArray[Any]) -> NDArray[Any]:
    while terms.shape[1] > 1:
        pairs = terms[:, : terms.shape[1] // 2 * 2]
        terms = np.concatenate([pairs[:, ::2] + pairs[:, 1::2], terms[:, pairs.shape[1] :]], axis=1)
    return terms[:, 0]
