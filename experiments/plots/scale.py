"""Where numbers stand on an axis. A logarithmic axis has marked places for 0 and for infinity, so no point is lost.

Positions are what matplotlib sees on a plain linear axis: log10 or log2 of the value, or the value itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.plots.style import GRID, QUIET
from experiments.plots.ticks import log_ticks, tick_texts

if TYPE_CHECKING:
    from matplotlib.axis import Axis

MARGIN = 0.07  # of the span, free at both ends
SHORTEST_SPAN = math.log10(2.0)  # equal values still get an axis


@dataclass(frozen=True)
class LogScale:
    """A log10 axis from `low` to `high` (log10 of the positive values), with a slot at either end for what has no log.

    zero: what is written at the slot below: "0", "≤ 0" where a value is negative (a divergence of rows that sum to more
    than 1), or "" for no slot. infinite: whether there is a slot above.
    """

    low: float
    high: float
    zero: str
    infinite: bool

    @property
    def _margin(self) -> float:
        return MARGIN * (self.high - self.low)

    @property
    def slot(self) -> float:
        """Width of the slots for 0 and infinity, in decades."""
        return 0.13 * (self.high - self.low)

    @property
    def limits(self) -> tuple[float, float]:
        """Both ends of the axis, as positions."""
        return (
            self.low - self._margin - (self.slot if self.zero else 0.0),
            self.high + self._margin + (self.slot if self.infinite else 0.0),
        )

    def position(self, values: ArrayLike) -> NDArray[np.float64]:
        """Positions of values; NaN stays NaN."""
        values = np.asarray(values, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            places = np.log10(values)
        places = np.where(values <= 0, self.low - self._margin - 0.5 * self.slot, places)
        return np.where(values == np.inf, self.high + self._margin + 0.5 * self.slot, places)

    @property
    def note(self) -> str:
        """A sentence on the slots, "" where there are none."""
        inside = [self.zero] * bool(self.zero) + ["∞"] * self.infinite
        return f"Beyond a dotted line, off the logarithmic scale: {' and '.join(inside)}." if inside else ""

    def apply(self, axis: Axis) -> None:
        """Set limits, ticks, grid and the marks of the slots on a matplotlib axis."""
        major, minor = log_ticks(self.low - self._margin, self.high + self._margin)
        extra = [(0.0, self.zero)] * bool(self.zero) + [(math.inf, "∞")] * self.infinite
        places = [*(tick.position for tick in major), *self.position([value for value, _ in extra])]
        axis.set_ticks(places, [*tick_texts(major), *(text for _, text in extra)])
        axis.set_ticks([tick.position for tick in minor], minor=True)
        axis.grid(visible=True, which="major", color=GRID, linewidth=0.5)
        line = axis.axes.axhline if axis is axis.axes.yaxis else axis.axes.axvline
        edges = [self.low - self._margin] * bool(self.zero) + [self.high + self._margin] * self.infinite
        for edge in edges:
            line(edge, color=QUIET, linewidth=0.7, linestyle=(0, (1, 2)), zorder=0.5)
        limit(axis, self.limits)


@dataclass(frozen=True)
class LinearScale:
    """A plain axis over the finite values; infinities stand at its ends."""

    low: float
    high: float
    ticks: tuple[float, ...] = ()
    note = ""

    @property
    def limits(self) -> tuple[float, float]:
        """Both ends of the axis."""
        margin = MARGIN * (self.high - self.low)
        return self.low - margin, self.high + margin

    def position(self, values: ArrayLike) -> NDArray[np.float64]:
        """The values themselves."""
        return np.clip(np.asarray(values, np.float64), *self.limits)

    def apply(self, axis: Axis) -> None:
        """Set limits, grid and the ticks, if they are given, on a matplotlib axis."""
        if self.ticks:
            axis.set_ticks(self.ticks, [f"{tick:g}" for tick in self.ticks])
        axis.grid(visible=True, which="major", color=GRID, linewidth=0.5)
        limit(axis, self.limits)


def scale_for(values: ArrayLike, *, linear: bool = False) -> LogScale | LinearScale:
    """The scale that shows all of `values`: logarithmic unless `linear` is asked for."""
    values = np.asarray(values, np.float64)
    finite = values[np.isfinite(values)]
    if linear:
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        spread = 0.0 if high > low else 0.05 * (abs(high) or 1.0)
        return LinearScale(low - spread, high + spread)
    places = np.log10(finite[finite > 0])
    low, high = (float(places.min()), float(places.max())) if len(places) else (0.0, 0.0)
    spread = max(0.0, SHORTEST_SPAN - (high - low)) / 2
    zero = "≤ 0" if (values < 0).any() else "0" if (values == 0).any() else ""
    return LogScale(low - spread, high + spread, zero, bool((values == np.inf).any()))


def limit(axis: Axis, limits: tuple[float, float]) -> None:
    """Set both ends of a matplotlib axis."""
    (axis.axes.set_ylim if axis is axis.axes.yaxis else axis.axes.set_xlim)(*limits)
