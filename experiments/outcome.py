"""What a run ends with: the points of the grid, each with its row or with the reason why it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.row import Row

if TYPE_CHECKING:
    from experiments.point import Point


@dataclass(frozen=True)
class Measured:
    """A point of the grid with what it gave. number: its place in the grid, from 1."""

    number: int
    point: Point
    row: Row


@dataclass(frozen=True)
class Problem:
    """A point without numbers. number: its place in the grid, from 1. sentence: why."""

    number: int
    point: Point
    sentence: str


@dataclass(frozen=True)
class RunOutcome:
    """A finished run: its points in grid order, those with numbers and those without.

    computed, reused: how many points were evaluated now, and how many were in the journal.
    """

    folder: Path
    measured: list[Measured]
    problems: list[Problem]
    computed: int
    reused: int

    @property
    def exit_code(self) -> int:
        """0 where every point has numbers, else 1."""
        return 1 if self.problems else 0


def collect(
    out: Path,
    asked: Sequence[tuple[str, Point]],
    rows: Mapping[str, Row],
    missing: Mapping[str, Point],
    failed: Mapping[str, str],
) -> RunOutcome:
    """The outcome of a run into the folder `out`.

    asked: key and point of the whole grid, in its order. rows: of every key that did not fail. missing: the points
    that had to be evaluated, by key. failed: a sentence for the key of each that has no row.
    """
    measured, problems = [], []
    for number, (key, point) in enumerate(asked, 1):
        if key in failed:
            problems.append(Problem(number, point, failed[key]))
        else:
            measured.append(Measured(number, point, rows[key]))
    computed = len(missing) - len(failed)
    return RunOutcome(out, measured, problems, computed, len(asked) - len(missing))
