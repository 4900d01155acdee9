"""Hulls of points (addend, exponential): what the sum of the exponentials can be for a given sum of addends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDINGS = 2.0**-50  # an interpolation between ordinates of at most 1 is rounded to within this
SCALE = 1 << 62  # exponentials are integers here
EXACT_POINTS = 600  # up to so many the hull is formed straight away
SAMPLES = 256


@dataclass(frozen=True)
class Hull:
    """The upper or lower hull of points, a function of x between the first and the last.

    x: int64, ascending. y: float64, on the outer side of the true ordinates. points: which point each vertex is.
    side: +1 for the upper hull, -1 for the lower one. monotone: +1 makes it the least function above (or the largest
    below) that never falls, for sums that are known from one side only; 0 leaves it.
    """

    x: Integers
    y: Floats
    points: Integers
    side: int
    monotone: bool = False

    def extreme(self, low: Floats, high: Floats) -> Floats:
        """The largest value of an upper hull (the smallest of a lower one) between low and high, clipped to its ends.

        Rounding is outward, that of an abscissa (half an ulp, times the steepest slope) included.
        """
        peak = float(self.x[np.argmax(self.side * self.y)])
        at = np.clip(peak, np.minimum(low, high), high)
        if self.monotone:
            at = np.minimum(high, peak) if self.side > 0 else np.maximum(low, peak)
        return np.interp(at, self.x, self.y) + self.side * self.slack

    @cached_property
    def slack(self) -> float:
        """How far an interpolated ordinate may be off."""
        if self.x.size < 2:
            return ROUNDINGS
        slopes = np.abs(np.diff(self.y)) / np.diff(self.x)
        return float(ROUNDINGS + (slopes * np.maximum(np.abs(self.x[1:]), np.abs(self.x[:-1]))).max() * 2.0**-51)


def hull(x: Integers, y: Floats, side: int, monotone: bool = False) -> Hull:
    """The upper (side = 1) or lower (-1) hull of points whose ordinates are at most 1, exact in the numbers given.

    Of points with one x the outermost counts, so hulls of duplicates are sound.
    """
    order = np.lexsort((-side * y, x))
    order = order[np.append(True, np.diff(x[order]) > 0)]
    if order.size > EXACT_POINTS:
        order = _near_the_hull(x, y, side, order)
    chain: list[int] = []
    xs, ys = x.tolist(), [side * int(v * SCALE) for v in y.tolist()]  # Python's integers, exact up to 2**-62
    for point in order.tolist():
        while len(chain) > 1 and _not_above(xs, ys, chain[-2], chain[-1], point):
            chain.pop()
        chain.append(point)
    vertices = np.array(chain, dtype=np.int64)
    outward = y[vertices] + side * 2.0**-60  # the integers above were cut to 2**-62
    return Hull(x[vertices], outward, vertices, side, monotone)


def _not_above(x: list[int], y: list[int], first: int, middle: int, last: int) -> bool:
    """Whether `middle` is on or below the line from `first` to `last`."""
    return (y[middle] - y[first]) * (x[last] - x[first]) <= (y[last] - y[first]) * (x[middle] - x[first])


def _near_the_hull(x: Integers, y: Floats, side: int, order: Integers) -> Integers:
    """Those of ascending points that are not surely below the chain through a hull of some of them."""
    sample = order[np.unique(np.linspace(0, order.size - 1, SAMPLES).astype(np.int64))]
    rough = hull(x[sample], y[sample], side)
    margin = side * (y[order] - np.interp(x[order], rough.x, rough.y))
    return order[(margin > -(2.0**-48)) | np.isin(order, sample[rough.points])]
