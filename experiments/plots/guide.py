"""Straight lines of a known slope on doubly logarithmic axes, to compare others with by eye."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.plots.line import Line
from experiments.plots.plane import Plane
from experiments.plots.style import QUIET

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

WIDTH = 0.8


@dataclass(frozen=True)
class Guide:
    """y ~ x**slope. name: in the legend. dash: a matplotlib dash pattern."""

    slope: float
    name: str
    dash: tuple[float, tuple[float, ...]]

    def handle(self) -> Line2D:
        """Its entry in the legend."""
        from matplotlib.lines import Line2D  # noqa: PLC0415  matplotlib is loaded only to draw

        return Line2D([], [], color=QUIET, linewidth=WIDTH, linestyle=self.dash, label=self.name)

    def draw(self, plane: Plane, lines: Sequence[Line]) -> None:
        """Draw it through the left end of the lines, at the middle of their errors there, as far as the axes reach."""
        left, right = min(min(line.xs) for line in lines), max(max(line.xs) for line in lines)
        starts = [line.ys[0].median for line in lines if line.xs[0] == left and 0 < line.ys[0].median < math.inf]
        if not starts or left == right:
            return
        start = math.exp(sum(map(math.log, starts)) / len(starts))
        places = plane.places([left, right], [start, start * (right / left) ** self.slope])
        plane.sheet.axes.plot(*places.T, color=QUIET, linewidth=WIDTH, linestyle=self.dash, zorder=0.9, gid="guide")
