"""The axes of a picture as a plane: values to positions, positions to points of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from experiments.plots.geometry import Floats
from experiments.plots.scale import LinearScale, LogScale
from experiments.plots.sheet import Sheet
from experiments.plots.step_scale import Log2Scale, NamedScale
from experiments.plots.words import DPI

Scale: TypeAlias = LogScale | LinearScale | Log2Scale | NamedScale


@dataclass(frozen=True)
class Plane:
    """A sheet whose axes have their scales."""

    sheet: Sheet
    x: Scale
    y: Scale

    def apply(self) -> None:
        """Set limits, ticks and grid on the sheet's axes."""
        self.x.apply(self.sheet.axes.xaxis)
        self.y.apply(self.sheet.axes.yaxis)

    def places(self, xs: ArrayLike, ys: ArrayLike) -> Floats:
        """Positions [n, 2] of values on the axes."""
        return np.stack([self.x.position(xs), self.y.position(ys)], -1)

    def in_picture(self, places: Floats) -> Floats:
        """Positions [n, 2] in points (1/72 inch) from the lower left corner of the picture."""
        return np.asarray(self.sheet.axes.transData.transform(places), np.float64) * 72 / DPI
