"""Softmax by forward Euler steps: d softmax(t x) / dt = y * (x - <x, y>), from the uniform row at t = 0 to t = 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]

MAX_STEPS, MAX_FRACTION, MAX_ROW = 1 << 12, 20, 1 << 14


@dataclass(frozen=True)
class EulerSoftmax:
    """`steps` steps of y += (z - y * sum(z)) / steps with z = x * y, in integers scaled by 2**fraction.

    Every product and the division by `steps` is rounded to the nearest integer, ties up, and y saturates at 0 and at
    2**fraction. The start is 2**fraction / m, rounded likewise. Give it codes x >= 0: a row sum that rounding or
    saturation has pushed away from 1 then returns to 1, with codes below 0 it runs away.

    Raises ValueError for steps outside 1 to 4096, and a fraction outside 1 to 20 bits.
    """

    steps: int
    fraction: int

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MAX_STEPS:
            raise ValueError(f"steps = {self.steps}; 1 to {MAX_STEPS} Euler steps are offered")
        if not 1 <= self.fraction <= MAX_FRACTION:
            raise ValueError(f"fraction = {self.fraction}; numbers have 1 to {MAX_FRACTION} bits behind the point")

    def reference(self, x: Sequence[int]) -> list[int]:
        """One row of codes x (real value * 2**fraction): the definition."""
        half, scale = (1 << self.fraction) >> 1, 2 * self.steps
        y = [_nearest(1 << self.fraction, len(x))] * len(x)
        for _ in range(self.steps):
            z = [(a * b + half) >> self.fraction for a, b in zip(x, y, strict=True)]
            total = sum(z)
            changes = [a - ((b * total + half) >> self.fraction) for a, b in zip(z, y, strict=True)]
            moved = [b + (2 * change + self.steps) // scale for b, change in zip(y, changes, strict=True)]
            y = [min(max(b, 0), 1 << self.fraction) for b in moved]
        return y

    def __call__(self, x: ArrayLike) -> Integers:
        """The same for codes ... x m, int64. Raises ValueError for codes that would not fit the multiplier."""
        x = np.asarray(x)
        if x.dtype.kind not in "iu" or x.ndim == 0 or x.shape[-1] == 0:
            raise ValueError(f"codes are {x.dtype} of shape {x.shape}; they are integers with a row on the last axis")
        if x.shape[-1] > MAX_ROW:
            raise ValueError(f"a row of {x.shape[-1]}; products of longer rows than {MAX_ROW} would not fit 64 bits")
        if x.size and int(np.abs(x.astype(np.int64)).max()) >> (self.fraction + 8):
            raise ValueError(
                f"a code of {int(np.abs(x).max())} is 256 or more at {self.fraction} bits behind the point; clip it"
            )
        return self._steps(x.astype(np.int64), None)

    def live_rows(self, x: Integers, live: NDArray[np.bool_] | None) -> Integers:
        """The same where elements of the rows are left out (live False): they hold 0 throughout."""
        return self._steps(x, live)

    def _steps(self, x: Integers, live: NDArray[np.bool_] | None) -> Integers:
        half = np.int64((1 << self.fraction) >> 1)
        present = np.ones(x.shape, dtype=np.int64) if live is None else live.astype(np.int64)
        y = _nearest(1 << self.fraction, np.maximum(present.sum(axis=-1, keepdims=True), 1)) * present
        for _ in range(self.steps):
            z = (x * y + half) >> self.fraction
            total = z.sum(axis=-1, keepdims=True)
            change = z - ((y * total + half) >> self.fraction)
            y = np.clip(y + (2 * change + self.steps) // (2 * self.steps), 0, 1 << self.fraction)
        return y

    def exact(self, x: ArrayLike) -> NDArray[np.float64]:
        """The same steps in float64 without saturation; their sum stays 1, and entries turn negative where
        1 + (x_i - <x, y>) / steps does."""
        x = np.asarray(x, dtype=np.float64)
        return self._real_steps(x, np.full(x.shape, 1 / x.shape[-1]), -np.inf, np.inf)

    def unrounded(self, x: ArrayLike, live: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """The same steps in float64 with saturation at 0 and 1: what the integers tend to with more bits.

        x: real values, ... x m. live: elements that take part (None: all); the others are 0.
        """
        x = np.asarray(x, dtype=np.float64)
        present = np.ones(x.shape) if live is None else live.astype(np.float64)
        return self._real_steps(x, present / np.maximum(present.sum(axis=-1, keepdims=True), 1), 0.0, 1.0)

    def _real_steps(
        self, x: NDArray[np.float64], y: NDArray[np.float64], low: float, high: float
    ) -> NDArray[np.float64]:
        for _ in range(self.steps):
            z = x * y
            y = np.clip(y + (z - y * z.sum(axis=-1, keepdims=True)) / self.steps, low, high)
        return y


def _nearest(numerator: int, divisor: Any) -> Any:
    """The quotient rounded to the nearest integer, ties up."""
    return (2 * numerator + divisor) // (2 * divisor)
