"""TFLite's tables of 513 int16 entries with linear interpolation, which CMSIS-NN and Ethos-U share.

Source: google-ai-edge/LiteRT @ f6745779, tflite/kernels/internal/common.h (gen_lut / LUTPopulate, LUTLookup).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.rounding import Rounding, round_float

Integers = NDArray[np.int64]

PIECES = 512
OFFSET_BITS = 7  # of the 16 bits of an argument, the other nine select the piece
ONE = 1 << 15
EXTRA_BITS = 20  # with which a value is known when it is rounded: exact arithmetic would round the same (tested)


@dataclass(frozen=True)
class InterpolatedTable:
    """A function on [low, high], at 513 nodes, in Q0.15; arguments are int16, -32768 for `low`.

    function: "exp", or "reciprocal" for 1 / (1 + x). Every node is lowered by half of the error that a straight line
    makes in the middle of its piece. patches: entries that a shipped table has instead of the generator's.
    Arguments taken as 65536ths of the domain, values are within 5.9e-5 of exp on [-10, 0] and 4.4e-5 of 1 / (1 + x) on
    [0, 1].
    """

    function: Literal["exp", "reciprocal"]
    low: float
    high: float
    patches: tuple[tuple[int, int], ...] = ()

    @cached_property
    def entries(self) -> Integers:
        """The 513 nodes."""
        half = (self.high - self.low) / PIECES / 2
        values = self._scaled(self.low + np.arange(2 * PIECES + 1) * half)  # nodes and the middles between them
        nodes, middles = values[::2], values[1::2]
        left = _away(nodes)
        line = _away((nodes[1:] + left[:-1]) / 2)  # only the left end is rounded before
        left[:-1] -= _away((line - _away(middles)) / 2)
        entries = np.clip(left, -ONE, ONE - 1).astype(np.int64)
        for index, entry in self.patches:
            entries[index] = entry
        return entries

    def _scaled(self, x: NDArray[Any]) -> NDArray[np.float64]:
        """2**15 times the function, the same on every platform."""
        argument = 1 + x if self.function == "reciprocal" else x
        return rounded(self.function, argument, float(ONE << EXTRA_BITS)) / 2.0**EXTRA_BITS

    def __call__(self, argument: Integers) -> Integers:
        """The interpolated value of an int16 argument, halves rounded up."""
        index, offset = (argument + ONE) >> OFFSET_BITS, argument & ((1 << OFFSET_BITS) - 1)
        left = self.entries[index]
        slope = self.entries[index + 1] - left
        return left + ((slope * offset + (1 << OFFSET_BITS >> 1)) >> OFFSET_BITS)

    def operators(self, role: str) -> tuple[Operator, ...]:
        """A memory of 512 words, slope and left end side by side as in Ethos-U; one multiplier, two adders."""
        slopes, left = np.diff(self.entries) & 0xFFFF, self.entries[:-1] & 0xFFFF
        words = tuple((slopes << 16 | left).tolist())
        return (
            Operator("rom", ((PIECES - 1).bit_length(), 32), 1, 1, role, contents=words),
            Operator("multiply", (16, OFFSET_BITS), 1, 1, role),
            Operator("add", (16,), 2, 2, role),  # the rounding, and the left end
        )


EXP = InterpolatedTable("exp", -10.0, 0.0)
ONE_OVER_ONE_PLUS_X = InterpolatedTable("reciprocal", 0.0, 1.0)


def patched(table: InterpolatedTable, entries: Mapping[int, int]) -> InterpolatedTable:
    """The table with some entries replaced."""
    return InterpolatedTable(table.function, table.low, table.high, tuple(entries.items()))


def _away(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return round_float(x, Rounding.NEAREST_AWAY)
