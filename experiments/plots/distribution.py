"""How a per-row error is distributed, one horizontal bar a design, from the stored quantiles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.plots.columns import Column, describe
from experiments.plots.csv_file import Record
from experiments.plots.legend import family_handles
from experiments.plots.marks import marks, series
from experiments.plots.notes import daggers, not_drawn
from experiments.plots.pages import Page, pages
from experiments.plots.picture import Picture, file_stem
from experiments.plots.plane import Plane
from experiments.plots.quantiles import Quantiles, read, together
from experiments.plots.requests import Distribution
from experiments.plots.scale import scale_for
from experiments.plots.sheet import Room, open_sheet
from experiments.plots.step_scale import NamedScale
from experiments.plots.style import FamilyStyle, faded, family_styles, settings
from experiments.plots.words import Words, widest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEP = 15.0  # points from one bar to the next
MOST_BARS = 150
TICK_SIZE = 7.5
BOXES = ((0.0, 100.0, 0.05), (5.0, 95.0, 0.42), (25.0, 75.0, 0.72))  # from and to quantile (per cent), thickness
LEGEND = "line: all rows; pale: 5 to 95 % of rows; dark: 25 to 75 %; marker: median; | : 99 %"


@dataclass(frozen=True)
class Bar:
    """One design and setting with the quantiles of its error."""

    name: str
    family: str
    quantiles: Quantiles


def pictures(records: Sequence[Record], request: Distribution, file: Path) -> Iterator[Picture]:
    """One picture for each workload, from the quantiles in `file` (`distributions.csv`).

    Raises PlotError where the file is missing, broken, or does not have the metric.
    """
    quantiles = read(file, request.error)
    for page in pages(records, priced=False):
        figure = draw(page, describe(request.error), quantiles)
        yield Picture(file_stem(request.kind, request.error, page.stem), figure)


def draw(page: Page, column: Column, quantiles: Mapping[str, Quantiles]) -> Figure:
    """The picture of one page; the design with the lowest median is at the top."""
    everything = _bars(page, quantiles)
    known = sorted((bar for bar in everything if bar.quantiles.known), key=lambda bar: bar.quantiles.middle)
    shown = known[:MOST_BARS]
    words = _words(page, column, [bar.name for bar in everything if not bar.quantiles.known], len(known) - len(shown))
    scale = scale_for([value for bar in shown for value in bar.quantiles.values.values()], linear=column.linear)
    words = dataclasses.replace(words, notes=(*words.notes, *filter(None, [scale.note])))
    names = NamedScale(tuple(bar.name for bar in reversed(shown)))
    with settings():
        styles = family_styles(bar.family for bar in shown)
        room = Room(380.0, STEP * max(4, len(shown)) + 6.0, left=widest(names.names, TICK_SIZE) + 12.0)
        plane = Plane(open_sheet(words, room, family_handles(styles), names.names), scale, names)
        plane.apply()
        plane.sheet.axes.tick_params(axis="y", length=0)
        if not shown:
            plane.sheet.say_empty("no design has a distribution")
        for height, bar in enumerate(reversed(shown)):
            _draw_bar(plane, bar, height, styles[bar.family])
    return plane.sheet.figure


def _bars(page: Page, quantiles: Mapping[str, Quantiles]) -> list[Bar]:
    """A bar for each design and setting of the page, in the order of the file."""
    nothing = Quantiles({})
    return [
        Bar(
            one.full(mark),
            mark.family,
            together(quantiles.get(record.text("point"), nothing) for record in mark.records),
        )
        for one in series(marks(page.records))
        for mark in one.marks
    ]


def _words(page: Page, column: Column, missing: Sequence[str], hidden: int) -> Words:
    more = (f"Not drawn, for want of room: the {hidden} designs with the largest medians.",) if hidden else ()
    return Words(
        title=f"Distribution of {column.in_sentence}, {page.heading}",
        subtitle=LEGEND,
        x=f"{column.title}\n{column.detail}".strip(),
        y="",
        notes=not_drawn(missing, column.name) + more + daggers(marks(page.records)),
    )


def _draw_bar(plane: Plane, bar: Bar, height: int, style: FamilyStyle) -> None:
    """Nested boxes from wide to narrow, the 99th percentile, and the family's marker at the median."""
    axes = plane.sheet.axes
    colours = (style.colour, faded(style.colour, 0.72), faded(style.colour, 0.25))
    for (low, high, thickness), colour in zip(BOXES, colours, strict=True):
        ends = bar.quantiles.pair(low, high)
        if ends is not None:
            left, right = plane.x.position(ends)
            axes.barh(height, right - left, thickness, left, color=colour, linewidth=0, zorder=2.0)
    rare = bar.quantiles.pair(99.0, 99.0)
    if rare is not None:
        axes.plot(plane.x.position(rare), np.repeat(height, 2), linestyle="none", marker="|", color=style.colour)
    axes.plot(
        plane.x.position([bar.quantiles.middle]), [height], linestyle="none", marker=style.marker,
        markersize=0.85 * style.size, markerfacecolor=style.colour, markeredgecolor="white", markeredgewidth=0.7,
        zorder=3.0, gid="median",
    )  # fmt: skip
