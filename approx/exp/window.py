"""Powers of two within a window below the maximum: the exponentials of kernels whose codes are exponents of two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.unit import ExpUnit, Integers


@dataclass(frozen=True)
class PowersInWindow(ExpUnit):
    """2**(window - d) for differences d below `window`, 0 from there on: exact within the window.

    The last power dropped is 2**-window of the maximum's. operand_width: bits of a difference.
    """

    window: int
    operand_width: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """One bit set, or none."""
        return np.where(difference < self.window, np.int64(1) << np.maximum(self.window - difference, 0), 0)

    @property
    def saturation(self) -> int:
        """The end of the window."""
        return self.window

    @property
    def forms_numerators(self) -> bool:
        """The output is shifted by the difference."""
        return False

    def operators(self) -> tuple[Operator, ...]:
        """The clip of the difference, and a decoder."""
        clipped = self.window.bit_length()
        return (
            Operator("saturate", (self.operand_width, clipped), 1, 1, "exp"),
            Operator("shift", (self.window + 1, clipped), 1, 1, "exp"),
        )
