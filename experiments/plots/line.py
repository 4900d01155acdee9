"""Lines made of marks: one for each design and setting, along what the horizontal axis shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.plots.basis import Basis
from experiments.plots.marks import Band, Mark, series


@dataclass(frozen=True)
class Line:
    """A named line through (x, y) in the order of x; a y without a value is a gap.

    dash: the number of its pattern; None: the lines of a family take turns.
    """

    name: str
    family: str
    xs: tuple[float, ...]
    ys: tuple[Band, ...]
    dash: int | None = None

    @property
    def seen(self) -> list[int]:
        """Indices of the points that have a value."""
        return [index for index, band in enumerate(self.ys) if not np.isnan(band.median)]


def lines_over(
    marks: Sequence[Mark], xs: Mapping[int, float], column: str, over: str = "", basis: Basis | None = None
) -> list[Line]:
    """The marks as lines in the order of the file, x from `xs` (by the id of the mark) and y from `column`.

    Marks whose settings differ in more than `over` are on different lines, named by what differs, and with `basis` by
    what differs from the basis of most prices.
    """
    lines: list[Line] = []
    for one in series(marks):
        groups: dict[str, list[Mark]] = {}
        for mark in one.marks:
            unlike = basis.differences(mark, (*one.varying, over)) if basis else ""
            groups.setdefault(one.full(mark, without=over) + unlike, []).append(mark)
        for name, members in groups.items():
            members.sort(key=lambda mark: xs[id(mark)])
            bands = tuple(mark.band(column) for mark in members)
            lines.append(Line(name, members[0].family, tuple(xs[id(mark)] for mark in members), bands))
    return lines
