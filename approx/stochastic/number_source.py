"""What every source of comparison numbers says about itself.

A stream number generator outputs R_t < k in cycle t for the level k. The numbers R_t come from a source: a shift
register, a counter, a low-discrepancy sequence. The same specification gives the same numbers on every platform.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.stochastic.streams import check_length

Integers = NDArray[np.int64]

MAX_WIDTH = 16


@dataclass(frozen=True, kw_only=True)
class NumberSource(ABC):
    """A sequence R_0, R_1, ... of integers in [0, 2**width).

    phase: cycles that have passed before R_0. repeat: allow streams longer than `period`, whose numbers then come again
    in the same order (they carry no further information; the estimate stops improving).
    low_discrepancy: evenly spread in time, which multiplication likes and state machines do not.

    Raises ValueError for a width that no source has (up to 16 bits), and a negative phase.
    """

    width: int
    phase: int = 0
    repeat: bool = False

    low_discrepancy: ClassVar[bool] = False
    narrowest: ClassVar[int] = 1

    def __post_init__(self) -> None:
        name = type(self).__name__
        if not self.narrowest <= self.width <= MAX_WIDTH:
            raise ValueError(f"{name} of width {self.width}: a source has {self.narrowest} to {MAX_WIDTH} bits")
        if self.phase < 0:
            raise ValueError(
                f"{name} with phase {self.phase}: a source cannot have started in the future; use 0 or more"
            )

    @abstractmethod
    def at(self, cycles: Integers) -> Integers:
        """The numbers of the given cycles (int64, at least 0, counted from the reset state), int64."""

    @property
    @abstractmethod
    def period(self) -> int | None:
        """Cycles after which the numbers come again; None if they never do."""

    @property
    def levels(self) -> int:
        """The highest level: a stream of level k has the value k / levels."""
        return 1 << self.width

    @property
    def exact(self) -> bool:
        """Whether level k has exactly k ones in a stream of 2**width cycles."""
        return self.period == self.levels

    @property
    def serially_correlated(self) -> bool:
        """Whether a number depends on the one before it, which biases state machines."""
        return self.low_discrepancy

    def numbers(self, length: int, start: int = 0) -> Integers:
        """R_start ... R_{start + length - 1}, int64. Raises ValueError beyond the period unless `repeat` is set."""
        check_length(length)
        self.check_period(start + length)
        return self.at(self.phase + np.arange(start, start + length, dtype=np.int64))

    def check_period(self, cycles: int) -> None:
        """Refuse more cycles than the period unless `repeat` is set: ValueError."""
        if self.period is not None and cycles > self.period and not self.repeat:
            raise ValueError(
                f"{cycles} cycles were asked of {self}, whose numbers come again after {self.period}; "
                f"use up to {self.period} cycles, a wider source, or repeat=True"
            )

    def shifted(self, cycles: int) -> NumberSource:
        """The same source started `cycles` later."""
        return replace(self, phase=self.phase + cycles)

    @abstractmethod
    def operators(self, length: int) -> tuple[Operator, ...]:
        """The circuit, clocked `length` times a stream; empty for what exists only in a simulation."""
