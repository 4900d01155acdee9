"""Lines over a common horizontal axis, each named at its right end: what row-length and sweep plots are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.plots.geometry import Floats
from experiments.plots.guide import Guide
from experiments.plots.line import Line
from experiments.plots.looks import LineLook, Looks, looks
from experiments.plots.notes import listed
from experiments.plots.plane import Plane, Scale
from experiments.plots.scale import scale_for
from experiments.plots.sheet import Room, open_sheet
from experiments.plots.spread import spread
from experiments.plots.style import LABEL_SIZE, QUIET, settings
from experiments.plots.words import Words, widest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEP = 10.5  # points from one name to the next
OUT = 20.0  # points from the axes to the names
SAMPLE = 24.0  # points for a sample of the line before its name


def draw_lines(
    words: Words, lines: Sequence[Line], x: Scale, *, linear: bool, width: float = 400.0, guides: Sequence[Guide] = ()
) -> Figure:
    """The picture of all lines; `width` is that of the axes in points, their height follows from the names.

    Lines look like their families, or each has a look of its own (`looks`). guides: lines to compare with.
    """
    drawn = [line for line in lines if line.seen]
    y = scale_for([value for line in drawn for band in line.ys for value in band.all], linear=linear)
    notes = (*words.notes, *_gaps(lines), *dict.fromkeys(filter(None, [y.note, x.note])))
    names = [line.name for line in drawn]
    with settings():
        found = looks(drawn)
        beside = OUT + (SAMPLE if found.own else 0.0)
        room = Room(width, max(290.0, STEP * len(names)), right=beside + widest(names, LABEL_SIZE) + 4.0)
        legend = [*found.legend, *(guide.handle() for guide in guides)]
        sheet = open_sheet(dataclasses.replace(words, notes=notes), room, legend, names)
        plane = Plane(sheet, x, y)
        plane.apply()
        if not drawn:
            sheet.say_empty("no point has a value")
            return sheet.figure
        for guide in guides:
            guide.draw(plane, drawn)
        for line, look in zip(drawn, found.lines, strict=True):
            _draw_line(plane, line, look)
        _write_names(plane, drawn, found)
    return sheet.figure


def _gaps(lines: Sequence[Line]) -> list[str]:
    """The note on points without a value."""
    missing = [line.name for line in lines if len(line.seen) < len(line.ys)]
    return [f"Without a value at some points: {listed(missing)}."] if missing else []


def _draw_line(plane: Plane, line: Line, look: LineLook) -> None:
    """One line with its markers, and a pale band from the lowest to the highest replica."""
    low, middle, high = (plane.places(line.xs, values) for values in zip(*(band.all for band in line.ys), strict=True))
    axes, colour = plane.sheet.axes, look.style.colour
    if (high[:, 1] > low[:, 1]).any():
        axes.fill_between(
            middle[:, 0], low[:, 1], high[:, 1], zorder=1.0,
            facecolor=(colour, 0.16), edgecolor=(colour, 0.5), linewidth=0.4,
        )  # fmt: skip
    artist = look.sample(*middle.T)
    artist.set(zorder=2.0, gid="line")
    axes.add_line(artist)


def _write_names(plane: Plane, drawn: Sequence[Line], found: Looks) -> None:
    """The name of each line right of the axes, with a thin line from its last point, and a sample if it needs one."""
    ends: list[Floats] = []
    for line in drawn:
        last = line.seen[-1]
        ends.append(plane.in_picture(plane.places([line.xs[last]], [line.ys[last].median]))[0])
    sheet = plane.sheet
    _, bottom, right, top = sheet.frame
    heights = spread(np.array(ends)[:, 1], STEP, bottom, max(top, bottom + STEP * (len(drawn) - 1)))
    for line, look, end, height in zip(drawn, found.lines, ends, heights.tolist(), strict=True):
        if found.own:
            sheet.add(look.sample([right + OUT, right + OUT + SAMPLE - 4.0], [height, height]))
        left = right + OUT + (SAMPLE if found.own else 0.0)
        sheet.text(left, height - STEP / 2 + 1.0, line.name, LABEL_SIZE)
        sheet.line([(float(end[0]) + 4.0, float(end[1])), (right + OUT - 2.0, height)], QUIET, 0.4)
