"""Generators of rows that break arithmetic: ties, extremes, offsets, masks. They make no claim about any model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.workloads.draws import Draws
from experiments.workloads.generators import Block, Generator

HUGE = 3e38  # the difference of two such float32 values is not a float32
SMALLEST = 2.0**-149  # the smallest positive float32


@dataclass(frozen=True)
class Constant:
    """All elements of a row are equal; rows differ."""

    row_length: int

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        return Block(np.repeat(4 * draws.rows.normal((count, 1)), self.row_length, axis=1))


@dataclass(frozen=True)
class Peaks:
    """Standard normal elements, but `peaks` of them, at different random places, equal `height`."""

    row_length: int
    peaks: int
    height: float

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        values = draws.elements.normal((count, self.row_length))
        np.put_along_axis(values, _places(draws, count, self.row_length, self.peaks), self.height, axis=1)
        return Block(values)


@dataclass(frozen=True)
class Ramp:
    """Equally spaced elements over a random span of 4 to 32, half of the rows rising (a new maximum each step)."""

    row_length: int

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        span = 4 + draws.rows.below(28 * 64, (count, 1)) / 64
        values = 0.0 - span * np.arange(self.row_length) / max(self.row_length - 1, 1)
        return Block(np.where(draws.rows.chance(0.5, (count, 1)), values, values[:, ::-1]))


@dataclass(frozen=True)
class UlpTies:
    """Each element of a row is one of two neighbouring float32 numbers."""

    row_length: int

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        numbers = (4 * draws.rows.normal((count, 1))).astype(np.float32)
        above = np.nextafter(numbers, np.float32(np.inf))
        chosen = np.where(draws.elements.chance(0.5, (count, self.row_length)), numbers, above)
        return Block(chosen.astype(np.float64))


@dataclass(frozen=True)
class Boundary:
    """Every element lies half-way between two multiples of `step`, from -128 to 128 steps."""

    row_length: int
    step: float

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        half_steps = 2 * draws.elements.below(256, (count, self.row_length)) - 255
        return Block(half_steps.astype(np.float64) * (self.step / 2))


@dataclass(frozen=True)
class Huge:
    """A third of the elements each: HUGE, -HUGE, and normal with standard deviation 2."""

    row_length: int

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        kind = draws.elements.below(3, (count, self.row_length)) - 1
        return Block(np.where(kind == 0, 2 * draws.elements.normal((count, self.row_length)), kind * HUGE))


@dataclass(frozen=True)
class Denormal:
    """Subnormal float32 numbers of both signs, none of them zero."""

    row_length: int

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        magnitude = SMALLEST * (1 + draws.elements.below(2**23 - 1, (count, self.row_length)))
        return Block(np.where(draws.elements.chance(0.5, magnitude.shape), magnitude, -magnitude))


@dataclass(frozen=True)
class Offset:
    """The rows of another generator, `by` added to every element."""

    of: Generator
    by: float

    @property
    def row_length(self) -> int:
        """That of the other generator."""
        return self.of.row_length

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        return Block(self.of.rows(draws, count).values + self.by)


@dataclass(frozen=True)
class Masked:
    """Every element is masked but `live` of them, at different random places, which are normal with deviation 2."""

    row_length: int
    live: int

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        values = np.full((count, self.row_length), -np.inf)
        places = _places(draws, count, self.row_length, self.live)
        np.put_along_axis(values, places, 2 * draws.rows.normal((count, self.live)), axis=1)
        return Block(values)


def _places(draws: Draws, count: int, row_length: int, number: int) -> NDArray[np.int64]:
    """`number` different places in each of `count` rows, int64[count, number]: one in each of as many equal parts."""
    part = row_length // max(number, 1)
    return part * np.arange(number) + draws.rows.below(part, (count, number))
