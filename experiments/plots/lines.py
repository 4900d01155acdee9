"""Lines over a common horizontal axis, each named at its right end: what row-length and sweep plots are made of."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from experiments.plots.geometry import Floats
from experiments.plots.guide import Guide
from experiments.plots.legend import family_handles
from experiments.plots.line import Line
from experiments.plots.notes import listed
from experiments.plots.plane import Plane, Scale
from experiments.plots.scale import scale_for
from experiments.plots.sheet import Room, open_sheet
from experiments.plots.spread import spread
from experiments.plots.style import LABEL_SIZE, QUIET, FamilyStyle, faded, family_styles, line_styles, settings
from experiments.plots.words import Words, widest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEP = 10.5  # points from one name to the next
OUT = 20.0  # points from the axes to the names
Dash: TypeAlias = str | tuple[int, tuple[float, ...]]
DASHES: tuple[Dash, ...] = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1, 1, 1, 1, 1)))


def draw_lines(
    words: Words, lines: Sequence[Line], x: Scale, *, linear: bool, width: float = 400.0, guides: Sequence[Guide] = ()
) -> Figure:
    """The picture of all lines; `width` is that of the axes in points, their height follows from the names.

    Lines look like their families; where all are of one, each has a look of its own. guides: lines to compare with.
    """
    drawn = [line for line in lines if line.seen]
    y = scale_for([value for line in drawn for band in line.ys for value in band.all], linear=linear)
    notes = (*words.notes, *_gaps(lines), *dict.fromkeys(filter(None, [y.note, x.note])))
    names = [line.name for line in drawn]
    with settings():
        room = Room(width, max(290.0, STEP * len(names)), right=OUT + widest(names, LABEL_SIZE) + 4.0)
        styles = family_styles(line.family for line in drawn)
        looks = line_styles(len(drawn)) if len(styles) == 1 else [styles[line.family] for line in drawn]
        legend = [*(family_handles(styles) if len(styles) > 1 else []), *(guide.handle() for guide in guides)]
        sheet = open_sheet(dataclasses.replace(words, notes=notes), room, legend, names)
        plane = Plane(sheet, x, y)
        plane.apply()
        if not drawn:
            sheet.say_empty("no point has a value")
            return sheet.figure
        for guide in guides:
            guide.draw(plane, drawn)
        for line, look, dash in zip(drawn, looks, _dashes(drawn), strict=True):
            _draw_line(plane, line, look, dash)
        _write_names(plane, drawn)
    return sheet.figure


def _gaps(lines: Sequence[Line]) -> list[str]:
    """The note on points without a value."""
    missing = [line.name for line in lines if len(line.seen) < len(line.ys)]
    return [f"Without a value at some points: {listed(missing)}."] if missing else []


def _dashes(lines: Sequence[Line]) -> list[Dash]:
    """A dash pattern for each line: those of one family take turns."""
    met: Counter[str] = Counter()
    dashes: list[Dash] = []
    for line in lines:
        dashes.append(DASHES[(met[line.family] if line.dash is None else line.dash) % len(DASHES)])
        met[line.family] += 1
    return dashes


def _draw_line(plane: Plane, line: Line, style: FamilyStyle, dash: Dash) -> None:
    """One line with its markers, and a pale band from the lowest to the highest replica."""
    low, middle, high = (plane.places(line.xs, values) for values in zip(*(band.all for band in line.ys), strict=True))
    axes = plane.sheet.axes
    axes.fill_between(middle[:, 0], low[:, 1], high[:, 1], color=faded(style.colour), linewidth=0, zorder=1.0)
    axes.plot(
        *middle.T, color=style.colour, linestyle=dash, linewidth=1.0, marker=style.marker, markersize=0.7 * style.size,
        markeredgecolor="white", markeredgewidth=0.4, zorder=2.0, gid="line", clip_on=False,
    )  # fmt: skip


def _write_names(plane: Plane, drawn: Sequence[Line]) -> None:
    """The name of each line right of the axes, with a thin line from its last point."""
    ends: list[Floats] = []
    for line in drawn:
        last = line.seen[-1]
        ends.append(plane.in_picture(plane.places([line.xs[last]], [line.ys[last].median]))[0])
    sheet = plane.sheet
    _, bottom, right, top = sheet.frame
    heights = spread(np.array(ends)[:, 1], STEP, bottom, max(top, bottom + STEP * (len(drawn) - 1)))
    for line, end, height in zip(drawn, ends, heights.tolist(), strict=True):
        sheet.text(right + OUT, height - STEP / 2 + 1.0, line.name, LABEL_SIZE)
        sheet.line([(float(end[0]) + 4.0, float(end[1])), (right + OUT - 2.0, height)], QUIET, 0.4)
