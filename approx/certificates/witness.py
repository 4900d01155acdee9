"""Rows that come close to a bound: two codes of a hull beside the forced and the observed one, then exchanges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.certificates.hull import Hull

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_EXCHANGES = 24
KEPT = 2  # of the best splits, and of those near the target, from which exchanges start
PAIRS_OF = 48  # codes whose pairs are exchanged for two others at once

Value = Callable[[Integers, Floats], Floats]


@dataclass(frozen=True)
class Row:
    """How often each point is taken beside the base; points are groups, and one more for an absent element."""

    counts: dict[int, int]

    def moved(self, changes: dict[int, int]) -> Row:
        """With some counts changed."""
        counts = dict(self.counts)
        for point, change in changes.items():
            counts[point] = counts.get(point, 0) + change
        return Row({point: count for point, count in counts.items() if count})


@dataclass(frozen=True)
class Search:
    """Free elements are chosen so that `value`, a function of the row's two sums, is large.

    addends, exponentials: of the points. base_sum, base_exponential: of the elements that are given. free: how many are
    chosen. target: a sum at which the value is large; some starts are near it. enough: a value to stop at.
    """

    addends: Integers
    exponentials: Floats
    hull: Hull
    base_sum: int
    base_exponential: float
    free: int
    value: Value
    target: int
    enough: float

    def split(self) -> tuple[Row, float]:
        """The best row of two neighbours on the hull, with its value."""
        return max(self._splits(), key=lambda found: found[1])

    def best(self) -> tuple[Row, float]:
        """The best row found, with its value."""
        best: tuple[Row, float] | None = None
        for row, value in sorted(self._splits(), key=lambda found: -found[1]):
            found = self._exchanged(row, value)
            if best is None or found[1] > best[1]:
                best = found
            if best[1] >= self.enough:
                break
        assert best is not None  # noqa: S101  there is a split
        return best

    def _evaluate(self, row: Row) -> tuple[int, float]:
        total = sum(int(self.addends[point]) * count for point, count in row.counts.items())
        exponential = sum(float(self.exponentials[point]) * count for point, count in row.counts.items())
        return self.base_sum + total, self.base_exponential + exponential

    def _splits(self) -> list[tuple[Row, float]]:
        """The best of all splits between neighbours on the hull."""
        points = self.hull.points
        if points.size == 1 or self.free == 0:
            row = Row({int(points[0]): self.free} if self.free else {})
            total, exponential = self._evaluate(row)
            return [(row, float(self.value(np.array([total]), np.array([exponential]))[0]))]
        left, right = points[:-1, None], points[1:, None]
        count = np.arange(self.free + 1)[None, :]
        totals = self.base_sum + count * self.addends[left] + (self.free - count) * self.addends[right]
        exponentials = (
            self.base_exponential + count * self.exponentials[left] + (self.free - count) * self.exponentials[right]
        )
        values = self.value(totals.ravel(), exponentials.ravel())
        found = []
        near = np.argsort(np.abs(totals.ravel() - self.target))[:KEPT]
        for place in np.unique(np.append(np.argsort(-values)[:KEPT], near)).tolist():
            edge, taken = divmod(place, self.free + 1)
            row = Row({}).moved({int(points[edge]): taken}).moved({int(points[edge + 1]): self.free - taken})
            found.append((row, float(values[place])))
        return found

    def _exchanged(self, row: Row, value: float) -> tuple[Row, float]:
        """Better by exchanging one element, then two at once, for any others."""
        for _ in range(MOST_EXCHANGES):
            if value >= self.enough:
                break
            for exchange in (self._one, self._two):
                better, best = exchange(row)
                if best > value:
                    row, value = better, best
                    break
            else:
                break
        return row, value

    def _one(self, row: Row) -> tuple[Row, float]:
        """The best row with one element exchanged."""
        if not row.counts:
            return row, -np.inf
        total, exponential = self._evaluate(row)
        taken = np.array(list(row.counts), dtype=np.int64)
        sums = total - self.addends[taken][:, None] + self.addends[None, :]
        exponentials = exponential - self.exponentials[taken][:, None] + self.exponentials[None, :]
        values = self.value(sums.ravel(), exponentials.ravel())
        place = int(np.argmax(values))
        out, into = divmod(place, self.addends.size)
        return row.moved({int(taken[out]): -1}).moved({into: 1}), float(values[place])

    def _two(self, row: Row) -> tuple[Row, float]:
        """The best row with two elements exchanged for any of some points."""
        taken = [(a, b) for a in row.counts for b in row.counts if a < b or (a == b and row.counts[a] > 1)]
        if not taken:
            return row, -np.inf
        total, exponential = self._evaluate(row)
        pairs, points = np.array(taken, dtype=np.int64), self._some_points(row)
        left, right = (each.ravel() for each in np.meshgrid(points, points, indexing="ij"))
        sums = (total - self.addends[pairs].sum(axis=1))[:, None] + self.addends[left] + self.addends[right]
        exponentials = (exponential - self.exponentials[pairs].sum(axis=1))[:, None] + (
            self.exponentials[left] + self.exponentials[right]
        )
        values = self.value(sums.ravel(), exponentials.ravel())
        place = int(np.argmax(values))
        out, into = divmod(place, left.size)
        moved = row.moved({int(pairs[out, 0]): -1}).moved({int(pairs[out, 1]): -1})
        return moved.moved({int(left[into]): 1}).moved({int(right[into]): 1}), float(values[place])

    def _some_points(self, row: Row) -> Integers:
        """Spread over all, those of the hull and those of the row."""
        points = np.linspace(0, self.addends.size - 1, PAIRS_OF).astype(np.int64)
        return np.unique(np.concatenate([points, self.hull.points, np.array(list(row.counts), dtype=np.int64)]))


def as_codes(given: list[int], row: Row, codes: Integers) -> list[int]:
    """The input codes of a row: those given, then the chosen ones; absent elements are left out."""
    chosen = [int(codes[point]) for point, count in row.counts.items() for _ in range(count) if point < codes.size]
    return [*given, *chosen]
