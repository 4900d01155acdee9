"""Sobol sequences with the direction numbers of Joe and Kuo."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.stochastic.number_source import Integers, NumberSource

Order = Literal["gray", "natural"]

# Dimension: degree, inner coefficients and first direction numbers of its primitive polynomial. S. Joe, F. Y. Kuo:
# Constructing Sobol sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30 (2008), table
# new-joe-kuo-6. Dimension 1 is the van der Corput sequence.
POLYNOMIALS: dict[int, tuple[int, int, tuple[int, ...]]] = {
    2: (1, 0, (1,)),
    3: (2, 1, (1, 3)),
    4: (3, 1, (1, 3, 1)),
    5: (3, 2, (1, 1, 1)),
    6: (4, 1, (1, 1, 3, 3)),
    7: (4, 4, (1, 3, 5, 13)),
    8: (5, 2, (1, 1, 5, 5, 17)),
    9: (5, 4, (1, 1, 5, 5, 5)),
    10: (5, 7, (1, 1, 7, 11, 19)),
    11: (5, 11, (1, 1, 5, 1, 1)),
    12: (5, 13, (1, 1, 1, 3, 11)),
    13: (5, 14, (1, 3, 5, 5, 31)),
    14: (6, 1, (1, 3, 3, 9, 7, 49)),
    15: (6, 13, (1, 1, 1, 15, 21, 21)),
    16: (6, 16, (1, 3, 1, 13, 27, 49)),
    17: (6, 19, (1, 1, 1, 15, 7, 5)),
    18: (6, 22, (1, 3, 1, 15, 13, 25)),
    19: (6, 25, (1, 1, 5, 5, 19, 61)),
    20: (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    21: (7, 4, (1, 3, 7, 13, 13, 15, 69)),
}
MAX_DIMENSION = max(POLYNOMIALS)


@dataclass(frozen=True, kw_only=True)
class Sobol(NumberSource):
    """One dimension of a Sobol sequence, R_0 = 0.

    order: "gray" changes one direction number a cycle, R_{t+1} = R_t xor v[trailing ones of t] (as in SciPy and torch);
    "natural" combines those of the set bits of t. Both visit the same points. Operands must not mix orders.

    Raises ValueError for dimensions outside 1 to 21, and another order.
    """

    dimension: int
    order: Order = "gray"

    low_discrepancy = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.dimension <= MAX_DIMENSION:
            raise ValueError(
                f"dimension = {self.dimension}: the table of direction numbers has dimensions 1 to {MAX_DIMENSION}"
            )
        if self.order not in ("gray", "natural"):
            raise ValueError(f"order = {self.order!r}: a Sobol sequence runs in gray or in natural order")

    def at(self, cycles: Integers) -> Integers:
        """The sum without carry of the direction numbers that the (Gray) count selects."""
        count = cycles % self.levels
        if self.order == "gray":
            count = count ^ (count >> 1)
        vectors = direction_numbers(self.dimension, self.width)
        terms = [((count >> bit) & 1) * vector for bit, vector in enumerate(vectors)]
        return np.bitwise_xor.reduce(terms)

    @property
    def period(self) -> int:
        """2**width."""
        return self.levels

    def operators(self, length: int) -> tuple[Operator, ...]:
        """Counter, register, and the gates of the zero detector, the choice of a direction number and the XOR.

        The gates are a fit to eight sources of 3 to 10 bits that were synthesised in 40 nm (UnarySim's reports): area
        34 n - 19 gate equivalents, of which a counter and a register of n bits leave this much.
        """
        return (
            Operator("counter", (self.width,), 1, length, "source"),
            Operator("register", (self.width,), 1, length, "source"),
            Operator("gate", (19 * (self.width - 1),), 1, length, "source"),
        )


@functools.cache
def direction_numbers(dimension: int, width: int) -> tuple[int, ...]:
    """v[0] ... v[width - 1] as integers of `width` bits, v[0] the highest power of two."""
    if dimension == 1:
        return tuple(1 << (width - 1 - j) for j in range(width))
    degree, inner, first = POLYNOMIALS[dimension]
    m = list(first)
    while len(m) < width:
        new = m[-degree] ^ (m[-degree] << degree)
        for i in range(1, degree):
            if (inner >> (degree - 1 - i)) & 1:
                new ^= m[-i] << i
        m.append(new)
    return tuple(value << (width - 1 - j) for j, value in enumerate(m[:width]))
