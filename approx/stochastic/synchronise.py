"""Making two streams overlap: the skewed synchroniser.

The synchroniser, desynchroniser and decorrelator of Lee, Alaghi and Ceze (DATE 2018) are left out: their state diagrams
are not at hand in enough detail to be reproduced bit by bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.streams import Words

GATES_A_BIT = 13  # of the counter: up, down, full, empty (UnarySim's synthesised block of two bits)


@dataclass(frozen=True)
class SkewedSynchroniser(Circuit):
    """Moves the ones of x into the cycles where y is 1; y itself is unchanged. Inputs x, y; the output is the new x.

    A counter of `depth` bits holds ones that came without a partner. x = 1, y = 0: the output is 1 only if the counter
    is full, and it counts up; x = 0, y = 1: the output is 1 unless the counter is empty, and it counts down; else the
    output is x. With x <= y in value the two end up correlated as much as possible, which CORDIV needs.

    Raises ValueError for a depth outside 1 to 16.
    """

    depth: int = 2

    inputs = 2
    register_count = 1

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= 16:
            raise ValueError(f"depth = {self.depth}; the counter of a synchroniser has 1 to 16 bits")

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        full, held, out = (1 << self.depth) - 1, 0, []
        for x, y in zip(*bits, strict=True):
            if x == y:
                out.append(x)
            elif x:
                out.append(int(held == full))
                held = min(held + 1, full)
            else:
                out.append(int(held > 0))
                held = max(held - 1, 0)
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The counter with its ends."""
        return (
            Operator("register", (self.depth,), 1, 1, role),
            Operator("gate", (GATES_A_BIT * self.depth,), 1, 1, role),
        )

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        out = np.empty_like(operands[0])
        kernels.synchronise(operands[0], operands[1], (1 << self.depth) - 1, registers[:, 0], out)
        return out
