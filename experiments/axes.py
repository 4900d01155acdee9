"""Axes: the values that one field of an entry takes, and axes that are walked together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from experiments.document import Address, Plain

Combination = dict[str, Plain]  # a value for each field that is given


class Values(Protocol):
    """The values of an axis, which may be too many to be written out."""

    @property
    def count(self) -> int:
        """How many there are, at least 1."""

    def at(self, index: int) -> Plain:
        """The value at an index from 0."""

    def address(self, index: int) -> Address:
        """Where it stands in the configuration."""


@dataclass(frozen=True)
class Single:
    """One value: no axis."""

    value: Plain
    where: Address
    count: int = 1

    def at(self, index: int) -> Plain:  # noqa: ARG002  there is one
        """The value."""
        return self.value

    def address(self, index: int) -> Address:  # noqa: ARG002  there is one
        """Its place."""
        return self.where


@dataclass(frozen=True)
class Listed:
    """Values that are written out at `where`."""

    values: Sequence[Plain]
    where: Address

    @property
    def count(self) -> int:
        """The length of the list."""
        return len(self.values)

    def at(self, index: int) -> Plain:
        """An element."""
        return self.values[index]

    def address(self, index: int) -> Address:
        """The place of that element."""
        return (*self.where, index)


@dataclass(frozen=True)
class Steps:
    """start, start + step, ...: integers if `whole`, otherwise the floats nearest to the exact decimal numbers."""

    start: Fraction
    step: Fraction
    count: int
    whole: bool
    where: Address

    @classmethod
    def between(cls, start: float, stop: float, step: float, where: Address) -> Steps:
        """From start to stop, both included where the steps meet them; raises ValueError for steps that lead away."""
        first, last, by = (Fraction(str(number)) for number in (start, stop, step))
        if by == 0:
            raise ValueError("a step of 0 leads nowhere; give a step such as 1")
        count = math.floor((last - first) / by) + 1
        if count < 1:
            raise ValueError(f"steps of {step} do not lead from {start} to {stop}; turn the ends or the step round")
        return cls(first, by, count, all(isinstance(number, int) for number in (start, stop, step)), where)

    def at(self, index: int) -> Plain:
        """The number after `index` steps."""
        number = self.start + index * self.step
        return int(number) if self.whole else float(number)

    def address(self, index: int) -> Address:  # noqa: ARG002  all stand in one mapping
        """The place of the range."""
        return self.where


@dataclass(frozen=True)
class PowersOfTwo:
    """2**exponent, 2**(exponent + 1), ..."""

    exponent: int
    count: int
    where: Address

    @classmethod
    def between(cls, low: int, high: int, where: Address) -> PowersOfTwo:
        """From low to high, both included; raises ValueError unless both are powers of two and in order."""
        for number in (low, high):
            if number < 1 or number & (number - 1):
                raise ValueError(f"{number} is not a power of two; write for example {{powers_of_two: [16, 4096]}}")
        if low > high:
            raise ValueError(f"the powers of two from {low} to {high} are none; give the smaller number first")
        return cls(low.bit_length() - 1, high.bit_length() - low.bit_length() + 1, where)

    def at(self, index: int) -> Plain:
        """The power at an index."""
        return 1 << (self.exponent + index)

    def address(self, index: int) -> Address:  # noqa: ARG002  all stand in one mapping
        """The place of the range."""
        return self.where


@dataclass(frozen=True)
class Axes:
    """The fields of an entry in the order in which they are written, and which of them are walked together."""

    fields: dict[str, Values]
    ties: tuple[tuple[str, ...], ...] = ()

    @property
    def count(self) -> int:
        """The number of combinations, without making them."""
        return math.prod(self.fields[group[0]].count for group in self.groups())

    def combinations(self) -> Iterator[Combination]:
        """Every combination: the last axis moves fastest; tied ones move as one, in the place of the first of them."""
        groups = self.groups()
        group_of = {name: number for number, group in enumerate(groups) for name in group}
        for indices in itertools.product(*(range(self.fields[group[0]].count) for group in groups)):
            yield {name: values.at(indices[group_of[name]]) for name, values in self.fields.items()}

    def combination(self, number: int) -> Combination:
        """The one at a place, from 0, in the order of `combinations`, without the others."""
        places: dict[str, int] = {}
        for group in reversed(self.groups()):
            number, place = divmod(number, self.fields[group[0]].count)
            places |= dict.fromkeys(group, place)
        return {name: values.at(places[name]) for name, values in self.fields.items()}

    def groups(self) -> list[tuple[str, ...]]:
        """Axes that move as one, the slowest first."""
        tied = {name: tie for tie in self.ties for name in tie}
        return list(dict.fromkeys(tied.get(name, (name,)) for name in self.fields))
