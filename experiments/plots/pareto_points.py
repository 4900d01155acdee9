"""The points of a Pareto plot: their numbers and names, whether they are on the front, and the sweeps they form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.plots.basis import Basis, basis_of
from experiments.plots.columns import Column
from experiments.plots.csv_file import Json
from experiments.plots.front import front
from experiments.plots.marks import Band, Mark, Series, series, setting_text


@dataclass(frozen=True)
class Point:
    """One marker. `label` is short where the first point of its sweep tells the name, `name` always tells it.

    `best`: no other point beats it. `drawn`: both numbers exist.
    """

    mark: Mark
    x: Band
    y: Band
    label: str
    name: str
    best: bool

    @property
    def drawn(self) -> bool:
        """Whether both numbers exist."""
        return not np.isnan([self.x.median, self.y.median]).any()


@dataclass(frozen=True)
class Points:
    """All points of a page, and the chains of points to be joined by a line: one setting differs along a chain."""

    everything: tuple[Point, ...]
    chains: tuple[tuple[Point, ...], ...]
    basis: Basis

    @property
    def drawn(self) -> list[Point]:
        """Points with both numbers."""
        return [point for point in self.everything if point.drawn]


def points(marks: Sequence[Mark], error: Column, cost: Column) -> Points:
    """The points of a page, sweep after sweep; the front is that of the medians over the replicas."""
    groups = series(marks)
    basis = basis_of(marks)
    ordered = [(one, mark) for one in groups for mark in one.marks]
    xs, ys = ([mark.band(column.name) for _, mark in ordered] for column in (cost, error))
    best = front(_lower(ys, error), _lower(xs, cost))
    everything = tuple(
        Point(mark, x, y, _label(one, mark, basis), one.full(mark) + basis.differences(mark, one.varying), bool(top))
        for (one, mark), x, y, top in zip(ordered, xs, ys, best, strict=True)
    )
    by_mark = {id(point.mark): point for point in everything}
    chains = (chain for one in groups for chain in _chains(one, [by_mark[id(mark)] for mark in one.marks]))
    return Points(everything, tuple(chain for chain in chains if len(chain) > 1), basis)


def _lower(bands: Sequence[Band], column: Column) -> list[float]:
    """The medians, negated where high is good."""
    return [band.median if column.better == "lower" else -band.median for band in bands]


def _label(one: Series, mark: Mark, basis: Basis) -> str:
    """The full name at the first point of a series, the values that differ at the others."""
    text = one.full(mark) if mark is one.marks[0] else one.values(mark)
    return (text or one.name) + basis.differences(mark, one.varying)


def _chains(one: Series, members: Sequence[Point]) -> list[tuple[Point, ...]]:
    """The drawn points of a series, split so that only the setting with the most values differs within a chain."""
    if not one.varying:
        return [(point,) for point in members]
    along = max(one.varying, key=lambda name: len({setting_text(mark.settings.get(name)) for mark in one.marks}))
    split: dict[tuple[str, ...], list[Point]] = {}
    for point in members:
        if point.drawn:
            others = tuple(setting_text(point.mark.settings.get(name)) for name in one.varying if name != along)
            split.setdefault(others, []).append(point)
    return [tuple(sorted(chain, key=lambda point: _order(point.mark.settings, along))) for chain in split.values()]


def _order(settings: Mapping[str, Json], name: str) -> float:
    """Numbers by size; all else in the order of the file."""
    value = settings.get(name)
    return float(value) if isinstance(value, int | float) else 0.0
