"""The parts of a design's error as bars: what each makes alone, and what is saved where it alone is ideal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.attribution import Attribution
from experiments.plots.columns import describe
from experiments.plots.picture import Picture, file_stem
from experiments.plots.plane import Plane
from experiments.plots.scale import LinearScale
from experiments.plots.sheet import Room, open_sheet
from experiments.plots.step_scale import NamedScale
from experiments.plots.style import INK, QUIET, settings
from experiments.plots.words import Words, widest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ALONE, SAVED, WHOLE = "#332288", "#88ccee", "#6b6b6b"
STEP = 26.0  # points from one part to the next
TICK_SIZE = 7.5


def picture(found: Attribution, design: str) -> Picture:
    """The bar chart. design: its name, for the title and the file."""
    return Picture(file_stem("explain", design, found.workload, found.metric), draw(found, design))


def draw(found: Attribution, design: str) -> Figure:
    """One pair of bars a part, the whole design and the interaction below them."""
    from matplotlib.patches import Patch  # noqa: PLC0415  matplotlib is loaded only to draw

    column = describe(f"total_{found.metric}_mean")
    parts = list(found.alone)
    names = NamedScale(("interaction", "whole design", *reversed(parts)))
    saved = {part: found.full - found.without[part] for part in parts}
    values = [0.0, found.full, found.interaction, *found.alone.values(), *saved.values()]
    span = (max(values) - min(values)) or 1.0
    below = 0.2 if min(values) < 0 else 0.02  # room for the numbers of bars to the left
    scale = LinearScale(min(values) - below * span, max(values) + 0.14 * span)
    words = Words(
        title=f"What makes the error of {design}",
        subtitle=f"{found.workload}: {found.rows} rows of up to {found.longest_row}",
        x=f"{column.title}\nmean over rows, against the exact softmax in the design's own base",
        y="",
        notes=("The interaction is the whole error less the sum of the dark bars.",),
    )
    legend = [
        Patch(color=ALONE, label="this part as it is, all others ideal"),
        Patch(color=SAVED, label="saved if this part alone were ideal"),
    ]
    with settings():
        room = Room(300.0, STEP * len(names.names) + 6.0, left=widest(names.names, TICK_SIZE) + 12.0)
        plane = Plane(open_sheet(words, room, legend, names.names), scale, names)
        plane.apply()
        axes = plane.sheet.axes
        axes.tick_params(axis="y", length=0)
        axes.axvline(0.0, color=QUIET, linewidth=0.6)
        for height, part in enumerate(reversed(parts), 2):
            _bar(plane, height + 0.19, found.alone[part], ALONE)
            _bar(plane, height - 0.19, saved[part], SAVED)
        _bar(plane, 1, found.full, WHOLE)
        _bar(plane, 0, found.interaction, WHOLE)
    return plane.sheet.figure


def _bar(plane: Plane, height: float, value: float, colour: str) -> None:
    axes = plane.sheet.axes
    axes.barh(height, value, 0.34, color=colour, linewidth=0, zorder=2.0)
    beside = 2.0 if value >= 0 else -2.0
    axes.annotate(
        f"{value:.2g}", (value, height), (beside, 0), textcoords="offset points", va="center",
        ha="left" if value >= 0 else "right", fontsize=6.5, color=INK,
    )  # fmt: skip
