"""A picture around one set of axes: title, legend and notes outside the data, each given the room it needs.

All sizes are points (1/72 inch); the axes keep the size asked for, the picture grows around them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.plots.style import INK, QUIET
from experiments.plots.words import AXIS, NOTE, SUBTITLE, TITLE, Words, extent, height_of, lines_of, new_figure, wrapped

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

EDGE = 7.0  # white around everything
TICK_ROOM = 21.0  # below the axes
TITLE_LINE = 11.5  # a line of the title of an axis
BETWEEN = 3.0  # title, subtitle and legend


@dataclass(frozen=True)
class Room:
    """Size of the axes, and the room left and right of them for tick labels and names."""

    width: float
    height: float
    left: float = 60.0
    right: float = 10.0


@dataclass(frozen=True)
class Sheet:
    """A figure with one set of axes; `size` is that of the whole picture."""

    figure: Figure
    axes: Axes
    size: tuple[float, float]

    def text(self, x: float, y: float, text: str, size: float, colour: str = INK) -> Text:
        """Write a label with its lower left corner at (x, y)."""
        from matplotlib.patheffects import withStroke  # noqa: PLC0415  matplotlib is loaded only to draw

        place = (x / self.size[0], y / self.size[1])
        artist = self.figure.text(*place, text, fontsize=size, color=colour, va="bottom", gid="label", parse_math=False)
        artist.set_path_effects([withStroke(linewidth=1.6, foreground="white")])
        return artist

    def move(self, text: Text, x: float, y: float) -> None:
        """Put the lower left corner of a label at (x, y)."""
        text.set_position((x / self.size[0], y / self.size[1]))

    def line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        """Draw a thin line through points of the picture, such as from a marker to its label."""
        from matplotlib.lines import Line2D  # noqa: PLC0415  matplotlib is loaded only to draw

        xs, ys = [x / self.size[0] for x, _ in points], [y / self.size[1] for _, y in points]
        self.figure.add_artist(Line2D(xs, ys, color=colour, linewidth=width, gid="leader", zorder=1.5))

    def add(self, line: Line2D) -> None:
        """Put a line whose coordinates are points of the picture into it."""
        places = np.asarray(line.get_xydata(), np.float64) / self.size
        line.set_data(*places.T)
        self.figure.add_artist(line)

    def say_empty(self, sentence: str) -> None:
        """Write a sentence into axes that have nothing else to show, and take their ticks away."""
        axes = self.axes
        axes.text(0.5, 0.5, sentence, transform=axes.transAxes, ha="center", color=QUIET, gid="empty")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks([])
            axis.set_ticks([], minor=True)

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the axes."""
        (width, height), box = self.size, self.axes.get_position()
        return box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height


def open_sheet(words: Words, room: Room, legend: Sequence[Artist], names: Iterable[str] = ()) -> Sheet:
    """An empty picture with its words and legend in place; `names` are the labels that will be written into it."""
    figure = new_figure()
    across = room.width + room.right
    x_title, y_title = lines_of(figure, words.x, AXIS, across), lines_of(figure, words.y, AXIS, room.height)
    left = EDGE + room.left + TITLE_LINE * max(0, len(y_title) - 2)
    width = left + across + EDGE
    notes = wrapped(figure, words.all_notes(names), NOTE, width - 2 * EDGE)
    stack: list[Text | Legend] = [wrapped(figure, words.title, TITLE, across)]
    stack.append(wrapped(figure, words.subtitle, SUBTITLE, across))
    if legend:
        stack.append(_legend(figure, legend, across))
    bottom = EDGE + height_of(notes) + TICK_ROOM + TITLE_LINE * len(x_title)
    height = bottom + room.height + 8.0 + sum(height_of(artist) + BETWEEN for artist in stack) + EDGE
    figure.set_size_inches(width / 72, height / 72)
    _stack(stack, left, height - EDGE, (width, height))
    notes.set(position=(EDGE / width, EDGE / height), verticalalignment="bottom")
    axes = figure.add_axes((left / width, bottom / height, room.width / width, room.height / height))
    axes.set_axisbelow(True)
    axes.set_xlabel("\n".join(x_title), parse_math=False, linespacing=1.3)
    axes.set_ylabel("\n".join(y_title), parse_math=False, linespacing=1.3)
    return Sheet(figure, axes, (width, height))


def _legend(figure: Figure, handles: Sequence[Artist], width: float) -> Legend:
    """A legend of as few rows as fit into `width`, evenly filled."""
    for rows in range(1, len(handles) + 1):
        columns = math.ceil(len(handles) / rows)
        legend = figure.legend(
            handles=handles, ncols=columns, loc="upper left", frameon=False, borderaxespad=0.0, borderpad=0.1,
            handletextpad=0.3, columnspacing=1.3, handlelength=1.4, labelspacing=0.35,
        )  # fmt: skip
        if rows == len(handles) or extent(legend)[0] <= width:
            break
        legend.remove()
    return legend


def _stack(artists: Sequence[Text | Legend], left: float, top: float, size: tuple[float, float]) -> None:
    """Put artists below each other, from `top` down."""
    from matplotlib.text import Text  # noqa: PLC0415  matplotlib is loaded only to draw

    for artist in artists:
        place = (left / size[0], top / size[1])
        tall = height_of(artist)
        if isinstance(artist, Text):
            artist.set_position(place)
        else:
            artist.set_bbox_to_anchor(place)
        top -= tall + BETWEEN
