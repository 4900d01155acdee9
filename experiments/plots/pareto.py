"""Error against cost: which designs are worth building."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.plots.columns import Column, describe
from experiments.plots.csv_file import Record
from experiments.plots.front import front
from experiments.plots.geometry import Floats
from experiments.plots.legend import FRONT, FRONT_WIDTH, family_handles, front_handles
from experiments.plots.marks import marks
from experiments.plots.notes import about, not_drawn
from experiments.plots.pages import Page, pages
from experiments.plots.pareto_points import Point, Points, points
from experiments.plots.picture import Picture, file_stem
from experiments.plots.plane import Plane
from experiments.plots.requests import Pareto
from experiments.plots.scale import scale_for
from experiments.plots.sheet import Room, open_sheet
from experiments.plots.style import FamilyStyle, faded, family_styles, settings
from experiments.plots.words import Words
from experiments.plots.writing import MOST_LABELS, Label, Outcome, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["figure", "front", "pictures"]

ROOMS = (Room(430, 300), Room(470, 400), Room(560, 500), Room(700, 640))  # the next if a name finds no place
LONGEST_LEADER = 60.0  # points between marker and name, beyond which the next room is tried


def pictures(records: Sequence[Record], request: Pareto) -> Iterator[Picture]:
    """One picture for each workload, technology and row length."""
    for page in pages(records, priced=True):
        stem = file_stem(request.kind, request.error, request.cost, page.stem)
        yield Picture(stem, figure(page, describe(request.error), describe(request.cost)))


def figure(page: Page, error: Column, cost: Column) -> Figure:
    """The picture of one page, in the smallest room in which every name finds a place near its marker."""
    found = points(marks(page.records), error, cost)
    words = _words(page, found, error, cost)
    with settings():
        for room in ROOMS if len(found.drawn) <= MOST_LABELS else ROOMS[-1:]:
            plane, outcome = _draw(found, error, cost, words, room)
            if not outcome.left_out and outcome.longest_leader <= LONGEST_LEADER:
                break
        if outcome.left_out:
            note = f"Without a name, for want of room: {outcome.left_out} markers; results.csv has them all."
            words = dataclasses.replace(words, notes=(*words.notes, note))
            plane, _ = _draw(found, error, cost, words, room)
        return plane.sheet.figure


def _words(page: Page, found: Points, error: Column, cost: Column) -> Words:
    """Title, axis titles and notes of a page."""
    drawn = [point.mark for point in found.drawn] or [point.mark for point in found.everything]
    x_detail = found.basis.sentence(drawn, cost) if cost.priced else cost.detail
    y_detail = found.basis.trust(drawn, error) if error.priced else error.detail
    no_x = [point.name for point in found.everything if np.isnan(point.x.median)]
    no_y = [point.name for point in found.everything if np.isnan(point.y.median)]
    better = f"{error.better} {error.in_sentence} and {cost.better} {cost.in_sentence} are better"
    return Words(
        title=f"{error.quantity} against {cost.in_sentence}, {page.heading}",
        subtitle=better,
        x=f"{cost.title}\n{x_detail}".strip(),
        y=f"{error.title}\n{y_detail}".strip(),
        notes=not_drawn(no_y, error.name) + not_drawn(no_x, cost.name) + about(drawn),
    )


def _draw(found: Points, error: Column, cost: Column, words: Words, room: Room) -> tuple[Plane, Outcome]:
    """Draw everything once."""
    drawn = found.drawn
    styles = family_styles(point.mark.family for point in drawn)
    x = scale_for([value for point in drawn for value in point.x.all], linear=cost.linear)
    y = scale_for([value for point in drawn for value in point.y.all], linear=error.linear)
    words = dataclasses.replace(words, notes=words.notes + tuple(dict.fromkeys(filter(None, (y.note, x.note)))))
    legend = [*family_handles(styles), *front_handles()]
    plane = Plane(open_sheet(words, room, legend, [point.label for point in found.everything]), x, y)
    plane.apply()
    if not drawn:
        plane.sheet.say_empty("no point has a value")
        return plane, Outcome(0, 0.0)
    lines = [_draw_chain(plane, chain, styles) for chain in found.chains]
    lines.append(_draw_front(plane, [point for point in drawn if point.best], error, cost))
    for point in sorted(drawn, key=lambda point: point.best):
        _draw_point(plane, point, styles[point.mark.family])
    return plane, write(plane.sheet, _labels(plane, drawn), _segments(plane, lines))


def _draw_point(plane: Plane, point: Point, style: FamilyStyle) -> None:
    """A marker with the range of its replicas; dominated ones are pale with a coloured edge."""
    face, edge = (style.colour, "black") if point.best else (faded(style.colour), style.colour)
    level = 3.0 if point.best else 2.0
    axes: Axes = plane.sheet.axes
    ranges = (([point.x.median] * 3, point.y.all), (point.x.all, [point.y.median] * 3))
    for xs, ys in ranges if len(point.mark.records) > 1 else ():
        axes.plot(*plane.places(xs, ys).T, color=edge, linewidth=0.8, zorder=level)
    axes.plot(
        *plane.places([point.x.median], [point.y.median]).T, linestyle="none", marker=style.marker,
        markersize=style.size, markerfacecolor=face, markeredgecolor=edge, markeredgewidth=0.6, zorder=level + 0.5,
        gid="front" if point.best else "dominated", clip_on=False,
    )  # fmt: skip


def _draw_chain(plane: Plane, chain: Sequence[Point], styles: Mapping[str, FamilyStyle]) -> Floats:
    """A thin line through the points of a sweep; returns its corners [k, 2]."""
    places = plane.places([point.x.median for point in chain], [point.y.median for point in chain])
    colour = faded(styles[chain[0].mark.family].colour, 0.35)
    plane.sheet.axes.plot(*places.T, color=colour, linewidth=0.7, zorder=1.2, gid="sweep")
    return places


def _draw_front(plane: Plane, best: Sequence[Point], error: Column, cost: Column) -> Floats:
    """The step line through the best points, on to the worse ends of both axes; returns its corners [k, 2]."""
    places = plane.places([point.x.median for point in best], [point.y.median for point in best])
    x, y = places[np.argsort(places[:, 0] if cost.better == "lower" else -places[:, 0], kind="stable")].T
    worst_x = plane.x.limits[1 if cost.better == "lower" else 0]
    worst_y = plane.y.limits[1 if error.better == "lower" else 0]
    corners = np.stack([np.append(np.repeat(x, 2), worst_x), np.append(worst_y, np.repeat(y, 2))], -1)
    plane.sheet.axes.plot(*corners.T, color=FRONT, linewidth=FRONT_WIDTH, zorder=1.5, gid="front line")
    return corners


def _labels(plane: Plane, drawn: Sequence[Point]) -> list[Label]:
    """The names of the points, where they stand in the picture; those of the front are the more important."""
    places = plane.places([point.x.median for point in drawn], [point.y.median for point in drawn])
    return [
        Label(x, y, point.label, point.name, quiet=not point.best)
        for (x, y), point in zip(plane.in_picture(places).tolist(), drawn, strict=True)
    ]


def _segments(plane: Plane, lines: Sequence[Floats]) -> Floats:
    """All lines as segments [s, 4] in points of the picture."""
    placed = [plane.in_picture(line) for line in lines]
    return np.concatenate([np.zeros((0, 4)), *(np.concatenate([line[:-1], line[1:]], axis=1) for line in placed)])
