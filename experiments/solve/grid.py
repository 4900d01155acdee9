"""The designs of an entry in two halves: a row for everything that decides the sum, a column for what follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.axes import Axes
from experiments.solve.families import split
from experiments.solve.question import Entry, Question

DESIGNS_OF_A_CHUNK = 1 << 13
FRONTS_OF_A_CHUNK = 128

Index = tuple[int, int, int]  # entry, row, column: names a design of a question, and orders them


@dataclass(frozen=True)
class Chunk:
    """Rows `start` to `stop` - 1 of an entry, with all of their columns."""

    entry: int
    start: int
    stop: int


@dataclass(frozen=True)
class Halves:
    """The axes of an entry: those that decide the sum of a row (rows), and the others (columns)."""

    rows: Axes
    columns: Axes

    @classmethod
    def of(cls, entry: Entry) -> Halves:
        """The halves of an entry."""
        axes = entry.axes
        first, second = split(entry.design, axes.fields, axes.ties)

        def part(names: list[str]) -> Axes:
            fields = {name: axes.fields[name] for name in names}
            return Axes(fields, tuple(tie for tie in axes.ties if tie[0] in fields))

        return cls(part(first), part(second))


def chunks(question: Question) -> list[Chunk]:
    """The whole grid in pieces of bounded size, in order."""
    found = []
    for number, entry in enumerate(question.entries):
        halves = Halves.of(entry)
        rows = halves.rows.count
        each = max(1, min(FRONTS_OF_A_CHUNK, DESIGNS_OF_A_CHUNK // max(1, halves.columns.count)))
        found += [Chunk(number, start, min(start + each, rows)) for start in range(0, rows, each)]
    return found


def parameters(question: Question, index: Index) -> dict[str, Any]:
    """What the design at an index is built with."""
    halves = Halves.of(question.entries[index[0]])
    return halves.rows.combination(index[1]) | halves.columns.combination(index[2])
