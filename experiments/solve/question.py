"""What a solve file asks for, checked and complete: plain data that worker processes are sent."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from experiments.axes import Axes
from experiments.canonical import canonical
from experiments.document import Plain

Direction = Literal["at_most", "at_least"]

CERTIFIED: dict[str, Direction] = {
    "absolute_error": "at_most",
    "total_variation": "at_most",
    "largest_row_sum": "at_most",
    "smallest_row_sum": "at_least",
    "relative_error": "at_most",
    "top_gap": "at_most",
    "logits_absolute_error": "at_most",
    "logits_total_variation": "at_most",
}  # quantities that a target may bound for all rows; `logits_`: against real logits that are rounded to codes
FAST = ("absolute_error", "total_variation", "largest_row_sum", "smallest_row_sum")  # as `FastBounds` has them
OF_LOGITS = "logits_"
MOST_PASSING, MOST_MEASURED = 64, 2048


def certificate_quantity(name: str) -> str:
    """The quantity of a certificate that a target is about."""
    return name.removeprefix(OF_LOGITS)


@dataclass(frozen=True)
class Certified:
    """A bound over all rows that must hold."""

    quantity: str
    limit: float

    @property
    def direction(self) -> Direction:
        """Whether the bound must lie below or above the limit."""
        return CERTIFIED[self.quantity]

    def holds(self, value: float) -> bool:
        """Whether a bound is good enough."""
        return value <= self.limit if self.direction == "at_most" else value >= self.limit


@dataclass(frozen=True)
class Measured:
    """A column of results, on a workload, that must hold."""

    workload: str
    parameters: Mapping[str, Any]
    metric: str
    direction: Direction
    limit: float

    def holds(self, value: float) -> bool:
        """Whether a measured value is good enough."""
        return value <= self.limit if self.direction == "at_most" else value >= self.limit


@dataclass(frozen=True)
class Entry:
    """A design with the axes of its free parameters."""

    design: str
    label: str
    axes: Axes


@dataclass(frozen=True, eq=False)
class Question:
    """Everything that `load` found in a solve file. Questions of equal files, in equal folders, are equal.

    rows: of up to `row_length` elements, or of exactly so many without `shorter_rows`. minimise: a column of costs.
    trials: of a search; 0: all designs are tried.
    answers: how many of the cheapest designs are wanted. folder: what paths in the file are relative to. config: the
    file as it was written, overrides put in.
    """

    name: str
    title: str
    row_length: int
    shorter_rows: bool
    certified: tuple[Certified, ...]
    measured: tuple[Measured, ...]
    entries: tuple[Entry, ...]
    technology: str
    lanes: int
    minimise: str
    trials: int
    answers: int
    seed: int
    folder: str
    config: dict[str, Plain]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Question) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @functools.cached_property
    def identity(self) -> str:
        """The file and its folder as one text."""
        return canonical([self.config, self.folder])

    @property
    def kept(self) -> int:
        """How many of the cheapest designs that meet all certified targets are kept: those that are measured."""
        return MOST_MEASURED if self.measured else MOST_PASSING

    @property
    def designs(self) -> int:
        """How many combinations there are, those that are refused later included."""
        return sum(entry.axes.count for entry in self.entries)

    @property
    def primary(self) -> str:
        """The quantity of the Pareto front: the first certified one that has a fast bound, else the absolute error."""
        return next((each.quantity for each in self.certified if certificate_quantity(each.quantity) in FAST),
                    "absolute_error")  # fmt: skip
