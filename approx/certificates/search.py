"""Branch and bound over sums: the largest value of an objective that falls or rises with output and sum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LEADERS = 12
MOST_NODES = 1 << 20  # at a time; beyond it nodes end with the bound that they have
Objective = Callable[["Nodes"], tuple[Floats, Floats, NDArray[np.bool_]]]


@dataclass(frozen=True)
class Nodes:
    """Intervals of sums, each with what is observed there: `what` is an index, low and high belong to the interval."""

    what: Integers
    low: Integers
    high: Integers

    def take(self, kept: NDArray[np.bool_]) -> Nodes:
        """Some of them."""
        return Nodes(self.what[kept], self.low[kept], self.high[kept])

    def halves(self) -> Nodes:
        """Every interval in two, at its middle: that of the ratio where the ends are far apart."""
        ratio = np.sqrt(np.maximum(self.low, 1).astype(np.float64) * self.high).astype(np.int64)
        middle = np.where(self.high > 2 * self.low, ratio, (self.low + self.high) // 2)
        middle = np.clip(middle, self.low, self.high - 1)
        return Nodes(
            np.concatenate([self.what, self.what]),
            np.concatenate([self.low, middle + 1]),
            np.concatenate([middle, self.high]),
        )


@dataclass(frozen=True)
class Found:
    """bound: at least the objective. leaders, sums, values: where its largest values were seen, best first, each once.

    reached: the largest value that was seen, or `least`; what a further search starts from. (Starting from bounds would
    multiply tolerances.)
    """

    bound: float
    reached: float
    leaders: tuple[int, ...]
    sums: tuple[int, ...]
    values: tuple[float, ...] = ()

    def with_bound(self, bound: float) -> Found:
        """With a bound of what was not searched."""
        return replace(self, bound=max(self.bound, bound))

    def joined(self, other: Found) -> Found:
        """Of both searches."""
        each = zip(self.values + other.values, self.leaders + other.leaders, self.sums + other.sums, strict=True)
        best = sorted(each, key=lambda found: -found[0])[:LEADERS]
        return Found(
            max(self.bound, other.bound), max(self.reached, other.reached), tuple(found[1] for found in best),
            tuple(found[2] for found in best), tuple(found[0] for found in best),
        )  # fmt: skip


def largest(
    nodes: Nodes,
    objective: Objective,
    tolerance: float,
    least: float = 0.0,
    gap: float = 0.0,
    most_nodes: int = MOST_NODES,
) -> Found:
    """An upper bound of the objective over all nodes, at most 1 + tolerance times (or `gap` above) one it has there.

    objective: of nodes, what their values cannot exceed; a value that is reached in them, at their first sum; and
    whether the former is as good as it gets, so that they need not be parted. least: values below are of no interest.
    most_nodes: beyond so many at a time, nodes end with the bound that they have.
    """
    bound = incumbent = least
    seen = np.full(int(nodes.what.max(initial=0)) + 1, -np.inf)
    where = np.zeros(seen.size, dtype=np.int64)
    while nodes.what.size:
        upper, reached, final = objective(nodes)
        incumbent = max(incumbent, float(reached.max()))
        rising = np.argsort(reached)
        rising = rising[reached[rising] > seen[nodes.what[rising]]]
        where[nodes.what[rising]] = np.where(nodes.what % 2 == 0, nodes.low, nodes.high)[rising]  # the last one stays
        np.maximum.at(seen, nodes.what, reached)
        open_ = upper > incumbent + max(incumbent * tolerance, gap)
        done = final | (nodes.low == nodes.high)
        if nodes.what.size > most_nodes:
            done = np.ones_like(done)
        ended = ~open_ | done
        if ended.any():
            bound = max(bound, float(upper[ended].max()))
        nodes = nodes.take(~ended).halves()
    best = np.argsort(-seen)[:LEADERS]
    best = best[seen[best] > least]
    return Found(
        max(bound, incumbent), incumbent, tuple(best.tolist()), tuple(where[best].tolist()), tuple(seen[best].tolist())
    )
