"""Error against cost: which designs are worth building."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.plots.basis import basis_of
from experiments.plots.columns import Column, describe
from experiments.plots.csv_file import Record
from experiments.plots.front import front
from experiments.plots.geometry import Floats
from experiments.plots.legend import FRONT, FRONT_WIDTH, family_handles, front_handles
from experiments.plots.marks import marks, series
from experiments.plots.notes import not_drawn
from experiments.plots.pages import Page, pages
from experiments.plots.pareto_points import Point, chains, points
from experiments.plots.picture import Picture, file_stem
from experiments.plots.requests import Pareto
from experiments.plots.scale import Scale, scale_for
from experiments.plots.sheet import DPI, Room, Sheet, Words, open_sheet
from experiments.plots.style import QUIET, FamilyStyle, faded, family_styles, settings
from experiments.plots.writing import Label, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["figure", "front", "pictures"]

ROOMS = (Room(430, 300), Room(470, 400), Room(560, 500), Room(700, 640))  # the next if a name finds no place


def pictures(records: Sequence[Record], request: Pareto) -> Iterator[Picture]:
    """One picture for each workload, technology and row length."""
    for page in pages(records, priced=True):
        stem = file_stem(request.kind, request.error, request.cost, page.stem)
        yield Picture(stem, figure(page, describe(request.error), describe(request.cost)))


def figure(page: Page, error: Column, cost: Column) -> Figure:
    """The picture of one page, in the smallest room in which every name finds a place."""
    families = series(marks(page.records))
    groups = points(families, error, cost)
    words = _words(page, groups, error, cost)
    with settings():
        for room in ROOMS:
            sheet, unnamed = _draw(groups, error, cost, words, room)
            if not unnamed:
                return sheet.figure
        note = f"{unnamed} places of the dominated region have no name, for want of room; results.csv lists them."
        more = Words(words.title, words.subtitle, words.x, words.y, (*words.notes, note))
        return _draw(groups, error, cost, more, ROOMS[-1])[0].figure


def _words(page: Page, groups: Sequence[Sequence[Point]], error: Column, cost: Column) -> Words:
    """Title, axis titles and notes of a page."""
    everything = [point for group in groups for point in group]
    basis = str(basis_of([point.mark for point in everything]))
    x_basis, y_basis = (basis if column.priced else column.detail for column in (cost, error))
    missing = [not_drawn([p.full for p in everything if np.isnan(p.value(column))], column.name) for column in (error, cost)]
    better = f"better: {error.better} {error.quantity.lower()}, {cost.better} {cost.quantity.lower()}"
    title = f"{error.quantity} against {cost.quantity.lower()}: {page.heading}"
    notes = tuple(note for part in dict.fromkeys(missing) for note in part)
    return Words(title, better, f"{cost.title}\n{x_basis}", f"{error.title}\n{y_basis}", notes)


def _draw(
    groups: Sequence[Sequence[Point]], error: Column, cost: Column, words: Words, room: Room
) -> tuple[Sheet, int]:
    """Draw everything once; also the number of points that got no name."""
    everything = [point for group in groups for point in group]
    styles = family_styles(point.mark.family for point in everything)
    sheet = open_sheet(words, room, [*family_handles(styles), *front_handles()], [p.label for p in everything])
    drawn = [point for point in everything if point.drawn]
    x_scale = scale_for([v for p in drawn for v in p.x.range], linear=cost.linear)
    y_scale = scale_for([v for p in drawn for v in p.y.range], linear=error.linear)
    x_scale.apply(sheet.axes.xaxis)
    y_scale.apply(sheet.axes.yaxis)
    if not drawn:
        sheet.axes.text(0.5, 0.5, "no point has both numbers", transform=sheet.axes.transAxes, ha="center", color=QUIET)
        return sheet, 0
    lines = [_draw_chain(sheet.axes, chain, x_scale, y_scale, styles) for group in groups for chain in chains(group)]
    lines.append(_draw_front(sheet.axes, drawn, x_scale, y_scale, error, cost))
    for point in sorted(drawn, key=lambda point: point.best):
        _draw_point(sheet.axes, point, x_scale, y_scale, styles[point.mark.family])
    return sheet, write(sheet, _labels(sheet, drawn, x_scale, y_scale), _segments(sheet, lines))


def _draw_point(axes: Axes, point: Point, x_scale: Scale, y_scale: Scale, style: FamilyStyle) -> None:
    """A marker with its replicas' range; dominated ones are pale and have a coloured edge."""
    x, y = x_scale.position([point.x.median]), y_scale.position([point.y.median])
    face, edge = (style.colour, "black") if point.best else (faded(style.colour), style.colour)
    above = 3.0 if point.best else 2.0
    axes.plot(np.repeat(x, 2), y_scale.position(point.y.range), color=edge, linewidth=0.8, zorder=above)
    axes.plot(x_scale.position(point.x.range), np.repeat(y, 2), color=edge, linewidth=0.8, zorder=above)
    axes.plot(
        x, y, linestyle="none", marker=style.marker, markersize=style.size, markerfacecolor=face, markeredgecolor=edge,
        markeredgewidth=0.6, zorder=above + 0.5, gid="front" if point.best else "dominated",
    )  # fmt: skip


def _draw_chain(
    axes: Axes, chain: Sequence[Point], x_scale: Scale, y_scale: Scale, styles: dict[str, FamilyStyle]
) -> Floats:
    """A thin line through the points of a sweep; returns its corners [k, 2]."""
    x = x_scale.position([point.x.median for point in chain])
    y = y_scale.position([point.y.median for point in chain])
    colour = styles[chain[0].mark.family].colour if chain else QUIET
    axes.plot(x, y, color=faded(colour, 0.35), linewidth=0.6, zorder=1.0, gid="sweep")
    return np.stack([x, y], -1)


def _draw_front(
    axes: Axes, drawn: Sequence[Point], x_scale: Scale, y_scale: Scale, error: Column, cost: Column
) -> Floats:
    """The step line through the best points, on to the worse ends of both axes; returns its corners [k, 2]."""
    best = [point for point in drawn if point.best]
    x = x_scale.position([point.x.median for point in best])
    y = y_scale.position([point.y.median for point in best])
    order = np.lexsort((y, x if cost.better == "lower" else -x))
    worst_x = x_scale.limits[1 if cost.better == "lower" else 0]
    worst_y = y_scale.limits[1 if error.better == "lower" else 0]
    xs, ys = np.append(x[order], worst_x), np.append(worst_y, y[order])
    corners = np.stack([np.repeat(xs, 2)[:-1], np.repeat(ys, 2)[1:]], -1)
    corners = np.concatenate([[[xs[0], worst_y]], corners])
    axes.plot(corners[:, 0], corners[:, 1], color=FRONT, linewidth=FRONT_WIDTH, zorder=1.5, gid="front line")
    return corners


def _labels(sheet: Sheet, drawn: Sequence[Point], x_scale: Scale, y_scale: Scale) -> list[Label]:
    """The names of the points, where they stand in the picture; those of the front are the more important."""
    x = x_scale.position([point.x.median for point in drawn])
    y = y_scale.position([point.y.median for point in drawn])
    places = _to_picture(sheet, np.stack([x, y], -1))
    return [
        Label(float(place[0]), float(place[1]), point.label, float(point.best))
        for place, point in zip(places, drawn, strict=True)
    ]


def _segments(sheet: Sheet, lines: Sequence[Floats]) -> Floats:
    """All lines as segments [s, 4] in points of the picture."""
    placed = [_to_picture(sheet, line) for line in lines if len(line)]
    return np.concatenate([np.zeros((0, 4)), *(np.concatenate([line[:-1], line[1:]], axis=1) for line in placed)])


def _to_picture(sheet: Sheet, places: Floats) -> Floats:
    """Positions in the axes as points of the picture."""
    return np.asarray(sheet.axes.transData.transform(places)) * 72 / DPI
