"""How many points a configuration asks for, known before any of them is made."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.axes import Axes
from experiments.named_entries import NamedEntry
from experiments.variants import LANES

MOST_POINTS = 10_000  # more must be asked for
LARGEST_SHOWN = 10**18


def count_points(workloads: Iterable[NamedEntry], hardware: Axes, designs: Iterable[NamedEntry], again: int) -> int:
    """The number of points, those that are reached twice counted twice. again: faults times replicas.

    The lanes of the hardware section do not multiply a design entry that has lanes of its own. Where entries are
    missing because they were refused, one is assumed, so that what the others ask for is still known.
    """
    lanes = hardware.fields[LANES].count if LANES in hardware.fields else 1
    settings = hardware.count // lanes
    variants = sum(entry.axes.count * (1 if LANES in entry.axes.fields else lanes) for entry in designs)
    rows = sum(entry.axes.count for entry in workloads)
    return max(1, rows) * settings * max(1, variants) * max(1, again)


def too_many(points: int, limit: int) -> str:
    """The sentence that asks whether so many points are meant."""
    if points > LARGEST_SHOWN:
        return f"this asks for more than {LARGEST_SHOWN} points, and at most {limit} are run; shorten some of the axes"
    return f"this asks for {points} points; more than {limit} are run with --points {points} if that is meant"
