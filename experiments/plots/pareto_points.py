"""The points of a Pareto plot: their numbers, short labels, whether they are on the front, and the sweeps they form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.plots.basis import basis_of
from experiments.plots.columns import Column
from experiments.plots.front import front
from experiments.plots.marks import Band, Mark, Series, setting_text


@dataclass(frozen=True)
class Point:
    """One marker. `label` is short where the sweep's first point tells the name, `full` always tells it.

    `sweep` names the settings that differ in its series. `best`: no other point beats it.
    """

    mark: Mark
    x: Band
    y: Band
    label: str
    full: str
    sweep: tuple[str, ...]
    best: bool
    error: Column
    cost: Column

    @property
    def drawn(self) -> bool:
        """Whether both numbers exist."""
        return self.x.median == self.x.median and self.y.median == self.y.median

    def value(self, column: Column) -> float:
        """The number in one of the two columns."""
        return (self.y if column is self.error else self.x).median
