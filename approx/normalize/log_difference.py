"""The end of a log-softmax: the logarithm of the probability itself is the output, and nothing is divided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator
from approx.fixed_point import FixedPoint
from approx.forms import Offset
from approx.normalize.log_subtract import LogUnit
from approx.rounding import Rounding, shift_right
from approx.unit import Integers, Normalizer, RowNumbers

MAX_RANGE_BITS = 17  # as many distances as are tabulated


@dataclass(frozen=True)
class LogDifference(Normalizer):
    """-(distance + log sum), rounded to nearest (ties up) to a step of `output` and saturated at its lowest code.

    log: the logarithm, in the step of the numerators. output: signed, with at most as many fraction bits as `log`.
    distance_bits: zeros appended to a difference to make a numerator.
    """

    log: LogUnit
    output: FixedPoint
    distance_bits: int

    def __post_init__(self) -> None:
        if not self.output.signed or self.output.frac > self.log.frac:
            raise ValueError(
                f"output = {self.output}: logarithms of probabilities are negative numbers with at most the "
                f"{self.log.frac} fraction bits of the logarithm unit; give a signed format"
            )

    @property
    def range_bits(self) -> int:
        """From distances of 2**range_bits steps on the output is its lowest code."""
        return self.output.width - 1 - self.output.frac + self.log.frac

    @cached_property
    def outputs(self) -> Integers:
        """The output of every distance below the lowest, and the lowest."""
        return self._rounded(np.arange((1 << self.range_bits) + 1, dtype=np.int64))

    def row(self, sums: Integers) -> RowNumbers:
        """The logarithm of the sum; a sum below 1.0, which no term at the maximum leaves, counts as 1.0."""
        return (np.maximum(self.log.of(sums), 0),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Add, negate, round, saturate."""
        return self._rounded(numerators + row[0])

    def _rounded(self, distance: Integers) -> Integers:
        codes = shift_right(-distance, self.log.frac - self.output.frac, Rounding.NEAREST_UP)
        return np.maximum(codes, self.output.lowest)

    def form(self, row: RowNumbers) -> Offset | None:
        """An offset into a table of rounded distances, where that is not too long."""
        if self.range_bits > MAX_RANGE_BITS:
            return None
        return Offset(row[0], self.outputs, self.distance_bits)

    def row_operators(self) -> tuple[Operator, ...]:
        """One logarithm, kept in a register."""
        return (*self.log.operators(), Operator("register", (self.range_bits,), 1, 1, "normalizer"))

    def element_operators(self) -> tuple[Operator, ...]:
        """A subtractor a lane, the rounding where bits are dropped, the clip."""
        rounding = (Operator("add", (self.output.width,), 1, 1, "output"),)
        return (
            Operator("subtract", (self.range_bits + 1,), 1, 1, "output"),
            *(rounding if self.output.frac < self.log.frac else ()),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )
